import { z } from 'zod'
import { DEFAULT_FONT } from '../../hershey/index.ts'
import { choice, flag, handField, languageField, mm, seedField, strictField } from '../fields.ts'
import { fontField } from '../font-field.ts'
import { GUIDES } from './guide.ts'

/** The text is fitted to the user's own line. */
const isOwn = (path: string | undefined): boolean =>
  path !== undefined && !GUIDES.some((guide) => guide === path.trim())

const side = (meaning: string) => z.number().min(10).max(3000).optional().describe(meaning)

export const textSchema = z
  .strictObject({
    text: z.string().min(1).max(50_000).describe('what to write; lines end at newlines and at the edge of the sheet'),
    font: fontField(DEFAULT_FONT, 'name of a stroke font'),
    size: mm(0.8, 300, 5, 'height of a capital letter, mm'),
    width: side('width of the sheet, mm; as wide as the text needs when left out'),
    height: side('height of the sheet, mm; as high as the text needs when left out'),
    margin: mm(0, 500, 10, 'white border, mm'),
    align: choice(['left', 'center', 'right', 'justify'], 'left', 'how lines stand'),
    lineSpacing: mm(0.5, 5, 1, "distance of the lines, in multiples of the font's own"),
    letterSpacing: mm(-5, 50, 0, 'added between letters, mm'),
    tabWidth: z.number().min(0.5).max(500).optional().describe('between tab stops, mm; eight spaces when left out'),
    slant: mm(-45, 45, 0, 'lean to the right, degrees'),
    rotation: mm(-360, 360, 0, 'the whole text turned clockwise, degrees; it stands in the middle of the sheet then'),
    vertical: flag(false, 'columns from top to bottom, the first at the right, as Japanese is written'),
    latin: choice(['turned', 'upright'], 'turned', 'vertical: how Latin letters stand'),
    language: languageField('some fonts have other forms of some letters for it'),
    path: z
      .string()
      .min(1)
      .max(20_000)
      .optional()
      .describe(
        `a line to write along: ${GUIDES.join(', ')}; or SVG path data in mm, say M 10 60 C 40 20, 90 20, 120 60`,
      ),
    pathOffset: mm(-100, 100, 0, 'path: how far above the line the letters stand, mm'),
    hand: handField('whose hand it is comes from the seed'),
    seed: seedField().describe('whose hand it is'),
    smooth: flag(false, 'round the corners of large letters'),
    breakWords: flag(false, 'break words that are wider than the sheet'),
    fit: flag(false, 'the largest size that fits the sheet, instead of size'),
    strict: strictField(),
  })
  .refine(({ fit, width, height, path }) => !fit || isOwn(path) || (width !== undefined && height !== undefined), {
    path: ['fit'],
    error: 'expected width and height to fit the text into',
  })
  .refine(({ vertical, path }) => !vertical || path === undefined, {
    path: ['vertical'],
    error: 'expected false for a text along a path',
  })
export type TextParams = z.infer<typeof textSchema>
