/**
 * Words and commands of the room `drivers/ebb`:
 *
 * - FIFO, or queue: the commands that the board has received and not yet begun
 * - slice: the straight motion of one LT command, or of a few SM commands (`slices`)
 * - LT, SM: move both motors. LT follows a change of speed (`timed`), SM does not (`constant`)
 * - SP: raises or lowers the pen. ES: stops the motion and empties the FIFO
 * - QG, QM, QB: ask for the status. QS: asks for the counters of the motors' steps
 * - EM: switches the motors on or off. SC: sets the pen's heights and rates. SR: sets when the servo loses its power
 * - QC: asks for the motor supply. V, QT: ask for the version and the name. QU, CU: ask for and set the FIFO's size
 * - QL, SL: read and store the byte of `memory`. CS: sets the counters to zero
 */
import { PlotdError } from '../../../errors.ts'
import { x, y } from '../../../geometry/drawing.ts'
import { type Clock, sleep } from '../../link/clock.ts'
import { type Permission, PermissionVoid } from '../../link/permission.ts'
import { push } from '../../motion/blocks.ts'
import { type Blocks, blocks, emptyBlocks } from '../../motion/index.ts'
import { MIN_VOLTS } from '../../profiles/ebb-supply.ts'
import type { MotionLimits, Profile } from '../../profiles/profile.ts'
import { Carriage, type Motors } from './carriage.ts'
import { ConstantMoves } from './constant.ts'
import { Pacer } from './pacer.ts'
import { type MotionCommand, type Slice, slices, splitAt, UNSTOPPED_SECONDS } from './slices.ts'
import { TimedMoves } from './timed.ts'
import { firstTurns, withTurns } from './turns.ts'
import type { EbbWire } from './wire.ts'

/** Longest wait for an answer, ms, counted from the end of the motion before the command. */
const ANSWER_MS = 2000

/** Largest distance by which a vertex may move when `slices` merges short blocks, motor steps. */
const MERGE_STEPS = 0.1

/** Firmware that introduced QS, QG, LT, signed rates, and QG's bit for a lost supply (20700 is 2.7.0). */
const SINCE = { counters: 20403, general: 20602, timed: 20700, signed: 20900, powerBit: 30000 }

/** The two ways to end or pause a motion. */
export interface Watch {
  readonly signal?: AbortSignal | undefined
  /** Called after each slice that ends in motion. When the result is true, the mover brakes and stops. */
  readonly hold: () => Promise<boolean>
}

/** A travel during which the board executes a command. */
export interface Arrival {
  readonly signal: AbortSignal
  /** Time from the command to the end of the travel, ms. */
  readonly leadMs: number
  /** Returns the command, just before it is sent. */
  readonly command: () => string
  readonly permission: () => Permission | undefined
}

/** The board's status: QG, or QM and QB on older firmware. */
export interface BoardStatus {
  readonly isIdle: boolean
  readonly isButtonPressed: boolean
  /** Whether the motor supply was lost since the last QG. On firmware 2, whether it is off while the board is idle. */
  readonly isPowerLost: boolean
  /** Whether the board's last movement of the pen was upward, as after a restart; false on firmware without QG. */
  readonly isPenUp: boolean
}

/** The questions and reports of a mover. */
export interface MoverEvents {
  /** Asks the board for its own count of steps from home; undefined when this count is not valid. */
  readonly countSteps: () => Promise<Motors | undefined>
  /** Called at rest when the board's count differs from the computed count. */
  readonly onMiscount: () => Promise<void>
  /** Called with each status of the board, because a board reports a press or a loss only once. */
  readonly onStatus: (status: BoardStatus) => void
}

/** Keeps an EBB's FIFO filled and tracks the resulting position. */
export class EbbMover {
  readonly carriage: Carriage
  readonly pacer: Pacer
  #version = 0
  #moves: TimedMoves | ConstantMoves
  readonly #wire: EbbWire
  readonly #clock: Clock
  readonly #machine: Profile
  readonly #events: MoverEvents

  constructor(wire: EbbWire, clock: Clock, machine: Profile, events: MoverEvents) {
    this.#wire = wire
    this.#clock = clock
    this.#machine = machine
    this.#events = events
    this.carriage = new Carriage(machine)
    this.pacer = new Pacer(clock)
    this.#moves = new ConstantMoves(this.carriage)
  }

  /** Firmware version as a number: 20801 is 2.8.1. */
  get version(): number {
    return this.#version
  }

  set version(version: number) {
    this.#version = version
    const { carriage } = this
    this.#moves =
      version >= SINCE.timed ? new TimedMoves(carriage, version >= SINCE.signed) : new ConstantMoves(carriage)
  }

  /**
   * Call when the board may have cleared its accumulators, or when motion was cut off. The next command of a motion
   * then sets or clears the accumulators.
   */
  forgetAccumulators(): void {
    if (this.#moves instanceof TimedMoves) this.#moves.forget()
  }

  /**
   * Prepares the accumulators so that the first steps of a path come at the right time. The path begins at the
   * carriage.
   */
  async prime(points: Float64Array, signal?: AbortSignal): Promise<void> {
    if (!(this.#moves instanceof TimedMoves)) return
    const towards = firstTurns(points, (dx, dy) => this.carriage.motors(dx, dy))
    for (const { line, ms } of this.#moves.prime(towards)) await this.queue(line, ms, signal)
  }

  /**
   * Follows a path from the carriage's place. Resolves when the last command is on the board.
   *
   * @param points  x, y interleaved, mm
   * @returns       the length along the path at which the carriage stopped for a pause, mm; undefined at the path's end
   */
  async follow(points: Float64Array<ArrayBuffer>, limits: MotionLimits, watch: Watch): Promise<number | undefined> {
    let along = 0
    for (const { slice, commands } of this.#commands(blocks(points, this.#machine, limits))) {
      for (const { line, ms } of commands) await this.queue(line, ms, watch.signal)
      along += slice.length
      if (slice.exit > 0 && (await watch.hold())) {
        const { blocks: braking, restsAt } = brake(points, along, slice.exit, limits.acceleration)
        for (const last of this.#commands([braking])) {
          for (const { line, ms } of last.commands) await this.queue(line, ms, watch.signal)
        }
        if (restsAt !== undefined) return restsAt
        break
      }
    }
    this.carriage.arriveAt(points.at(-2) ?? 0, points.at(-1) ?? 0)
    return undefined
  }

  /**
   * Follows a straight path from rest to rest. The board executes `command` at the time `leadMs` before the end, but
   * not before the last slice begins. If the path is a single slice, the board executes `command` at the end. `command`
   * and the rest of the path leave in one packet. Otherwise the cable could be unplugged between the two, and the pen
   * would fall at a wrong place.
   *
   * @returns  time between the execution of the command and the end of the path, ms
   * @throws PermissionVoid when `command` was not sent; the carriage follows the path to its end
   */
  async arrive(
    points: Float64Array<ArrayBuffer>,
    limits: MotionLimits,
    { signal, leadMs, command, permission }: Arrival,
  ): Promise<number> {
    const all = [...this.#slices(blocks(points, this.#machine, limits))]
    const last = all.at(-1)
    const lead = Math.min(leadMs / 1000, last?.seconds ?? 0)
    const isRamp = last !== undefined && last.entry > 0 // otherwise the path is one slice from rest to rest
    const parts = isRamp && lead < last.seconds ? [...all.slice(0, -1), ...splitAt(last, last.seconds - lead)] : all
    const commands = [...this.#commandsOf(parts)].map(({ commands }) => commands)
    const tail = isRamp ? (commands.pop() ?? []) : []
    for (const { line, ms } of commands.flat()) await this.queue(line, ms, signal)
    this.carriage.arriveAt(points.at(-2) ?? 0, points.at(-1) ?? 0)
    await this.pacer.untilRoom(signal)
    signal.throwIfAborted()
    const timeoutMs = ANSWER_MS + this.pacer.remainingMs
    const rest = tail.map(({ line }) => line)
    for (const { ms } of tail) this.pacer.record(ms)
    try {
      await this.#wire.sendAll([command(), ...rest], timeoutMs, permission())
    } catch (error) {
      if (error instanceof PermissionVoid) await this.#wire.sendAll(rest, timeoutMs)
      throw error
    }
    return tail.reduce((sum, { ms }) => sum + ms, 0)
  }

  /** Queues a command that takes `ms`, such as a pen movement. @throws PermissionVoid when `permission` is void */
  async queue(line: string, ms: number, signal?: AbortSignal, permission?: Permission): Promise<void> {
    await this.pacer.untilRoom(signal)
    signal?.throwIfAborted()
    const timeoutMs = ANSWER_MS + this.pacer.remainingMs
    this.pacer.record(ms)
    await this.#wire.ok(line, timeoutMs, permission)
  }

  /** Resolves when the board has executed everything. */
  async whenIdle(signal?: AbortSignal, onStatus: (status: BoardStatus) => void = () => {}): Promise<void> {
    await sleep(this.#clock, this.pacer.remainingMs, signal)
    for (;;) {
      signal?.throwIfAborted()
      // the board answers the status before the count, so after an idle status the count is final
      const [status, boardSteps] = await Promise.all([this.status(), this.#events.countSteps()])
      onStatus(status)
      if (status.isIdle) {
        await this.#correctPosition(boardSteps)
        break
      }
      await sleep(this.#clock, 1, signal)
    }
    this.pacer.clear()
  }

  /** Whether the board counts the steps of its motors. */
  get hasCounters(): boolean {
    return this.version >= SINCE.counters
  }

  /** Whether the firmware can report a loss of the motor supply. */
  get reportsPowerLoss(): boolean {
    return this.version >= SINCE.powerBit
  }

  async status(): Promise<BoardStatus> {
    const status = await this.#askStatus()
    this.#events.onStatus(status)
    return status
  }

  async #askStatus(): Promise<BoardStatus> {
    if (this.version >= SINCE.general) {
      const bits = Number.parseInt(await this.#askFor('QG', /^[\da-f]{1,2}$/i), 16)
      const isIdle = (bits & 0x0f) === 0
      const isPowerLost = this.reportsPowerLoss ? (bits & 0x40) !== 0 : await this.#isWithoutPower(isIdle)
      return { isIdle, isButtonPressed: (bits & 0x20) !== 0, isPowerLost, isPenUp: (bits & 0x10) !== 0 }
    }
    const isIdle = !(await this.#askFor('QM', /^[01](,[01])+$/)).includes('1')
    const isButtonPressed = (await this.#wire.ask('QB')) === '1'
    return { isIdle, isButtonPressed, isPowerLost: await this.#isWithoutPower(isIdle), isPenUp: false }
  }

  /** @throws PlotdError ERR_DEVICE_UNKNOWN when noise has damaged the answer */
  async #askFor(query: 'QG' | 'QM', expected: RegExp): Promise<string> {
    const answer = await this.#wire.ask(query)
    if (expected.test(answer)) return answer
    throw new PlotdError('ERR_DEVICE_UNKNOWN', `${query} was answered ${JSON.stringify(answer)}; a status was expected`)
  }

  async #isWithoutPower(isIdle: boolean): Promise<boolean> {
    return isIdle && (await this.#wire.volts()) < MIN_VOLTS
  }

  /** Takes the board's count of steps if it differs from the computed count. */
  async #correctPosition(boardSteps: Motors | undefined): Promise<void> {
    const { carriage } = this
    if (!boardSteps || boardSteps.every((steps, motor) => steps === carriage.steps[motor])) return
    await this.#events.onMiscount()
    carriage.place(boardSteps)
    this.forgetAccumulators()
  }

  /**
   * Stops, empties the FIFO and executes `next`. Firmware 2.7 and 2.8 first finish the LT commands in the FIFO, which
   * takes a tenth of a second at most. All other motion stops within one tick, 40 µs. Sends `next` without waiting for
   * the answer to ES.
   */
  async halt(next: string): Promise<void> {
    this.pacer.clear()
    this.forgetAccumulators()
    this.#wire.sendNow(['ES', next])
    await this.whenIdle()
  }

  *#commands(chunks: Iterable<Blocks>): Generator<{ slice: Slice; commands: readonly MotionCommand[] }, void, void> {
    yield* this.#commandsOf(this.#slices(chunks))
  }

  #slices(chunks: Iterable<Blocks>): Generator<Slice, void, void> {
    const stopsAtOnce = this.version < SINCE.timed || this.version >= SINCE.signed
    return slices(chunks, MERGE_STEPS / this.#machine.stepsPerMm, stopsAtOnce ? undefined : UNSTOPPED_SECONDS)
  }

  *#commandsOf(all: Iterable<Slice>): Generator<{ slice: Slice; commands: readonly MotionCommand[] }, void, void> {
    for (const { slice, next } of withTurns(all, (dx, dy) => this.carriage.motors(dx, dy))) {
      yield { slice, commands: [...this.#moves.commandsFor(slice, next)] }
    }
  }
}

/** Distance from the end of a path, mm. A carriage that rests within it counts as having reached the end. */
const SAME_MM = 1e-3

/**
 * Blocks that brake along the stroke at the greatest planned deceleration. So the carriage is nowhere faster than
 * planned, and takes no corner too fast.
 *
 * @param points        the stroke, x, y interleaved, mm
 * @param from          length along it at which braking begins, mm
 * @param speed         speed there, mm/s
 * @param deceleration  mm/s²
 * @returns             the blocks, and the length at which the carriage rests, mm; undefined at the path's end
 */
function brake(
  points: Float64Array,
  from: number,
  speed: number,
  deceleration: number,
): { readonly blocks: Blocks; readonly restsAt: number | undefined } {
  const blocks = emptyBlocks(points.length / 2 + 1)
  const restsAt = from + (speed * speed) / (2 * deceleration)
  let along = 0
  for (let i = 1; i < points.length / 2; i++) {
    const dx = x(points, i) - x(points, i - 1)
    const dy = y(points, i) - y(points, i - 1)
    const length = Math.hypot(dx, dy)
    const begin = Math.max(along, from)
    const end = Math.min(along + length, restsAt)
    if (end > begin) {
      const v = (s: number) => Math.sqrt(Math.max(0, speed * speed - 2 * deceleration * (s - from)))
      push(blocks, end - begin, v(begin), v(end), dx / length, dy / length)
    }
    along += length
  }
  return { blocks, restsAt: restsAt < along - SAME_MM ? restsAt : undefined }
}
