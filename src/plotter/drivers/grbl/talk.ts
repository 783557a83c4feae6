import type { Duplex } from 'node:stream'
import { PlotdError } from '../../../errors.ts'
import { type Clock, realClock, sleep } from '../../link/clock.ts'
import { Link, oneLine } from '../../link/link.ts'
import { type Permission, requireValid } from '../../link/permission.ts'
import { orAbort } from '../await-or-abort.ts'
import { tooLong } from '../line-length.ts'
import { alarm, answerMs, doorIsOpen, lostAnswer, refusal } from './errors.ts'
import { type Axes, type Status, statusIn } from './status.ts'

/** plotd fills 127 of the 128 bytes of grbl's receive buffer, because grbl on some processors leaves one byte empty. */
const RX_BYTES = 127
/** Longest wait for a status report or a greeting, ms. */
const STATUS_MS = 3000
/** Interval of status requests while lines are unanswered, ms. grbl recommends at most five requests a second. */
const WATCH_MS = 250
/** Interval of status requests while the board brakes, ms. */
const HALTING_MS = 50
/**
 * plotd sends `~` when a line stays unanswered this long on an idle board, ms. grbl is idle during a dwell, too, but
 * most dwells of a pen are shorter.
 */
const STALL_MS = 1500
/** Interval of the status requests of `probe`, ms. */
const PROBE_MS = 300
/** Maximum number of status requests of `probe` to a silent board. */
const PROBES = 20
/** Longest time of `probe`, ms. FluidNC says every two seconds that it waits for its network, at most ten times. */
const PROBING_MS = 30_000
/** Ctrl-X: soft reset. */
const RESET = '\x18'
/**
 * Pause after a reset, ms. A reset that stops a motion makes grbl wait half a second and discard what arrives
 * meanwhile.
 */
const AFTER_RESET_MS = 600

interface Line {
  readonly text: string
  readonly bytes: number
  readonly reply: string[]
  readonly resolve: (reply: string[]) => void
  readonly reject: (error: PlotdError) => void
}

/**
 * Sends lines to grbl by character counting. The unanswered bytes never exceed grbl's receive buffer, so no byte is
 * lost, and the planner stays full. Realtime bytes are sent at once and do not count.
 */
export class GrblTalk {
  readonly link: Link
  /** Called when a button or a door makes the board hold. */
  onHeld: (() => void) | undefined
  /** Called when an alarm, an unexpected restart or a timeout with unanswered lines makes the position unknown. */
  onPositionLost: (() => void) | undefined
  readonly #lines: Line[] = []
  readonly #waiters: (() => void)[] = []
  /** The error that `send` throws: an alarm, a refused line, a lost answer, a reset, an open door, a lost link. */
  #failure: PlotdError | undefined
  /** The last alarm; undefined when there was none since plotd's last reset. */
  #alarm: PlotdError | undefined
  /** FluidNC's text of the alarm whose line comes next. */
  #alarmText: string | undefined
  #isHoming = false
  #outstanding = 0
  #onGreeting: (() => void) | undefined
  #onProbeAnswer: ((line: string) => void) | undefined
  #isWatching = false
  /** The oldest unanswered line at the last report to `#watch`; undefined if the board was not idle. */
  #idleLine: Line | undefined
  /** Time of the first idle report with `#idleLine` unanswered, ms. */
  #idleSince = 0
  /** Time of the last `~`, ms; `#idleSince` before the first `~`. */
  #nudgedAt = 0
  #isAskingStatus = false
  #hasGreeted = false
  #offset: readonly number[] = [0, 0, 0]
  /** Settles when all requests of `#inTurn` have ended. */
  #turn: Promise<unknown> = Promise.resolve()
  #turns = 0

  constructor(port: Duplex, clock: Clock = realClock) {
    this.link = new Link(port, { clock, onLine: (line) => this.#receive(line) })
    void this.link.closed.then((error) => {
      // After a timeout the link has sent a reset (`stopWith`). The reset stops a motion at once, without braking, so
      // the motors may have lost steps.
      if (error.code === 'ERR_LINK_TIMEOUT' && this.#lines.length > 0) this.onPositionLost?.()
      this.#failAll(error)
    })
  }

  /** Origin of the work coordinates by the last report, machine mm. */
  get offset(): Axes {
    const [x = 0, y = 0, z = 0] = this.#offset
    return [x, y, z]
  }

  /** Whether `send` throws an error until plotd resets the board. */
  get hasFailed(): boolean {
    return this.#failure !== undefined
  }

  get alarm(): PlotdError | undefined {
    return this.#alarm
  }

  /**
   * Asks for the status until the board answers, because many boards restart when their port is opened. A board that
   * sends other lines gets more time to start. grbl is silent while it homes and after a limit alarm, so after half of
   * the requests to a silent board `probe` also sends a reset.
   *
   * @throws PlotdError ERR_LINK_TIMEOUT, ERR_LINK_CLOSED; ERR_DEVICE_UNKNOWN for a report without a state
   */
  async probe(): Promise<Status> {
    const { clock } = this.link
    const start = clock.now()
    for (let silent = 0; silent < PROBES && clock.now() - start < PROBING_MS; silent++) {
      const heardAt = this.link.lastReceived
      const answer = new Promise<string>((resolve) => {
        this.#onProbeAnswer = resolve
      })
      if (silent === PROBES / 2) this.link.send(RESET)
      this.link.send('?')
      const line = await Promise.race([answer, sleep(clock, PROBE_MS)])
      this.#onProbeAnswer = undefined
      if (line) return statusIn(line, this.offset)
      if (!this.link.isOpen) throw await this.link.closed
      if (this.link.lastReceived > heardAt) silent = 0
    }
    const seconds = Math.round((clock.now() - start) / 1000)
    throw new PlotdError('ERR_LINK_TIMEOUT', `no grbl answered "?" within ${seconds} s`)
  }

  /** Asks for a status report (`?`). @throws PlotdError ERR_LINK_*; ERR_DEVICE_UNKNOWN for a report without a state */
  status(): Promise<Status> {
    return this.#inTurn(() => this.#askStatus())
  }

  async #askStatus(): Promise<Status> {
    this.#isAskingStatus = true
    try {
      const [line = ''] = await this.link.request('?', oneLine, STATUS_MS)
      return statusIn(line, this.offset)
    } finally {
      this.#isAskingStatus = false
    }
  }

  /**
   * Brakes (feed hold), then resets the board. A reset at rest keeps the position. After a limit alarm grbl reacts only
   * to a reset, so after any alarm `halt` resets at once.
   */
  async halt(): Promise<void> {
    if (this.#alarm !== undefined) return this.reset()
    this.link.send('!')
    while (/^(Run|Hold:1|Door:2|Jog)/.test((await this.status()).state)) await sleep(this.link.clock, HALTING_MS)
    await this.reset()
  }

  /**
   * Sends a soft reset and rejects unanswered lines. Waits up to 3 s for the greeting, then for a status report.
   *
   * @throws PlotdError ERR_DEVICE when the door is open, because the board then executes no line; ERR_LINK_*
   */
  reset(): Promise<void> {
    return this.#inTurn(() => this.#reset())
  }

  async #reset(): Promise<void> {
    this.#failAll(new PlotdError('ERR_DEVICE', 'the board was reset on purpose'))
    const whenGreeted = new Promise<void>((resolve) => {
      this.#onGreeting = resolve
    })
    this.link.send(RESET)
    await Promise.race([whenGreeted, sleep(this.link.clock, STATUS_MS)])
    this.#onGreeting = undefined
    this.#failure = undefined
    this.#alarm = undefined
    if (!(await this.#askStatus()).state.startsWith('Door')) return
    this.#failAll(doorIsOpen())
    throw doorIsOpen()
  }

  /** Runs one request at a time, because grbl has a single flag for a report. An answer or a reset clears the flag. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const isFree = this.#turns++ === 0
    const result = isFree ? work() : this.#turn.then(work)
    this.#turn = result.then(
      () => this.#turns--,
      () => this.#turns--,
    )
    return result
  }

  /**
   * Sends a line as soon as the board has room. Resolves when the line is sent, with the promise of its answer.
   *
   * @param permission  needed for a line that begins a stroke
   * @throws the signal's reason; PermissionVoid; PlotdError ERR_DEVICE (a line that is too long or refused, an alarm,
   *   a lost answer, an open door, a reset), ERR_LINK_*
   */
  async send(text: string, signal?: AbortSignal, permission?: Permission): Promise<{ reply: Promise<string[]> }> {
    const bytes = text.length + 1
    if (bytes > RX_BYTES) throw tooLong(text, RX_BYTES)
    while (!this.#failure && this.#outstanding + bytes > RX_BYTES) await this.#whenOldestSettles(signal)
    signal?.throwIfAborted()
    if (this.#failure) throw this.#failure
    if (!this.link.isOpen) throw await this.link.closed
    requireValid(permission)
    const reply = new Promise<string[]>((resolve, reject) => {
      this.#lines.push({ text, bytes, reply: [], resolve, reject })
    })
    reply.catch(() => {})
    this.#outstanding += bytes
    this.link.send(`${text}\n`)
    this.#watch()
    return { reply }
  }

  get isHoming(): boolean {
    return this.#isHoming
  }

  /**
   * Homes (`$H`). grbl is silent until homing has ended, which may take minutes, so plotd sends no status request
   * meanwhile.
   *
   * @throws PlotdError ERR_DEVICE with the alarm, or when grbl refuses `$H`; ERR_LINK_TIMEOUT after `limitMs`, with the
   *   link closed; the signal's reason on abort. After an abort the board goes on homing, so the caller must reset it
   */
  home(limitMs: number, signal?: AbortSignal): Promise<void> {
    return this.#inTurn(async () => {
      const { clock } = this.link
      const cancel = clock.after(limitMs * (clock.deadlineFactor ?? 1), () => {
        this.link.giveUp(`homing did not end within ${Math.round(limitMs / 1000)} s`)
      })
      this.#isHoming = true
      try {
        await this.ask('$H', signal)
      } finally {
        this.#isHoming = false
        cancel()
      }
    })
  }

  /**
   * Sets the commands for a board that no longer answers: a reset, `$X`, the modes that plotd uses, then `lines`. `$X`
   * unlocks without a move. During homing, or when `lines` returns none, the only command is the reset.
   *
   * @param lines  the lines that lift the pen; none when the board must stay locked
   */
  stopWith(lines: () => readonly string[]): void {
    this.link.stopCommands = () => {
      const lift = this.#isHoming ? [] : lines()
      const text = `\n$X\nG21G90G94G17\n${lift.join('\n')}\n`
      return [{ text: RESET }, ...(lift.length > 0 ? [{ text, afterMs: AFTER_RESET_MS }] : [])]
    }
  }

  /**
   * Sends a line and waits for its answer. Also throws when the board refused an earlier line whose answer nobody
   * awaited.
   *
   * @returns the lines before `ok`
   */
  async ask(text: string, signal?: AbortSignal, permission?: Permission): Promise<string[]> {
    const { reply } = await this.send(text, signal, permission)
    const lines = await orAbort(reply, signal)
    if (this.#failure) throw this.#failure
    return lines
  }

  /** Puts the board to sleep until a reset. Sleep frees the motors. Ignores every error except an abort of `signal`. */
  async sleep(signal: AbortSignal): Promise<void> {
    await this.ask('$SLP', signal).catch(() => signal.throwIfAborted())
  }

  async #whenOldestSettles(signal?: AbortSignal): Promise<void> {
    const [line] = this.#lines
    if (!line) return
    const whenSettled = new Promise<void>((resolve) => {
      this.#waiters.push(resolve)
    })
    await orAbort(whenSettled, signal)
  }

  #receive(line: string): boolean {
    if (line.startsWith('<')) {
      this.#recordOffset(line)
      this.#onProbeAnswer?.(line)
      return this.#onProbeAnswer !== undefined
    }
    if (line === 'ok') this.#answer((oldest) => oldest.resolve(oldest.reply))
    else if (line.startsWith('error:')) this.#refuse(Number(line.slice(6)))
    else if (line.startsWith('ALARM:')) this.#raise(Number(line.slice(6)))
    else if (/^Grbl(HAL)? /.test(line)) this.#receiveGreeting()
    else if (line.startsWith('[MSG:')) this.#noteText(line)
    else this.#lines[0]?.reply.push(line)
    return true
  }

  /** Keeps the text of an alarm. `[MSG:…]` is not a part of an answer. */
  #noteText(line: string): void {
    const [, text] = /ALARM: (.+)\]$/.exec(line) ?? []
    if (text !== undefined) this.#alarmText = text
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
      this.#failure = refusal(line.text, number)
      line.reject(this.#failure)
    })
  }

  #raise(number: number): void {
    this.#alarm = alarm(number, this.#alarmText)
    this.#alarmText = undefined
    this.#failAll(this.#alarm)
    this.onPositionLost?.()
  }

  /**
   * Handles a greeting. plotd expects the first greeting, a greeting after `reset`, and a greeting after an alarm: an
   * alarm may make grbl reset itself. After any other greeting the position is unknown: the board has restarted.
   */
  #receiveGreeting(): void {
    const expected = this.#onGreeting
    this.#onGreeting?.()
    if (this.#isAskingStatus) this.link.send('?') // the restart has cleared the request
    if (!expected && this.#hasGreeted && this.#alarm === undefined) {
      this.onPositionLost?.()
      const why = 'the board restarted by itself; its position is unknown'
      this.#failAll(new PlotdError('ERR_LINK_CLOSED', why))
      this.link.close(why)
    }
    this.#hasGreeted = true
  }

  #failAll(error: PlotdError): void {
    this.#outstanding = 0
    for (const line of this.#lines.splice(0)) line.reject(error)
    this.#failure = error
    for (const wake of this.#waiters.splice(0)) wake()
  }

  #watch(): void {
    if (this.#isWatching) return
    this.#isWatching = true
    this.link.clock.after(WATCH_MS, () => {
      this.#isWatching = false
      if (this.#lines.length === 0 || !this.link.isOpen) return
      if (this.#turns > 0) {
        this.#watch()
        return
      }
      this.status().then(
        ({ state }) => {
          if (/^(Hold|Door)/.test(state)) this.onHeld?.()
          this.#continueAfterStall(state === 'Idle')
          this.#watch()
        },
        () => {
          if (this.link.isOpen) this.#watch() // the report had no state; `link.closed` reports the other errors
        },
      )
    })
  }

  /**
   * grblHAL may stop with a block in its planner while a line waits for an empty planner (protocol.c). `~` makes
   * grblHAL continue, and has no effect on a board that has not stalled. If the board is idle for `answerMs` and has
   * not answered the line, the answer was lost.
   */
  #continueAfterStall(isIdle: boolean): void {
    const { clock } = this.link
    const [oldest] = this.#lines
    if (!isIdle || oldest !== this.#idleLine) {
      this.#idleLine = isIdle ? oldest : undefined
      this.#idleSince = this.#nudgedAt = clock.now()
    } else if (oldest && clock.now() - this.#idleSince >= answerMs(oldest.text)) this.#failAll(lostAnswer(oldest.text))
    else if (clock.now() - this.#nudgedAt >= STALL_MS) {
      this.#nudgedAt = clock.now()
      this.link.send('~')
    }
  }

  #recordOffset(line: string): void {
    const offset = /WCO:([-\d.,]+)/.exec(line)?.[1]
    if (offset !== undefined) this.#offset = offset.split(',').map(Number)
  }
}
