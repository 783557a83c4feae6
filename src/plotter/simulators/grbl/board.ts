import { type Clock, realClock } from '../../clock.ts'
import { type Board, Cable } from '../cable.ts'
import { Ink } from '../ink.ts'
import { Uart } from '../uart.ts'
import { Modal, type Operation } from './modal.ts'
import { PenOnMachine, type PenWiring } from './pen.ts'
import { Planner, type Vector } from './planner.ts'
import { BANNER, dollarReport, LOCKED, StatusReport } from './report.ts'
import { DEFAULTS, type GrblSettings } from './settings.ts'
import { GrblError, stripped, wordsOf } from './words.ts'

export interface GrblSimulatorOptions {
  readonly clock?: Clock
  readonly baudRate?: number
  readonly settings?: GrblSettings
  /** How the pen hangs on the machine: a servo on the spindle output, or the Z axis. */
  readonly pen?: PenWiring
  /** Does opening the port reset the board, as on an Uno? */
  readonly resetsOnOpen?: boolean
  /** Time to parse and plan one line, ms: an ATmega328 manages about 311 short lines a second. */
  readonly lineMs?: number
  /** Machine y at the top edge of the drawing's frame, mm: ink is recorded with y down. */
  readonly topEdge?: number
}

const RX_BYTES = 127
const LONGEST_LINE = 80
const EEPROM_MS = 20
const HOMING_MS = 4000
const BOOT_MS = 20

type Mode = 'Idle' | 'Alarm' | 'Home' | 'Check' | 'Sleep'

/**
 * An Arduino with grbl 1.1h in software: one line at a time, answered when it is planned, a receive buffer of 127 bytes
 * that loses what does not fit, realtime bytes taken out as they arrive. Its output is `ink`.
 */
export class GrblBoard implements Board {
  readonly dialect = 'grbl'
  readonly cable: Cable
  readonly clock: Clock
  readonly settings: GrblSettings
  readonly modal = new Modal()
  readonly planner: Planner
  readonly #ink = new Ink()
  readonly #pen: PenOnMachine
  readonly #report = new StatusReport()
  readonly #uart: Uart
  readonly #options: GrblSimulatorOptions
  /** Bytes lost because the receive buffer was full or the EEPROM was being written. */
  lost = 0
  fullestRx = 0
  onLine: ((line: string) => void) | undefined
  spindleOn = false
  now = 0
  #mode: Mode = 'Idle'
  #jogging = false
  #rx = ''
  #operations: Operation[] = []
  #answer: string | undefined
  /** Nothing is parsed before this moment. */
  #busyUntil = 0
  #living = false
  #deafUntil = 0
  #cancelTimer: () => void = () => {}

  constructor(options: GrblSimulatorOptions = {}) {
    this.#options = options
    this.clock = options.clock ?? realClock
    this.settings = { ...DEFAULTS, ...options.settings }
    this.#uart = new Uart(options.baudRate ?? 115_200)
    this.#pen = new PenOnMachine(options.pen ?? { kind: 'spindle', downBelow: 500 })
    this.planner = new Planner(this.settings, (to, ms) => this.#movedTo(to, ms))
    this.cable = new Cable(this, this.clock)
    this.now = this.clock.now()
    if (this.settings[22]) this.#mode = 'Alarm'
  }

  get ink(): Ink {
    this.catchUp()
    return this.#ink
  }

  get penTouches(): boolean {
    this.catchUp()
    return this.#pen.touches
  }

  get position(): readonly [x: number, y: number] {
    this.catchUp()
    return this.#mm(this.planner.position)
  }

  get moving(): boolean {
    return !this.planner.stopped
  }

  get rxFree(): number {
    return RX_BYTES + 1 - this.#rx.length
  }

  get state(): string {
    if (this.planner.holding) return this.planner.stopped ? 'Hold:0' : 'Hold:1'
    if (this.#mode !== 'Idle') return this.#mode
    if (this.planner.idle) return 'Idle'
    return this.#jogging ? 'Jog' : 'Run'
  }

  opened(): void {
    if (this.#options.resetsOnOpen ?? true) this.powerUp()
  }

  /** The processor starts: DTR, the reset button, power. The carriage stays where it is, and grbl calls that zero. */
  powerUp(): void {
    this.catchUp()
    this.#forget()
    this.planner.position = this.planner.target = [0, 0, 0]
    this.#origin = this.#paper
    this.#mode = this.settings[22] ? 'Alarm' : 'Idle'
    this.#busyUntil = this.#deafUntil = this.now + BOOT_MS
    this.clock.after(BOOT_MS, () => this.#greet())
  }

  /** Unplugged and restarted, as by a power cut. */
  reset(): void {
    this.powerUp()
    this.cable.cut()
  }

  /** A limit switch closes. */
  hitLimit(): void {
    this.catchUp()
    this.#raiseAlarm(1)
  }

  receive(bytes: Uint8Array): void {
    this.catchUp()
    this.#uart.queue(bytes, this.now)
    this.#schedule()
  }

  catchUp(): void {
    if (this.#living) return // a listener looks while the past is being lived through
    this.#living = true
    const to = Math.max(this.now, this.clock.now())
    for (;;) {
      const next = Math.min(this.#uart.next, this.planner.nextEvent, this.#nextTurn())
      if (next > to) break
      this.now = Math.max(this.now, next)
      if (this.#uart.next <= this.now) this.#arrive(this.#uart.take())
      else if (this.planner.nextEvent <= this.now) this.planner.advance(this.now)
      else this.#turn()
    }
    this.now = to
    this.planner.advance(to)
    this.#living = false
  }

  /** When the main loop can do something. */
  #nextTurn(): number {
    const [operation] = this.#operations
    if (operation?.is === 'move') return this.planner.hasRoom ? this.#busyUntil : Infinity
    if (operation) return this.planner.idle ? this.#busyUntil : Infinity
    return this.#answer !== undefined || this.#rx.includes('\n') ? this.#busyUntil : Infinity
  }

  #turn(): void {
    const operation = this.#operations.shift()
    if (operation) this.#do(operation)
    else if (this.#answer !== undefined) {
      this.cable.toHost(this.#answer)
      this.#answer = undefined
    } else this.#parse()
  }

  #do(operation: Operation): void {
    if (operation.is === 'move') this.planner.push(operation.to, operation.feed, this.now)
    else if (operation.is === 'dwell') this.#busyUntil = this.now + operation.ms
    else if (operation.is === 'spindle') {
      this.spindleOn = operation.on
      this.#pen.spindle(operation.on, operation.value)
      this.#touch(this.now)
    } else this.modal.reset()
  }

  #parse(): void {
    const end = this.#rx.indexOf('\n')
    const raw = this.#rx.slice(0, end)
    this.#rx = this.#rx.slice(end + 1)
    this.onLine?.(raw)
    const line = stripped(raw)
    this.#busyUntil = this.now + (this.#options.lineMs ?? 3.2)
    try {
      if (raw.length > LONGEST_LINE) throw new GrblError(11)
      if (line.startsWith('$')) this.#dollar(line)
      else if (line !== '') this.#gcode(line)
      this.#answer = 'ok\r\n'
    } catch (error) {
      if (!(error instanceof GrblError)) throw error
      this.#answer = `error:${error.number}\r\n`
    }
  }

  #gcode(line: string): void {
    if (this.#mode === 'Alarm' || this.#jogging) throw new GrblError(9)
    const before = this.modal.offset.join()
    const operations = this.modal.line(wordsOf(line), this.planner.target, this.settings[12] ?? 0.002)
    if (this.settings[20]) for (const each of operations) if (each.is === 'move') this.#checkReach(each.to)
    if (this.modal.offset.join() !== before) this.#report.offsetChanged()
    if (this.#mode !== 'Check') this.#operations = operations
  }

  #dollar(line: string): void {
    const report = dollarReport(line, this)
    const [, number, value] = /^\$(\d+)=(-?[\d.]+)$/.exec(line) ?? []
    if (report !== undefined) this.cable.toHost(report)
    else if (number !== undefined) this.#store(Number(number), Number(value))
    else if (line.startsWith('$J=')) this.#jog(line.slice(3))
    else if (line === '$X') this.#unlock()
    else if (line === '$H') this.#home()
    else if (line === '$C') this.#mode = this.#mode === 'Check' ? 'Idle' : 'Check'
    else if (line !== '$SLP') throw new GrblError(3)
  }

  #store(number: number, value: number): void {
    if (this.settings[number] === undefined) throw new GrblError(3)
    if (!this.planner.idle) throw new GrblError(8)
    this.settings[number] = value
    // while the EEPROM is written the chip hears nothing
    this.#deafUntil = this.#busyUntil = this.now + EEPROM_MS
  }

  #jog(line: string): void {
    if (this.#mode === 'Alarm') throw new GrblError(9)
    const words = wordsOf(line)
    if (!words.some(({ letter }) => letter === 'F')) throw new GrblError(22)
    const { motion, absolute, inches, feed } = this.modal
    this.modal.motion = 1
    const moves = this.modal.line([...words], this.planner.target, 0.002)
    Object.assign(this.modal, { motion, absolute, inches, feed })
    if (this.settings[20])
      for (const each of moves) if (each.is === 'move' && !this.#reaches(each.to)) throw new GrblError(15)
    this.#operations = moves
    this.#jogging = true
  }

  #unlock(): void {
    if (this.#mode !== 'Alarm') return
    this.#mode = 'Idle'
    this.cable.toHost('[MSG:Caution: Unlocked]\r\n')
  }

  #home(): void {
    if (!this.settings[22]) throw new GrblError(5)
    const pulled = this.settings[27] ?? 1
    this.#mode = 'Idle'
    this.#busyUntil = this.now + HOMING_MS
    this.planner.clear(this.now)
    const corner = this.#corner()
    this.#origin = [0, 0, 0]
    this.planner.position = this.planner.target = corner.map((v) => v - Math.sign(v || 1) * pulled) as unknown as Vector
    this.#movedTo(this.planner.position, this.now)
  }

  /** The corner that homing looks for, machine coordinates: $23 inverts the direction of an axis. */
  #corner(): Vector {
    const mask = this.settings[23] ?? 0
    return [0, 1, 2].map((k) => (mask & (1 << k) ? -(this.settings[130 + k] ?? 0) : 0)) as unknown as Vector
  }

  #reaches(to: Vector): boolean {
    return to.every((v, k) => v <= 1e-6 && v >= -(this.settings[130 + k] ?? 0) - 1e-6)
  }

  #checkReach(to: Vector): void {
    if (this.#reaches(to)) return
    this.#raiseAlarm(2)
    throw new GrblError(9)
  }

  #raiseAlarm(number: number): void {
    this.planner.clear(this.now)
    this.#operations = []
    this.#mode = 'Alarm'
    this.cable.toHost(`ALARM:${number}\r\n[MSG:Reset to continue]\r\n`)
  }

  #arrive(byte: number): void {
    if (this.now < this.#deafUntil) {
      this.lost++
      return
    }
    const char = String.fromCharCode(byte)
    if (char === '?') this.cable.toHost(this.#report.text(this))
    else if (char === '!') this.#hold()
    else if (char === '~') this.#resume()
    else if (byte === 0x18) this.#softReset()
    else if (byte === 0x85) this.#cancelJog()
    else if (byte === 0x84) this.#hold()
    else if (byte < 0x80) this.#keep(char === '\r' ? '\n' : char)
    if (this.#jogging && this.planner.idle && this.#operations.length === 0) this.#jogging = false
  }

  /** CR and LF both end a line, so CR LF is a line and an empty one, each answered. */
  #keep(char: string): void {
    if (this.#rx.length >= RX_BYTES) {
      this.lost++
      return
    }
    this.#rx += char
    this.fullestRx = Math.max(this.fullestRx, this.#rx.length)
  }

  #hold(): void {
    if (!this.planner.idle) this.planner.hold(this.now)
  }

  #resume(): void {
    this.planner.resume(this.now)
  }

  #cancelJog(): void {
    if (!this.#jogging) return
    this.planner.clear(this.now)
    this.#jogging = false
  }

  /** Ctrl-X: in motion the position is lost (ALARM:3); at rest, or at rest in a hold, it is kept. */
  #softReset(): void {
    const inMotion = !this.planner.stopped
    this.#forget()
    this.modal.reset()
    if (inMotion) {
      this.#mode = 'Alarm'
      this.cable.toHost('ALARM:3\r\n')
    }
    this.#greet()
  }

  #greet(): void {
    this.cable.toHost(BANNER)
    if (this.#mode === 'Alarm') this.cable.toHost(LOCKED)
  }

  #forget(): void {
    this.planner.clear(this.now)
    this.#operations = []
    this.#answer = undefined
    this.#rx = ''
    this.#jogging = false
    this.#uart.clear()
    this.spindleOn = false
    this.#pen.spindle(false, 0)
    this.#touch(this.now)
  }

  /** Machine coordinates of the paper's origin: a reset calls zero wherever the carriage is. */
  #origin: Vector = [0, 0, 0]
  #paper: Vector = [0, 0, 0]
  #inked: readonly [x: number, y: number] = [0, 0]

  #mm([x, y]: Vector): readonly [x: number, y: number] {
    return [this.#origin[0] + x, (this.#options.topEdge ?? 0) - (this.#origin[1] + y)]
  }

  #movedTo(to: Vector, ms: number): void {
    const steps = [100, 101].map((n, k) => {
      const per = this.settings[n] ?? 80
      return Math.round((to[k] ?? 0) * per) / per
    })
    const [x, y] = this.#mm([steps[0] ?? 0, steps[1] ?? 0, to[2]])
    this.#paper = [this.#origin[0] + to[0], this.#origin[1] + to[1], to[2]]
    if (x !== this.#inked[0] || y !== this.#inked[1]) this.#ink.to(x, y, ms / 1000)
    this.#inked = [x, y]
    this.#pen.height(to[2])
    this.#touch(ms)
  }

  #touch(ms: number): void {
    const [x, y] = this.#mm(this.planner.position)
    if (this.#pen.touches) this.#ink.touch(x, y, ms / 1000)
    else this.#ink.lift()
  }

  #schedule(): void {
    this.#cancelTimer()
    const next = Math.min(this.#uart.next, this.planner.nextEvent, this.#nextTurn())
    if (!Number.isFinite(next)) return
    this.#cancelTimer = this.clock.after(next - this.clock.now(), () => {
      this.catchUp()
      this.#schedule()
    })
  }
}
