import { x, y } from '../../geometry/drawing.ts'
import type { HpglOptions, MotionLimits } from '../profiles/profile.ts'
import { byteSeconds, HpglFeed, longestPart } from './hpgl-feed.ts'
import { restToRest } from './limits.ts'

/** A place in plotter units (y up). */
export interface Units {
  readonly x: number
  readonly y: number
}

/** Converts the drawing's mm (y down) to plotter units, where home is the drawing's top-left corner. */
export function unitsAt({ origin, unitMm, swapAxes }: HpglOptions, mmX: number, mmY: number): Units {
  const [across, down] = swapAxes ? [mmY, mmX] : [mmX, mmY]
  return { x: Math.round(origin.x + across / unitMm), y: Math.round(origin.y - down / unitMm) }
}

/** Converts mm/s to the whole cm/s of `VS`. */
const velocityOf = (mmPerSecond: number): number => Math.max(1, Math.round(mmPerSecond / 10))

/**
 * The instruction that sets `percent` of the full speed. 100 percent and more set full speed. `VS` with a number lowers
 * the acceleration of some plotters. For these plotters, `VS;` without a number sets full speed.
 */
export const velocityWord = (options: HpglOptions, full: number, percent: number): string =>
  options.selectedAcceleration !== undefined && percent >= 100
    ? 'VS;'
    : `VS${velocityOf((full * Math.min(100, percent)) / 100)};`

/** The speeds that `VS` selects on a plotter with a `selectedAcceleration` (7470A) are multiples of this, mm/s. */
const SPEED_STEP = 3.8

/** The speed after `velocityWord` for less than 100 percent, mm/s. */
export function selectedSpeed({ selectedAcceleration }: HpglOptions, full: number, percent: number): number {
  const requested = 10 * velocityOf((full * percent) / 100)
  if (selectedAcceleration === undefined) return Math.min(full, requested)
  return Math.min(full, SPEED_STEP * Math.round(requested / SPEED_STEP))
}

/** Bytes of `PU;` after a stroke. */
const LIFT_BYTES = 3
/** Bytes of the answer to `OA;` besides the coordinates. */
const ANSWER_BYTES = 2
/** Bytes of an instruction besides its coordinate pairs. */
const PART_BYTES = 2
/** Bytes before the first stroke and after the last: requests, answers and the way home. */
export const AROUND_PLOT_BYTES = { before: 18, after: 48 } as const

/** Transmission time of `bytes`, s. */
export const wireSeconds = (bytes: number, options: HpglOptions): number => bytes * byteSeconds(options)

/**
 * Seconds for a stroke on an HP-GL plotter. Each vector runs from rest to rest and begins after its bytes have arrived.
 * Travel, lowering and lifting are not included.
 *
 * @param lead  seconds of travel and lowering, during which the wire already carries the stroke
 */
export function hpglSeconds(points: Float64Array, limits: MotionLimits, options: HpglOptions, lead: number): number {
  const byte = byteSeconds(options)
  const speed = vectorSpeed(limits, options)
  const feed = new HpglFeed(options)
  let place = unitsAt(options, x(points, 0), y(points, 0))
  feed.send(velocityBytes(limits, options))
  const startedAt = feed.send(PART_BYTES + pairBytes(place)) + (PART_BYTES + pairBytes(place)) * byte
  let now = startedAt + lead
  feed.record(feed.sent, 0, now)
  for (const { vertices, bytes } of parts(points, place, options)) {
    const before = feed.sent
    const start = feed.send(bytes)
    let read = PART_BYTES
    for (const next of vertices) {
      read += pairBytes(next)
      const from = Math.max(now, start + read * byte)
      const mm = Math.hypot(next.x - place.x, next.y - place.y) * options.unitMm
      now = from + restToRest(mm, limits.acceleration, speed)
      feed.record(before + read, from, now)
      place = next
    }
  }
  now = Math.max(now, feed.send(LIFT_BYTES) + LIFT_BYTES * byte)
  return now - lead + (pairBytes(place) + ANSWER_BYTES) * byte
}

/** Seconds of a stroke's vectors, each from rest to rest, when the plotter has the bytes of all these vectors. */
export function vectorSeconds(points: Float64Array, limits: MotionLimits, options: HpglOptions): number {
  const speed = vectorSpeed(limits, options)
  let place = unitsAt(options, x(points, 0), y(points, 0))
  let seconds = 0
  for (let i = 1; i < points.length / 2; i++) {
    const next = unitsAt(options, x(points, i), y(points, i))
    const mm = Math.hypot(next.x - place.x, next.y - place.y) * options.unitMm
    seconds += restToRest(mm, limits.acceleration, speed)
    place = next
  }
  return seconds
}

/** The speed at which a vector is drawn, mm/s. `VS` selects whole cm/s. */
const vectorSpeed = ({ speed }: MotionLimits, { selectedAcceleration }: HpglOptions): number =>
  selectedAcceleration === undefined ? Math.min(speed, 10 * velocityOf(speed)) : speed

/** Length of the instruction that selects the speed, bytes. */
export function velocityBytes({ speed, acceleration }: MotionLimits, { selectedAcceleration }: HpglOptions): number {
  const selectsSpeed = selectedAcceleration === undefined || acceleration === selectedAcceleration
  return selectsSpeed ? `VS${velocityOf(speed)};`.length : 'VS;'.length
}

/** An instruction that draws to some vertices of a stroke. */
interface Part {
  readonly vertices: readonly Units[]
  readonly bytes: number
  /** The vertex of the stroke at which the instruction ends. */
  readonly last: number
}

/** The instructions of a stroke after its first place, cut to fit the buffer. */
export function* parts(points: Float64Array, from: Units, options: HpglOptions): Generator<Part, void, void> {
  const longest = longestPart(options)
  let place = from
  let vertices: Units[] = []
  let bytes = PART_BYTES
  for (let i = 1; i < points.length / 2; i++) {
    const next = unitsAt(options, x(points, i), y(points, i))
    if (next.x === place.x && next.y === place.y) continue
    const pair = pairBytes(next)
    if (bytes + pair > longest) {
      yield { vertices, bytes, last: i - 1 }
      vertices = []
      bytes = PART_BYTES
    }
    vertices.push(next)
    bytes += pair
    place = next
  }
  yield { vertices, bytes: Math.max(bytes, PART_BYTES + 1), last: points.length / 2 - 1 }
}

/** Length of a coordinate pair with separators, bytes. */
export const pairBytes = ({ x: ux, y: uy }: Units): number => digits(ux) + digits(uy) + 2

const digits = (n: number): number => (n < 0 ? 2 : 1) + Math.floor(Math.log10(Math.max(1, Math.abs(n))))
