import { type GrblSettings, triple } from './settings.ts'
import { eachAxis, type Vector } from './vector.ts'

/** A move in the queue of a planner. */
export interface Block {
  readonly from: Vector
  readonly to: Vector
  readonly mm: number
  readonly unit: Vector
  /** mm/s */
  readonly nominal: number
  /** mm/s² */
  readonly acceleration: number
  /** Highest speed through the junction before this block, mm/s. */
  readonly junction: number
  entry: number
}

/** A part of the present block at constant acceleration. It begins `mm` along the block, at the time `at`, ms. */
interface Phase {
  readonly at: number
  readonly mm: number
  readonly speed: number
  readonly acceleration: number
}

/**
 * grbl's planner and its motion in time. It plans some blocks ahead (15 on grbl 1.1), with junction deviation ($11),
 * and with rates and accelerations by axis ($110…$122). It can always stop within the planned blocks. Times are in ms,
 * lengths in mm, speeds in mm/s.
 */
export class Planner {
  readonly #settings: GrblSettings
  readonly #most: number
  readonly #onMove: (to: Vector, ms: number) => void
  #blocks: Block[] = []
  #phases: Phase[] = []
  #end = Infinity
  #isHeld = false
  #hasBegun = false
  /** The place to which the last move leads, before rounding to steps, machine mm. After `clear`, the position. */
  target: Vector = [0, 0, 0]
  position: Vector = [0, 0, 0]
  /** Smallest number of blocks left at the end of a block, since `resetFill`. An empty queue does not count. */
  leastFill: number
  /** When a finished block last left the queue empty, ms. */
  restedAt = -Infinity

  constructor(settings: GrblSettings, most: number, onMove: (to: Vector, ms: number) => void) {
    this.#settings = settings
    this.#most = most
    this.leastFill = most
    this.#onMove = onMove
  }

  resetFill(): void {
    this.leastFill = this.#most
  }

  get isIdle(): boolean {
    return this.#blocks.length === 0
  }

  get free(): number {
    return this.#most - this.#blocks.length
  }

  /** Whether blocks are queued, the first has not started, and no hold is on. */
  get isWaiting(): boolean {
    return !this.#hasBegun && !this.#isHeld && this.#blocks.length > 0
  }

  get hasRoom(): boolean {
    return this.free > 0
  }

  /** When the present block ends, or the braking for a hold ends, ms; Infinity when nothing moves. */
  get nextEvent(): number {
    return this.#hasBegun ? this.#end : Infinity
  }

  get isHolding(): boolean {
    return this.#isHeld
  }

  get isStopped(): boolean {
    return this.isIdle || !this.#hasBegun || (this.#isHeld && this.#end === Infinity)
  }

  speedAt(ms: number): number {
    const phase = this.#phaseAt(ms)
    return phase ? phase.speed + (phase.acceleration * (ms - phase.at)) / 1000 : 0
  }

  /**
   * Queues a straight move at `feed` mm/min; Infinity means a rapid. The caller checks for room.
   *
   * @returns false when both ends round to the same steps: such a move makes no block
   */
  push(to: Vector, feed: number, now: number): boolean {
    const from = this.#onSteps(this.target)
    const end = this.#onSteps(to)
    const delta = eachAxis((k) => end[k] - from[k])
    const mm = Math.hypot(...delta)
    this.target = to
    if (mm < 1e-9) return false
    const unit = eachAxis((k) => delta[k] / mm)
    const nominal = Math.min(feed / 60, this.#along(unit, 110) / 60)
    const acceleration = this.#along(unit, 120)
    const last = this.#blocks.at(-1)
    const junction = last ? Math.min(this.#junction(last.unit, unit), nominal, last.nominal) : 0
    this.#blocks.push({ from, to: end, mm, unit, nominal, acceleration, junction, entry: 0 })
    if (this.#hasBegun && !this.#isHeld) this.#replan(now)
    return true
  }

  /** Starts the queued blocks. */
  begin(now: number): void {
    if (!this.isWaiting) return
    this.#hasBegun = true
    this.#start(now)
  }

  /** Simulates up to `now`. The caller must advance from event to event. */
  advance(now: number): void {
    const [block] = this.#blocks
    if (!block || !this.#hasBegun) return
    if (now >= this.#end) {
      this.#report(block, this.#end)
      if (this.#isHeld && this.#mmAt(this.#end) < block.mm - 1e-7) this.#rest(this.#end)
      else this.#finish(block)
      return
    }
    this.#report(block, now)
  }

  /** Brakes to a stop and holds. If nothing moves, holds at once. */
  hold(now: number): void {
    const [block] = this.#blocks
    this.#isHeld = true
    if (!block || !this.#hasBegun) return
    const mm = this.#mmAt(now)
    const speed = this.speedAt(now)
    const stop = (speed * speed) / (2 * block.acceleration)
    if (speed === 0) this.#rest(now)
    else if (mm + stop < block.mm) {
      this.#phases = [{ at: now, mm, speed, acceleration: -block.acceleration }]
      this.#end = now + (1000 * speed) / block.acceleration
    } else
      this.#run(block, now, mm, speed, Math.sqrt(Math.max(0, speed * speed - 2 * block.acceleration * (block.mm - mm))))
  }

  resume(now: number): void {
    if (!this.#isHeld) return
    this.#isHeld = false
    if (this.#hasBegun) this.#restart(now)
  }

  /** Discards all blocks and stops at the present position. */
  clear(now: number): void {
    const [block] = this.#blocks
    if (block && this.#hasBegun) this.#report(block, Math.min(now, this.#end))
    this.#hasBegun = false
    this.#blocks = []
    this.#phases = []
    this.#end = Infinity
    this.#isHeld = false
    this.target = this.position
  }

  /** Ends motion within the block. The carriage stands still from `ms` on. */
  #rest(ms: number): void {
    this.#phases = [{ at: ms, mm: this.#mmAt(ms), speed: 0, acceleration: 0 }]
    this.#end = Infinity
  }

  #finish(block: Block): void {
    const ms = this.#end
    const speed = this.speedAt(ms)
    this.position = block.to
    this.#blocks.shift()
    this.#phases = []
    const [next] = this.#blocks
    if (next) this.leastFill = Math.min(this.leastFill, this.#blocks.length)
    else {
      this.#hasBegun = false
      this.#end = Infinity
      this.restedAt = ms
      return
    }
    next.entry = speed
    if (this.#isHeld) {
      this.#phases = [{ at: ms, mm: 0, speed, acceleration: 0 }]
      this.hold(ms)
    } else this.#start(ms)
  }

  #start(ms: number): void {
    const [block] = this.#blocks
    if (!block) return
    this.#phases = [{ at: ms, mm: 0, speed: block.entry, acceleration: 0 }]
    this.#end = ms
    this.#replan(ms)
  }

  #restart(now: number): void {
    const [block] = this.#blocks
    if (!block) return
    const mm = this.#mmAt(now)
    this.#phases = [{ at: now, mm, speed: 0, acceleration: 0 }]
    this.#replan(now)
  }

  /** Computes entry speeds backward from a stop at the end, then plans the rest of the present block. */
  #replan(now: number): void {
    const blocks = this.#blocks
    let exit = 0
    for (let k = blocks.length - 1; k > 0; k--) {
      const block = blocks[k]
      if (!block) continue
      block.entry = Math.min(block.junction, Math.sqrt(exit * exit + 2 * block.acceleration * block.mm))
      exit = block.entry
    }
    const [head] = blocks
    if (!head) return
    const mm = this.#mmAt(now)
    const speed = this.speedAt(now)
    const reachable = Math.sqrt(speed * speed + 2 * head.acceleration * (head.mm - mm))
    this.#run(head, now, mm, speed, Math.min(exit, reachable))
  }

  /** Plans the rest of the block: accelerate, cruise, brake to `exit`. */
  #run(block: Block, ms: number, mm: number, speed: number, exit: number): void {
    const { acceleration: a, nominal } = block
    const left = Math.max(0, block.mm - mm)
    const peak = Math.max(
      speed,
      exit,
      Math.min(Math.max(nominal, speed), Math.sqrt(a * left + (speed * speed + exit * exit) / 2)),
    )
    const up = Math.max(0, (peak * peak - speed * speed) / (2 * a))
    const down = Math.max(0, (peak * peak - exit * exit) / (2 * a))
    const cruise = Math.max(0, left - up - down)
    const t1 = ms + (1000 * (peak - speed)) / a
    const t2 = t1 + (peak > 0 ? (1000 * cruise) / peak : 0)
    this.#phases = [
      { at: ms, mm, speed, acceleration: a },
      { at: t1, mm: mm + up, speed: peak, acceleration: 0 },
      { at: t2, mm: mm + up + cruise, speed: peak, acceleration: -a },
    ]
    this.#end = t2 + (1000 * (peak - exit)) / a
  }

  #phaseAt(ms: number): Phase | undefined {
    return this.#phases.findLast(({ at }) => at <= ms + 1e-9) ?? this.#phases[0]
  }

  #mmAt(ms: number): number {
    const phase = this.#phaseAt(ms)
    if (!phase) return 0
    const t = Math.max(0, ms - phase.at) / 1000
    return Math.min(this.#blocks[0]?.mm ?? 0, phase.mm + phase.speed * t + (phase.acceleration * t * t) / 2)
  }

  #report(block: Block, ms: number): void {
    const share = ms >= this.#end && !this.#isHeld ? 1 : this.#mmAt(ms) / block.mm
    const to = block.from.map((v, k) => v + ((block.to[k] ?? 0) - v) * share) as unknown as Vector
    this.position = share === 1 ? block.to : to
    this.#onMove(this.position, ms)
  }

  /** A place rounded to whole steps in 32-bit floating point, as plan_buffer_line of grbl rounds it. */
  #onSteps(place: Vector): Vector {
    const perMm = triple(this.#settings, 100)
    return eachAxis((k) => {
      const steps = Math.fround(Math.fround(place[k]) * perMm[k])
      return (Math.sign(steps) * Math.round(Math.abs(steps))) / perMm[k]
    })
  }

  /** The largest rate or acceleration along `unit` at which each axis stays within its setting. */
  #along(unit: Vector, first: number): number {
    const limits = triple(this.#settings, first)
    return Math.min(...limits.map((limit, k) => (unit[k] === 0 ? Infinity : limit / Math.abs(unit[k] ?? 1))))
  }

  /**
   * The speed at a corner by junction deviation: the speed on a circle that touches both blocks and passes the corner
   * at a distance of $11.
   */
  #junction(before: Vector, after: Vector): number {
    const cos = -(before[0] * after[0] + before[1] * after[1] + before[2] * after[2])
    if (cos > 0.999999) return 0
    if (cos < -0.999999) return Infinity
    const change = after.map((v, k) => v - (before[k] ?? 0)) as unknown as Vector
    const size = Math.hypot(...change)
    const acceleration = this.#along(change.map((v) => v / size) as unknown as Vector, 120)
    const sinHalf = Math.sqrt((1 - cos) / 2)
    return Math.sqrt((acceleration * (this.#settings[11] ?? 0.01) * sinHalf) / (1 - sinHalf))
  }
}
