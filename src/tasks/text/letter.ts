import { z } from 'zod'
import { PlotdError } from '../../errors.ts'
import { boundsOf } from '../../geometry/bounds.ts'
import type { Drawing, Layer } from '../../geometry/drawing.ts'
import { stroke, strokeCount } from '../../geometry/drawing.ts'
import { StrokeWriter } from '../../geometry/stroke-writer.ts'
import { blocksOf, HYPHENATED_LANGUAGES, loadFont, type Shape, setPages, type TextPages } from '../../hershey/index.ts'
import { pathPoints } from '../../svg/index.ts'
import { beginningOf } from '../../values.ts'
import { drawnSvg } from '../drawn-svg.ts'
import { choice, flag, handField, languageField, number, seedField, strictField, whole } from '../fields.ts'
import { largestFit } from '../fit-text.ts'
import { fontField } from '../font-field.ts'
import { firstWords, safeName } from '../names.ts'
import { defineTask, type TaskWarning } from '../task.ts'
import { paramError } from '../validate.ts'
import { smallTextWarnings } from './small-text.ts'

/** Width and height of paper in portrait, mm. */
const PAPER = { a4: [210, 297], a5: [148, 210], a6: [105, 148], letter: [215.9, 279.4] } as const

const side = (meaning: string) => z.number().min(30).max(3000).optional().describe(meaning)
const shape = (meaning: string) =>
  z.string().min(1).max(20_000).optional().describe(`${meaning}, as SVG path data in mm`)

const schema = z.strictObject({
  text: z
    .string()
    .min(1)
    .max(100_000)
    .regex(/\S/, 'expected words')
    .describe('text to write; blank lines divide paragraphs'),
  paper: choice(['a4', 'a5', 'a6', 'letter'], 'a4', 'size of the sheet, in portrait'),
  width: side('width of the sheet, mm; replaces the width of the paper'),
  height: side('height of the sheet, mm; replaces the height of the paper'),
  margin: number(0, 300, 22, 'white border, mm'),
  font: fontField('EMSReadability', 'font of all words'),
  size: number(0.8, 50, 3.6, 'height of a capital letter, mm'),
  pages: whole(0, 200, 0, 'largest number of sheets: the letters become smaller until the text fits; 0 keeps the size'),
  align: choice(['left', 'justify', 'center', 'right'], 'left', 'alignment of the lines'),
  lineSpacing: number(0.5, 5, 1.1, "distance between the lines, as a multiple of the font's own"),
  paragraphs: choice(['space', 'indent'], 'space', 'space: white between paragraphs; indent: indented first lines'),
  columns: whole(1, 6, 1, 'number of columns side by side'),
  language: languageField(
    `words are hyphenated in ${HYPHENATED_LANGUAGES.join(', ')}, and stay whole in other languages and without this parameter`,
  ),
  dropCap: whole(0, 6, 0, 'height of a large first letter, in lines; 0 for none'),
  hang: flag(true, 'full stops, commas, hyphens and quotes hang out of the lines, which makes the edges look straight'),
  footer: z.string().max(200).default('').describe('text at the foot of each sheet; {page} and {pages} become numbers'),
  around: shape('shape that the text of each sheet flows around'),
  inside: shape('shape that holds the text of each sheet'),
  only: whole(0, 200, 0, 'number of the only sheet to draw; 0 draws all sheets, with a pause between two sheets'),
  hand: handField('the seed chooses the hand'),
  seed: seedField().describe('chooses the handwriting: another seed, another hand'),
  strict: strictField(),
})
type LetterParams = z.infer<typeof schema>

/** Smallest cap height when a text is fitted, mm. */
const SMALLEST = 1.2
/** White between paragraphs, in cap heights. */
const SPACE = 1.6
/** Width of an indent, in cap heights. */
const INDENT = 3

function paperOf({ paper, width = PAPER[paper][0], height = PAPER[paper][1] }: LetterParams): [number, number] {
  return [width, height]
}

function setLetter(params: LetterParams): { readonly text: TextPages; readonly size: number } {
  const [width, height] = paperOf(params)
  const { margin, align, lineSpacing, columns, hang, footer, language, hand: amount, seed } = params
  const around = shapeOf('around', params.around)
  const inside = shapeOf('inside', params.inside)
  const isSpaced = params.paragraphs === 'space'
  const pagesAt = (size: number, maxPages = 200): TextPages =>
    setPages(
      blocksOf(params.text).map((block, i) => ({
        ...block,
        before: isSpaced ? SPACE * size : 0,
        first: isSpaced || i === 0 ? 0 : INDENT * size,
        ...(i === 0 && params.dropCap > 1 && { dropCap: params.dropCap }),
      })),
      {
        ...{ width, height, margin, align, lineSpacing, columns, hang, footer, size, maxPages },
        font: loadFont(params.font),
        ...(language !== undefined && { language }),
        ...(around && { around: [around] }),
        ...(inside && { inside }),
        ...(amount > 0 && { hand: { seed, amount } }),
      },
    )
  if (params.pages === 0) return { text: pagesAt(params.size), size: params.size }
  const fitted = largestFit({ largest: params.size, smallest: Math.min(SMALLEST, params.size) }, (size) => {
    const text = ifFits(() => pagesAt(size, params.pages))
    return text && { text, size }
  })
  if (fitted) return fitted
  throw paramsError('text', firstWords(params.text), `a text short enough for ${sheets(params.pages)}`)
}

/** The result of `set`, or undefined when the text needs more pages than `set` permits. */
function ifFits<T>(set: () => T): T | undefined {
  try {
    return set()
  } catch (thrown) {
    if (thrown instanceof PlotdError && thrown.detail['maxPages'] !== undefined) return undefined
    throw thrown
  }
}

const sheets = (count: number) => (count === 1 ? 'one sheet' : `${count} sheets`)

function shapeOf(field: string, path: string | undefined): Shape | undefined {
  if (path === undefined) return undefined
  const points = pathPoints(path)
  if (typeof points === 'string') throw paramsError(field, beginningOf(path, 40), points)
  return Array.from(points)
}

const paramsError = (field: string, value: unknown, expected: string) => paramError(field, value, expected, 'letter')

function warningsOf(params: LetterParams, { text, size }: ReturnType<typeof setLetter>): TaskWarning[] {
  const count = text.overfull
  const lines = count === 1 ? '1 line is wider than its place' : `${count} lines are wider than their places`
  return [
    ...(params.pages > 0 && size < params.size ? smallTextWarnings(text.xHeight, sheets(params.pages)) : []),
    ...(count > 0 ? [{ code: 'text-fit', message: `text: ${lines}`, count }] : []),
  ]
}

/**
 * A layer for each sheet. The plot pauses before each sheet after the first.
 *
 * @throws PlotdError ERR_PARAMS when the sheet `only` does not exist
 * @throws PlotdError ERR_PARAMS when ink leaves the sheet: letters of a hand, and signs that hang out of their lines
 */
function sheetsOf(params: LetterParams, { pages }: TextPages): Drawing {
  const [width, height] = paperOf(params)
  const pageIndices = params.only === 0 ? [...pages.keys()] : [params.only - 1]
  const out = new StrokeWriter()
  const layers = pageIndices.map((index, i): Layer => {
    const page = pages[index]
    if (!page) throw paramsError('only', params.only, `at most ${pages.length}: the text has ${sheets(pages.length)}`)
    const first = out.strokes
    for (let s = 0; s < strokeCount(page.strokes); s++) out.add(stroke(page.strokes, s))
    const name = `sheet ${index + 1} of ${pages.length}`
    return { name, pen: 1, first, count: out.strokes - first, options: i === 0 ? {} : { pauseBefore: true } }
  })
  const strokes = out.take()
  const { minX, minY, maxX, maxY } = boundsOf(strokes)
  const beyond = Math.max(-minX, -minY, maxX - width, maxY - height)
  if (beyond > 1e-6) {
    const reach = (Math.ceil(10 * beyond) / 10).toFixed(1)
    const expected = `a larger margin, because ink would leave the sheet by up to ${reach} mm`
    throw paramsError('margin', params.margin, expected)
  }
  return { ...strokes, width, height, layers }
}

export const letter = defineTask<LetterParams>({
  name: 'letter',
  summary: 'a letter over as many sheets as it needs, with a pause between them',
  schema,
  title: (params) => `Letter “${firstWords(params.text)}”`,
  isQuick: true,
  outputName: (params) => `letters/letter_${safeName(firstWords(params.text))}.svg`,
  texts: ({ text, footer, font, strict }) => [
    { field: 'text', text, font, strict },
    { field: 'footer', text: footer, font, strict },
  ],
  admit: (params) => async () => void sheetsOf(params, setLetter(params).text),
  render: (params, { warn }) => {
    const result = setLetter(params)
    for (const warning of warningsOf(params, result)) warn(warning)
    return drawnSvg(sheetsOf(params, result.text))
  },
})
