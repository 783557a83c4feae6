/**
 * The room `photo`: the task that draws a photo in strokes. `header` and `tone` read the picture, `styles` draws it,
 * `relax` spreads points. Import from this file; `alphabet` also imports `tone`.
 */
import { z } from 'zod'
import { clip } from '../../geometry/clip.ts'
import { drawingOf, type Strokes } from '../../geometry/drawing.ts'
import { SHA256 } from '../../values.ts'
import { randomFrom } from '../draw/random.ts'
import { tidy } from '../draw/tidy.ts'
import { drawnSvg } from '../drawn-svg.ts'
import { choice, flag, number, pageFields, seedField, whole } from '../fields.ts'
import { safeName } from '../names.ts'
import { defineTask } from '../task.ts'
import { halftone, type Style, squiggle, stipple } from './styles.ts'
import { checkPicture, toneOf } from './tone.ts'

const STYLES = { halftone, squiggle, stipple } as const satisfies Readonly<Record<string, Style>>

/**
 * Distance between lines, or between the bands of a halftone, mm; a stipple does not use it. On the default sheet, at
 * 2.5 mm, an AxiDraw draws a squiggle of a light picture in 10 minutes. A picture of 73 % mean darkness takes 19
 * minutes.
 */
const SPACING = { halftone: 1.7, squiggle: 2.5, stipple: 1.7 } as const satisfies Readonly<Record<string, number>>

const schema = z
  .strictObject({
    upload: z
      .string()
      .regex(SHA256, 'expected the sha256 of an upload')
      .describe('the sha256 of an uploaded picture, a PNG or a JPEG'),
    name: z.string().min(1).max(200).default('photo').describe('name of the picture'),
    style: choice(
      ['halftone', 'squiggle', 'stipple'],
      'squiggle',
      'halftone: bands of lines; squiggle: a wave along each line; stipple: one line through points',
    ),
    ...pageFields(),
    margin: number(0, 500, 12, 'white border, mm'),
    fit: choice(
      ['inside', 'fill'],
      'inside',
      'inside: shows the whole picture; fill: fills the area inside the margin',
    ),
    spacing: z
      .number()
      .min(0.5)
      .max(20)
      .optional()
      .describe('distance between the bands of halftone (default 1.7) or the lines of squiggle (default 2.5), mm'),
    angle: number(-90, 90, 0, 'halftone, squiggle: direction of the lines, degrees'),
    points: whole(50, 20_000, 7000, 'stipple: maximum number of points'),
    white: number(0, 1, 0.05, 'darkness below which the paper stays white'),
    gamma: number(0.2, 5, 1, 'middle tones: below 1 is darker, above 1 lighter'),
    contrast: number(
      0,
      1,
      1,
      'stretching of the tones: 0 keeps them, 1 spreads them from white to black, at most fourfold',
    ),
    invert: flag(false, 'swaps dark and light, for light ink on dark paper'),
    seed: seedField(),
  })
  .refine(({ width, height, margin }) => Math.min(width, height) - 2 * margin >= 10, {
    path: ['margin'],
    error: 'expected less than half of the sheet, so that 10 mm remain to draw on',
  })
type PhotoParams = z.infer<typeof schema>

/** The styles, in the order in which lists show them. */
export const PHOTO_STYLES = ['halftone', 'squiggle', 'stipple'] as const

/**
 * Draws a PNG or a JPEG in strokes, stretched to `width` × `height` mm from 0, 0.
 *
 * @throws PlotdError ERR_FILE, ERR_LIMIT
 */
export async function pictureStrokes(
  bytes: Uint8Array,
  width: number,
  height: number,
  style: (typeof PHOTO_STYLES)[number],
): Promise<Strokes> {
  const room = { minX: 0, minY: 0, maxX: width, maxY: height }
  const defaults = {
    fit: 'stretch',
    white: 0.05,
    gamma: 1,
    contrast: 1,
    invert: false,
    angle: 0,
    points: 7000,
  } as const
  const tone = await toneOf(bytes, { ...defaults, room })
  return clip(STYLES[style](tone, room, { ...defaults, spacing: SPACING[style] }, randomFrom(1)), room)
}

/** The same parameters always give the same drawing, because `upload` is the hash of the picture. */
export const photo = defineTask<PhotoParams>({
  name: 'photo',
  summary: 'a photo in strokes: engraved, in waves, or stippled',
  schema,
  title: ({ name, style }) => `${name} (${style})`,
  outputName: ({ name, style, seed }) => `photos/${safeName(`${name}_${style}_${seed}`)}.svg`,
  admit:
    ({ upload }) =>
    async ({ readUpload }) =>
      void checkPicture(await readUpload(upload)),
  render: async (params, { readUpload }) => {
    const { width, height, margin, style, seed } = params
    const room = { minX: margin, minY: margin, maxX: width - margin, maxY: height - margin }
    const tone = await toneOf(await readUpload(params.upload), { ...params, room })
    const place = {
      minX: Math.max(room.minX, tone.box.minX),
      minY: Math.max(room.minY, tone.box.minY),
      maxX: Math.min(room.maxX, tone.box.maxX),
      maxY: Math.min(room.maxY, tone.box.maxY),
    }
    const spacing = params.spacing ?? SPACING[style]
    const strokes = STYLES[style](tone, place, { ...params, spacing }, randomFrom(seed))
    return drawnSvg(drawingOf(tidy(clip(strokes, place)), width, height, style))
  },
})
