/** The room `simulators/ebb`. It imports no driver, so tests can compare board and driver. */
import { type Clock, realClock } from '../../link/clock.ts'
import type { Profile } from '../../profiles/profile.ts'
import { Cable } from '../cable.ts'
import type { Ink } from '../ink.ts'
import type { SimulatedPlotter } from '../simulated-plotter.ts'
import { Wakeup } from '../wakeup.ts'
import { Arguments } from './arguments.ts'
import { COMMANDS, type Command, type Effect } from './commands.ts'
import { EbbMachine } from './machine.ts'
import { TICKS_PER_MS } from './motion.ts'
import { MOTION_COMMANDS } from './motion-commands.ts'
import { EXTRA, errorReply, Refusal, reply, type Syntax, unknownCommand } from './reply.ts'

export interface EbbSimulatorOptions {
  readonly firmware?: '2.5.3' | '2.8.1' | '3.0.3'
  readonly clock?: Clock
  /** Kinematics, and number of sixteenth steps per mm; those of an AxiDraw when absent. */
  readonly shape?: Pick<Profile, 'kinematics' | 'stepsPerMm'>
  readonly nickname?: string
  /** Motor supply, V; 12 when absent. */
  readonly volts?: number
}

const AXIDRAW: Pick<Profile, 'kinematics' | 'stepsPerMm'> = { kinematics: 'corexy', stepsPerMm: 80 }
/** Size of the board's receive buffer, bytes. */
const RX_BYTES = 256

/**
 * A command whose answer waits for room in the FIFO, or for the end of all motion. Until then the board parses nothing.
 */
interface BlockedCommand {
  readonly effect: Effect
  readonly finish: () => void
  readonly since: number
}

/**
 * A simulated EiBotBoard. Like the firmware it parses commands in order, and parses nothing while a motion command
 * waits for room in the FIFO. Its output is `ink`.
 */
export class EbbBoard implements SimulatedPlotter {
  readonly dialect = 'ebb'
  readonly firmware: string
  /**
   * The firmware's version as a number, as in a command's `since`: 2.8.1 is 208, 3.0.3 is 303. Patch levels of 2.x make
   * no difference.
   */
  readonly version: number
  readonly cable: Cable
  readonly clock: Clock
  readonly machine: EbbMachine
  readonly variables: number[] = []
  nickname: string
  volts: number
  node = 0
  sendsOk = true
  checksRates = true
  usesFutureSyntax = false
  /** Called with each parsed line. If it returns a text, the board answers with that text and does nothing else. */
  onLine: ((line: string) => string | undefined) | undefined
  /** The longest time for which the board parsed nothing, not even ES (stop), ticks. */
  longestBlock = 0
  #now = 0
  #input = ''
  #blocked: BlockedCommand | undefined
  #isButtonPressed = false
  #wasPowerLost = false
  readonly #wakeup: Wakeup

  constructor(options: EbbSimulatorOptions = {}) {
    this.firmware = options.firmware ?? '2.8.1'
    const [major = 2, minor = 0, patch = 0] = this.firmware.split('.').map(Number)
    this.version = major * 100 + (major >= 3 ? patch : minor)
    this.clock = options.clock ?? realClock
    this.machine = new EbbMachine(options.shape ?? AXIDRAW)
    this.nickname = options.nickname ?? ''
    this.volts = options.volts ?? 12
    this.cable = new Cable(this, this.clock)
    this.#wakeup = new Wakeup(
      this.clock,
      () => this.machine.endTick / TICKS_PER_MS,
      () => this.catchUp(),
    )
    this.#now = this.#clockTick()
  }

  /** The board's time, in ticks. */
  get tick(): number {
    return this.#now
  }

  get ink(): Ink {
    this.catchUp()
    return this.machine.ink
  }

  get position(): readonly [x: number, y: number] {
    this.catchUp()
    return this.machine.position
  }

  get isPenDown(): boolean {
    this.catchUp()
    return this.machine.servo.touches(this.#now)
  }

  /** Whether anything is executing or queued. */
  get isMoving(): boolean {
    this.catchUp()
    return !this.machine.isIdle
  }

  get gaps(): number {
    return this.machine.stats.gaps
  }

  pushHome(): void {
    this.catchUp()
    this.machine.carriage.fill(0)
  }

  receive(bytes: Uint8Array): void {
    this.catchUp()
    this.#input += Buffer.from(bytes).toString('latin1')
    this.#parse()
    this.#wakeup.set()
  }

  pressButton(): void {
    this.#isButtonPressed = true
  }

  pressStart(): void {
    this.pressButton()
  }

  /** Whether the button was pressed since the last call. */
  takeButton(): boolean {
    const isPressed = this.#isButtonPressed
    this.#isButtonPressed = false
    return isPressed
  }

  /** Whether the motor supply was lost since the last call. */
  takePowerLost(): boolean {
    const wasLost = this.#wasPowerLost
    this.#wasPowerLost = false
    return wasLost
  }

  /** Changes the motor supply, V. The processor runs on USB power. */
  setVolts(volts: number): void {
    this.catchUp()
    this.volts = volts
    this.machine.hasMotorPower = volts > 5.5
    if (!this.machine.hasMotorPower) this.#wasPowerLost = true
  }

  reset(): void {
    this.catchUp()
    this.restart()
    this.#input = ''
    this.#blocked = undefined
    this.variables.length = 0
    this.sendsOk = true
    this.checksRates = true
    this.usesFutureSyntax = false
    this.#isButtonPressed = false
    this.cable.cut()
  }

  /** Puts the machine into the state that it has after power-up. The board stays on the USB bus. */
  restart(): void {
    this.machine.reset(this.#now)
  }

  /** Simulates up to the clock's present time. */
  catchUp(): void {
    const to = Math.max(this.#now, this.#clockTick())
    for (let end = this.machine.endTick; end <= to; end = this.machine.endTick) {
      this.#now = end
      this.machine.finishOne()
      this.#unblock()
    }
    this.#now = to
    this.machine.flushInk(to)
  }

  #clockTick(): number {
    return Math.floor(this.clock.now() * TICKS_PER_MS + 1e-3)
  }

  /**
   * Parses the input. CR or LF ends a command. Several line ends in a row count once. The board forgets RX_BYTES
   * characters without an end.
   */
  #parse(): void {
    while (!this.#blocked) {
      const input = this.#input.replace(/^[\r\n]+/, '')
      const end = input.search(/[\r\n]/)
      if ((end < 0 ? input.length : end) >= RX_BYTES) {
        this.#input = input.slice(RX_BYTES)
        this.cable.toHost('!3 Err: RX Buffer overrun\r\n')
      } else if (end < 0) {
        break
      } else {
        this.#input = input.slice(end + 1)
        this.#execute(input.slice(0, end))
      }
    }
  }

  #execute(line: string): void {
    const override = this.onLine?.(line)
    if (override !== undefined) {
      this.cable.toHost(`${override}\r\n`)
      return
    }
    const name = /^[A-Za-z][A-Za-z0-9]?(?=,|$)/.exec(line)?.[0]?.toUpperCase() ?? line.split(',')[0] ?? line
    const syntax: Syntax = { usesFutureSyntax: this.usesFutureSyntax, sendsOk: this.sendsOk }
    try {
      const command = this.#find(name)
      const args = new Arguments(line.slice(name.length))
      const effect = command.run(this, args)
      const hasExtra = args.hasMore
      const finish = () => {
        this.cable.toHost(this.#answer(name, command, effect, syntax))
        if (hasExtra) this.cable.toHost(errorReply(name, EXTRA, syntax))
      }
      if (this.#queue(effect)) finish()
      else this.#blocked = { effect, finish, since: this.#now }
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal
      this.cable.toHost(errorReply(name, refusal.text, syntax))
    }
  }

  /**
   * The board answers CU,10 in a mix of both syntaxes. It answers with a bare LF when CU,10 turns the future syntax on,
   * and with CUOK when CU,10 turns the syntax off.
   */
  #answer(name: string, command: Command, { value }: Effect, syntax: Syntax): string {
    if (name === 'CU' && this.usesFutureSyntax !== syntax.usesFutureSyntax)
      return this.usesFutureSyntax ? '\n' : 'CUOK\r\n'
    return reply(name, command.kind, value, { ...syntax, sendsOk: this.sendsOk })
  }

  #find(name: string): Command {
    const motion = Object.hasOwn(MOTION_COMMANDS, name) ? MOTION_COMMANDS[name] : undefined
    if (motion && this.version >= motion.since) {
      const context = { isVersion3: this.version >= 300, checksRates: this.checksRates }
      return { kind: 'ok', run: (_, args) => ({ queue: motion.parse(args, context) }) }
    }
    const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
    if (command && this.version >= (command.since ?? 0)) return command
    throw new Refusal(unknownCommand(name))
  }

  /**
   * Queues the entries of a command.
   *
   * @returns false when the parser must wait for room in the FIFO, or for the end of all motion
   */
  #queue({ queue, whenIdle }: Effect): boolean {
    if (whenIdle && !this.machine.isIdle) return false
    const entries = whenIdle ? whenIdle(this) : (queue ?? [])
    if (!this.machine.hasRoom(entries.length)) return false
    for (const entry of entries) this.machine.push(entry, this.#now)
    return true
  }

  #unblock(): void {
    const command = this.#blocked
    if (!command || !this.#queue(command.effect)) return
    this.longestBlock = Math.max(this.longestBlock, this.#now - command.since)
    this.#blocked = undefined
    command.finish()
    this.#parse()
  }
}
