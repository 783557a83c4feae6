import { boundsOf } from '../../../geometry/bounds.ts'
import { x, y } from '../../../geometry/drawing.ts'
import { longestPart } from '../../motion/hpgl-feed.ts'
import { type Units, unitsAt } from '../../motion/hpgl-time.ts'
import type { Plan } from '../../plan/plan.ts'
import type { HpglOptions } from '../../profiles/profile.ts'
import type { Place } from '../driver.ts'

export type { Units } from '../../motion/hpgl-time.ts'

/** Discards the buffer and lifts the pen. ETX ends a label whose end was discarded. */
export const ABORT_AND_LIFT = '\x1b.K\x03;PU;'

/** Converts between the drawing's mm (y down) and plotter units (y up), with the home that the user set. */
export class Frame {
  readonly #options: HpglOptions
  /** Home, relative to the profile's `origin`, plotter units. */
  home: Units = { x: 0, y: 0 }

  constructor(options: HpglOptions) {
    this.#options = options
  }

  toUnits(mmX: number, mmY: number): Units {
    const { x, y } = unitsAt(this.#options, mmX, mmY)
    return { x: x + this.home.x, y: y + this.home.y }
  }

  toMm({ x: ux, y: uy }: Units): Place {
    const { origin, unitMm, swapAxes } = this.#options
    const across = (ux - this.home.x - origin.x) * unitMm
    const down = (origin.y + this.home.y - uy) * unitMm
    return swapAxes ? { x: down, y: across } : { x: across, y: down }
  }

  /** Maximum length of an instruction of a stroke, bytes. */
  get longest(): number {
    return longestPart(this.#options)
  }

  /** Sets home to these plotter units. */
  setHome(place: Units): void {
    this.home = { x: 0, y: 0 }
    const corner = this.toUnits(0, 0)
    this.home = { x: place.x - corner.x, y: place.y - corner.y }
  }
}

/** A part of a stroke as HP-GL, and the vertex at which it ends. */
export interface Part {
  readonly text: string
  readonly vertex: number
}

/**
 * One stroke as HP-GL, from vertex `from` on, in instructions that fit the buffer. The program begins with the pen up
 * and ends with the pen down. The caller lifts the pen. Successive vertices on the same plotter unit are sent once. For
 * a dot, the pen goes down without moving.
 *
 * @param line  x, y interleaved, mm
 */
export function* strokeProgram(line: Float64Array, frame: Frame, from = 0): Generator<Part, void, void> {
  const end = line.length / 2 - 1
  let place = frame.toUnits(x(line, from), y(line, from))
  yield { text: `PU${place.x},${place.y};`, vertex: from }
  let text = 'PD'
  for (let i = from + 1; i <= end; i++) {
    const next = frame.toUnits(x(line, i), y(line, i))
    if (next.x === place.x && next.y === place.y) continue
    place = next
    const pair = `${text === 'PD' ? '' : ','}${place.x},${place.y}`
    if (text.length + pair.length >= frame.longest) {
      yield { text: `${text};`, vertex: i - 1 }
      text = `PD${place.x},${place.y}`
    } else text += pair
  }
  yield { text: `${text};`, vertex: end }
}

/** The sent part of a stroke: its first and last vertex, and the bytes in the plotter's buffer just before the stop. */
interface Sent {
  readonly from: number
  readonly sent: number
  readonly waiting: number
}

/** Approximate length of a vertex on the wire, bytes. */
const VERTEX_BYTES = 10

/**
 * The vertex at which a stopped pen stands. If a stroke passes a point more than once, the number of bytes in the
 * buffer decides.
 *
 * @returns undefined when the pen stands at no sent vertex, because it has not reached the stroke
 */
export function stoppedVertex(points: Float64Array, frame: Frame, place: Units, sent: Sent): number | undefined {
  const likely = sent.sent - sent.waiting / VERTEX_BYTES
  let best: number | undefined
  for (let i = sent.from; i <= sent.sent; i++) {
    const here = frame.toUnits(x(points, i), y(points, i))
    if (here.x !== place.x || here.y !== place.y) continue
    if (best === undefined || Math.abs(i - likely) < Math.abs(best - likely)) best = i
  }
  return best
}

/** The bounding box of a plan, plotter units. */
export function extent(plan: Plan, frame: Frame): { min: Units; max: Units } {
  const { minX, minY, maxX, maxY } = boundsOf(plan)
  const a = frame.toUnits(minX, minY)
  const b = frame.toUnits(maxX, maxY)
  return {
    min: { x: Math.min(a.x, b.x), y: Math.min(a.y, b.y) },
    max: { x: Math.max(a.x, b.x), y: Math.max(a.y, b.y) },
  }
}

/** Longest vector of a requested movement, mm. */
const PIECE_MM = 20

/**
 * Moves in short vectors, because a plotter finishes the vector under way after a stop, and after the loss of its link.
 *
 * @param travel  moves to a place, mm
 * @throws the errors of `travel`; before each vector, the reason of `signal` if it was aborted
 */
export async function moveInPieces(
  from: Place,
  to: Place,
  travel: (place: Place) => Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  const pieces = Math.max(1, Math.ceil(Math.hypot(to.x - from.x, to.y - from.y) / PIECE_MM))
  for (let i = 1; i <= pieces; i++) {
    signal?.throwIfAborted()
    await travel({ x: from.x + ((to.x - from.x) * i) / pieces, y: from.y + ((to.y - from.y) * i) / pieces })
  }
}
