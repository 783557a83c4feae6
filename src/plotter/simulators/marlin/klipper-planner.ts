import { eachAxis, type Vector } from '../grbl/vector.ts'
import type { MarlinSettings, MotionQueue } from './planner.ts'
import { Trapezoid } from './trapezoid.ts'

interface Move {
  readonly from: Vector
  readonly to: Vector
  readonly mm: number
  readonly unit: Vector
  readonly acceleration: number
  /** Square of the highest speed, mm²/s². */
  readonly cruise2: number
  /** Change of the squared speed by braking over the whole move, mm²/s². */
  readonly delta2: number
  /** `delta2` × (1 − minimum_cruise_ratio), mm²/s². The limit on the peak speed is computed from this change. */
  readonly smooth2: number
  start2: number
  smoothedStart2: number
  /** The speeds of the move's ramps, mm/s; 0 until the planner computes them. */
  speeds: readonly [entry: number, cruise: number, exit: number]
}

interface TimedMove {
  readonly move: Move
  readonly ramps: Trapezoid
  readonly end: number
}

/** A move with its times, or a call at a time between moves. */
type Timed = TimedMove | { readonly call: (ms: number) => void; readonly end: number }

/** While the planned motion lasts longer than this, ms, the board delays the `ok` of a move or dwell. */
const BUFFER_MS = 2000
/** Delay of the first motion, ms. */
const START_MS = 250
/** Time for which the first moves after a rest wait for more moves, ms. */
const PRIMING_MS = 100
/** After a rest, queued moves are planned when their total time reaches this, s. */
const FIRST_FLUSH_S = 2
/** In motion, queued moves are planned when their total time reaches this, s. */
const FLUSH_S = 0.25
/** Minimum duration of the motion that is planned ahead, ms. Below it, all queued moves are planned to a final stop. */
const LOW_MS = 1000

/**
 * Klipper's look-ahead, written from a description of its rules. The planner ignores steps. It limits the speed at
 * corners by `square_corner_velocity`, and lowers the peak speed of moves that only accelerate and brake. The print
 * time, which is the end of the planned motion, runs ahead of the present.
 */
export class KlipperPlanner implements MotionQueue {
  readonly #settings: MarlinSettings
  readonly #onMove: (to: Vector, ms: number) => void
  #queue: Move[] = []
  #timed: Timed[] = []
  /** The end of the planned motion, ms. */
  #printTime = -Infinity
  #untilFlush = FIRST_FLUSH_S
  /** Whether the moves so far were planned to a stop because no more moves came. */
  #hasRunLow = false
  /**
   * Time at which the first moves after a rest are planned although few have come, ms; undefined while motion
   * continues.
   */
  #primedAt: number | undefined = 0
  target: Vector = [0, 0, 0]
  position: Vector = [0, 0, 0]

  constructor(settings: MarlinSettings, onMove: (to: Vector, ms: number) => void) {
    this.#settings = settings
    this.#onMove = onMove
  }

  get isIdle(): boolean {
    return this.#queue.length === 0 && this.#timed.length === 0
  }

  hasRoom(now: number): boolean {
    return this.#printTime - now <= BUFFER_MS
  }

  /** Time at which the board may end its handler of a move, and so send `ok`, ms. */
  get roomAt(): number {
    return this.#printTime - BUFFER_MS
  }

  get nextEvent(): number {
    return Math.min(this.#timed[0]?.end ?? Infinity, this.#flushAt)
  }

  /** Time at which all queued moves are planned because no more come, ms. */
  get #flushAt(): number {
    return this.#queue.length > 0 ? (this.#primedAt ?? this.#printTime - LOW_MS) : Infinity
  }

  place(position: Vector): void {
    this.target = this.position = position
  }

  clear(): void {
    this.#queue = []
    this.#timed = []
    this.#printTime = -Infinity
    this.place(this.position)
  }

  push(to: Vector, feed: number, now: number): boolean | undefined {
    const { travel: travelAcceleration, speed, cruiseRatio } = this.#settings
    const from = this.target
    const delta = eachAxis((k) => to[k] - from[k])
    const mm = Math.hypot(...delta)
    this.target = to
    if (mm < 1e-9) return undefined
    const unit = eachAxis((k) => delta[k] / mm)
    const isZ = unit[2] !== 0
    const most = isZ ? Math.min(speed[0], speed[2] / Math.abs(unit[2])) : speed[0]
    const acceleration = isZ
      ? Math.min(travelAcceleration, this.#settings.acceleration[2] / Math.abs(unit[2]))
      : travelAcceleration
    const cruise = Math.min(feed / 60, most)
    const delta2 = 2 * mm * acceleration
    const smooth2 = delta2 * (1 - cruiseRatio)
    const move: Move = {
      from,
      to,
      mm,
      unit,
      acceleration,
      cruise2: cruise ** 2,
      delta2,
      smooth2,
      start2: 0,
      smoothedStart2: 0,
      speeds: [0, 0, 0],
    }
    const last = this.#queue.at(-1)
    const isFirst = this.isIdle || this.#printTime < now || this.#hasRunLow
    if (last) {
      move.start2 = this.#junction2(last, move)
      move.smoothedStart2 = Math.min(move.start2, last.smoothedStart2 + last.smooth2)
    }
    this.#hasRunLow = false
    this.#queue.push(move)
    if (this.#primedAt !== undefined) this.#primedAt = now + PRIMING_MS
    this.#untilFlush -= mm / cruise
    if (this.#untilFlush <= 0) this.#plan(now, true)
    return isFirst
  }

  /** Plans all queued moves. @returns the print time, which is later than `now` */
  flush(now: number): number {
    this.#hasRunLow = false
    this.#plan(now, false)
    this.#primedAt = now
    this.#untilFlush = FIRST_FLUSH_S
    this.#printTime = Math.max(this.#printTime, now + START_MS)
    return this.#printTime
  }

  get printTime(): number {
    return this.#printTime
  }

  dwell(ms: number, now: number): void {
    this.#printTime = this.flush(now) + ms
  }

  /** Calls `call` at the end of the last queued move, but not before `START_MS` from `now`. */
  atEnd(now: number, call: (ms: number) => void): void {
    this.#timed.push({ call, end: this.flush(now) })
  }

  advance(now: number): void {
    if (now >= this.#flushAt) {
      this.#hasRunLow = true
      this.#plan(now, false)
    }
    for (let next = this.#timed[0]; next; next = this.#timed[0]) {
      if (now < next.end) {
        if ('move' in next) this.#report(next, now)
        return
      }
      this.#timed.shift()
      if ('move' in next) {
        this.position = next.move.to
        this.#onMove(this.position, next.end)
      } else next.call(next.end)
    }
  }

  #report({ move, ramps }: TimedMove, now: number): void {
    const mm = ramps.mmAt(now)
    if (mm === 0) return
    const share = mm / move.mm
    this.position = eachAxis((k) => move.from[k] + (move.to[k] - move.from[k]) * share)
    this.#onMove(this.position, now)
  }

  /** Square of the highest speed between two moves. */
  #junction2(before: Move, move: Move): number {
    const cos = before.unit[0] * move.unit[0] + before.unit[1] * move.unit[1] + before.unit[2] * move.unit[2]
    const most = Math.min(move.cruise2, before.cruise2, before.start2 + before.delta2)
    const sinHalf = Math.sqrt(Math.max(0, (1 + cos) / 2))
    const cosHalf = Math.sqrt(Math.max(0, (1 - cos) / 2))
    if (sinHalf >= 1 || cosHalf <= 0) return most
    // Klipper's junction deviation is cornerSpeed² · (√2 − 1) / acceleration. The square of the speed at a corner
    // contains the deviation times the acceleration, so the acceleration cancels.
    const deviationTimesAcceleration = this.#settings.cornerSpeed ** 2 * (Math.SQRT2 - 1)
    const round = (deviationTimesAcceleration * sinHalf) / (1 - sinHalf)
    const quarter = (0.25 * sinHalf) / cosHalf
    return Math.min(most, round, move.delta2 * quarter, before.delta2 * quarter)
  }

  /** Plans queued moves. @param onlyFinal whether to plan only the moves whose speeds later moves cannot change */
  #plan(now: number, onlyFinal: boolean): void {
    this.#untilFlush = FLUSH_S
    const count = this.#setSpeeds(onlyFinal)
    if (count === 0) return
    if (this.#printTime < now + 1e-9) this.#printTime = now + START_MS
    for (const move of this.#queue.splice(0, count)) {
      const [entry, cruise, exit] = move.speeds
      const ramps = new Trapezoid(this.#printTime, move.mm, entry, exit, cruise, move.acceleration)
      this.#timed.push({ move, ramps, end: ramps.end })
      this.#printTime = ramps.end
    }
    this.#primedAt = onlyFinal ? undefined : now
    if (!onlyFinal) this.#untilFlush = FIRST_FLUSH_S
  }

  /** Sets the speeds of queued moves, backward from a stop at the end. @returns the number of moves to plan */
  #setSpeeds(onlyFinal: boolean): number {
    let count = onlyFinal ? 0 : this.#queue.length
    let isCounted = !onlyFinal
    let end2 = 0
    let smoothed2 = 0
    let peak2 = 0
    let delayed: [move: Move, start2: number, end2: number][] = []
    for (let i = this.#queue.length - 1; i >= 0; i--) {
      const move = this.#queue[i] as Move
      const reach2 = end2 + move.delta2
      const start2 = Math.min(move.start2, reach2)
      const smoothReach2 = smoothed2 + move.smooth2
      const smooth2 = Math.min(move.smoothedStart2, smoothReach2)
      if (smooth2 < smoothReach2) {
        if (smooth2 + move.smooth2 > smoothed2 || delayed.length > 0) {
          if (!isCounted && peak2 > 0) {
            count = i
            isCounted = true
          }
          peak2 = Math.min(move.cruise2, (smooth2 + smoothReach2) / 2)
          let cruise2 = peak2
          for (const [later, from2, to2] of delayed.toReversed()) {
            cruise2 = Math.min(cruise2, from2)
            later.speeds = roots(Math.min(from2, cruise2), cruise2, Math.min(to2, cruise2))
          }
          delayed = []
        }
        const cruise2 = Math.min((start2 + reach2) / 2, move.cruise2, peak2)
        move.speeds = roots(Math.min(start2, cruise2), cruise2, Math.min(end2, cruise2))
      } else delayed.push([move, start2, end2])
      end2 = start2
      smoothed2 = smooth2
    }
    return count
  }
}

const roots = (entry2: number, cruise2: number, exit2: number): [number, number, number] => [
  Math.sqrt(entry2),
  Math.sqrt(cruise2),
  Math.sqrt(exit2),
]
