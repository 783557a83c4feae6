import type { Duplex } from 'node:stream'
import { PlotdError } from '../../../errors.ts'
import { type Clock, realClock, sleep } from '../../link/clock.ts'
import { Link } from '../../link/link.ts'
import { type Permission, requireValid } from '../../link/permission.ts'
import { isKlipper } from '../../profiles/klipper.ts'
import { SPOIL } from '../../profiles/spoil.ts'
import { orAbort } from '../await-or-abort.ts'
import { skippedBy } from '../gcode/board-errors.ts'
import { tooLong } from '../line-length.ts'
import { type Answer, answerOf, isOtherCommand, numberedLine } from './lines.ts'

/** Maximum number of unanswered lines. One waits for room in the planner, one is read, and one is on the wire. */
const LINES = 3
/** Maximum number of unanswered bytes. Marlin's serial buffer holds 127. */
const BYTES = 120
/**
 * Maximum length of a numbered line with its line end, bytes. Without the line end, Marlin reads at most 95 characters
 * (MAX_CMD_SIZE). One byte is spare, because the line's number may grow by a digit while the line waits.
 */
const NUMBERED_BYTES = 95
/** Interval of the probes for a board, ms. */
const PROBE_MS = 400
const PROBES = 30
/** A board that was silent for this long has sent all its answers to the probes, ms. */
const QUIET_MS = 250
const NEVER_QUIET = `the board never pauses its lines for ${QUIET_MS} ms: switch off its automatic reports`
/** plotd sends the requested lines again when no request has come for this time, ms. No line is under way then. */
const SETTLE_MS = 120
/** Maximum number of requests for one damaged line. Each later line on the wire causes one more request. */
const MAX_RESENDS = 40
/** A silent board counts as lost after this time, ms. A busy board reports every two seconds. */
const SILENCE_MS = 6000
/**
 * Longest silence while the machine homes or executes a user's lines, ms. Klipper and boards without keep-alive send
 * nothing meanwhile.
 */
const PATIENCE_MS = 5 * 60_000

interface Line {
  readonly text: string
  readonly number: number
  readonly bytes: number
  readonly reply: string[]
  /** Why the board refuses the line. */
  refusal: string | undefined
  readonly resolve: (reply: string[]) => void
  readonly reject: (error: PlotdError) => void
}

/**
 * Sends lines to Marlin or Klipper. Lines to Marlin have numbers and checksums, and Marlin can request a line again.
 * Each `ok` answers the oldest unanswered line, but an `ok` directly after such a request answers none. Klipper
 * requests no line again.
 */
export class MarlinTalk {
  readonly link: Link
  /**
   * Called when the board restarts or halts, requests a line too often, or requests a line that it has answered. The
   * position is then unknown.
   */
  onPositionLost: (() => void) | undefined
  readonly #lines: Line[] = []
  readonly #waiters: (() => void)[] = []
  #failure: PlotdError | undefined
  /** Whether the board reacts only to a reset. */
  #isHalted = false
  /** The board's last error, until an `ok` follows it. If the board halts instead, this error is the cause. */
  #lastError: string | undefined
  #countsLines = false
  #nextNumber = 1
  #bytes = 0
  #onProbeAnswer: ((line: string) => void) | undefined
  #isConnected = false
  /** The line from which on the board requests all lines again. */
  #resendFrom: number | undefined
  #cancelResend = () => {}
  #lastResendFrom = 0
  #resends = 0
  /** Whether the last line was a request to send lines again. An `ok` directly after the request answers no line. */
  #skipOk = false
  #isWatching = false
  #cancelWatch = () => {}
  /** Longest permitted silence of the board while a line is unanswered, ms. */
  #patienceMs = SILENCE_MS

  constructor(port: Duplex, clock: Clock = realClock) {
    this.link = new Link(port, { clock, onLine: (line) => this.#receive(line) })
    void this.link.closed.then((error) => this.#failAll(error))
  }

  /**
   * Whether the board gets no line, because it has refused one since the last `clear` or has halted, or the link is
   * closed.
   */
  get hasFailed(): boolean {
    return this.#failure !== undefined
  }

  /** Number of unanswered lines. */
  get outstanding(): number {
    return this.#lines.length
  }

  /**
   * Asks for the firmware until the board answers, because many boards restart when their port is opened. For Marlin,
   * `probe` then begins to number the lines.
   *
   * @returns the answer to M115
   * @throws PlotdError ERR_LINK_TIMEOUT, ERR_LINK_CLOSED; ERR_DEVICE when the board does not accept the line numbers
   */
  async probe(): Promise<string> {
    const { clock } = this.link
    this.#isHalted = false
    this.#lastError = undefined
    this.#failure = undefined
    let info = ''
    for (let i = 0; i < PROBES && info === ''; i++) {
      const answer = new Promise<string>((resolve) => {
        this.#onProbeAnswer = (line) => {
          if (line.includes('FIRMWARE_NAME:')) resolve(line)
        }
      })
      this.link.send(`${SPOIL}\nM115\n`)
      info = (await Promise.race([answer, sleep(clock, PROBE_MS)])) ?? ''
      if (!this.link.isOpen) throw await this.link.closed
    }
    if (info === '')
      throw new PlotdError(
        'ERR_LINK_TIMEOUT',
        `no Marlin or Klipper answered M115 within ${(PROBES * PROBE_MS) / 1000} s`,
      )
    const begin = clock.now()
    while (clock.now() - this.link.lastReceived < QUIET_MS) {
      if (clock.now() - begin > PROBES * PROBE_MS) throw new PlotdError('ERR_LINK_TIMEOUT', NEVER_QUIET)
      await sleep(clock, QUIET_MS / 5)
    }
    this.#onProbeAnswer = undefined
    this.#isConnected = true
    this.#countsLines = false
    if (isKlipper(info)) return info
    await this.ask('M110 N0')
    this.#countsLines = true
    this.#nextNumber = 1
    return info
  }

  /** Forgets the refused line, so that the next lines are sent. */
  clear(): void {
    if (this.link.isOpen && !this.#isHalted) this.#failure = undefined
  }

  /**
   * Sends a line as soon as the board has room. Resolves when the line is sent, with the promise of its answer.
   *
   * @throws the signal's reason; PermissionVoid; PlotdError ERR_DEVICE (a line that is too long or refused, a halted
   *   board), ERR_LINK_*
   */
  async send(text: string, signal?: AbortSignal, permission?: Permission): Promise<{ reply: Promise<string[]> }> {
    const number = (): number => (this.#countsLines ? this.#nextNumber : 0)
    const line = (): string => (this.#countsLines ? numberedLine(number(), text) : `${text}\n`)
    const most = this.#countsLines ? NUMBERED_BYTES : BYTES
    if (line().length > most) throw tooLong(text, most)
    while (
      !this.#failure &&
      (this.#lines.length >= LINES ||
        (this.#bytes > 0 && this.#bytes + line().length > BYTES) ||
        this.#resendFrom !== undefined)
    )
      await this.#whenChanged(signal)
    signal?.throwIfAborted()
    if (this.#failure) throw this.#failure
    if (!this.link.isOpen) throw await this.link.closed
    requireValid(permission)
    const bytes = line()
    const reply = new Promise<string[]>((resolve, reject) => {
      this.#lines.push({ text, number: number(), bytes: bytes.length, reply: [], refusal: undefined, resolve, reject })
    })
    reply.catch(() => {})
    this.#nextNumber++
    this.#bytes += bytes.length
    this.link.send(bytes)
    this.#watch()
    return { reply }
  }

  /**
   * Sends a line and waits for its answer. Also throws when the board refused an earlier line whose answer nobody
   * awaited.
   *
   * @returns the lines before `ok`, then the text after `ok`, if any
   */
  async ask(text: string, signal?: AbortSignal, permission?: Permission): Promise<string[]> {
    const { reply } = await this.send(text, signal, permission)
    const lines = await orAbort(reply, signal)
    if (this.#failure) throw this.#failure
    return lines
  }

  /**
   * Sends a line that the firmware may not know.
   *
   * @returns as `ask`; an empty list when the board refuses the line or has halted
   */
  async tryAsk(text: string): Promise<string[]> {
    try {
      return await this.ask(text)
    } catch (error) {
      if (!this.link.isOpen) throw error
      this.clear()
      return []
    }
  }

  /** Runs `act`. After a refused line, forgets the refusal and runs `act` once more. */
  async twice(act: () => Promise<void>): Promise<void> {
    try {
      await act()
    } catch (error) {
      if (!this.link.isOpen) throw error
      this.clear()
      await act()
    }
  }

  /** Runs `act`, in which the board may execute a line for up to `PATIENCE_MS` in silence. */
  async patiently(act: () => Promise<unknown>): Promise<void> {
    this.#setPatience(PATIENCE_MS)
    try {
      await act()
    } finally {
      this.#setPatience(SILENCE_MS)
    }
  }

  /** Also starts the watch anew, because the timer of a long limit would notice a silent board minutes too late. */
  #setPatience(limitMs: number): void {
    this.#patienceMs = limitMs
    this.#cancelWatch()
    this.#isWatching = false
    if (this.#lines.length > 0) this.#watch()
  }

  /**
   * Sets the commands for a board that no longer answers. The board completes its queued motion, and then `lines` lift
   * the pen.
   */
  stopWith(lines: () => readonly string[]): void {
    this.link.stopCommands = () => [{ text: `\nM400\n${lines().join('\n')}\n` }]
  }

  async #whenChanged(signal?: AbortSignal): Promise<void> {
    const whenChanged = new Promise<void>((resolve) => {
      this.#waiters.push(resolve)
    })
    await orAbort(whenChanged, signal)
  }

  #receive(text: string): boolean {
    this.#onProbeAnswer?.(text)
    if (this.#onProbeAnswer) return true
    const answer = this.#orResend(answerOf(text))
    const isSkipped = this.#skipOk && answer.is === 'ok'
    this.#skipOk = answer.is === 'resend'
    if (!isSkipped) this.#take(answer)
    return true
  }

  /**
   * When noise has damaged the N of a line, Marlin does not know the rest as a command. The `ok` that follows answers
   * no line, and Marlin still expects the line.
   */
  #orResend(answer: Answer): Answer {
    const [oldest] = this.#lines
    if (answer.is !== 'refused' || !this.#countsLines || !oldest) return answer
    return isOtherCommand(answer.why, oldest.text) ? { is: 'resend', from: oldest.number } : answer
  }

  #take(answer: Answer): void {
    const [oldest] = this.#lines
    if (answer.is === 'ok') this.#answer(answer.text)
    else if (answer.is === 'resend') this.#scheduleResend(answer.from)
    else if (answer.is === 'refused') {
      this.#lastError = answer.why
      if (oldest) oldest.refusal ??= answer.why
    } else if (answer.is === 'halted') {
      if (this.#isHalted) return // the first message names the cause
      this.#isHalted = true
      const halted = this.#lastError ?? answer.why
      this.#failAll(new PlotdError('ERR_DEVICE', `the board has halted (${halted}): reset it`, { halted }))
      this.onPositionLost?.()
    } else if (answer.is === 'started' && this.#isConnected) {
      this.#giveUpPosition('the board restarted by itself; its position is unknown')
    } else if (answer.is === 'text') oldest?.reply.push(answer.text)
  }

  #answer(text: string): void {
    this.#lastError = undefined
    const oldest = this.#lines.shift()
    if (!oldest) return
    this.#bytes -= oldest.bytes
    if (text !== '') oldest.reply.push(text)
    if (oldest.refusal === undefined) oldest.resolve(oldest.reply)
    else {
      const { text: line, refusal } = oldest
      const message = `the board refused ${JSON.stringify(line)}: ${refusal}`
      this.#failure ??= new PlotdError('ERR_DEVICE', message, { line, ...skippedBy(line) })
      oldest.reject(this.#failure)
    }
    this.#wake()
  }

  /**
   * For each line that is on the wire after a damaged line, the board requests the damaged line once more. So plotd
   * sends nothing until the board has requested nothing for `SETTLE_MS`.
   */
  #scheduleResend(from: number): void {
    this.#resends = from === this.#lastResendFrom ? this.#resends + 1 : 1
    this.#lastResendFrom = from
    const oldest = this.#lines[0]?.number ?? this.#nextNumber
    if (from < oldest || this.#resends > MAX_RESENDS) {
      const why = from < oldest ? 'although it has answered that line' : `${this.#resends} times: the wire is too noisy`
      this.#giveUpPosition(`the board wants line ${from} again, ${why}`)
      return
    }
    this.#resendFrom = Math.min(from, this.#resendFrom ?? from)
    this.#cancelResend()
    this.#cancelResend = this.link.clock.after(SETTLE_MS, () => {
      const first = this.#resendFrom ?? 0
      this.#resendFrom = undefined
      if (this.#failure || !this.link.isOpen) return
      for (const { number, text } of this.#lines) if (number >= first) this.link.send(numberedLine(number, text))
      this.#wake()
    })
  }

  #wake(): void {
    for (const wake of this.#waiters.splice(0)) wake()
  }

  /** Closes the link because the position is unknown. */
  #giveUpPosition(why: string): void {
    this.onPositionLost?.()
    this.#failAll(new PlotdError('ERR_LINK_CLOSED', why))
    this.link.close(why)
  }

  #failAll(error: PlotdError): void {
    this.#bytes = 0
    for (const line of this.#lines.splice(0)) line.reject(error)
    this.#failure = error
    this.#wake()
  }

  /**
   * Closes the link when the board stays silent while a line is unanswered. Noise may have damaged the end of that
   * line, so plotd first sends another line end. Marlin ignores an empty line.
   */
  #watch(): void {
    if (this.#isWatching) return
    this.#isWatching = true
    const { link } = this
    const { clock } = link
    const limit = () => this.#patienceMs * (clock.deadlineFactor ?? 1)
    let since = clock.now()
    let repeatedAfter = -1
    const check = (): void => {
      this.#isWatching = false
      if (this.#lines.length === 0 || !link.isOpen) return
      this.#isWatching = true
      const silence = clock.now() - Math.max(since, link.lastReceived)
      // after a suspension this timer fires before the process reads the bytes that arrived meanwhile
      if (silence >= 2 * limit()) since = clock.now()
      else if (silence >= limit()) {
        link.giveUp(`no answer to ${JSON.stringify(this.#lines[0]?.text)} within ${this.#patienceMs} ms`)
        return
      } else if (silence >= limit() / 2 && this.#countsLines && repeatedAfter !== link.lastReceived) {
        repeatedAfter = link.lastReceived
        link.send('\n')
      }
      this.#cancelWatch = clock.after(Math.max(1, (silence < limit() / 2 ? limit() / 2 : limit()) - silence), check)
    }
    this.#cancelWatch = clock.after(limit() / 2, check)
  }
}
