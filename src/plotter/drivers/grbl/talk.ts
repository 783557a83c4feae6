import type { Duplex } from 'node:stream'
import { PlotdError } from '../../../errors.ts'
import { type Clock, realClock, sleep } from '../../link/clock.ts'
import { Link, oneLine } from '../../link/link.ts'
import { type Permission, PermissionVoid } from '../../link/permission.ts'
import { orAbort } from '../await-or-abort.ts'
import { alarm, refusal } from './errors.ts'

/** Of 128 bytes one is never used. */
const RX_BYTES = 127
const STATUS_MS = 3000
/** How often the board is asked what it does while lines are under way; grbl wants at most five a second. */
const WATCH_MS = 250
const HALTING_MS = 50
const PROBE_MS = 300
const PROBES = 20
const RESET = '\x18'

export type Axes = readonly [x: number, y: number, z: number]

export interface Status {
  /** Idle, Run, Hold:0, Hold:1, Jog, Alarm, Door:n, Check, Home, Sleep */
  readonly state: string
  /** Machine position, mm; undefined when the board reports none. */
  readonly machine: Axes | undefined
  /** Work coordinates, in which lines are written, begin here in machine coordinates, mm. */
  readonly offset: Axes
}

interface Line {
  readonly text: string
  readonly bytes: number
  readonly said: string[]
  readonly resolve: (said: string[]) => void
  readonly reject: (error: PlotdError) => void
}

/**
 * The conversation with grbl by character counting: never more unanswered bytes than its receive buffer holds, so that
 * the planner is always full and no byte is lost. Realtime bytes go past the queue.
 */
export class GrblTalk {
  readonly link: Link
  /** The board stands still in the middle of the work without having been told to: a button, a door. */
  onHeld: (() => void) | undefined
  /** An alarm, or a restart that nobody asked for: where the carriage stands is not known any more. */
  onPositionLost: (() => void) | undefined
  readonly #lines: Line[] = []
  readonly #waiters: (() => void)[] = []
  /** An alarm or a refusal: nothing more is sent until the board has been reset on purpose. */
  #failed: PlotdError | undefined
  /** The alarm since the last reset on purpose. */
  #alarm: number | undefined
  #homing = false
  #outstanding = 0
  #banner: (() => void) | undefined
  #probed: ((line: string) => void) | undefined
  #watching = false
  #asking = false
  #greeted = false
  #offset: readonly number[] = [0, 0, 0]
  /** Ends when nobody waits for an answer to `?` or for the greeting. */
  #turn: Promise<unknown> = Promise.resolve()
  #turns = 0

  constructor(port: Duplex, clock: Clock = realClock) {
    this.link = new Link(port, { clock, onLine: (line) => this.#hear(line) })
    void this.link.closed.then((error) => this.#failAll(error))
  }

  /** Bytes that the board has not answered yet. */
  get outstanding(): number {
    return this.#outstanding
  }

  /**
   * Wait for the board to wake up (opening the port resets many) and say what it is doing. grbl is silent while it homes
   * and after a limit alarm; a reset ends both.
   */
  async probe(): Promise<Status> {
    const { clock } = this.link
    for (let i = 0; i < PROBES; i++) {
      const answer = new Promise<string>((resolve) => {
        this.#probed = resolve
      })
      if (i === PROBES / 2) this.link.send(RESET)
      this.link.send('?')
      const line = await Promise.race([answer, sleep(clock, PROBE_MS)])
      this.#probed = undefined
      if (line) return this.#status(line)
      if (!this.link.isOpen) throw await this.link.closed
    }
    throw new PlotdError('ERR_LINK_TIMEOUT', `no grbl answered "?" within ${(PROBES * PROBE_MS) / 1000} s`)
  }

  /** `?` @throws PlotdError ERR_LINK_TIMEOUT when the board is mute */
  status(): Promise<Status> {
    return this.#inTurn(() => this.#askStatus())
  }

  async #askStatus(): Promise<Status> {
    this.#asking = true
    try {
      const [line = ''] = await this.link.request('?', oneLine, STATUS_MS)
      return this.#status(line)
    } finally {
      this.#asking = false
    }
  }

  /**
   * Feed hold until nothing moves, then a reset, which then keeps the position. While it homes and after a limit alarm grbl
   * hears nothing but a reset, which ends the homing.
   */
  async halt(): Promise<void> {
    if (this.#homing) this.#failAll(new PlotdError('ERR_PLOTTER_STATE', 'homing was stopped'))
    if (this.#homing || this.#alarm !== undefined) return this.reset()
    this.link.send('!')
    while (/^(Run|Hold:1|Jog)/.test((await this.status()).state)) await sleep(this.link.clock, HALTING_MS)
    await this.reset()
  }

  /** Soft reset. Resolves when the board has greeted again; lines not answered until then are void. */
  reset(): Promise<void> {
    return this.#inTurn(() => this.#reset())
  }

  async #reset(): Promise<void> {
    this.#failAll(new PlotdError('ERR_DEVICE', 'the board was reset on purpose'))
    const greeted = new Promise<void>((resolve) => {
      this.#banner = resolve
    })
    this.link.send(RESET)
    await Promise.race([greeted, sleep(this.link.clock, STATUS_MS)])
    this.#banner = undefined
    this.#failed = undefined
    this.#alarm = undefined
    await this.#askStatus()
  }

  /** grbl keeps one wish for a report: a `?` before the last one is answered gets none, nor does one before a reset. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const free = this.#turns++ === 0
    const result = free ? work() : this.#turn.then(work)
    this.#turn = result.then(
      () => this.#turns--,
      () => this.#turns--,
    )
    return result
  }

  /**
   * Send a line as soon as it fits. Resolves when it is on its way, with the promise of its answer.
   *
   * @param permission  needed for a line that begins a stroke
   * @throws the signal's reason; PermissionVoid; PlotdError ERR_DEVICE naming line and error, ERR_LINK_*
   */
  async send(text: string, signal?: AbortSignal, permission?: Permission): Promise<{ answered: Promise<string[]> }> {
    const bytes = text.length + 1
    while (!this.#failed && this.#outstanding + bytes > RX_BYTES) await this.#oldest(signal)
    signal?.throwIfAborted()
    if (this.#failed) throw this.#failed
    if (!this.link.isOpen) throw await this.link.closed
    if (permission?.isValid === false) throw new PermissionVoid()
    const answered = new Promise<string[]>((resolve, reject) => {
      this.#lines.push({ text, bytes, said: [], resolve, reject })
    })
    answered.catch(() => {})
    this.#outstanding += bytes
    this.link.send(`${text}\n`)
    this.#watch()
    return { answered }
  }

  get isHoming(): boolean {
    return this.#homing
  }

  /**
   * Find the limit switches (`$H`). grbl says nothing until it is done, which may be minutes, so nothing is asked meanwhile.
   *
   * @throws PlotdError ERR_DEVICE with the alarm; ERR_LINK_TIMEOUT after `limitMs`, and closes the link
   */
  home(limitMs: number): Promise<void> {
    return this.#inTurn(async () => {
      const { clock } = this.link
      const cancel = clock.after(limitMs * (clock.patience ?? 1), () => {
        this.link.lastWords = RESET
        this.link.giveUp(`homing did not end within ${Math.round(limitMs / 1000)} s`)
      })
      this.#homing = true
      try {
        await this.ask('$H')
      } finally {
        this.#homing = false
        cancel()
      }
    })
  }

  /** Send a line and wait for its answer: the lines it said before `ok`. */
  async ask(text: string, signal?: AbortSignal, permission?: Permission): Promise<string[]> {
    const { answered } = await this.send(text, signal, permission)
    return signal ? orAbort(answered, signal) : answered
  }

  close(): void {
    this.link.close()
  }

  async #oldest(signal?: AbortSignal): Promise<void> {
    const [line] = this.#lines
    if (!line) return
    const settled = new Promise<void>((resolve) => {
      this.#waiters.push(resolve)
    })
    await (signal ? orAbort(settled, signal) : settled)
  }

  #hear(line: string): boolean {
    if (line.startsWith('<')) {
      this.#noteOffset(line)
      this.#probed?.(line)
      return this.#probed !== undefined
    }
    if (line === 'ok') this.#answer((oldest) => oldest.resolve(oldest.said))
    else if (line.startsWith('error:')) this.#refuse(Number(line.slice(6)))
    else if (line.startsWith('ALARM:')) this.#raise(Number(line.slice(6)))
    else if (/^Grbl /.test(line)) this.#greet()
    else this.#lines[0]?.said.push(line)
    return true
  }

  #answer(settle: (line: Line) => void): void {
    const oldest = this.#lines.shift()
    if (!oldest) return
    this.#outstanding -= oldest.bytes
    settle(oldest)
    for (const wake of this.#waiters.splice(0)) wake()
  }

  #refuse(number: number): void {
    this.#answer((line) => {
      this.#failed = refusal(line.text, number)
      line.reject(this.#failed)
    })
  }

  #raise(number: number): void {
    this.#alarm = number
    this.#failAll(alarm(number))
    this.onPositionLost?.()
  }

  /**
   * A greeting that nobody asked for: the board has restarted, and where the carriage is nobody knows. After an alarm grbl
   * may reset itself.
   */
  #greet(): void {
    const expected = this.#banner
    this.#banner?.()
    if (this.#asking) this.link.send('?') // it has forgotten what it was asked
    if (!expected && this.#greeted && this.#alarm === undefined) {
      this.onPositionLost?.()
      this.#failAll(
        new PlotdError('ERR_LINK_CLOSED', 'the board restarted by itself; where it stands is not known any more'),
      )
      this.link.close()
    }
    this.#greeted = true
  }

  #failAll(error: PlotdError): void {
    this.#outstanding = 0
    for (const line of this.#lines.splice(0)) line.reject(error)
    this.#failed = error
    for (const wake of this.#waiters.splice(0)) wake()
  }

  #watch(): void {
    if (this.#watching) return
    this.#watching = true
    this.link.clock.after(WATCH_MS, () => {
      this.#watching = false
      if (this.#lines.length === 0 || !this.link.isOpen) return
      if (this.#turns > 0) {
        this.#watch()
        return
      }
      this.status().then(
        ({ state }) => {
          if (/^(Hold|Door)/.test(state)) this.onHeld?.()
          this.#watch()
        },
        () => {}, // the link has closed and tells everybody
      )
    })
  }

  #noteOffset(line: string): void {
    const offset = /WCO:([-\d.,]+)/.exec(line)?.[1]
    if (offset !== undefined) this.#offset = offset.split(',').map(Number)
  }

  #status(line: string): Status {
    const state = /^<([^|>]+)/.exec(line)?.[1]
    if (state === undefined) {
      throw new PlotdError('ERR_DEVICE_UNKNOWN', `"?" was answered ${JSON.stringify(line)}; a grbl status was expected`)
    }
    const [, kind, numbers = ''] = /\|([MW])Pos:([-\d.,]+)/.exec(line) ?? []
    const [x, y, z = 0] = numbers.split(',').map(Number)
    const [ox = 0, oy = 0, oz = 0] = this.#offset
    const offset = [ox, oy, oz] as const
    if (x === undefined || y === undefined) return { state, machine: undefined, offset }
    return { state, machine: kind === 'M' ? [x, y, z] : [x + ox, y + oy, z + oz], offset }
  }
}
