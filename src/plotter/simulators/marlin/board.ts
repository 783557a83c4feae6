/** The room `simulators/marlin`. It imports no driver, so tests can compare board and driver. */
import { type Clock, realClock } from '../../link/clock.ts'
import { Cable } from '../cable.ts'
import { Paper } from '../grbl/paper.ts'
import { eachAxis, type Vector } from '../grbl/vector.ts'
import type { Ink } from '../ink.ts'
import type { SimulatedPlotter } from '../simulated-plotter.ts'
import { Uart } from '../uart.ts'
import { Wakeup } from '../wakeup.ts'
import { BOOT, type PrinterFirmware, reportOf } from './firmware.ts'
import { KlipperPlanner } from './klipper-planner.ts'
import {
  BOOT_MS,
  BUSY_MS,
  HOMING_SPEED,
  LINE_MS,
  type MarlinSimulatorOptions,
  POLL_MS,
  SERVO,
  SERVO_MS,
} from './options.ts'
import { DEFAULTS, MarlinPlanner, type MarlinSettings } from './planner.ts'
import { type Command, LineReceiver } from './receiver.ts'
import { parseCommand, placeIn, type Value } from './words.ts'

/** The wait of a handler. @returns the time of the next call, ms; undefined when the handler may return now */
type Wait = (now: number) => number | undefined

/** A handler's wait before it returns, and the handler's answer. */
interface Handler {
  readonly wait?: Wait
  readonly reply?: string
}

/**
 * A simulated 3D printer with a pen: Marlin 2.1 on a serial port, or Klipper on a virtual port. Lines wait in a
 * serial buffer and a queue of four. `ok` comes when a handler returns. M280 does not wait for the motion before it.
 */
export class MarlinBoard implements SimulatedPlotter {
  readonly dialect = 'marlin'
  readonly cable: Cable
  readonly clock: Clock
  readonly settings: MarlinSettings
  readonly receiver: LineReceiver
  readonly #options: MarlinSimulatorOptions
  readonly #firmware: PrinterFirmware
  readonly #planner: MarlinPlanner | KlipperPlanner
  readonly #paper: Paper
  readonly #uart: Uart
  #now = 0
  /** The command whose handler runs, with the wait and the answer of that handler. */
  #current: { readonly command: Command; readonly wait: Wait; readonly reply: string } | undefined
  /** Time before which the main loop does nothing, ms. */
  #busyUntil = 0
  /** Time of the next call of the running handler, ms. */
  #wakeAt = Infinity
  #keepAliveAt = Infinity
  #isRelative = false
  #scale = 1
  #feed = 1500
  #isHomed = false
  #isHalted = false
  #deafUntil = 0
  #isSimulating = false
  readonly #wakeup: Wakeup
  #cancelBoot: () => void = () => {}
  onLine: ((line: string) => void) | undefined

  constructor(options: MarlinSimulatorOptions = {}) {
    this.#options = options
    this.#firmware = options.firmware ?? 'marlin'
    this.clock = options.clock ?? realClock
    this.settings = { ...DEFAULTS, ...options.settings }
    const { stepsPerMm, size } = this.settings
    const paper = { 100: stepsPerMm[0], 101: stepsPerMm[1], 130: size[0], 131: size[1], 132: size[2] }
    this.#paper = new Paper(paper, { pen: SERVO, ...options })
    const onMove = (to: Vector, ms: number) => this.#paper.moveTo(to, ms)
    const PlannerClass = this.#firmware === 'klipper' ? KlipperPlanner : MarlinPlanner
    this.#planner = new PlannerClass(this.settings, onMove)
    this.#uart = new Uart(this.#firmware === 'klipper' ? 12_000_000 : (options.baudRate ?? 115_200))
    this.cable = new Cable(this, this.clock)
    this.#wakeup = new Wakeup(
      this.clock,
      () => this.#next,
      () => this.catchUp(),
    )
    this.receiver = new LineReceiver(this.#firmware === 'marlin', (text) => this.cable.toHost(text))
    this.#now = this.clock.now()
  }

  get ink(): Ink {
    this.catchUp()
    return this.#paper.ink
  }
  get isPenDown(): boolean {
    this.catchUp()
    return this.#paper.pen.touches(this.#now)
  }
  get position(): readonly [x: number, y: number] {
    this.catchUp()
    return this.#paper.carriage(this.#planner.position)
  }
  get isMoving(): boolean {
    this.catchUp()
    return !this.#planner.isIdle
  }
  get gaps(): number {
    return this.#paper.gaps
  }
  opened(): void {
    if (this.#firmware === 'marlin' && (this.#options.resetsOnOpen ?? true)) this.powerUp()
  }
  /** Restarts the processor. The carriage does not move, and Marlin's coordinates are then 0 at its place. */
  powerUp(): void {
    this.catchUp()
    this.#uart.clear()
    this.receiver.clear()
    this.#current = undefined
    this.#planner.clear()
    this.#planner.place([0, 0, 0])
    this.#paper.restart()
    this.#turnServo(false)
    this.#isHomed = this.#isHalted = this.#isRelative = false
    this.#scale = 1
    this.#keepAliveAt = Infinity
    this.#deafUntil = this.#busyUntil = this.#now + BOOT_MS
    this.#cancelBoot()
    this.#cancelBoot = this.clock.after(BOOT_MS, () => this.cable.toHost(BOOT))
  }

  /** Restarts and breaks the link, as after a power cut. */
  reset(): void {
    this.powerUp()
    this.cable.cut()
  }
  pushHome(): void {
    this.catchUp()
    this.#paper.pushHome(this.#planner.position)
  }
  /** Does nothing, because these boards report no button to the host. */
  pressButton(): void {}
  pressStart(): void {}
  /** Simulates a fault of a heater: the motors are off, and the board does not react until a reset. */
  kill(why: string): void {
    this.catchUp()
    this.#planner.clear()
    this.#current = undefined
    this.#isHalted = true
    this.#keepAliveAt = Infinity
    this.cable.toHost(
      this.#firmware === 'klipper'
        ? `!! ${why}\n// Klipper state: Shutdown\n`
        : `Error:${why}\nError:Printer halted. kill() called!\n`,
    )
  }

  receive(bytes: Uint8Array): void {
    this.catchUp()
    this.#uart.queue(bytes, this.#now)
    this.#wakeup.set()
  }
  catchUp(): void {
    if (this.#isSimulating) return // called by a listener during the simulation
    this.#isSimulating = true
    const to = Math.max(this.#now, this.clock.now())
    for (let next = this.#next; next <= to; next = this.#next) {
      this.#now = Math.max(this.#now, next)
      if (this.#uart.next <= this.#now) this.#arrive(this.#uart.take())
      else if (this.#planner.nextEvent <= this.#now) this.#planner.advance(this.#now)
      else if (this.#paper.nextPenChange <= this.#now) this.#recordPen()
      else if (this.#loopAt <= this.#now) this.#loop()
      else this.#keepAlive()
    }
    this.#now = to
    this.#planner.advance(to)
    this.#isSimulating = false
  }

  get #next(): number {
    const { nextPenChange } = this.#paper
    return Math.min(this.#uart.next, this.#planner.nextEvent, nextPenChange, this.#loopAt, this.#keepAliveAt)
  }

  /** Time at which the main loop can act, ms. */
  get #loopAt(): number {
    if (this.#isHalted) return Infinity
    if (this.#current) return Math.max(this.#busyUntil, this.#wakeAt)
    return this.receiver.hasCommand ? this.#busyUntil : Infinity
  }

  #arrive(byte: number): void {
    if (!this.#isHalted && this.#now >= this.#deafUntil) this.receiver.keep(String.fromCharCode(byte))
  }

  #loop(): void {
    const current = this.#current
    if (!current) {
      const command = this.receiver.take()
      if (command) this.#begin(command)
      return
    }
    const nextCall = current.wait(this.#now)
    if (nextCall === undefined) this.#finish(current.command, current.reply)
    else this.#wakeAt = Math.max(nextCall, this.#now + 1e-6)
  }

  #begin(command: Command): void {
    this.onLine?.(command.text)
    this.#busyUntil = this.#now + LINE_MS
    this.#wakeAt = this.#now
    this.#keepAliveAt = this.#firmware === 'marlin' ? this.#now + BUSY_MS : Infinity
    const { wait = NO_WAIT, reply = '' } = this.#handle(command.text)
    this.#current = { command, wait, reply }
  }

  #finish({ number }: Command, reply: string): void {
    this.#current = undefined
    this.#keepAliveAt = Infinity
    if (this.#firmware === 'klipper') {
      this.cable.toHost(reply.startsWith('ok') ? `${reply}\n` : `${reply}ok\n`)
      return
    }
    const free = this.#planner instanceof MarlinPlanner ? this.#planner.free : 0
    const places = this.receiver.free
    const more = this.#options.advancedOk ? ` ${number === undefined ? '' : `N${number} `}P${free} B${places}` : ''
    this.cable.toHost(`${reply}ok${more}\n`)
  }
  #keepAlive(): void {
    this.#keepAliveAt = this.#now + BUSY_MS
    this.cable.toHost('echo:busy: processing\n')
  }
  #handle(text: string): Handler {
    const { word, value } = parseCommand(text)
    // Klipper reads each number before it acts
    if (this.#firmware === 'klipper' && word !== '' && /\.\d*\./.test(text)) {
      return { reply: `!! Error on '${text}': unable to parse it\n` }
    }
    const report = reportOf(word, this.#firmware, this.settings)
    if (report !== undefined) return { reply: report }
    switch (word) {
      case 'G0':
      case 'G1':
        return this.#move(value)
      case 'G4':
        return this.#dwell((value('P') ?? 0) + 1000 * (value('S') ?? 0))
      case 'G20':
      case 'G21':
        this.#scale = word === 'G20' ? 25.4 : 1
        return {}
      case 'G90':
      case 'G91':
        this.#isRelative = word === 'G91'
        return {}
      case 'G92':
      case 'SET_KINEMATIC_POSITION':
        this.#isHomed ||= word === 'SET_KINEMATIC_POSITION'
        return this.#setPlace(placeIn(text, this.#planner.target))
      case 'G28':
        return this.#home(/[XYZ]/.test(text.slice(3)) ? text.slice(3) : 'XYZ')
      case 'M400':
        return { wait: this.#waitForRest() }
      case 'M114': {
        const [x, y, z] = this.#planner.target.map((mm) => mm.toFixed(this.#firmware === 'klipper' ? 3 : 2))
        return { reply: `X:${x} Y:${y} Z:${z} E:0.00 Count X:0 Y:0 Z:0\n` }
      }
      case 'M18':
      case 'M84':
        return { wait: this.#waitForRest() }
      default:
        return this.#firmware === 'klipper' ? this.#handleKlipper(word, text) : this.#handleMarlin(word, text, value)
    }
  }

  #handleMarlin(word: string, text: string, value: Value): Handler {
    switch (word) {
      case 'M110':
        this.receiver.count(value('N') ?? 0)
        return {}
      case 'M112':
        this.kill('M112 Shutdown')
        return { wait: () => Infinity }
      case 'M280': {
        const until = this.#now + SERVO_MS
        this.#turnServo(true, value('S') ?? 0)
        return { wait: (now) => (now < until ? until : undefined) }
      }
      case 'M17':
      case 'M154':
      case 'M155':
        return {}
      default:
        return { reply: `echo:Unknown command: "${text}"\n` }
    }
  }
  #handleKlipper(word: string, text: string): Handler {
    const planner = this.#planner
    if (word !== 'SET_SERVO' || !(planner instanceof KlipperPlanner))
      return { reply: `// Unknown command:"${text.split(' ')[0]}"\n` }
    const angle = Number(/ANGLE=(-?[\d.]+)/.exec(text)?.[1] ?? 0)
    planner.atEnd(this.#now, (ms) => {
      this.#now = Math.max(this.#now, ms)
      this.#turnServo(true, angle)
    })
    return {}
  }

  #move(value: Value): Handler {
    if (this.#options.mustHome && !this.#isHomed) {
      return { reply: this.#firmware === 'klipper' ? '!! Must home axis first\n' : 'echo:Home XYZ First\n' }
    }
    const planner = this.#planner
    const axes = ['X', 'Y', 'Z'].map(value)
    this.#feed = (value('F') ?? this.#feed / this.#scale) * this.#scale
    const to = eachAxis((k) => {
      const axis = axes[k]
      if (axis === undefined) return planner.target[k]
      return this.#isRelative ? planner.target[k] + axis * this.#scale : axis * this.#scale
    })
    if (planner instanceof KlipperPlanner) {
      this.#push(to)
      return { wait: (now) => (planner.hasRoom(now) ? undefined : planner.roomAt) }
    }
    let isQueued = false
    return {
      wait: (now) => {
        if (isQueued) return undefined
        if (!planner.hasRoom()) return Math.max(planner.nextEvent, now)
        isQueued = true
        this.#push(to)
        return undefined
      },
    }
  }

  #push(to: Vector): void {
    const wasIdle = this.#planner.push(to, this.#feed, this.#now)
    if (wasIdle !== undefined) this.#paper.recordMove(wasIdle, this.#now)
  }

  #dwell(ms: number): { wait: Wait } {
    const planner = this.#planner
    if (planner instanceof KlipperPlanner) {
      planner.dwell(ms, this.#now)
      return { wait: (now) => (planner.hasRoom(now) ? undefined : planner.roomAt) }
    }
    let until: number | undefined
    return {
      wait: (now) => {
        if (!planner.isIdle) return planner.nextEvent
        until ??= now + ms
        return now < until ? until : undefined
      },
    }
  }

  /** Waits until nothing moves. Klipper checks every tenth of a second. */
  #waitForRest(): Wait {
    const planner = this.#planner
    if (!(planner instanceof KlipperPlanner)) return () => (planner.isIdle ? undefined : planner.nextEvent)
    if (planner.isIdle && planner.printTime <= this.#now) return NO_WAIT
    const end = planner.flush(this.#now)
    return (now) => (now < end ? now + POLL_MS : undefined)
  }

  /** Gives the present place other coordinates. The carriage does not move. */
  #setPlace(place: Vector): Handler {
    this.#paper.setMachine(place)
    this.#planner.place(place)
    return {}
  }
  /** Homes: the carriage goes to the ends of the axes at 0, at one speed. */
  #home(axes: string): { wait: Wait } {
    const planner = this.#planner
    const from = this.#paper.at
    const to = eachAxis((k) => (axes.includes('XYZ'.charAt(k)) ? 0 : from[k]))
    const mm = Math.max(...to.map((place, k) => Math.abs(place - (from[k] ?? 0))))
    const until = this.#now + (1000 * mm) / HOMING_SPEED
    return {
      wait: (now) => {
        if (now < until) return until
        planner.place(this.#paper.machine(to))
        this.#paper.moveTo(planner.position, now)
        this.#setPlace(eachAxis((k) => (axes.includes('XYZ'.charAt(k)) ? 0 : planner.position[k])))
        this.#isHomed = true
        return undefined
      },
    }
  }
  #turnServo(on: boolean, angle = 0): void {
    this.#planner.advance(this.#now)
    this.#paper.spindle(on, angle, this.#planner.position, this.#now)
  }
  #recordPen(): void {
    this.#planner.advance(this.#now)
    this.#paper.recordPen(this.#planner.position, this.#now)
  }
}

const NO_WAIT: Wait = () => undefined
