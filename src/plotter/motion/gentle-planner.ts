import type { MotionLimits } from '../profiles/profile.ts'
import { type Blocks, emptyBlocks, push } from './blocks.ts'
import type { Machine } from './limits.ts'
import { PathWindow } from './path-window.ts'
import { RampTable } from './ramp-table.ts'
import { type Gentle, pushRamp, rampBlocks, rampLength } from './s-curve.ts'
import { type Course, planStretches, type Stretch } from './stretches.ts'

/** Fraction of the squared speed limit that is used on a curve. */
const ON_CURVE = 0.8
/** Fraction of the acceleration that remains along the path on a curve: √(1 − ON_CURVE²). */
const ALONG_CURVE = 0.6

/** A block that ends within this distance of a vertex counts as ending at the vertex, mm. */
const TINY = 1e-12

/**
 * Computes speeds along one path, from rest to rest, with limited jerk, for machines that shake. Plots take longer than
 * with `PathPlanner`. Holds the whole path in memory.
 */
export class GentlePlanner {
  readonly #window: PathWindow
  #to: Blocks = emptyBlocks(1)
  /** The computation of the blocks of the present path. It pauses when `#to` is full. */
  #run: Generator<void, void, void> | undefined

  constructor(machine: Machine) {
    this.#window = new PathWindow(machine)
  }

  /** Begins a path. @param points  x, y interleaved, mm @param jerk  mm/s³ */
  start(points: Float64Array, limits: MotionLimits, jerk: number): void {
    const window = this.#window
    window.start(points, limits)
    for (window.load(); !window.isExhausted; window.load()) window.grow()
    this.#run = this.#blocks(window, { acceleration: limits.acceleration, jerk })
  }

  /** Replaces `blocks` by the next blocks of the path. @returns false when none are left */
  fill(blocks: Blocks): boolean {
    blocks.length = 0
    this.#to = blocks
    this.#run?.next()
    return blocks.length > 0
  }

  /** Appends blocks to `#to`, and yields each time `#to` is full. */
  *#blocks(window: PathWindow, gentle: Gentle): Generator<void, void, void> {
    if (window.count < 2) return
    const { s, ux, uy } = window
    const ramps = emptyBlocks(2 * rampBlocks(gentle) + 1)
    let segment = 0
    for (const stretch of planStretches(courseOf(window, gentle))) {
      let along = s[stretch.from] as number
      profileOf(stretch, ramps)
      for (let b = 0; b < ramps.length; b++) {
        const isLast = b === ramps.length - 1
        const begin = along
        const length = ramps.dx[b] as number
        const end = isLast ? (s[stretch.to] as number) : begin + length
        const u0 = (ramps.entry[b] as number) ** 2
        const u1 = (ramps.exit[b] as number) ** 2
        const speed = (way: number): number => Math.sqrt(Math.max(0, u0 + ((u1 - u0) * (way - begin)) / (end - begin)))
        while (segment < stretch.to && (isLast || along < end)) {
          const vertex = s[segment + 1] as number
          const upTo = vertex - TINY <= end ? vertex : end
          const exit = upTo >= end - TINY ? (ramps.exit[b] as number) : speed(upTo)
          const entry = along === begin ? (ramps.entry[b] as number) : speed(along)
          if (this.#to.length === this.#to.seconds.length) yield
          push(this.#to, upTo - along, entry, exit, ux[segment] as number, uy[segment] as number)
          along = upTo
          if (upTo === vertex) segment++
        }
      }
    }
  }
}

/** Writes a stretch's speeds as blocks. */
function profileOf({ length, v0, v1, peak, gentle }: Stretch, to: Blocks): void {
  to.length = 0
  pushRamp(to, v0, peak, gentle)
  const cruise = length - rampLength(v0, peak, gentle) - rampLength(peak, v1, gentle)
  if (cruise > TINY) push(to, cruise, peak, peak, 1, 0)
  pushRamp(to, peak, v1, gentle)
}

/** The speed limits of a path at its vertices and on its segments, and the segments that are curved. */
function courseOf({ s, cap, allowed, radius, count }: PathWindow, gentle: Gentle): Course {
  const atVertex = new Float64Array(count)
  const onSegment = new Float64Array(count - 1)
  const curved = new Uint8Array(count - 1)
  const bend = (i: number): number => ON_CURVE * gentle.acceleration * (radius[i] as number)
  for (let i = 0; i + 1 < count; i++) {
    const both = Math.max(bend(i), bend(i + 1))
    onSegment[i] = Math.sqrt(Math.min(cap[i] as number, both))
    curved[i] = both < Infinity ? 1 : 0
  }
  for (let i = 1; i + 1 < count; i++) {
    atVertex[i] = Math.min(
      Math.sqrt(Math.min(allowed[i] as number, bend(i))),
      onSegment[i - 1] as number,
      onSegment[i] as number,
    )
  }
  const along = { straight: gentle, curved: { ...gentle, acceleration: ALONG_CURVE * gentle.acceleration } }
  const ramps = { up: new RampTable(gentle), down: new RampTable(gentle) }
  return { s, atVertex, onSegment, curved, along, ramps }
}
