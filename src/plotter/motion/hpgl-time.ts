import { x, y } from '../../geometry/drawing.ts'
import type { HpglOptions, MotionLimits } from '../profile.ts'
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

/** Longest instruction that is sent, bytes: a part of the buffer, so that streaming never stalls. */
export const longestPart = ({ bufferBytes }: HpglOptions): number => Math.min(120, Math.floor(bufferBytes / 4))

/** The room in the buffer is asked for after so many bytes, before the answer is needed. */
export const askEvery = ({ bufferBytes }: HpglOptions): number => Math.min(256, bufferBytes / 6)

/** `VS` takes whole cm/s. */
const velocityOf = (mmPerSecond: number): number => Math.max(1, Math.round(mmPerSecond / 10))

/** The instruction that selects a speed. Where selecting one slows acceleration too, full speed is that of no selection. */
export const velocityWord = (options: HpglOptions, full: number, percent: number): string =>
  options.selectedAcceleration !== undefined && percent >= 100 ? 'VS;' : `VS${velocityOf((full * percent) / 100)};`

const BITS_PER_BYTE = 10
/** `VS38;` before a stroke, `PU;` after it, and the answer's own bytes beside the place: `OA;` is sent meanwhile. */
const FRAME_BYTES = 5
const LIFT_BYTES = 3
const ANSWER_BYTES = 2
/** Of each part beside its pairs, and of the question for room, which goes with every other part or fewer. */
const PART_BYTES = 2
const ASK_BYTES = 3
/** Bytes before the first stroke and after the last: what is asked and answered, and the way home. */
export const AROUND_PLOT_BYTES = { before: 18, after: 48 } as const

const byteSeconds = ({ baudRate }: HpglOptions): number => BITS_PER_BYTE / baudRate

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
  const longest = longestPart(options)
  const splitting = PART_BYTES + ASK_BYTES / Math.max(2, Math.ceil(askEvery(options) / longest))
  let at = unitsAt(options, x(points, 0), y(points, 0))
  let bytes = FRAME_BYTES + PART_BYTES + pairBytes(at)
  let now = bytes * byte + lead
  const roomAt = now - options.bufferBytes * byte
  let part = PART_BYTES
  bytes += PART_BYTES
  for (let i = 1; i < points.length / 2; i++) {
    const next = unitsAt(options, x(points, i), y(points, i))
    if (next.x === at.x && next.y === at.y) continue
    const pair = pairBytes(next)
    if (part + pair > longest) {
      bytes += splitting
      part = PART_BYTES
    }
    part += pair
    bytes += pair
    const mm = Math.hypot(next.x - at.x, next.y - at.y) * options.unitMm
    now = Math.max(now, bytes * byte, roomAt + bytes * byte) + restToRest(mm, limits.acceleration, speed)
    at = next
  }
  now = Math.max(now, (bytes + LIFT_BYTES) * byte)
  return now - lead + (pairBytes(at) + ANSWER_BYTES) * byte
}

/** With the separator behind each number. */
const pairBytes = ({ x: ux, y: uy }: Units): number => digits(ux) + digits(uy) + 2

const digits = (n: number): number => (n < 0 ? 2 : 1) + Math.floor(Math.log10(Math.max(1, Math.abs(n))))
