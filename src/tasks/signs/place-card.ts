import { z } from 'zod'
import { PlotdError } from '../../errors.ts'
import { type Affine, compose, IDENTITY, rotation, transformStrokes, translation } from '../../geometry/affine.ts'
import { drawingOf, type Strokes, stroke, strokeCount, strokesOf } from '../../geometry/drawing.ts'
import { StrokeWriter } from '../../geometry/stroke-writer.ts'
import { loadFont } from '../../hershey/index.ts'
import { type Line, sampleCurve } from '../draw/curve.ts'
import { closeLine } from '../draw/scene.ts'
import { drawnSvg } from '../drawn-svg.ts'
import { choice, flag, handField, number, seedField, strictField } from '../fields.ts'
import { mustFit, type TextBox, textIn } from '../fit-text.ts'
import { fontField } from '../font-field.ts'
import { safeName } from '../names.ts'
import { defineTask } from '../task.ts'
import { LONGEST_CODE, qrCode } from './qr-code.ts'

const schema = z.strictObject({
  name: z.string().min(1).max(80).regex(/\S/, 'expected a name').describe('name on the card'),
  line: z.string().max(80).default('').describe('a line in small letters under the name, such as a table or a dish'),
  width: number(40, 200, 90, 'width of the card, mm'),
  height: number(25, 150, 55, 'height of the folded card, mm; the sheet is twice as high'),
  faces: choice(['front', 'both'], 'both', 'front: the name on one face; both: on both faces of the folded card'),
  ornament: choice(
    ['flourish', 'frame', 'none'],
    'flourish',
    'flourish: a line under the name; frame: two lines around the words',
  ),
  fold: flag(true, 'draws short lines at the edges where the card folds'),
  code: z
    .string()
    .max(LONGEST_CODE)
    .default('')
    .describe('web address or text of a QR code on the front, such as for a menu'),
  pen: number(0.1, 1, 0.5, "width of the pen's line in the QR code, mm"),
  font: fontField('EMSAllure', 'font of the name'),
  lineFont: fontField('EMSReadability', 'font of the line under the name'),
  hand: handField('the seed chooses the hand'),
  seed: seedField(),
  strict: strictField(),
})
type PlaceCardParams = z.infer<typeof schema>

/** White between the edges of a face and its words and code, mm. A face with a frame has 4 mm more. */
const EDGE = 6
/** Length of the fold marks, mm. */
const MARK = 3

/** A card that stands as a tent. The lower half of the sheet is the front. The upper half is the back, upside down. */
function drawCard(params: PlaceCardParams): Strokes {
  const { width, height } = params
  const ink = new StrokeWriter()
  const add = (strokes: Strokes, matrix: Affine = IDENTITY) => {
    const set = transformStrokes(matrix, strokes)
    for (let s = 0; s < strokeCount(set); s++) ink.add(stroke(set, s))
  }
  const toFront = translation(0, height)
  add(faceOf(params, params.code.trim()), toFront)
  if (params.faces === 'both') add(faceOf(params, ''), compose(rotation(180, width / 2, height), toFront))
  if (params.fold) add(strokesOf([0, height, MARK, height], [width - MARK, height, width, height]))
  return ink.take()
}

/** One face, mm from its upper left corner: the code at the right, and all words in the middle of the rest. */
function faceOf(params: PlaceCardParams, code: string): Strokes {
  const { width, height } = params
  const ink = new StrokeWriter()
  const add = (strokes: Strokes) => {
    for (let s = 0; s < strokeCount(strokes); s++) ink.add(stroke(strokes, s))
  }
  const inset = params.ornament === 'frame' ? EDGE + 4 : EDGE
  const box = { x: inset, y: inset, width: width - 2 * inset, height: height - 2 * inset }
  if (params.ornament === 'frame') for (const line of frame(width, height)) ink.add(line)
  const sign = code === '' ? undefined : qrCode(code, { pen: params.pen })
  if (sign) {
    if (sign.side > box.height || sign.side > box.width / 2)
      throw codeError(`the QR code is ${sign.side.toFixed(0)} mm wide with a pen of ${params.pen} mm`)
    add(transformStrokes(translation(width - inset - sign.side, (height - sign.side) / 2), sign.strokes))
  }
  const words = { ...box, width: box.width - (sign?.side ?? 0) }
  for (const strokes of wordsOf(params, words)) add(strokes)
  return ink.take()
}

const codeError = (reason: string) =>
  new PlotdError('ERR_PARAMS', `code: ${reason}; expected a larger card, a finer pen or a shorter text`, {
    issues: [{ field: 'code', expected: 'expected a code that fits the card' }],
  })

function wordsOf(params: PlaceCardParams, box: TextBox): Strokes[] {
  const { hand: amount, seed, ornament } = params
  const hand = amount > 0 ? { hand: { seed, amount } } : {}
  const small = params.line.trim()
  const hasFlourish = ornament === 'flourish'
  const lineHeight = small === '' ? 0 : Math.min(5, box.height * 0.16)
  const swing = hasFlourish ? Math.min(7, box.height * 0.18) : 0
  const nameRoom = box.height - (small === '' ? 0 : 1.9 * lineHeight) - (hasFlourish ? 1.4 * swing : 0)
  const name = mustFit(
    'name',
    params.name.trim(),
    { width: box.width, height: nameRoom, largest: Math.min(14, nameRoom * 0.6), smallest: 2.5 },
    { font: loadFont(params.font), align: 'center', lineSpacing: 0.9, ...hand },
  )
  const line =
    small === ''
      ? undefined
      : mustFit(
          'line',
          small,
          { width: box.width, height: 1.9 * lineHeight, largest: lineHeight * 0.75, smallest: 1.6 },
          { font: loadFont(params.lineFont), align: 'center', letterSpacing: 0.3, ...hand },
        )
  const totalHeight = name.height + (hasFlourish ? 1.4 * swing : 0) + (line ? line.height + 0.4 * lineHeight : 0)
  let y = box.y + (box.height - totalHeight) / 2
  const middle = box.x + box.width / 2
  const out: Strokes[] = [
    textIn({ ...box, x: middle - name.width / 2, width: name.width, y, height: name.height }, name),
  ]
  y += name.height
  if (hasFlourish) {
    out.push(strokesOf(flourish(middle, y + 0.7 * swing, Math.min(box.width * 0.7, 10 * swing), 0.8 * swing)))
    y += 1.4 * swing
  }
  if (line) {
    y += 0.4 * lineHeight
    out.push(textIn({ ...box, x: middle - line.width / 2, width: line.width, y, height: line.height }, line))
  }
  return out
}

/** Two lines around the words, with turned-in corners. */
const frame = (width: number, height: number): number[][] =>
  [EDGE - 1.5, EDGE + 0.2].map((inset, i) => {
    const notch = 4 + (i === 0 ? 0 : 1.7)
    const corner = (cx: number, cy: number, from: number): number[] =>
      Array.from({ length: 13 }, (_, k) => {
        const angle = from - (k / 12) * (Math.PI / 2)
        return [cx + notch * Math.cos(angle), cy + notch * Math.sin(angle)]
      }).flat()
    const right = width - inset
    const bottom = height - inset
    return closeLine([
      ...corner(inset, inset, Math.PI / 2),
      ...corner(right, inset, Math.PI),
      ...corner(right, bottom, 1.5 * Math.PI),
      ...corner(inset, bottom, 2 * Math.PI),
    ])
  })

export const placeCard = defineTask<PlaceCardParams>({
  name: 'place-card',
  summary: 'a place card that stands as a tent, with a name on one face or both',
  schema,
  title: ({ name }) => `Place card for ${name.trim().replace(/\s+/g, ' ')}`,
  isQuick: true,
  outputName: ({ name }) => `place-cards/place_${safeName(name)}.svg`,
  texts: ({ name, line, font, lineFont, strict }) => [
    { field: 'name', text: name, font, strict },
    { field: 'line', text: line, font: lineFont, strict },
  ],
  check: (params) => {
    drawCard(params)
    return []
  },
  render: (params) => drawnSvg(drawingOf(drawCard(params), params.width, 2 * params.height, 'place card')),
})

/**
 * A flourish in one line, flat at both ends, with three loops in the middle. The second loop is the largest.
 *
 * @param x, y    middle, mm
 * @param width   mm
 * @param height  height of the largest loop, mm
 */
function flourish(x: number, y: number, width: number, height: number): Line {
  return sampleCurve(360, (t) => {
    const s = 2 * t - 1
    const swell = Math.exp(-((s / 0.3) ** 2))
    const turn = 7 * Math.PI * s
    const wave = 0.1 * height * Math.sin(2 * Math.PI * s) * (1 - swell)
    return [
      x + (width / 2) * s - 0.9 * height * swell * Math.sin(turn),
      y - (height / 2) * swell * Math.cos(turn) + wave,
    ]
  })
}
