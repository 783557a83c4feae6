import { PlotdError } from '../../errors.ts'
import { layerOfStroke } from '../../geometry/drawing.ts'
import { Permission } from '../../plotter/link/permission.ts'
import type { PartialStroke } from '../../plotter/motion/index.ts'
import { begunAt } from '../../plotter/plan/cut.ts'
import type { Plan } from '../../plotter/plan/plan.ts'
import type { PlotEvents } from '../../plotter/session/run.ts'
import type { PauseReason, Progress } from '../../spool/job.ts'
import type { Claim, Spool } from '../../spool/spool.ts'
import { Turns } from '../../turns.ts'
import type { InkMeter } from './ink-meter.ts'
import type { StrokeTimes, TimesOf } from './plot-times.ts'
import { type Rest, TimeLeft } from './time-left.ts'

/** Shortest time between two writes for executed strokes, ms. More writes would wear out an SD card. */
const CHECKPOINT_MS = 200

/**
 * A write permits strokes that take about this long to draw, s. When the last of these strokes begins, plotd sends the
 * next write, so that the pen seldom waits for the disk.
 */
const AHEAD_SECONDS = 0.4

/**
 * A stroke begins at most this long after plotd sent the write that permits the stroke, ms. The answer to the write is
 * late when this process was stopped, the computer was suspended, or the disk blocked. Another host may have taken over
 * the job meanwhile, so a late answer permits nothing, and plotd repeats the write.
 */
export const PERMISSION_MS = 3000

/**
 * The driver lifts the pen in mid-stroke when the store has answered no write for this time, ms. Other hosts take over
 * the job 20 s after the last answered write at the earliest. By then nothing moves.
 */
export const CONTACT_MS = 10_000

/**
 * After this time without an answer, ms, the link ends a stroke: the link sends only its stop commands, which lift the
 * pen, and then closes. The driver has lifted the pen earlier, except when this process was suspended.
 */
const HALT_MS = 12_500

/** Time between writes during a long stroke, ms. Each answered write shows that the store is there. */
const NOTE_MS = 2500

/** Time between checks of the contact, ms. */
const CHECK_MS = 500

/** Late answers in a row after which the plot pauses with a message. */
const MAX_LATE = 3

interface Pause {
  readonly why: PauseReason
  readonly prompt: string | undefined
}

/** The place in the plan at which a job begins on a sheet. */
export interface PlotStart {
  readonly plan: Plan
  /** First stroke to draw. */
  readonly from: number
  /** The length of stroke `from` that is on the paper already, mm. */
  readonly fromMm?: number
  /** Whether stroke `from` may have begun before, on this sheet. */
  readonly hasBegun?: boolean
  /** The number of finished sheets. */
  readonly copiesDone: number
  /** Whether the sheet on the plotter is complete. The next stroke then needs a fresh sheet and a grant. */
  readonly needsSheet?: true
  readonly plotter: string
  /** The plotter's host, when several hosts share the queue. */
  readonly host?: string
  /** The pace of the plotter; 1 when absent. */
  readonly pace?: number
  /** Counts the ink and the time of the job. */
  readonly meter?: InkMeter
  /** Computes the times of the strokes. When absent, the times are in proportion to the length of the motion. */
  readonly times?: TimesOf
}

/**
 * Writes the progress of one sheet to the spool, in order. `done` is never ahead of the paper, and `begun` is never
 * behind it. After a crash only the strokes between `done` and `begun` are in doubt.
 */
export class Checkpoints implements Required<Omit<PlotEvents, 'pressed' | 'request' | 'penName' | 'park'>> {
  readonly #spool: Spool
  readonly #claim: Claim
  readonly #start: PlotStart
  readonly #newPermission: () => Permission
  readonly #time = new TimeLeft()
  /** The seconds of the meter at the end of the last drawn stroke. */
  #drawnAt = 0
  /** The last stroke of which only a part was drawn: before a pause, or before this plot began. */
  #pausedStroke: (PartialStroke & Rest) | undefined
  readonly #turns = new Turns()
  #spoolError: unknown
  #executedCount: number
  /** The announced number of strokes that may have begun. */
  #begunCount: number
  /** Strokes below this number may begin: the spool has recorded that they may have begun. */
  #permittedCount: number
  #permission = new Permission(0)
  #lateAnswers = 0
  #allowing: Promise<void> | undefined
  #pauses = 0
  /** The pause in which the plot is. */
  #pause: Pause | undefined
  /** The pause that the spool has recorded. */
  #recordedPause: Pause | undefined
  /** Number of writes of `#recordPause` that are due or under way. */
  #pauseWrites = 0
  /** The number of requests for the times. Only the answer to the last request counts. */
  #timesRequests = 0
  #checkpointAt = Number.NEGATIVE_INFINITY
  #isWriting = false
  /** Valid until `CONTACT_MS` after the latest answered write was sent, or after the latest resume. */
  #contact: Permission
  #notedAt = Number.NEGATIVE_INFINITY
  #isNoting = false
  readonly #newContact: () => Permission

  /** @param newPermission  creates the permission that a write grants, at the moment at which the write is sent */
  constructor(
    spool: Spool,
    claim: Claim,
    start: PlotStart,
    newPermission: () => Permission = () => new Permission(PERMISSION_MS),
    newContact: () => Permission = () => new Permission(CONTACT_MS),
  ) {
    this.#newPermission = newPermission
    this.#newContact = newContact
    this.#contact = newContact()
    this.#spool = spool
    this.#claim = claim
    this.#start = start
    this.#executedCount = start.from
    const { from, fromMm = 0 } = start
    this.#begunCount = this.#permittedCount = begunAt(start)
    if (fromMm > 0) this.#pausedStroke = { stroke: from, mm: fromMm, seconds: 0 }
  }

  /**
   * Writes the hash of the plan and the number of the first stroke. Resolves when the disk has both. Only then may the
   * pen move.
   */
  async start(): Promise<void> {
    const { plan, from, meter, times } = this.#start
    await this.#time.begin(plan)
    await meter?.begin(plan, from)
    this.#drawnAt = meter?.seconds ?? 0
    times?.follow(() => this.#retime())
    this.#retime()
    await this.save(this.#executedCount, this.#begunCount)
  }

  /**
   * Resolves with the permission to begin a stroke.
   *
   * @throws the error of the spool; PlotdError ERR_SPOOL_WRITE when the store has answered too late several times in
   *   a row
   */
  async begin(stroke: number): Promise<Permission> {
    while (stroke >= this.#permittedCount || !this.#permission.isValid) await this.#allow(stroke)
    const isLast = stroke + 1 >= this.#permittedCount && stroke + 1 < this.#endOfLayer(stroke)
    if (isLast) this.#allow(stroke + 1).catch(() => {}) // `begin` tries again
    return this.#permission
  }

  /** Whether a stroke may continue, because no other host can have taken over the job yet. */
  mayContinue(): boolean {
    return this.#contact.ageMs < HALT_MS
  }

  /**
   * Checks at intervals that the store answers, also during a stroke of minutes.
   *
   * @param isMoving   whether the pen may be down
   * @param onSilence  called while the store has not answered for `CONTACT_MS`
   * @returns a function that ends the checks
   */
  watch(isMoving: () => boolean, onSilence: () => void): () => void {
    const timer = setInterval(() => this.checkContact(isMoving, onSilence), CHECK_MS).unref()
    return () => clearInterval(timer)
  }

  /** Checks the contact once, for `watch`. When the store has not recorded a pause or its end, tries again. */
  checkContact(isMoving: () => boolean, onSilence: () => void): void {
    const isDue = performance.now() - this.#notedAt >= NOTE_MS
    if (isDue && this.#pauseWrites === 0 && this.#pause !== this.#recordedPause) this.#setPause(this.#pause)
    if (!isMoving()) return
    if (!this.#contact.isValid) onSilence()
    else if (!this.#isNoting && isDue) this.#note()
  }

  #note(): void {
    this.#isNoting = true
    void this.#turns
      .run(() => this.#write(this.#executedCount))
      .catch(() => {}) // without an answer the contact ends
      .finally(() => {
        this.#isNoting = false
      })
  }

  /**
   * Announces the progress. Also makes the progress durable: at most once in `CHECKPOINT_MS`, and only after the
   * previous write of this method has ended.
   */
  executed(count: number): void {
    this.#executedCount = count
    this.#drawnAt = this.#start.meter?.seconds ?? 0
    const now = performance.now()
    const isDurable = now - this.#checkpointAt >= CHECKPOINT_MS && !this.#isWriting
    if (!isDurable) {
      this.#inTurn(() => this.#spool.progress(this.#claim, this.#progress(count)))
      return
    }
    this.#checkpointAt = now
    this.#isWriting = true
    this.#inTurn(async () => {
      try {
        await this.#write(count)
      } catch (error) {
        // The next checkpoint has these facts and newer facts.
        if (isClaimLost(error)) throw error
      } finally {
        this.#isWriting = false
      }
    })
  }

  /**
   * Withdraws the permissions for later strokes. A pause may last for days, and a crash during the pause must leave no
   * untouched stroke in doubt.
   *
   * @param drawnMm  drawn length of the stroke in which the plot pauses
   * @param at       place of the carriage, mm
   */
  paused(
    why: PauseReason,
    prompt: string | undefined,
    begun: number,
    drawnMm?: number,
    at?: PartialStroke['at'],
  ): void {
    this.#pauses++
    this.#begunCount = this.#permittedCount = begun
    this.#start.meter?.pause()
    if (drawnMm !== undefined) {
      this.#pausedStroke = { stroke: this.#executedCount, mm: drawnMm, seconds: this.#inStroke, ...(at && { at }) }
      this.#retime()
    }
    this.#setPause({ why, prompt })
  }

  resumed(): void {
    this.#start.meter?.run()
    this.#contact = this.#newContact() // a stroke continues only with a valid permission of `begin`
    this.#setPause(undefined)
  }

  #setPause(pause: Pause | undefined): void {
    this.#pause = pause
    this.#pauseWrites++
    this.#inTurn(() => this.#recordPause(pause).finally(() => this.#pauseWrites--))
  }

  /** Records that the plot pauses, or that it continues. After an error, `checkContact` and `settled` try again. */
  async #recordPause(pause: Pause | undefined): Promise<void> {
    if (pause === this.#recordedPause) return
    this.#notedAt = performance.now()
    if (pause) {
      await this.#write(this.#executedCount)
      await this.#spool.pause(this.#claim, pause.why, pause.prompt)
    } else await this.#spool.unpause(this.#claim)
    this.#recordedPause = pause
  }

  /** Records which strokes are on the paper. Call this method while nothing moves. */
  save(executed: number, begun = executed): Promise<void> {
    this.#begunCount = begun
    return this.#write(executed)
  }

  /** Records which strokes of a canceled job are on the paper. Waits for all earlier writes first. */
  async canceled(executed: number, begun: number): Promise<void> {
    this.#begunCount = begun
    await this.#turns.end()
    await this.#spool.reportInk(this.#claim, this.#progress(executed))
  }

  /** Resolves when all writes so far have ended. @throws the error of the spool */
  async settled(): Promise<void> {
    await this.#turns.end()
    if (this.#spoolError !== undefined) throw this.#spoolError
    await this.#recordPause(this.#pause)
  }

  /**
   * The end of the layer of a stroke. The plot may stop there for another pen or side, so no earlier write permits a
   * stroke of the next layer.
   */
  #endOfLayer(stroke: number): number {
    const { layers, starts } = this.#start.plan
    const layer = layerOfStroke(layers, stroke)
    return layer ? layer.first + layer.count : starts.length - 1
  }

  /** Permits the strokes from this one on, for `AHEAD_SECONDS` of drawing in the same layer. */
  async #allow(stroke: number): Promise<void> {
    if (this.#allowing) return this.#allowing
    const end = this.#endOfLayer(stroke)
    let allowed = stroke + 1
    while (allowed < end && this.#time.between(stroke, allowed) < AHEAD_SECONDS) allowed++
    this.#begunCount = allowed
    const pauses = this.#pauses
    this.#checkpointAt = performance.now()
    let permission = this.#permission
    this.#allowing = this.#turns.run(() => {
      permission = this.#newPermission()
      return this.#write(this.#executedCount)
    })
    try {
      await this.#allowing
      if (pauses !== this.#pauses) return // a pause has withdrawn the permission meanwhile
      this.#permittedCount = allowed
      this.#permission = permission
      this.#noteLate(!permission.isValid)
    } finally {
      this.#allowing = undefined
    }
  }

  /** @throws PlotdError ERR_SPOOL_WRITE */
  #noteLate(isLate: boolean): void {
    this.#lateAnswers = isLate ? this.#lateAnswers + 1 : 0
    if (this.#lateAnswers < MAX_LATE) return
    this.#lateAnswers = 0
    const fact = `${MAX_LATE} times in a row, the store took longer than ${PERMISSION_MS / 1000} s to record a stroke`
    throw new PlotdError('ERR_SPOOL_WRITE', `${fact}: check the disk, or the database and the network`)
  }

  async #write(done: number): Promise<void> {
    const contact = this.#newContact()
    this.#notedAt = performance.now()
    await this.#spool.progress(this.#claim, this.#progress(done), true)
    this.#contact = contact
  }

  /**
   * Requests the times of the strokes with the plotter's present adjustments, and announces the time left. Without an
   * answer the times stay as they are.
   */
  #retime(): void {
    const { plan, times } = this.#start
    const cut = this.#pausedStroke?.stroke === this.#executedCount ? this.#pausedStroke : undefined
    const request = ++this.#timesRequests
    const useTimes = (all: StrokeTimes): void => {
      if (request !== this.#timesRequests) return
      this.#time.set(all, this.#executedCount, cut)
      this.#inTurn(() => this.#spool.progress(this.#claim, this.#progress(this.#executedCount)))
    }
    void times?.timesOf(plan, cut).then(useTimes, () => {})
  }

  #inTurn(step: () => Promise<unknown>): void {
    this.#turns.run(step).catch((error: unknown) => {
      // A store that was away may be back. A later write has these facts and newer facts.
      if (!isAway(error)) this.#spoolError ??= error
    })
  }

  /** Time without pauses since the end of the last drawn stroke, s, divided by the plotter's pace. */
  get #inStroke(): number {
    const { meter, pace = 1 } = this.#start
    return ((meter?.seconds ?? 0) - this.#drawnAt) / pace
  }

  #progress(done: number): Progress {
    const { plan, plotter, host, copiesDone, pace = 1, meter } = this.#start
    const { left, whole } = this.#time.at(done, this.#inStroke)
    return {
      phase: 'plot',
      done,
      begun: Math.max(done, this.#begunCount),
      of: plan.starts.length - 1,
      planHash: plan.hash,
      plotter,
      ...(host !== undefined && { host }),
      copiesDone,
      secondsLeft: Math.round(left * pace),
      secondsOf: Math.round(whole * pace),
      ...meter?.at(done),
    }
  }
}

const isAway = (error: unknown): boolean => error instanceof PlotdError && error.code === 'ERR_SPOOL_WRITE'
const isClaimLost = (error: unknown): boolean => error instanceof PlotdError && error.code === 'ERR_CLAIM_LOST'
