import { type Clock, sleep } from '../../clock.ts'
import { type Blocks, blocks } from '../../motion/index.ts'
import type { MotionLimits, Profile } from '../../profile.ts'
import { brake } from './brake.ts'
import { Carriage, type Motors } from './carriage.ts'
import { ConstantMoves, LowLevelMoves } from './commands.ts'
import { Pacer } from './pacer.ts'
import { type Slice, slices } from './slices.ts'
import type { EbbWire } from './wire.ts'

/** Time for an answer on top of the motion that it may have to wait for, ms. */
const PATIENCE_MS = 2000

/** The furthest that merging may put a vertex off, in steps. */
const MERGE_STEPS = 0.1

/** Found by trying: more helps along curves and harms at corners. */
const LEAD_STEPS = 0.12

/** How a motion is watched: may it go on, and should it pause? */
export interface Watch {
  readonly signal: AbortSignal
  /** Called between commands. True: brake and stop here. */
  readonly hold: () => Promise<boolean>
}

/** What the board says of itself: QG, or QM and QB on older firmware. */
export interface BoardStatus {
  readonly idle: boolean
  readonly button: boolean
  readonly powerLost: boolean
}

/** Keeps an EBB's FIFO fed, and knows where that has led. */
export class EbbMover {
  readonly carriage: Carriage
  readonly pacer: Pacer
  #version = 0
  #moves: LowLevelMoves | ConstantMoves
  readonly #wire: EbbWire
  readonly #clock: Clock
  readonly #machine: Profile

  constructor(wire: EbbWire, clock: Clock, machine: Profile) {
    this.#wire = wire
    this.#clock = clock
    this.#machine = machine
    this.carriage = new Carriage(machine)
    this.pacer = new Pacer(clock)
    this.#moves = new ConstantMoves(this.carriage)
  }

  /** Firmware, as 20801 for 2.8.1. */
  get version(): number {
    return this.#version
  }

  set version(version: number) {
    this.#version = version
    this.#moves = version >= 20700 ? new LowLevelMoves(this.carriage) : new ConstantMoves(this.carriage)
  }

  /**
   * Follow a path from where the carriage is. Returns as soon as the last command is on the board.
   *
   * @returns the length at which it was held, mm, or undefined at the path's end
   */
  async follow(points: Float64Array<ArrayBuffer>, limits: MotionLimits, watch: Watch): Promise<number | undefined> {
    let along = 0
    for (const { slice, lead } of this.#led(this.#slices(blocks(points, this.#machine, limits)))) {
      await this.#move(slice, watch.signal, lead)
      along += slice.length
      if (slice.exit > 0 && (await watch.hold())) {
        const { blocks: braking, restsAt } = brake(points, along, slice.exit, limits.acceleration)
        for (const last of this.#slices([braking])) await this.#move(last, watch.signal)
        return restsAt
      }
    }
    this.carriage.arrived(points.at(-2) ?? 0, points.at(-1) ?? 0)
    return undefined
  }

  /** Queue something that takes `ms`, such as a pen movement. */
  async queue(line: string, ms: number, signal?: AbortSignal): Promise<void> {
    await this.pacer.room(signal)
    signal?.throwIfAborted()
    const patience = PATIENCE_MS + this.pacer.remainingMs
    this.pacer.sent(ms)
    await this.#wire.ok(line, patience)
  }

  /** Resolves when the board has executed everything. */
  async idle(signal?: AbortSignal, seen: (status: BoardStatus) => void = () => {}): Promise<void> {
    await sleep(this.#clock, this.pacer.remainingMs, signal)
    for (;;) {
      signal?.throwIfAborted()
      const status = await this.status()
      seen(status)
      if (status.idle) break
      await sleep(this.#clock, 1, signal)
    }
    this.pacer.clear()
  }

  async status(): Promise<BoardStatus> {
    if (this.version >= 20602) {
      const bits = Number.parseInt(await this.#wire.ask('QG'), 16)
      const powerLost = this.version >= 30000 && (bits & 0x40) !== 0
      return { idle: (bits & 0x0f) === 0, button: (bits & 0x20) !== 0, powerLost }
    }
    const moving = await this.#wire.ask('QM')
    return { idle: !moving.includes('1'), button: (await this.#wire.ask('QB')) === '1', powerLost: false }
  }

  /** Stop within the tick, forget what is queued, do `next`. No answer is waited for: they may be what is wrong. */
  async halt(next: string): Promise<void> {
    this.pacer.clear()
    this.#wire.shout(['ES', next])
    await this.idle()
  }

  *#slices(chunks: Iterable<Blocks>): Generator<Slice, void, void> {
    yield* slices(chunks, MERGE_STEPS / this.#machine.stepsPerMm)
  }

  /**
   * Each slice with the lead that its end is rounded with. `LM` makes every step at the end of its time, so a motor is
   * late: its ends are rounded a little in the direction in which it goes next.
   */
  *#led(all: Iterable<Slice>): Generator<{ slice: Slice; lead: Motors }, void, void> {
    let last: Slice | undefined
    for (const slice of all) {
      if (last) yield { slice: last, lead: lead(this.carriage.motors(slice.dx, slice.dy)) }
      last = slice
    }
    if (last) yield { slice: last, lead: [0, 0] }
  }

  async #move(slice: Slice, signal: AbortSignal, lead?: Motors): Promise<void> {
    for (const { line, ms } of this.#moves.of(slice, lead)) await this.queue(line, ms, signal)
  }
}

const lead = ([one, two]: Motors): Motors => [LEAD_STEPS * Math.sign(one), LEAD_STEPS * Math.sign(two)]
