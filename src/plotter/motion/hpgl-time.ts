import { x, y } from '../../geometry/drawing.ts'
import type { HpglOptions, MotionLimits } from '../profiles/profile.ts'
import { byteSeconds, HpglFeed, longestPart } from './hpgl-feed.ts'
import { restToRest } from './limits.ts'

/** A place in plotter units (y up). */
export interface Units {
  readonly x: number
  readonly y: number
}

/** Where a place in the drawing's mm (y down) is for the plotter, when home is the drawing's own corner. */
export function unitsAt({ origin, unitMm, swapAxes }: HpglOptions, mmX: number, mmY: number): Units {
  const [across, down] = swapAxes ? [mmY, mmX] : [mmX, mmY]
  return { x: Math.round(origin.x + across / unitMm), y: Math.round(origin.y - down / unitMm) }
}

/** `VS` takes whole cm/s. */
const velocityOf = (mmPerSecond: number): number => Math.max(1, Math.round(mmPerSecond / 10))

/** The instruction that selects a speed. Where selecting one slows acceleration too, full speed is that of no selection. */
export const velocityWord = (options: HpglOptions, full: number, percent: number): string =>
  options.selectedAcceleration !== undefined && percent >= 100 ? 'VS;' : `VS${velocityOf((full * percent) / 100)};`

/** `PU;` after a stroke, and the answer's own bytes beside the place: `OA;` is sent meanwhile. */
const LIFT_BYTES = 3
const ANSWER_BYTES = 2
/** Of each instruction beside its pairs: their last number has no separator, but a semicolon. */
const PART_BYTES = 2
/** Bytes before the first stroke and after the last: what is asked and answered, and the way home. */
export const AROUND_PLOT_BYTES = { before: 18, after: 48 } as const

/** Seconds that so many bytes take on the wire. */
export const wireSeconds = (bytes: number, options: HpglOptions): number => bytes * byteSeconds(options)

/**
 * Seconds for a stroke on an HP-GL plotter: each vector from rest to rest, and none before its text has come in. To that
 * add the way to the stroke, lowering and lifting.
 *
 * @param lead  seconds of the way there and of lowering, in which the wire already carries the stroke
 */
export function hpglSeconds(points: Float64Array, limits: MotionLimits, options: HpglOptions, lead = 0): number {
  const byte = byteSeconds(options)
  const speed = Math.min(limits.speed, 10 * velocityOf(limits.speed))
  const feed = new HpglFeed(options)
  let at = unitsAt(options, x(points, 0), y(points, 0))
  feed.send(velocityBytes(limits, options))
  const begun = feed.send(PART_BYTES + pairBytes(at)) + (PART_BYTES + pairBytes(at)) * byte
  let now = begun + lead
  feed.does(feed.sent, 0, now)
  for (const { vertices, bytes } of parts(points, at, options)) {
    const before = feed.sent
    const start = feed.send(bytes)
    let read = PART_BYTES
    for (const next of vertices) {
      read += pairBytes(next)
      const from = Math.max(now, start + read * byte)
      const mm = Math.hypot(next.x - at.x, next.y - at.y) * options.unitMm
      now = from + restToRest(mm, limits.acceleration, speed)
      feed.does(before + read, from, now)
      at = next
    }
  }
  now = Math.max(now, feed.send(LIFT_BYTES) + LIFT_BYTES * byte)
  return now - lead + (pairBytes(at) + ANSWER_BYTES) * byte
}

/** What selects the speed before a stroke: `VS38;`, or `VS;` where that would slow acceleration. */
function velocityBytes({ speed, acceleration }: MotionLimits, { selectedAcceleration }: HpglOptions): number {
  const selects = selectedAcceleration === undefined || acceleration === selectedAcceleration
  return selects ? `VS${velocityOf(speed)};`.length : 'VS;'.length
}

/** The instructions of a stroke after its first place, as they are cut for the buffer. */
function* parts(
  points: Float64Array,
  from: Units,
  options: HpglOptions,
): Generator<{ readonly vertices: readonly Units[]; readonly bytes: number }, void, void> {
  const longest = longestPart(options)
  let [at, vertices, bytes]: [Units, Units[], number] = [from, [], PART_BYTES]
  for (let i = 1; i < points.length / 2; i++) {
    const next = unitsAt(options, x(points, i), y(points, i))
    if (next.x === at.x && next.y === at.y) continue
    const pair = pairBytes(next)
    if (bytes + pair > longest) {
      yield { vertices, bytes }
      ;[vertices, bytes] = [[], PART_BYTES]
    }
    vertices.push(next)
    bytes += pair
    at = next
  }
  yield { vertices, bytes: Math.max(bytes, PART_BYTES + 1) }
}

/** With the separator behind each number. */
const pairBytes = ({ x: ux, y: uy }: Units): number => digits(ux) + digits(uy) + 2

const digits = (n: number): number => (n < 0 ? 2 : 1) + Math.floor(Math.log10(Math.max(1, Math.abs(n))))
