import type { Profile } from '../../profiles/profile.ts'
import { Ink } from '../ink.ts'
import type { Move } from './arithmetic.ts'
import { TICKS_PER_MS } from './motion.ts'
import { Servo } from './servo.ts'

/** One entry of the FIFO. */
export interface Entry {
  /** Steps of motors 1 and 2, which ES reports; 0 for a wait, and for a command that ends by time. */
  readonly steps: readonly [number, number]
  /** Whether this move continues after ES of firmware 2, as LT does. */
  readonly survivesStop?: boolean
  /** Starts the entry: a motion, or a wait of `ticks`. */
  begin(machine: EbbMachine, tick: number): Move | { readonly ticks: number }
}

/** The report of ES. */
interface StopReport {
  readonly wasMoving: boolean
  readonly fifo: readonly [number, number]
  readonly remaining: readonly [number, number]
}

interface Execution {
  readonly entry: Entry
  readonly startTick: number
  readonly ticks: number
  readonly move?: Move
}

export interface MachineStats {
  /** Number of motion commands begun. */
  moves: number
  /** Ticks for which the board waited for the host between two motions with the pen down. */
  gapTicks: number
  gaps: number
  largestGapTicks: number
}

const NOTHING: Execution = { entry: { steps: [0, 0], begin: () => ({ ticks: 0 }) }, startTick: 0, ticks: 0 }

/** Motors, FIFO, servo and paper of an EBB. Time is in ticks and advances only when a method is called. */
export class EbbMachine {
  readonly ink = new Ink()
  servo = new Servo()
  fifoSize = 1
  /** The counters that QS reports. */
  counters: [number, number] = [0, 0]
  accumulators: [number, number] = [0, 0]
  /** Microstep mode of EM: 1 = 1/16 … 5 = full step. */
  stepMode = 1
  enabled: [boolean, boolean] = [false, false]
  hasMotorPower = true
  stats: MachineStats = { moves: 0, gapTicks: 0, gaps: 0, largestGapTicks: 0 }
  /** The carriage's true place, sixteenth steps of each motor. */
  readonly carriage: [number, number] = [0, 0]
  readonly #shape: Pick<Profile, 'kinematics' | 'stepsPerMm'>
  #fifo: Entry[] = []
  #running: Execution | undefined
  #inkTick = 0
  #lastMoveEnd = -1

  constructor(shape: Pick<Profile, 'kinematics' | 'stepsPerMm'>) {
    this.#shape = shape
  }

  get queued(): number {
    return this.#fifo.length
  }

  get isExecuting(): boolean {
    return this.#running !== undefined
  }

  /** The tick at which the executing entry ends. */
  get endTick(): number {
    return this.#running ? this.#running.startTick + this.#running.ticks : Infinity
  }

  get isIdle(): boolean {
    return !this.#running && this.#fifo.length === 0
  }

  /** Whether motor `i` moves at `tick`. */
  isMoving(i: 0 | 1, tick: number): boolean {
    const { move, startTick } = this.#running ?? NOTHING
    return move?.turns[i] === true && tick - startTick < move.ends[i]
  }

  hasRoom(entries: number): boolean {
    return this.#fifo.length + entries <= this.fifoSize + (this.#running ? 0 : 1)
  }

  /** Adds an entry, which starts at once when nothing is executing. The caller checks for room. */
  push(entry: Entry, tick: number): void {
    this.#fifo.push(entry)
    if (!this.#running) this.#startNext(tick)
  }

  /** Completes the executing entry and starts the next at the same tick. */
  finishOne(): void {
    const { startTick, ticks, move } = this.#running ?? NOTHING
    const end = startTick + ticks
    this.flushInk(end)
    if (move) {
      this.#settle(move, ticks)
      this.#lastMoveEnd = end
    }
    this.#running = undefined
    this.#startNext(end)
  }

  /** The counters that QS reports at a tick. */
  countersAt(tick: number): [number, number] {
    const { move, startTick } = this.#running ?? NOTHING
    if (!move) return [...this.counters]
    const [one, two] = move.placeAt(tick - startTick)
    return [this.counters[0] + one, this.counters[1] + two]
  }

  /** Removes moves that end by steps, such as SM and LM. Keeps LT, pen commands and waits, as ES of firmware 2 does. */
  stopMoves(tick: number): StopReport {
    const stops = ({ steps, survivesStop }: Entry): boolean => !survivesStop && steps.some((step) => step !== 0)
    const firstStop = this.#fifo.find(stops)
    const rest = this.#fifo.filter((entry) => !stops(entry))
    if (this.#running === undefined || !stops(this.#running.entry)) {
      this.#fifo = rest
      return { wasMoving: firstStop !== undefined, fifo: firstStop?.steps ?? [0, 0], remaining: [0, 0] }
    }
    const { remaining } = this.halt(tick)
    this.#fifo = rest
    if (rest.length > 0) this.#startNext(tick)
    return { wasMoving: true, fifo: firstStop?.steps ?? [0, 0], remaining }
  }

  /** Stops at this tick and empties the FIFO. */
  halt(tick: number): StopReport {
    this.flushInk(tick)
    const fifo = this.#fifo[0]?.steps ?? [0, 0]
    const wasMoving = !this.isIdle
    const { move, startTick, entry } = this.#running ?? NOTHING
    const [before1, before2] = this.counters
    if (move) this.#settle(move, tick - startTick)
    const remaining: [number, number] = move
      ? [entry.steps[0] - (this.counters[0] - before1), entry.steps[1] - (this.counters[1] - before2)]
      : [0, 0]
    this.#running = undefined
    this.#fifo = []
    this.#lastMoveEnd = -1
    return { wasMoving, fifo, remaining }
  }

  /** Records the ink up to `tick`. Call it before any change that affects ink. */
  flushInk(tick: number): void {
    while (this.#inkTick < tick) {
      const change = this.servo.nextChange(this.#inkTick)
      const to = Math.min(tick, change)
      this.#carry(this.#inkTick, to)
      this.#inkTick = to
      this.touch(to)
    }
  }

  /** Records whether the pen touches the paper at a tick. */
  touch(tick: number): void {
    if (this.servo.touches(tick)) this.ink.touch(...this.position, tick / TICKS_PER_MS / 1000)
    else this.ink.lift()
  }

  /** The carriage's true place, mm. */
  get position(): [x: number, y: number] {
    const { kinematics, stepsPerMm } = this.#shape
    const [one, two] = this.carriage
    if (kinematics === 'corexy') return [(one + two) / 2 / stepsPerMm, (one - two) / 2 / stepsPerMm]
    const [x, y] = kinematics === 'cartesian' ? [one, two] : [two, one]
    return [x / stepsPerMm, y / stepsPerMm]
  }

  /** Sets the motors and zeroes the counters, as EM does. */
  setMotors(mode1: number, motor2: boolean): void {
    if (mode1 > 0) this.stepMode = mode1
    this.enabled = [mode1 > 0, motor2]
    this.counters = [0, 0]
    this.accumulators = [0, 0]
  }

  /** Restarts the processor. Carriage and pen stay where they are. */
  reset(tick: number): void {
    this.halt(tick)
    const arm = this.servo.position(tick)
    this.servo = new Servo(arm)
    this.fifoSize = 1
    this.counters = [0, 0]
    this.accumulators = [0, 0]
    this.stepMode = 1
    this.enabled = [false, false]
  }

  #startNext(tick: number): void {
    const entry = this.#fifo.shift()
    if (!entry) return
    this.flushInk(tick)
    const motion = entry.begin(this, tick)
    this.touch(tick)
    const move = 'turns' in motion ? motion : undefined
    if (move) this.#countGap(tick)
    else this.#lastMoveEnd = -1
    this.#running = { entry, startTick: tick, ticks: motion.ticks, ...(move && { move }) }
  }

  #countGap(tick: number): void {
    this.stats.moves++
    this.enabled = [true, true]
    if (this.#lastMoveEnd < 0 || this.servo.isPenUp) return
    const gap = tick - this.#lastMoveEnd
    if (gap === 0) return
    this.stats.gaps++
    this.stats.gapTicks += gap
    this.stats.largestGapTicks = Math.max(this.stats.largestGapTicks, gap)
  }

  /** Adds the steps that a move made in its first `t` ticks, and takes over its accumulators. */
  #settle(move: Move, t: number): void {
    const [one, two] = move.placeAt(t)
    this.counters = [this.counters[0] + one, this.counters[1] + two]
    this.accumulators = move.registersAt(t)
  }

  /** Moves the carriage by the steps in (from, to], if the motors have power. */
  #carry(from: number, to: number): void {
    const { move, startTick } = this.#running ?? NOTHING
    if (!move) return
    const size = 2 ** (this.stepMode - 1)
    const origin = move.placeAt(Math.max(0, from - startTick))
    const base = [this.carriage[0] - size * origin[0], this.carriage[1] - size * origin[1]] as const
    for (const [tick, one, two] of move.stepping(from - startTick, to - startTick)) {
      if (!this.hasMotorPower) return
      this.carriage[0] = base[0] + size * one
      this.carriage[1] = base[1] + size * two
      this.ink.to(...this.position, (startTick + tick) / TICKS_PER_MS / 1000)
    }
  }
}
