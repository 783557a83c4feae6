/**
 * The room `envelope`: the task. `address` sets the lines by country, `posts` and `sizes` are data, `places` gives each text its
 * place. Import from this file.
 */
import { PlotdError } from '../../errors.ts'
import type { Drawing } from '../../geometry/drawing.ts'
import { type LetterOptions, loadFont } from '../../hershey/index.ts'
import { safeName } from '../names.ts'
import { sheetOf } from '../sheet.ts'
import { layered, type Side } from '../sides.ts'
import { defineTask, type SetText, type TaskWarning } from '../task.ts'
import { seedFromText } from '../text-seed.ts'
import { addressOf } from './address.ts'
import { flapNumber, moved, placesOf } from './places.ts'
import { postNamed } from './posts.ts'
import { type EnvelopeParams, envelopeSchema } from './schema.ts'
import { SIZES } from './sizes.ts'

export type { EnvelopeParams } from './schema.ts'

function sizeOf({ size, width, height }: EnvelopeParams): { width: number; height: number } {
  const [usualWidth, usualHeight] = SIZES[size]
  if ((width === undefined) === (height === undefined)) {
    return { width: width ?? usualWidth, height: height ?? usualHeight }
  }
  const field = width === undefined ? 'width' : 'height'
  throw new PlotdError(
    'ERR_PARAMS',
    `${field}: it is absent, expected width and height of an envelope of your own size`,
    {
      issues: [{ field, value: undefined, expected: 'width and height together' }],
    },
  )
}

const lettersOf = ({ font, hand }: EnvelopeParams, words: string): LetterOptions => ({
  font: loadFont(font),
  ...(hand > 0 && { hand: { seed: seedFromText(words), amount: hand } }),
})

interface SetEnvelope {
  readonly drawing: Drawing
  readonly warnings: readonly TaskWarning[]
}

/** @throws PlotdError ERR_PARAMS when a text or handwritten postage does not fit */
function setEnvelope(params: EnvelopeParams): SetEnvelope {
  const address = addressOf(params)
  const sheet = sizeOf(params)
  const post = postNamed(params.post)
  const places = placesOf(sheet, post, params, address, lettersOf(params, address.lines.join('\n')))
  const front: Side = { name: 'envelope', strokes: places.map(({ strokes }) => moved(strokes, 0, params.flap)) }
  const onFlap = params.number.trim() !== '' && params.numberOn === 'flap'
  const number = onFlap ? flapNumber(sheet.width, params.number) : undefined
  // An open flap lies above the front; a closed one is on the other side, and its fold is the upper edge there, too.
  const sides: Side[] =
    number === undefined
      ? [front]
      : params.flap > 0
        ? [{ ...front, strokes: [...front.strokes, moved(number, 0, params.flap)] }]
        : [front, { name: 'flap', strokes: [moved(number, 0, 2 * FLAP_MIDDLE)] }]
  return {
    drawing: layered(sheet.width, sheet.height + params.flap, sides),
    warnings: [...address.warnings, ...postageWarnings(params)],
  }
}

/** The number on a closed flap stands this far below the fold, half of it, mm. */
const FLAP_MIDDLE = 8

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

function textsOf(params: EnvelopeParams): SetText[] {
  const { font, strict, sender } = params
  return [
    { field: 'address', text: addressOf(params).lines.join('\n'), font, strict },
    { field: 'sender', text: sender, font, strict },
  ]
}

/** The recipient for the title: the name, the company, or the first line of the address. */
const nameOf = ({ recipient, company, address }: EnvelopeParams): string =>
  (recipient.trim() || company.trim() || (address.trim().split('\n')[0] ?? '')).replace(/\s+/g, ' ')

export const envelope = defineTask<EnvelopeParams>({
  name: 'envelope',
  summary: 'an envelope: address by country, return address, handwritten postage',
  schema: envelopeSchema,
  title: (params) => `Envelope for ${nameOf(params) || 'nobody'}`,
  isQuick: true,
  outputName: (params) => `envelopes/envelope_${safeName(nameOf(params))}.svg`,
  texts: textsOf,
  check: (params) => setEnvelope(params).warnings,
  render: (params, { warn }) => {
    const { drawing, warnings } = setEnvelope(params)
    for (const warning of warnings) warn(warning)
    return sheetOf(drawing)
  },
})
