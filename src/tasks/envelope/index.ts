/**
 * The room `envelope`: the task that draws envelopes (here). `address` makes the lines of an address for its country,
 * `posts` and `sizes` are data, `places` gives each text its place. Import from this file.
 */
import { PlotdError } from '../../errors.ts'
import { moveStrokes } from '../../geometry/affine.ts'
import { boundsOf } from '../../geometry/bounds.ts'
import type { Drawing } from '../../geometry/drawing.ts'
import { DEFAULT_FONT, type LetterOptions, loadFont } from '../../hershey/index.ts'
import { drawnSvg } from '../drawn-svg.ts'
import { safeName } from '../names.ts'
import { drawSides, type Side } from '../sides.ts'
import { defineTask, type TaskText, type TaskWarning } from '../task.ts'
import { seedFromText } from '../text-seed.ts'
import { addressOf, wordLines } from './address.ts'
import { flapNumber, placesOf } from './places.ts'
import { postNamed } from './posts.ts'
import { type EnvelopeParams, envelopeSchema } from './schema.ts'
import { SIZES } from './sizes.ts'

export type { EnvelopeParams } from './schema.ts'

function sizeOf({ size, width, height }: EnvelopeParams): { width: number; height: number } {
  const [standardWidth, standardHeight] = SIZES[size]
  if ((width === undefined) === (height === undefined)) {
    return { width: width ?? standardWidth, height: height ?? standardHeight }
  }
  const field = width === undefined ? 'width' : 'height'
  const expected = 'expected width and height together, or neither'
  throw new PlotdError('ERR_PARAMS', `${field}: it is absent, ${expected}`, {
    issues: [{ field, value: undefined, expected }],
  })
}

const lettersOf = ({ font, hand }: EnvelopeParams, words: string): LetterOptions => ({
  font: loadFont(font),
  ...(hand > 0 && { hand: { seed: seedFromText(words), amount: hand } }),
})

interface EnvelopeLayout {
  readonly drawing: Drawing
  readonly warnings: readonly TaskWarning[]
}

/** @throws PlotdError ERR_PARAMS for a wrong address, size or code, or when a text, code or number does not fit */
function layoutEnvelope(params: EnvelopeParams): EnvelopeLayout {
  const address = addressOf(params)
  const sheet = sizeOf(params)
  const post = postNamed(params.post)
  const places = placesOf(sheet, post, params, address, lettersOf(params, address.lines.join('\n')))
  const front: Side = { name: 'envelope', strokes: places.map(({ strokes }) => moveStrokes(strokes, 0, params.flap)) }
  return {
    drawing: drawSides(sheet.width, sheet.height + params.flap, withFlap(front, sheet.width, params)),
    warnings: [...address.warnings, ...postageWarnings(params)],
  }
}

/**
 * The front, and the number on the flap. An open flap lies above the front. A closed flap is at the top of the other
 * side.
 */
function withFlap(front: Side, width: number, { number, numberOn, flap }: EnvelopeParams): Side[] {
  if (number.trim() === '' || numberOn !== 'flap') return [front]
  const strokes = flapNumber(width, number)
  const least = Math.ceil(-boundsOf(strokes).minY)
  if (flap > 0 && flap < least) {
    const expected = `expected 0, or at least ${least} mm, so that the flap holds the number ${number}`
    throw new PlotdError('ERR_PARAMS', `flap is ${flap} mm, ${expected}`, {
      issues: [{ field: 'flap', value: flap, expected }],
    })
  }
  if (flap > 0) return [{ ...front, strokes: [...front.strokes, moveStrokes(strokes, 0, flap)] }]
  return [front, { name: 'flap', strokes: [moveStrokes(strokes, 0, BELOW_FOLD)] }]
}

/**
 * The number on a closed flap stands this far below the number on an open flap, mm. An open flap lies above the fold, a
 * closed flap below the fold.
 */
const BELOW_FOLD = 16

const postageWarnings = ({ postage, post }: EnvelopeParams): TaskWarning[] => {
  const { code } = postNamed(post)
  if (postage.trim() === '' || !code) return []
  return [
    {
      code: 'postage',
      message: `postage: the code is good for ${code.valid}; draw with dark ink, and destroy a spoiled envelope`,
    },
  ]
}

function textsOf(params: EnvelopeParams): TaskText[] {
  const { font, strict, sender, number } = params
  return [
    { field: 'address', text: addressOf(params).lines.join('\n'), font, strict },
    { field: 'sender', text: sender, font, strict },
    { field: 'number', text: number, font: DEFAULT_FONT, strict },
  ]
}

/** The recipient for the title: the name, the company, or the first line of the address. */
const nameOf = ({ recipient, company, address }: EnvelopeParams): string =>
  (recipient.trim() || company.trim() || (wordLines(address)[0] ?? '')).replace(/\s+/g, ' ')

export const envelope = defineTask<EnvelopeParams>({
  name: 'envelope',
  summary: 'an envelope: address, return address, handwritten postage',
  schema: envelopeSchema,
  title: (params) => `Envelope for ${nameOf(params) || 'nobody'}`,
  isQuick: true,
  outputName: (params) => `envelopes/envelope_${safeName(nameOf(params))}.svg`,
  texts: textsOf,
  check: (params) => layoutEnvelope(params).warnings,
  render: (params, { warn }) => {
    const { drawing, warnings } = layoutEnvelope(params)
    for (const warning of warnings) warn(warning)
    return drawnSvg(drawing)
  },
})
