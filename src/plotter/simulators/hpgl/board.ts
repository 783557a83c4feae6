/** The room `simulators/hpgl`. It imports no driver, so tests can compare plotter and driver. */
import { type Clock, realClock } from '../../link/clock.ts'
import { Cable } from '../cable.ts'
import type { Ink } from '../ink.ts'
import type { SimulatedPlotter } from '../simulated-plotter.ts'
import { type Handshake, type HostFlow, Uart, XON_XOFF } from '../uart.ts'
import { Wakeup } from '../wakeup.ts'
import { Carriage, UNIT_MM } from './carriage.ts'
import { ControlParser, type DeviceControl } from './device-control.ts'
import { type Action, Interpreter } from './interpreter.ts'
import { HPGL_MODELS, type HpglModel } from './models.ts'
import { answer } from './outputs.ts'
import { HpglParser } from './parser.ts'

export interface HpglSimulatorOptions {
  readonly model?: string
  readonly clock?: Clock
  readonly baudRate?: number
  /** Which signals of the plotter the host's port obeys: XON/XOFF, DTR or none; none when absent. */
  readonly hostFlow?: HostFlow
}

/** Time between two presses of VIEW, ms. */
const VIEW_MS = 1500

const LINE_END = '\r'

const handshakeAtStart = (hostFlow: HostFlow): Handshake | undefined =>
  hostFlow === 'hardware' ? { threshold: 64, stop: [], go: [] } : undefined

/**
 * A simulated HP pen plotter. Bytes arrive at the baud rate in a buffer of the model's size. The plotter executes
 * escape instructions on arrival. HP-GL waits in the buffer until the pen is free. A byte that finds the buffer full is
 * lost. The plotter's output is `ink`.
 */
export class HpglPlotter implements SimulatedPlotter {
  readonly dialect = 'hpgl'
  readonly model: HpglModel
  readonly cable: Cable
  readonly clock: Clock
  readonly interpreter: Interpreter
  readonly carriage: Carriage
  /** Largest fill of the buffer so far, bytes. */
  fullest = 0
  /** Bytes lost because the buffer was full. */
  lost = 0
  /** Called with each byte of HP-GL that is executed. */
  onByte: ((byte: number) => void) | undefined
  readonly #uart: Uart
  #control = new ControlParser()
  readonly #parser: HpglParser
  readonly #hostFlow: HostFlow
  #handshake: Handshake | undefined
  #buffer: number[] = []
  #read = 0
  #now = 0
  #commError = 0
  #lineEnd = LINE_END
  /** Number of requests (ESC.L) that the plotter answers when its buffer is empty. */
  #waitingForEmpty = 0
  #isViewing = false
  #isLeverUp = false
  /** Whether a hold has lifted the pen, which the plotter lowers again when the hold ends. */
  #hasHoldLifted = false
  #isSimulating = false
  readonly #wakeup: Wakeup
  #gaps = 0
  /** Whether the buffer and the wire have both been empty at some moment since the last move. */
  #isStarved = false
  #isDrawing = false

  constructor(options: HpglSimulatorOptions = {}) {
    const model = HPGL_MODELS[options.model ?? '7475A']
    if (!model) throw new RangeError(`no model ${options.model}; there are ${Object.keys(HPGL_MODELS).join(', ')}`)
    this.model = model
    this.clock = options.clock ?? realClock
    this.#hostFlow = options.hostFlow ?? 'ignores'
    this.#uart = new Uart(options.baudRate ?? 9600)
    this.interpreter = new Interpreter(this.model)
    this.#parser = new HpglParser({
      begin: (mnemonic) => this.interpreter.begin(mnemonic),
      number: (value) => this.interpreter.number(value),
      character: () => this.interpreter.character(),
      end: () => this.interpreter.end(),
      error: (number) => this.interpreter.fail(number),
    })
    this.carriage = new Carriage(this.model)
    this.cable = new Cable(this, this.clock)
    this.#wakeup = new Wakeup(
      this.clock,
      () => this.#next,
      () => this.catchUp(),
    )
    this.#handshake = handshakeAtStart(this.#hostFlow)
  }

  get ink(): Ink {
    this.catchUp()
    return this.carriage.ink
  }

  get isPenDown(): boolean {
    this.catchUp()
    return this.carriage.isTouching
  }

  /** The pen's place in the drawing's frame, mm, with y down. */
  get position(): readonly [x: number, y: number] {
    this.catchUp()
    const [x, y] = this.carriage.position(this.#now)
    return [x * UNIT_MM, (this.model.height - y) * UNIT_MM]
  }

  get isMoving(): boolean {
    this.catchUp()
    return this.carriage.busyUntil > this.#now || this.interpreter.actions.length > 0
  }

  get gaps(): number {
    this.catchUp()
    return this.#gaps
  }

  /** Pushes the arm to the top left corner by hand. */
  pushHome(): void {
    this.catchUp()
    this.carriage.halt(this.#now)
    this.carriage.place(0, this.model.height)
    this.interpreter.resync([0, this.model.height])
  }

  get bufferFree(): number {
    return this.model.bufferBytes - this.#pending
  }

  get #pending(): number {
    return this.#buffer.length - this.#read
  }

  receive(bytes: Uint8Array): void {
    this.catchUp()
    this.#uart.queue(bytes, this.#now)
    this.catchUp()
    this.#wakeup.set()
  }

  /** Presses VIEW. After the vector under way, the plot stops with the pen up, until VIEW is pressed again. */
  pressButton(): void {
    this.catchUp()
    this.#isViewing = !this.#isViewing
    this.#afterHold()
  }

  /** Raises or lowers the paper lever. A raised lever stops the plot as VIEW does. */
  setLever(isUp: boolean): void {
    this.catchUp()
    this.#isLeverUp = isUp
    this.#afterHold()
  }

  get #isHeld(): boolean {
    return this.#isViewing || this.#isLeverUp
  }

  #afterHold(): void {
    if (!this.#isHeld && this.#hasHoldLifted) {
      this.#hasHoldLifted = false
      this.carriage.setPen(true, this.#now)
    }
    this.#wakeup.set()
  }

  pressStart(): void {
    this.pressButton()
    this.clock.after(VIEW_MS, () => this.pressButton())
  }

  /** Switches the plotter off and on. The buffer is then empty and the pen up. The carriage does not move. */
  reset(): void {
    this.catchUp()
    this.carriage.halt(this.#now)
    this.carriage.setPen(false, this.#now)
    this.#buffer = []
    this.#read = 0
    this.#uart.clear()
    this.#control = new ControlParser()
    this.#parser.reset()
    this.interpreter.resync([this.carriage.x, this.carriage.y])
    this.interpreter.begin('IN')
    this.interpreter.end()
    this.#resetHandshake()
    this.#waitingForEmpty = 0
    this.#isViewing = false
    this.#hasHoldLifted = false
    this.#commError = 0
    this.cable.cut()
  }

  catchUp(): void {
    if (this.#isSimulating) return // called by a listener during the simulation
    this.#isSimulating = true
    const to = Math.max(this.#now, this.clock.now())
    for (;;) {
      const free = this.#canContinue ? Math.max(this.#now, this.carriage.busyUntil) : Infinity
      const next = Math.min(this.#uart.next, free)
      if (next > to) break
      this.#now = Math.max(this.#now, next)
      if (this.#uart.next <= free) this.#arrive(this.#uart.take())
      else this.#continue()
    }
    this.#now = to
    this.carriage.settle(to)
    this.#isSimulating = false
  }

  get #canContinue(): boolean {
    if (this.#isHeld) return this.carriage.isDown
    return this.interpreter.actions.length > 0 || this.#pending > 0 || this.#waitingForEmpty > 0
  }

  /**
   * Executes the next operation, reads the next byte, or answers ESC.L. In a hold, lifts the pen. Call it when the pen
   * is free.
   */
  #continue(): void {
    if (this.#isHeld) {
      this.#hasHoldLifted = true
      this.carriage.setPen(false, this.#now)
      return
    }
    const action = this.interpreter.actions.shift()
    if (action) this.#perform(action)
    else if (this.#pending > 0) this.#consume()
    else {
      this.#waitingForEmpty--
      this.#reply(String(this.model.bufferBytes))
    }
  }

  #consume(): void {
    const byte = this.#buffer[this.#read++] ?? 0
    if (this.#read > 4096) {
      this.#buffer = this.#buffer.slice(this.#read)
      this.#read = 0
    }
    this.onByte?.(byte)
    this.#parser.byte(byte)
    if (this.#pending === 0 && this.#uart.next === Infinity) this.#isStarved = true
    if (this.#uart.isStopped && this.bufferFree > this.model.bufferBytes / 2) this.#resumeHost()
  }

  #perform(action: Action): void {
    const { carriage } = this
    if (action.is === 'move') this.#move(action.to[0], action.to[1])
    else if (action.is === 'pen') carriage.setPen(action.down, this.#now)
    else if (action.is === 'select') carriage.select(action.pen, this.#now)
    else if (action.is === 'velocity') carriage.velocity = action.cmPerSecond
    else this.#reply(answer(action.what, this))
  }

  /**
   * Moves the pen. A wait in mid-stroke is a gap only if buffer and wire were both empty. A wait for bytes on the wire
   * is no gap: no driver can avoid it, because the wire is slower than the pen.
   */
  #move(x: number, y: number): void {
    const { carriage } = this
    if (carriage.isTouching && this.#isDrawing && this.#isStarved) this.#gaps++
    this.#isStarved = false
    this.#isDrawing = carriage.isTouching
    carriage.moveTo(x, y, this.#now)
  }

  #arrive(byte: number): void {
    const step = this.#control.step(byte)
    if (step.is === 'done') this.#execute(step.control)
    else if (step.is === 'error') this.#commError ||= step.number
    else if (step.is === 'data') this.#putIntoBuffer(byte)
  }

  #putIntoBuffer(byte: number): void {
    if (byte === 0 || byte === 0x11 || byte === 0x13) return
    if (this.bufferFree === 0) {
      this.lost++
      this.#commError = 16
      return
    }
    this.#buffer.push(byte)
    this.fullest = Math.max(this.fullest, this.#pending)
    if (this.#handshake && !this.#uart.isStopped && this.bufferFree <= this.#handshake.threshold)
      this.#stopHost(this.#handshake)
  }

  #stopHost({ stop }: Handshake): void {
    if (stop.length > 0) this.cable.toHost(String.fromCharCode(...stop))
    if (this.#hostFlow !== 'ignores') this.#uart.stop()
  }

  #resumeHost(): void {
    const go = this.#handshake?.go ?? []
    if (go.length > 0) this.cable.toHost(String.fromCharCode(...go))
    this.#uart.go(this.#now)
  }

  #execute({ letter, parameters }: DeviceControl): void {
    if (letter === 'B') this.#reply(String(this.bufferFree))
    else if (letter === 'L') this.#waitingForEmpty++
    else if (letter === 'O') this.#reply(String(this.#status))
    else if (letter === 'E') {
      this.#reply(String(this.#commError))
      this.#commError = 0
    } else if (letter === 'A') this.#reply(`${this.model.name},1`)
    else if (letter === 'K') this.#abort()
    else if (letter === 'R') this.#resetHandshake()
    else if (letter === 'I') this.#configure(parameters)
    else if (letter === 'M') this.#lineEnd = String.fromCharCode(parameters[3] || LINE_END.charCodeAt(0))
  }

  /** The extended status. Bit 3: the buffer is empty. Bit 4: VIEW holds the plotter. Bit 5: the paper lever is up. */
  get #status(): number {
    const hold = this.#isLeverUp ? 32 : this.#isViewing ? 16 : 0
    return (this.#pending === 0 ? 8 : 0) + hold
  }

  /** ESC.I with a third parameter other than 0 turns XON/XOFF on. The simulator always uses the usual two bytes. */
  #configure([threshold, , go]: DeviceControl['parameters']): void {
    if (go === undefined || go === 0) return
    this.#handshake = { ...XON_XOFF, threshold: threshold ?? XON_XOFF.threshold }
  }

  #resetHandshake(): void {
    this.#handshake = handshakeAtStart(this.#hostFlow)
    this.#lineEnd = LINE_END
  }

  /** ESC.K empties the buffer, and finishes the vector under way. */
  #abort(): void {
    this.#buffer = []
    this.#read = 0
    this.#parser.reset()
    this.interpreter.resync([this.carriage.x, this.carriage.y])
    if (this.#uart.isStopped) this.#resumeHost()
  }

  #reply(text: string): void {
    const line = `${text}${this.#lineEnd}`
    this.cable.toHost(line, line.length * this.#uart.msPerByte)
  }

  /** Time of the plotter's next action, ms. */
  get #next(): number {
    const free = this.#canContinue ? this.carriage.busyUntil : Infinity
    // after the ESC of an instruction has been taken, `nextTurn` does not find the instruction
    const turn = this.#control.isInside ? this.#uart.next : this.#uart.nextTurn
    return Math.min(turn, free)
  }
}
