import { z } from 'zod'
import { PlotdError } from '../../errors.ts'
import type { Drawing, Layer } from '../../geometry/drawing.ts'
import { stroke, strokeCount } from '../../geometry/drawing.ts'
import { StrokeWriter } from '../../geometry/stroke-writer.ts'
import { blocksOf, HYPHENATED_LANGUAGES, loadFont, type Shape, setPages, type TextPages } from '../../hershey/index.ts'
import { pathPoints } from '../../svg/index.ts'
import { choice, flag, handField, languageField, mm, seedField, strictField, whole } from '../fields.ts'
import { largest } from '../fit-text.ts'
import { fontField } from '../font-field.ts'
import { safeName } from '../names.ts'
import { sheetOf } from '../sheet.ts'
import { defineTask, type TaskWarning } from '../task.ts'
import { firstWords } from './index.ts'
import { smallText } from './small-text.ts'

/** Paper, standing, mm. */
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
    .describe('what to write; blank lines divide paragraphs'),
  paper: choice(['a4', 'a5', 'a6', 'letter'], 'a4', 'the sheet, standing'),
  width: side('width of the sheet, mm, instead of that of the paper'),
  height: side('height of the sheet, mm, instead of that of the paper'),
  margin: mm(0, 300, 22, 'white border, mm'),
  font: fontField('EMSReadability', 'font of all words'),
  size: mm(0.8, 50, 3.6, 'height of a capital letter, mm'),
  pages: whole(0, 200, 0, 'make the letters smaller until the text needs no more sheets than this; 0 keeps the size'),
  align: choice(['left', 'justify', 'center', 'right'], 'left', 'how lines stand'),
  lineSpacing: mm(0.5, 5, 1.1, "distance of the lines, in multiples of the font's own"),
  paragraphs: choice(['space', 'indent'], 'space', 'white between paragraphs, or their first lines indented'),
  columns: whole(1, 6, 1, 'columns side by side'),
  language: languageField(
    `words are hyphenated in ${HYPHENATED_LANGUAGES.join(', ')}, and stay whole in others or when left out`,
  ),
  dropCap: whole(0, 6, 0, 'the first letter is as high as this many lines'),
  hang: flag(true, 'stops, hyphens and quotes hang out of the lines, which makes the edges look straight'),
  footer: z
    .string()
    .max(200)
    .default('')
    .describe('below the text of each sheet; {page} and {pages} stand for numbers'),
  around: shape('text of the first sheet flows around this shape'),
  inside: shape('text of each sheet stays inside this shape'),
  only: whole(0, 200, 0, 'draw only this sheet; 0 draws all, with a pause before each next one'),
  hand: handField('whose hand it is comes from the seed'),
  seed: seedField().describe('whose hand it is'),
  strict: strictField(),
})
type LetterParams = z.infer<typeof schema>

/** Smallest cap height that a text is made to fit in, mm, and the white between paragraphs and the indent, in cap heights. */
const [SMALLEST, SPACE, INDENT] = [1.2, 1.6, 3] as const

function paperOf({ paper, width = PAPER[paper][0], height = PAPER[paper][1] }: LetterParams): [number, number] {
  return [width, height]
}

function written(params: LetterParams): { readonly text: TextPages; readonly size: number } {
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
  const fitted = largest({ largest: params.size, smallest: Math.min(SMALLEST, params.size) }, (size) => {
    const text = attempt(() => pagesAt(size, params.pages))
    return text && { text, size }
  })
  if (fitted) return fitted
  throw problem('text', firstWords(params.text), `a text short enough for ${sheets(params.pages)}`)
}

/** The result, or undefined when the text needs more pages. */
function attempt<T>(set: () => T): T | undefined {
  try {
    return set()
  } catch (thrown) {
    if (thrown instanceof PlotdError && /pages at most/.test(thrown.message)) return undefined
    throw thrown
  }
}

const sheets = (count: number) => (count === 1 ? 'one sheet' : `${count} sheets`)

function shapeOf(field: string, path: string | undefined): Shape | undefined {
  if (path === undefined) return undefined
  const points = pathPoints(path)
  if (typeof points === 'string') throw problem(field, path.slice(0, 40), points)
  return Array.from(points)
}

const problem = (field: string, value: unknown, expected: string) =>
  new PlotdError('ERR_PARAMS', `letter: ${field} is ${JSON.stringify(value)}, expected ${expected}`, {
    issues: [{ field, value, expected: `expected ${expected}` }],
  })

const warningsOf = (params: LetterParams, { text, size }: ReturnType<typeof written>): TaskWarning[] =>
  params.pages > 0 && size < params.size ? smallText(text.xHeight, sheets(params.pages)) : []

/** A layer for each sheet. The plot pauses before each sheet but the first. */
function sheetsOf(params: LetterParams, { pages }: TextPages): Drawing {
  const [width, height] = paperOf(params)
  const chosen = params.only === 0 ? [...pages.keys()] : [params.only - 1]
  const out = new StrokeWriter()
  const layers = chosen.map((index, i): Layer => {
    const page = pages[index]
    if (!page) throw problem('only', params.only, `at most ${pages.length}: the text has ${sheets(pages.length)}`)
    const first = out.strokes
    for (let s = 0; s < strokeCount(page.strokes); s++) out.add(stroke(page.strokes, s))
    const name = `sheet ${index + 1} of ${pages.length}`
    return { name, pen: 1, first, count: out.strokes - first, options: i === 0 ? {} : { pauseBefore: true } }
  })
  return { ...out.take(), width, height, layers }
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
  admit: (params) => async () => void sheetsOf(params, written(params).text),
  render: (params, { warn }) => {
    const result = written(params)
    for (const warning of warningsOf(params, result)) warn(warning)
    return sheetOf(sheetsOf(params, result.text))
  },
})
