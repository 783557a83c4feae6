import { z } from 'zod'
import { PlotdError } from '../errors.ts'
import { drawingOf } from '../geometry/drawing.ts'
import { DEFAULT_FONT, fontNames, layoutText, loadFont, type TextLayout } from '../hershey/index.ts'
import { choice, flag, mm, seedField, strictField } from './fields.ts'
import { fitText, textIn } from './fit-text.ts'
import { safeName } from './names.ts'
import { nearest } from './nearest.ts'
import { sheetOf } from './sheet.ts'
import { defineTask } from './task.ts'

const FONTS: ReadonlySet<string> = new Set(fontNames().map(({ name }) => name))

/** The name of a font there is; checked when the job is submitted. */
export const fontField = (usual: string, meaning: string) =>
  z
    .string()
    .min(1)
    .max(100)
    .default(usual)
    .superRefine((name, context) => {
      if (FONTS.has(name)) return
      const meant = nearest(name, [...FONTS])
      const hint = meant === undefined ? '' : ` (did you mean ${meant}?)`
      context.addIssue({ code: 'custom', message: `expected the name of a font, as plotd fonts lists them${hint}` })
    })
    .describe(meaning)

const side = (meaning: string) => z.number().min(10).max(3000).optional().describe(meaning)

const schema = z.strictObject({
  text: z.string().min(1).max(50_000).describe('what to write; lines end at newlines and at the edge of the sheet'),
  font: fontField(DEFAULT_FONT, 'name of a stroke font'),
  size: mm(0.8, 300, 5, 'height of a capital letter, mm'),
  width: side('width of the sheet, mm; as wide as the text needs when left out'),
  height: side('height of the sheet, mm; as high as the text needs when left out'),
  margin: mm(0, 500, 10, 'white border, mm'),
  align: choice(['left', 'center', 'right', 'justify'], 'left', 'how lines stand'),
  lineSpacing: mm(0.5, 5, 1, "distance of the lines, in multiples of the font's own"),
  letterSpacing: mm(-5, 50, 0, 'added between letters, mm'),
  slant: mm(-45, 45, 0, 'lean to the right, degrees'),
  hand: mm(0, 2, 0, 'uneven as if written by hand: 0 is set, 1 written, 2 hurried'),
  seed: seedField().describe('whose hand it is'),
  smooth: flag(false, 'round the corners of large letters'),
  breakWords: flag(false, 'break words that are wider than the sheet'),
  fit: flag(false, 'the largest size that fits the sheet, instead of size'),
  strict: strictField(),
})
type TextParams = z.infer<typeof schema>

interface SetText {
  readonly layout: TextLayout
  readonly width: number
  readonly height: number
}

/** @throws PlotdError ERR_PARAMS when the text does not fit the sheet */
function setText(params: TextParams): SetText {
  const {
    text,
    margin,
    size,
    align,
    lineSpacing,
    letterSpacing,
    slant,
    smooth,
    breakWords,
    hand: amount,
    seed,
  } = params
  const hand = amount > 0 ? { hand: { seed, amount } } : {}
  const options = { font: loadFont(params.font), align, lineSpacing, letterSpacing, slant, smooth, breakWords, ...hand }
  const room = (whole: number | undefined) => (whole === undefined ? undefined : whole - 2 * margin)
  const [roomX, roomY] = [room(params.width), room(params.height)]
  if ((roomX ?? 1) <= 0 || (roomY ?? 1) <= 0) throw problem('margin', margin, 'a margin that leaves room for the text')
  if (params.fit) {
    if (roomX === undefined || roomY === undefined) throw problem('fit', true, 'width and height to fit the text into')
    const place = { width: roomX, height: roomY, largest: roomY, smallest: 0.8 }
    const layout = fitText(text, place, options)
    if (!layout) throw problem('text', text.slice(0, 40), 'a text short enough for the sheet')
    return { layout, width: params.width ?? 0, height: params.height ?? 0 }
  }
  const layout = layoutText(text, { ...options, size, ...(roomX !== undefined && { width: roomX }) })
  const [inkWidth, inkHeight] = inkSize(layout)
  if (inkWidth > (roomX ?? Infinity) + 1e-6 || inkHeight > (roomY ?? Infinity) + 1e-6) {
    const needed = `${Math.ceil(inkWidth + 2 * margin)} × ${Math.ceil(inkHeight + 2 * margin)} mm`
    throw problem('size', size, `at most what fits the sheet (this text needs ${needed}; try fit)`)
  }
  const whole = (given: number | undefined, needed: number) => given ?? Math.ceil(Math.max(10, needed + 2 * margin))
  return { layout, width: whole(params.width, inkWidth), height: whole(params.height, inkHeight) }
}

function inkSize({ bounds, width, height }: TextLayout): [number, number] {
  if (bounds.minX > bounds.maxX) return [0, 0]
  return [Math.max(width, bounds.maxX - bounds.minX), Math.max(height, bounds.maxY - bounds.minY)]
}

function problem(field: string, value: unknown, expected: string): PlotdError {
  const issue = { field, value, expected: `expected ${expected}` }
  return new PlotdError('ERR_PARAMS', `text: ${field} is ${JSON.stringify(value)}, ${issue.expected}`, {
    issues: [issue],
  })
}

/** A title's worth of a text: its first words. */
export function firstWords(text: string, most = 32): string {
  const line = text.trim().replace(/\s+/g, ' ')
  return line.length <= most ? line : `${line.slice(0, most).replace(/\s\S*$/, '')}…`
}

export const text = defineTask<TextParams>({
  name: 'text',
  summary: 'text in a single-stroke font',
  schema,
  title: (params) => `Text “${firstWords(params.text)}”`,
  outputName: (params) => `texts/text_${safeName(firstWords(params.text))}.svg`,
  texts: ({ text, font, strict }) => [{ field: 'text', text, font, strict }],
  check: (params) => {
    setText(params)
    return []
  },
  render: (params) => {
    const { layout, width, height } = setText(params)
    const { margin } = params
    const box = { x: margin, y: margin, width: width - 2 * margin, height: height - 2 * margin }
    return sheetOf(drawingOf(textIn(box, layout), width, height, 'text'))
  },
})
