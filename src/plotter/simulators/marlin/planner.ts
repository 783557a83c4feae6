import type { Block } from '../grbl/planner.ts'
import { eachAxis, type Vector } from '../grbl/vector.ts'
import { Trapezoid } from './trapezoid.ts'

/** Settings of a machine. Vectors have a value for each axis. */
export interface MarlinSettings {
  readonly stepsPerMm: Vector
  /** Highest speed (M203), mm/s. */
  readonly speed: Vector
  /** Highest acceleration (M201), mm/s². */
  readonly acceleration: Vector
  /** Acceleration of moves without extrusion (M204 T), mm/s²; Klipper's max_accel. */
  readonly travel: number
  /** Junction deviation (M205 J), mm. */
  readonly junction: number
  /** Klipper's square_corner_velocity, mm/s. */
  readonly cornerSpeed: number
  /** Klipper's minimum_cruise_ratio. */
  readonly cruiseRatio: number
  /** Size of the bed, mm. */
  readonly size: Vector
}

export const DEFAULTS: MarlinSettings = {
  stepsPerMm: [80, 80, 400],
  speed: [300, 300, 5],
  acceleration: [3000, 3000, 100],
  travel: 500,
  junction: 0.013,
  cornerSpeed: 5,
  cruiseRatio: 0.5,
  size: [220, 220, 200],
}

/** A planner as the board uses it. Times are in ms, lengths in mm, and feeds in mm/min. */
export interface MotionQueue {
  /** The place to which the last move leads, also when that move was dropped. */
  readonly target: Vector
  readonly position: Vector
  readonly isIdle: boolean
  readonly nextEvent: number
  /** Whether the board may answer `ok` to a move at `now`. */
  hasRoom(now: number): boolean
  /** @returns whether the carriage rests before this move, or undefined for a move that is dropped */
  push(to: Vector, feed: number, now: number): boolean | undefined
  /** Sets the position without a move. */
  place(position: Vector): void
  advance(now: number): void
  clear(): void
}

/** The block that is executed, with its ramps. */
interface Execution {
  readonly block: Block
  readonly ramps: Trapezoid
}

/** Maximum number of queued blocks: BLOCK_BUFFER_SIZE is 16, of which 15 can be used. */
const BLOCKS = 15
/** A block with fewer steps than this on each axis is dropped, and its steps go into the next block. */
const MIN_STEPS = 6
/** Time for which the first block waits for two more blocks, ms. */
const FIRST_BLOCK_MS = 100
/** A block of less time than this, s, is slowed down while SLOWDOWN_FROM to SLOWDOWN_TO blocks are queued (M205 B). */
const SLOWDOWN_S = 0.02
const SLOWDOWN_FROM = 2
const SLOWDOWN_TO = 7
/** The slowest step rate, steps/s. */
const MIN_RATE = 120
/** Blocks shorter than this, mm, with small turns count as parts of an arc (JD_HANDLE_SMALL_SEGMENTS). */
const SMALL_MM = 1
/** Cosine of 45°. A turn below this angle counts as small. */
const SMALL_TURN_COS = Math.SQRT1_2
/** Minimum turn in the formula for the radius of an arc, radians. */
const MIN_TURN = 0.033

/**
 * Marlin 2.1's planner, written from a description of its rules. It moves in whole steps, queues 15 blocks, and slows
 * down at corners by the junction deviation. The executing block keeps its ramps, so the next block keeps its entry
 * speed.
 */
export class MarlinPlanner implements MotionQueue {
  readonly #settings: MarlinSettings
  readonly #onMove: (to: Vector, ms: number) => void
  #blocks: Block[] = []
  #current: Execution | undefined
  /** The end of the last block, mm, rounded to whole steps. */
  #queued: Vector = [0, 0, 0]
  #unit: Vector = [0, 0, 0]
  #nominal = 0
  #delayUntil = 0
  target: Vector = [0, 0, 0]
  position: Vector = [0, 0, 0]

  constructor(settings: MarlinSettings, onMove: (to: Vector, ms: number) => void) {
    this.#settings = settings
    this.#onMove = onMove
  }

  get isIdle(): boolean {
    return this.#count === 0
  }

  get #count(): number {
    return this.#blocks.length + (this.#current ? 1 : 0)
  }

  /** Number of blocks that can still be queued. */
  get free(): number {
    return BLOCKS - this.#count
  }

  hasRoom(): boolean {
    return this.free > 0
  }

  get nextEvent(): number {
    if (this.#current) return this.#current.ramps.end
    if (this.#blocks.length === 0) return Infinity
    return this.#blocks.length >= 3 ? 0 : this.#delayUntil
  }

  place(position: Vector): void {
    this.target = this.position = this.#queued = position
  }

  clear(): void {
    this.#blocks = []
    this.#current = undefined
    this.place(this.position)
  }

  push(to: Vector, feed: number, now: number): boolean | undefined {
    const { stepsPerMm, speed, acceleration } = this.#settings
    const end = eachAxis((k) => Math.round(to[k] * stepsPerMm[k]) / stepsPerMm[k])
    const delta = eachAxis((k) => end[k] - this.#queued[k])
    this.target = to
    if (delta.every((mm, k) => Math.abs(mm) * (stepsPerMm[k] ?? 1) < MIN_STEPS - 0.5)) return undefined
    const mm = Math.hypot(...delta)
    const unit = eachAxis((k) => delta[k] / mm)
    const nominal = Math.min(this.#slowDown(mm, feed / 60), along(unit, speed))
    const most = Math.min(this.#settings.travel, along(unit, acceleration))
    const count = this.#count
    const junction = count === 0 ? 0 : Math.min(this.#junction(unit, mm, most), nominal, this.#nominal)
    if (count === 0) this.#delayUntil = now + FIRST_BLOCK_MS
    this.#blocks.push({ from: this.#queued, to: end, mm, unit, nominal, acceleration: most, junction, entry: 0 })
    this.#queued = end
    this.#unit = unit
    this.#nominal = nominal
    this.#replan()
    return count === 0
  }

  advance(now: number): void {
    for (;;) {
      const current = this.#current ?? this.#start(now)
      if (!current) return
      const { block, ramps } = current
      if (now < ramps.end) {
        const share = ramps.mmAt(now) / block.mm
        this.#report(
          eachAxis((k) => block.from[k] + (block.to[k] - block.from[k]) * share),
          now,
        )
        return
      }
      this.#report(block.to, ramps.end)
      this.#current = undefined
      const [next] = this.#blocks
      if (next) this.#run(ramps.end)
    }
  }

  /** Begins motion when three blocks are queued, or when the first block has waited long enough. */
  #start(now: number): Execution | undefined {
    const isDue = this.#blocks.length >= 3 || (this.#blocks.length > 0 && now >= this.#delayUntil)
    return isDue ? this.#run(now) : undefined
  }

  #run(ms: number): Execution | undefined {
    const block = this.#blocks.shift()
    if (!block) return undefined
    const least = this.#least(block.unit)
    const exit = Math.max(this.#blocks[0]?.entry ?? 0, least)
    const ramps = new Trapezoid(
      ms,
      block.mm,
      Math.max(block.entry, least),
      exit,
      Math.max(block.nominal, least),
      block.acceleration,
    )
    this.#current = { block, ramps }
    const [next] = this.#blocks
    if (next) next.entry = ramps.exit
    return this.#current
  }

  #report(to: Vector, ms: number): void {
    this.position = to
    this.#onMove(to, ms)
  }

  /** The speed in a direction at the slowest step rate, mm/s. */
  #least(unit: Vector): number {
    return MIN_RATE / Math.max(...unit.map((share, k) => Math.abs(share) * (this.#settings.stepsPerMm[k] ?? 1)))
  }

  /**
   * Lowers a speed by Marlin's rule SLOWDOWN. With two blocks queued, a block takes at least SLOWDOWN_S. With more
   * blocks queued, the rule lowers the speed less.
   */
  #slowDown(mm: number, speed: number): number {
    const seconds = mm / speed
    const count = this.#count
    if (count < SLOWDOWN_FROM || count > SLOWDOWN_TO || seconds >= SLOWDOWN_S) return speed
    return mm / (seconds + (2 * (SLOWDOWN_S - seconds)) / count)
  }

  #junction(unit: Vector, mm: number, acceleration: number): number {
    const before = this.#unit
    const cos = before[0] * unit[0] + before[1] * unit[1] + before[2] * unit[2]
    if (cos < -0.999999) return 0
    if (cos > 0.999999) return Infinity
    const change = eachAxis((k) => unit[k] - before[k])
    const size = Math.hypot(...change)
    const most = Math.min(
      acceleration,
      along(
        eachAxis((k) => change[k] / size),
        this.#settings.acceleration,
      ),
    )
    const half = Math.sqrt((1 + cos) / 2)
    const round = (most * this.#settings.junction * half) / (1 - half)
    if (mm >= SMALL_MM || cos <= SMALL_TURN_COS) return Math.sqrt(round)
    return Math.sqrt(Math.min(round, (mm * most) / Math.max(MIN_TURN, Math.acos(cos))))
  }

  #replan(): void {
    const blocks = this.#blocks
    let exit = 0
    for (let k = blocks.length - 1; k >= 0; k--) {
      const block = blocks[k] as Block
      if (k > 0 || !this.#current) {
        block.entry = Math.min(block.junction, Math.sqrt(exit * exit + 2 * block.acceleration * block.mm))
      }
      exit = block.entry
    }
    for (let k = 1; k < blocks.length; k++) {
      const before = blocks[k - 1] as Block
      const block = blocks[k] as Block
      block.entry = Math.min(block.entry, Math.sqrt(before.entry ** 2 + 2 * before.acceleration * before.mm))
    }
  }
}

/** The largest speed or acceleration along `unit` at which each axis stays within its limit. */
const along = (unit: Vector, limits: Vector): number =>
  Math.min(...limits.map((limit, k) => (unit[k] === 0 ? Infinity : limit / Math.abs(unit[k] ?? 1))))
