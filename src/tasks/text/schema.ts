import { z } from 'zod'
import { DEFAULT_FONT } from '../../hershey/index.ts'
import { choice, flag, handField, languageField, number, seedField, strictField } from '../fields.ts'
import { fontField } from '../font-field.ts'
import { GUIDES } from './guide.ts'

/** Minimum cap height, mm: of the given size, and of text that is fitted to the sheet or to a path. */
export const SMALLEST = 0.8

/** Whether a path is the user's own line. With `fit`, the text fits this line, and the sheet needs no size. */
export const isUserPath = (path: string | undefined): boolean =>
  path !== undefined && !GUIDES.some((guide) => guide === path.trim())

/** Whether parameters have a path. When the check of `fit` has failed, this path is a built-in line. */
const isGuided = (params: unknown): boolean => (params as { readonly path?: string }).path !== undefined

const side = (meaning: string) => z.number().min(10).max(3000).optional().describe(meaning)

export const textSchema = z
  .strictObject({
    text: z.string().min(1).max(50_000).describe('text to write; lines break at newlines and at the edge of the sheet'),
    font: fontField(DEFAULT_FONT, 'name of a stroke font'),
    size: number(SMALLEST, 300, 5, 'height of a capital letter, mm'),
    width: side('width of the sheet, mm; default: as wide as the text needs'),
    height: side('height of the sheet, mm; default: as high as the text needs'),
    margin: number(0, 500, 10, 'white border, mm'),
    align: choice(['left', 'center', 'right', 'justify'], 'left', 'alignment of the lines'),
    lineSpacing: number(0.5, 5, 1, "distance between the lines, as a multiple of the font's own"),
    letterSpacing: number(-5, 50, 0, 'space added between letters, mm'),
    tabWidth: z.number().min(0.5).max(500).optional().describe('distance between tab stops, mm; default: eight spaces'),
    slant: number(-45, 45, 0, 'lean of the letters to the right, degrees'),
    rotation: number(
      -360,
      360,
      0,
      'clockwise turn of the whole text, degrees; a turned text stands in the middle, except along SVG path data on a sheet of given size',
    ),
    vertical: flag(false, 'writes columns from top to bottom, the first at the right, as in Japanese'),
    latin: choice(['turned', 'upright'], 'turned', 'Latin letters in vertical text: on their side, or upright'),
    language: languageField('some fonts write some letters differently in it'),
    path: z
      .string()
      .min(1)
      .max(20_000)
      .optional()
      .describe(
        `a line to write along: ${GUIDES.join(', ')}; or SVG path data in mm, such as M 10 60 C 40 20, 90 20, 120 60`,
      ),
    pathOffset: number(-100, 100, 0, 'distance of the letters above the path, mm'),
    hand: handField('the seed chooses the hand'),
    seed: seedField().describe('start of the random numbers of the handwriting: another seed gives other letter forms'),
    smooth: flag(false, 'makes the curves of the letters round, for letters above about 10 mm'),
    breakWords: flag(false, 'breaks words that are wider than the sheet'),
    fit: flag(false, 'takes the largest size that fits the sheet or the SVG path, in place of size'),
    strict: strictField(),
  })
  .refine(({ fit, width, height, path }) => !fit || isUserPath(path) || (width !== undefined && height !== undefined), {
    path: ['fit'],
    error: ({ input }) =>
      isGuided(input)
        ? 'expected either width and height of the sheet that the text must fit, or SVG path data in `path`'
        : 'expected width and height of the sheet that the text must fit',
  })
  .refine(({ vertical, path }) => !vertical || path === undefined, {
    path: ['vertical'],
    error: 'expected false for a text along a path',
  })
export type TextParams = z.infer<typeof textSchema>
