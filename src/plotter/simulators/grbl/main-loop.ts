import { errorText, type Flavour } from './flavour.ts'
import type { Operation } from './modal.ts'
import type { Planner } from './planner.ts'
import type { Receiver } from './receiver.ts'
import { type GrblSettings, idleDelay } from './settings.ts'
import { GrblError } from './words.ts'

/** The parts that the loop drives. */
interface Machine {
  readonly planner: Planner
  readonly receiver: Receiver
  readonly settings: GrblSettings
  /** Time to parse and plan a move during motion, ms. */
  readonly lineMs: number
  readonly flavour: Flavour
  /** The operations of a line. @throws GrblError */
  interpret(line: string): readonly Operation[]
  perform(operation: Operation): void
  reply(text: string): void
}

/** Fraction of `lineMs` for a move at rest. Measured on the 1.1h firmware. */
const AT_REST = 0.8
/** Fraction of `lineMs` for a line without a move. Measured on the 1.1h firmware. */
const WITHOUT_MOVE = 0.35

/**
 * grbl's main loop. It takes one line at a time, and answers when the line's moves are in the planner. An operation
 * that waits for an empty planner delays all operations after it.
 *
 * Source: grbl 1.1, protocol.c and motion_control.c.
 */
export class MainLoop {
  readonly #machine: Machine
  #operations: readonly Operation[] = []
  #answer: string | undefined
  /**
   * Set by `GrblBoard.stall`, which simulates a fault of grblHAL (protocol.c): a line that waits for an empty planner
   * does not start the queued blocks. The blocks then wait for `~`.
   */
  isStalled = false
  /** Time before which the loop does nothing, ms. */
  busyUntil = 0

  constructor(machine: Machine) {
    this.#machine = machine
  }

  /** Whether all operations of the present line are done. */
  get isDone(): boolean {
    return this.#operations.length === 0
  }

  /** When the loop can act next, ms. A feed hold suspends the loop (protocol_exec_rt_suspend). */
  get next(): number {
    const { planner, receiver, settings, flavour } = this.#machine
    if (planner.isHolding) return Infinity
    const [operation] = this.#operations
    const { hasRoom, isIdle } = planner
    const free = Math.max(this.busyUntil, isIdle ? planner.restedAt + idleDelay(settings, flavour) : 0)
    if (this.#startsCycle) return this.busyUntil
    const canPerform = operation?.is === 'move' ? hasRoom : isIdle
    if (operation) return canPerform ? free : Infinity
    return this.#answer !== undefined || receiver.hasLine ? this.busyUntil : Infinity
  }

  /** Starts the queued blocks, performs one operation, sends the answer, or parses the next line. */
  turn(now: number): void {
    if (this.#startsCycle) {
      this.#machine.planner.begin(now)
      return
    }
    const [operation, ...rest] = this.#operations
    if (operation) {
      this.#operations = rest
      this.#machine.perform(operation)
    } else if (this.#answer !== undefined) {
      this.#machine.reply(this.#answer)
      this.#answer = undefined
    } else this.#parse(now)
  }

  /** Drops the present line and its answer, as a reset does. */
  forget(): void {
    this.#operations = []
    this.#answer = undefined
  }

  /**
   * grbl starts queued blocks when it has nothing to read, when the planner is full, or when a line waits for an empty
   * planner.
   */
  get #startsCycle(): boolean {
    const { planner, receiver } = this.#machine
    if (!planner.isWaiting) return false
    const [operation] = this.#operations
    if (operation) return (operation.is !== 'move' && !this.isStalled) || !planner.hasRoom
    return this.#answer === undefined && !receiver.hasLine
  }

  #parse(now: number): void {
    const { receiver, planner, lineMs } = this.#machine
    const line = receiver.takeLine()
    this.busyUntil = now + lineMs * WITHOUT_MOVE
    try {
      this.#operations = this.#machine.interpret(line)
      if (this.#operations.some(({ is }) => is === 'move')) {
        this.busyUntil = now + lineMs * (planner.isStopped ? AT_REST : 1)
      }
      this.#answer = 'ok\r\n'
    } catch (error) {
      if (!(error instanceof GrblError)) throw error
      this.#answer = `${this.#machine.flavour.sendsTexts ? errorText(error.number) : ''}error:${error.number}\r\n`
    }
  }
}
