/** The room `simulators/grbl`. It imports no driver, so tests can compare board and driver. */
import { type Clock, realClock } from '../../link/clock.ts'
import { Cable } from '../cable.ts'
import type { Ink } from '../ink.ts'
import type { SimulatedPlotter } from '../simulated-plotter.ts'
import { Uart } from '../uart.ts'
import { Wakeup } from '../wakeup.ts'
import { FLAVOURS, type Flavour } from './flavour.ts'
import { HomingCycle, leavesMachine, placeAfterHoming, type SwitchFault } from './homing.ts'
import { MainLoop } from './main-loop.ts'
import { Modal, type Operation } from './modal.ts'
import { ALARM_MS, BOOT_MS, EEPROM_MS, type GrblSimulatorOptions } from './options.ts'
import { Paper } from './paper.ts'
import { Planner } from './planner.ts'
import { Receiver } from './receiver.ts'
import { dollarReport, LOCKED, ReportRequest, StatusReport } from './report.ts'
import { DEFAULTS, type GrblSettings, idleDelay } from './settings.ts'
import type { Vector } from './vector.ts'
import { GrblError, withoutComments, wordsOf } from './words.ts'

/** Duration of a press of the cycle start button, ms. */
const START_MS = 400

/**
 * A simulated board with grbl 1.1h, FluidNC or grblHAL. It answers each line when the line is planned, and handles
 * realtime bytes as they arrive. Bytes that do not fit into its receive buffer are lost. `ink` has the drawn lines.
 */
export class GrblBoard implements SimulatedPlotter {
  readonly dialect = 'grbl'
  readonly cable: Cable
  readonly clock: Clock
  readonly settings: GrblSettings
  readonly modal = new Modal()
  readonly planner: Planner
  readonly #paper: Paper
  #report = new StatusReport()
  readonly #request = new ReportRequest()
  readonly #uart: Uart
  readonly #options: GrblSimulatorOptions
  readonly receiver: Receiver
  readonly flavour: Flavour
  onLine: ((line: string) => void) | undefined
  isSpindleOn = false
  now = 0
  #mode: 'Idle' | 'Alarm' | 'Home' | 'Check' = 'Idle'
  #isJogging = false
  #homing: HomingCycle | undefined
  /** Whether the board reacts only to a reset, as after a limit alarm. */
  #isBlocked = false
  #wantsReport = false
  /** Time at which the cycle start button is released, ms on the board's clock. */
  #startUntil = Number.NEGATIVE_INFINITY
  /** The fault of the limit switches; undefined when they work. */
  switchFault: SwitchFault | undefined
  readonly #loop: MainLoop
  #isSimulating = false
  readonly #wakeup: Wakeup
  #cancelGreeting: () => void = () => {}

  constructor(options: GrblSimulatorOptions = {}) {
    this.#options = options
    this.clock = options.clock ?? realClock
    this.flavour = FLAVOURS[options.firmware ?? 'grbl']
    const { blocks, rxBytes, endsWithCrLf, dwellMs, lineMs } = this.flavour
    this.settings = { ...DEFAULTS, ...options.settings, ...(options.firmware === 'fluidnc' && { 398: blocks + 1 }) }
    this.modal.dwellMs = dwellMs
    this.receiver = new Receiver(rxBytes, endsWithCrLf)
    this.#uart = new Uart(options.baudRate ?? 115_200)
    this.#paper = new Paper(this.settings, options)
    this.planner = new Planner(this.settings, blocks, (to, ms) => this.#paper.moveTo(to, ms))
    this.cable = new Cable(this, this.clock)
    this.#wakeup = new Wakeup(
      this.clock,
      () => this.#next,
      () => this.catchUp(),
    )
    this.#loop = new MainLoop({
      planner: this.planner,
      receiver: this.receiver,
      settings: this.settings,
      lineMs: options.lineMs ?? lineMs,
      flavour: this.flavour,
      interpret: (line) => this.#interpret(line),
      perform: (operation) => this.#perform(operation),
      reply: (text) => this.cable.toHost(text),
    })
    this.now = this.clock.now()
    if (this.settings[22]) this.#mode = 'Alarm'
  }

  get ink(): Ink {
    this.catchUp()
    return this.#paper.ink
  }
  get isPenDown(): boolean {
    this.catchUp()
    return this.#paper.pen.touches(this.now)
  }
  get position(): readonly [x: number, y: number] {
    this.catchUp()
    return this.#paper.carriage(this.planner.position)
  }
  get isMoving(): boolean {
    this.catchUp()
    return this.#homing !== undefined || !this.planner.isStopped
  }
  /** Greatest distance by which the carriage was driven past a limit switch, mm; 0 when it never was. */
  get overrun(): number {
    this.catchUp()
    return this.#paper.overrun
  }
  /** The carriage's true place, mm. Each axis has a limit switch at 0, and one at minus its length. */
  get carriage(): Vector {
    this.catchUp()
    return this.#paper.at
  }
  get state(): string {
    if (this.planner.isHolding) return this.planner.isStopped ? 'Hold:0' : 'Hold:1'
    if (this.#mode !== 'Idle') return this.#mode
    const isStill = this.planner.isIdle || this.planner.isWaiting
    if (isStill && this.now >= this.planner.restedAt + idleDelay(this.settings, this.flavour)) return 'Idle'
    return this.#isJogging ? 'Jog' : 'Run'
  }

  opened(): void {
    if (this.#options.resetsOnOpen ?? true) this.powerUp()
  }
  /**
   * Restarts the processor, as DTR, the reset button and power do. grbl's coordinates are then 0 at the carriage's
   * place.
   */
  powerUp(): void {
    this.catchUp()
    this.#uart.clear()
    this.#forget()
    this.planner.position = this.planner.target = [0, 0, 0]
    this.#paper.restart()
    this.#mode = this.settings[22] ? 'Alarm' : 'Idle'
    this.cable.toHost(this.flavour.boot)
    this.#greetAfter(BOOT_MS)
  }

  /** Restarts and breaks the link, as after a power cut. */
  reset(): void {
    this.powerUp()
    this.cable.cut()
  }
  get gaps(): number {
    return this.#paper.gaps
  }
  pushHome(): void {
    this.catchUp()
    this.#paper.pushHome(this.planner.position)
  }
  /** Presses the feed hold button. */
  pressButton(): void {
    this.catchUp()
    this.#hold()
    this.#wakeup.set()
  }
  /** Begins a feed hold, except in an alarm, during homing and in check mode. */
  #hold(): void {
    if (this.#mode === 'Idle') this.planner.hold(this.now)
  }
  /** Presses the cycle start button for a moment. */
  pressStart(): void {
    this.#startUntil = this.clock.now() + START_MS
  }
  get pins(): string {
    return this.clock.now() < this.#startUntil ? 'S' : ''
  }
  /** Makes the board stall at the next line that waits for an empty planner, until `~` arrives. */
  stall(): void {
    this.#loop.isStalled = true
  }
  /** Closes a limit switch. */
  hitLimit(): void {
    this.catchUp()
    this.#raiseAlarm(1)
  }
  receive(bytes: Uint8Array): void {
    this.catchUp()
    this.#uart.queue(bytes, this.now)
    this.#wakeup.set()
  }
  catchUp(): void {
    if (this.#isSimulating) return // called by a listener during the simulation
    this.#isSimulating = true
    const to = Math.max(this.now, this.clock.now())
    for (;;) {
      const next = this.#next
      if (next > to) break
      this.now = Math.max(this.now, next)
      if (this.#homing) this.#followHoming(this.#homing)
      if (this.#uart.next <= this.now) this.#arrive(this.#uart.take())
      else if (this.planner.nextEvent <= this.now) this.planner.advance(this.now)
      else if (this.#paper.nextPenChange <= this.now) this.#recordPen()
      else if (this.#loop.next <= this.now) this.#loop.turn(this.now)
    }
    this.now = to
    if (this.#homing) this.#followHoming(this.#homing)
    this.planner.advance(to)
    this.#isSimulating = false
  }

  get #next(): number {
    const homing = this.#homing?.nextEvent(this.now) ?? Infinity
    return Math.min(this.#uart.next, this.planner.nextEvent, this.#loop.next, homing, this.#paper.nextPenChange)
  }

  #recordPen(): void {
    this.planner.advance(this.now)
    this.#paper.recordPen(this.planner.position, this.now)
  }
  #perform(operation: Operation): void {
    if (operation.is === 'move') {
      const { isIdle } = this.planner
      if (this.planner.push(operation.to, operation.feed, this.now)) this.#paper.recordMove(isIdle, this.now)
    } else if (operation.is === 'dwell') this.#loop.busyUntil = this.now + operation.ms
    else if (operation.is === 'spindle') {
      if (this.flavour.sendsTexts) this.cable.toHost('[MSG:DBG: spindle]\r\n') // this text answers no line
      this.#spindle(operation.on, operation.value)
    } else this.modal.reset()
  }

  #spindle(on: boolean, value = 0): void {
    this.isSpindleOn = on
    this.#paper.spindle(on, value, this.planner.position, this.now)
  }

  /** @throws GrblError */
  #interpret(raw: string): readonly Operation[] {
    this.onLine?.(raw)
    const line = withoutComments(raw)
    // a setting's name keeps its lower case
    if (line.startsWith('$')) return this.#dollar(raw.startsWith('$/') ? raw.trim() : line)
    return line === '' ? [] : this.#gcode(line)
  }

  #gcode(line: string): readonly Operation[] {
    if (this.#mode === 'Alarm' || this.#isJogging) throw new GrblError(9)
    const before = this.modal.offset.join()
    const operations = this.modal.line(wordsOf(line), this.planner.target, this.settings[12] ?? 0.002)
    if (leavesMachine(operations, this.settings)) {
      this.#raiseAlarm(2)
      throw new GrblError(9)
    }
    if (this.modal.offset.join() !== before) this.#report.showOffset()
    return this.#mode === 'Check' ? [] : operations
  }

  #dollar(line: string): readonly Operation[] {
    const report = dollarReport(line, this)
    const [, number, value] = /^\$(\d+)=(-?[\d.]+)$/.exec(line) ?? []
    if (report !== undefined) this.cable.toHost(report)
    else if (number !== undefined) this.#store(Number(number), Number(value))
    else if (line.startsWith('$J=')) return this.#jog(line.slice(3))
    else if (line === '$X' && this.#mode === 'Alarm') {
      this.#mode = 'Idle'
      this.cable.toHost('[MSG:Caution: Unlocked]\r\n')
    } else if (line === '$H') this.#home()
    else if (line === '$C') this.#mode = this.#mode === 'Check' ? 'Idle' : 'Check'
    else if (line !== '$SLP' && line !== '$X') throw new GrblError(3)
    return []
  }

  #store(number: number, value: number): void {
    if (this.settings[number] === undefined) throw new GrblError(3)
    if (!this.planner.isIdle) throw new GrblError(8)
    this.settings[number] = value
    // interrupts are off during an EEPROM write
    this.receiver.deafUntil = this.#loop.busyUntil = this.now + EEPROM_MS
  }

  #jog(line: string): readonly Operation[] {
    if (this.#mode === 'Alarm') throw new GrblError(9)
    const words = wordsOf(line)
    if (!words.some(({ letter }) => letter === 'F')) throw new GrblError(22)
    const moves = this.modal.jog(words, this.planner.target)
    if (leavesMachine(moves, this.settings)) throw new GrblError(15)
    this.#isJogging = true
    return moves
  }

  #home(): void {
    if (!this.settings[22]) throw new GrblError(5)
    if (this.state !== 'Idle' && this.state !== 'Alarm') throw new GrblError(8)
    this.#mode = 'Home'
    this.planner.clear(this.now)
    this.#homing = new HomingCycle(this.#paper.at, this.#paper.travel, this.settings, this.switchFault, this.now)
    this.#loop.busyUntil = Infinity
  }

  #followHoming(homing: HomingCycle): void {
    const place = this.#paper.machine(homing.at(this.now))
    this.planner.position = this.planner.target = place
    this.#paper.moveTo(place, this.now)
    if (this.now < homing.endMs) return
    this.#homing = undefined
    this.#loop.busyUntil = this.now
    if (homing.alarm !== undefined) {
      this.#failHoming(homing.alarm)
      return
    }
    this.#paper.setMachine(placeAfterHoming(this.settings))
    this.planner.position = this.planner.target = placeAfterHoming(this.settings)
    // one report answers all requests during the cycle
    if (this.#wantsReport) this.cable.toHost(this.#report.text(this))
    this.#wantsReport = false
    this.#mode = 'Idle'
  }

  /** grbl resets itself after an alarm of homing. Its coordinates are then invalid. */
  #failHoming(alarm: number): void {
    this.#homing = undefined
    this.#mode = 'Alarm'
    this.#forget()
    this.cable.toHost(`ALARM:${alarm}\r\n`)
    this.#greet()
  }

  #raiseAlarm(number: number): void {
    this.planner.clear(this.now)
    this.#loop.forget()
    this.#mode = 'Alarm'
    this.#isBlocked = true
    this.#spindle(false)
    this.#loop.busyUntil = Infinity
    this.cable.toHost(`ALARM:${number}\r\n[MSG:Reset to continue]\r\n`)
  }

  #arrive(byte: number): void {
    if (this.receiver.isDeaf(this.now)) return
    const char = String.fromCharCode(byte)
    if (this.#homing) this.#arriveWhileHoming(byte, char)
    else if (this.#isBlocked && byte !== 0x18) return
    else if (char === '?')
      this.#request.set(this.clock, this.#options.reportMs ?? 0, () => this.cable.toHost(this.#report.text(this)))
    else if (char === '!' || byte === 0x84) this.#hold()
    else if (char === '~') {
      this.#loop.isStalled = false
      this.planner.resume(this.now)
    } else if (byte === 0x18) this.#softReset()
    else if (byte === 0x85 && this.#isJogging) this.planner.clear(this.now)
    else if (byte < 0x80) this.receiver.keep(char)
    if (this.#isJogging && this.planner.isIdle && this.#loop.isDone) this.#isJogging = false
  }

  /** During homing grbl reacts at once only to a reset and the door. It answers `?` after a cycle without an alarm. */
  #arriveWhileHoming(byte: number, char: string): void {
    if (byte === 0x18) this.#failHoming(6)
    else if (byte === 0x84) this.#failHoming(7)
    else if (char === '?') this.#wantsReport = true
    else if (byte < 0x80 && char !== '!' && char !== '~') this.receiver.keep(char)
  }

  /**
   * Resets as Ctrl-X does. In motion the position counts as lost (ALARM:3), and the board loses the bytes of the next
   * half second. At rest, also in a hold, the board keeps the position.
   */
  #softReset(): void {
    const isMoving = !this.planner.isStopped
    this.#forget()
    if (this.#mode === 'Check') this.#mode = 'Idle'
    if (!isMoving) {
      this.#greet()
      return
    }
    this.#mode = 'Alarm'
    this.cable.toHost('ALARM:3\r\n')
    this.#greetAfter(ALARM_MS)
  }

  /** Greets after `ms`, during which the board does nothing and loses all bytes. */
  #greetAfter(ms: number): void {
    this.#cancelGreeting()
    this.#loop.busyUntil = this.receiver.deafUntil = this.now + ms
    this.#cancelGreeting = this.clock.after(ms, () => this.#greet())
  }

  #greet(): void {
    const { greeting } = this.flavour
    this.cable.toHost(this.#mode === 'Alarm' ? greeting + LOCKED : greeting)
  }

  #forget(): void {
    this.#homing = undefined
    this.#wantsReport = this.#isBlocked = false
    this.planner.clear(this.now)
    this.modal.reset()
    this.#loop.forget()
    this.#loop.busyUntil = Math.min(this.#loop.busyUntil, this.now)
    this.receiver.clear()
    this.#report = new StatusReport()
    this.#request.forget()
    this.#isJogging = false
    this.#spindle(false)
  }
}
