import { PlotdError } from '../../errors.ts'
import type { LetterSample } from '../../hershey/index.ts'
import { type Bitmap, distances, STEP } from '../../import/index.ts'
import { interpolate, type Picture, pictureOf } from '../photo/tone.ts'
import { BOXES, type Box, GUIDES, MARKERS, TOP_SIGN } from './boxes.ts'
import { markersIn } from './markers.ts'
import { penStrokes } from './pen-strokes.ts'
import { type Perspective, type Point, perspectiveOf } from './perspective.ts'

/** The letters of a sheet, in mm from the upper left corner of the place for ink in each box. */
export interface WrittenSheet {
  readonly baseline: number
  readonly xLine: number
  readonly samples: readonly (LetterSample & { readonly sample: number })[]
  /** Texts whose boxes are all empty. */
  readonly empty: readonly string[]
}

/**
 * Maximum number of pixels along the longer side of a photograph. A sheet that fills the photograph has eight pixels
 * per mm.
 */
const LONGEST = 2400
/** Pixels per mm of a box. */
const PIXELS_PER_MM = 12
/**
 * A pixel is ink when it is darker than the paper by this fraction of the contrast between the darkest ink and the
 * paper. The fraction is low, so that the blurred dot of an i counts as ink.
 */
const INK = 0.36
/**
 * The darkest tone of a box is measured without this fraction of its pixels, the darkest ones, which may be noise. A
 * dot covers more pixels.
 */
const DARKEST = 0.0008
/** Ink wholly within this distance of the left or right side belongs to a guide mark or the next box, mm. */
const BORDER = 0.8
/** A box whose darkest tone is above this fraction of the paper's tone is empty. */
const EMPTY = 0.8

/**
 * Reads the letters on a photograph of the sheet that the task `alphabet-sheet` draws. The photograph may be turned,
 * and taken at an angle. All four markers must be in view.
 *
 * @param bytes  a PNG or a JPEG
 * @throws PlotdError ERR_FILE when the file is not a picture or does not show such a sheet, ERR_LIMIT when it has too
 *   many pixels or scans
 */
export async function readAlphabetSheet(bytes: Uint8Array): Promise<WrittenSheet> {
  const photo = await pictureOf(bytes, LONGEST)
  const place = sheetIn(photo)
  const samples = BOXES.flatMap((box) => {
    const strokes = penStrokes(inkIn(photo, place, box)).map((line) =>
      line.map(([x, y]): Point => [(x - 1) / PIXELS_PER_MM, (y - 1) / PIXELS_PER_MM]),
    )
    return strokes.length === 0 ? [] : [{ text: box.text, sample: box.sample, strokes }]
  })
  const texts = new Set(samples.map(({ text }) => text))
  const empty = [...new Set(BOXES.map(({ text }) => text))].filter((text) => !texts.has(text))
  return { ...GUIDES, samples, empty }
}

/** The place of the sheet in the photograph. */
function sheetIn(photo: Picture): Perspective {
  const corners = markersIn(photo)
  if (!corners)
    throw noSheetError(
      'its four markers were not found; photograph the whole sheet from above, in even light, without flash',
    )
  const candidates = [0, 1, 2, 3].flatMap((turn) => {
    const place = perspectiveOf(
      MARKERS,
      MARKERS.map((_, i): Point => corners[(i + turn) % 4] ?? [0, 0]),
    )
    return place ? [{ place, contrast: signContrast(photo, place) }] : []
  })
  const best = candidates.reduce<(typeof candidates)[number] | undefined>(
    (best, candidate) => (candidate.contrast > (best?.contrast ?? 0) ? candidate : best),
    undefined,
  )
  if (!best || best.contrast < 0.25) throw noSheetError('the dark square at its top was not found beside a marker')
  return best.place
}

const noSheetError = (reason: string) => new PlotdError('ERR_FILE', `the photograph shows no alphabet sheet: ${reason}`)

/** `1 − tone of the top sign / tone of the lighter place above or below it`; below 0 when the sign is lighter. */
function signContrast(photo: Picture, place: Perspective): number {
  const { x, y, side } = TOP_SIGN
  const mean = (dy: number) => {
    let sum = 0
    for (let i = -2; i <= 2; i++) for (let j = -2; j <= 2; j++) sum += tone(photo, place(x + i * 0.7, y + dy + j * 0.7))
    return sum / 25
  }
  const beside = Math.max(mean(-side), mean(side))
  return beside <= 0 ? 0 : 1 - mean(0) / beside
}

/** Brightness at a point of the photograph. */
const tone = (photo: Picture, [x, y]: Point): number => interpolate(photo, x, y)

/** The ink of a box, with a border of one pixel. */
function inkIn(photo: Picture, place: Perspective, box: Box): Bitmap {
  const columns = Math.round(box.width * PIXELS_PER_MM)
  const rows = Math.round(box.height * PIXELS_PER_MM)
  const tones = new Float32Array(columns * rows)
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      tones[row * columns + column] = tone(
        photo,
        place(box.x + (column + 0.5) / PIXELS_PER_MM, box.y + (row + 0.5) / PIXELS_PER_MM),
      )
  const sorted = tones.slice().sort()
  const paper = sorted[Math.floor(0.9 * sorted.length)] ?? 1
  const darkest = sorted[Math.floor(DARKEST * sorted.length)] ?? paper
  const width = columns + 2
  const ink = new Uint8Array(width * (rows + 2))
  if (darkest > EMPTY * paper) return { width, height: rows + 2, ink }
  const limit = paper - INK * (paper - darkest)
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      if ((tones[row * columns + column] ?? 0) < limit) ink[(row + 1) * width + column + 1] = 1
  return withoutSpecks({ width, height: rows + 2, ink })
}

/**
 * Keeps a piece of connected ink if one of its pixels is at least two pixels from the paper, and more than `BORDER`
 * from the left and right sides. Thinner ink is noise of the camera.
 */
function withoutSpecks(bitmap: Bitmap): Bitmap {
  const edgeDistance = distances(bitmap, bitmap.ink)
  const { width, height, ink } = bitmap
  const clean = new Uint8Array(ink.length)
  const queue: number[] = []
  for (let i = 0; i < ink.length; i++)
    if ((edgeDistance[i] ?? 0) >= 2 * STEP && Math.min(i % width, width - 1 - (i % width)) > BORDER * PIXELS_PER_MM) {
      clean[i] = 1
      queue.push(i)
    }
  for (let i = queue.pop(); i !== undefined; i = queue.pop()) {
    for (const other of [
      i - 1,
      i + 1,
      i - width,
      i + width,
      i - width - 1,
      i - width + 1,
      i + width - 1,
      i + width + 1,
    ])
      if (ink[other] === 1 && clean[other] === 0) {
        clean[other] = 1
        queue.push(other)
      }
  }
  return { width, height, ink: clean }
}
