import { PlotdError, toPlotdError } from '../errors.ts'
import type { Plan } from '../plotter/plan.ts'
import type { PlotOutcome } from '../plotter/state.ts'
import type { PauseReason, Progress } from '../spool/job.ts'
import type { Claim, Spool } from '../spool/spool.ts'
import { shares } from './plans.ts'

/** The sheet at hand, as the plotter offers it to the job that holds it. */
export interface Sheet {
  /** Draws from stroke `from` on. Resolves however it ends; never rejects for what a device does. */
  plot(plan: Plan, from: number, told: SheetEvents): Promise<PlotOutcome>
  /** Resolves when a person says that a fresh sheet is down, or at once when nobody need be asked. */
  nextSheet(signal: AbortSignal): Promise<'ready' | 'stopped'>
}

export interface SheetEvents {
  /** Strokes that are on the paper. */
  executed(count: number): void
  paused(why: PauseReason, prompt: string | undefined): void
  resumed(): void
}

export interface PlotStart {
  readonly plan: Plan
  /** First stroke to draw. */
  readonly from: number
  /** Sheets that are done already. */
  readonly copiesDone: number
  readonly plotter: string
}

/**
 * Plots a claimed job, sheet by sheet, and tells the spool how it goes. What the spool holds is never ahead of the
 * paper: progress is what the device executed, and it is on the disk before a pause or an interruption is told.
 */
export async function plotJob(spool: Spool, claim: Claim, sheet: Sheet, start: PlotStart): Promise<void> {
  const { copies = 1 } = claim.job.plot ?? {}
  let { from } = start
  for (let copiesDone = start.copiesDone; copiesDone < copies; copiesDone++, from = 0) {
    if (copiesDone > start.copiesDone && !(await freshSheet(spool, claim, sheet, copiesDone + 1, copies))) return
    const teller = new Teller(spool, claim, { ...start, from, copiesDone })
    await teller.begin()
    const outcome = await sheet.plot(start.plan, from, teller)
    await teller.settled()
    if (outcome.is === 'finished') await teller.save(start.plan.starts.length - 1)
    else return settle(spool, claim, outcome, teller)
  }
  await spool.complete(claim)
}

/** @returns whether there is one, and the job is still ours to plot */
async function freshSheet(spool: Spool, claim: Claim, sheet: Sheet, copy: number, copies: number): Promise<boolean> {
  await spool.pause(claim, 'sheet', `copy ${copy} of ${copies} waits for a fresh sheet`)
  const answer = await sheet.nextSheet(claim.signal)
  if (claim.signal.aborted) return false
  if (answer === 'ready') await spool.unpause(claim)
  else await spool.interrupt(claim, 'restart')
  return answer === 'ready'
}

async function settle(spool: Spool, claim: Claim, outcome: PlotOutcome, teller: Teller): Promise<void> {
  switch (outcome.is) {
    case 'canceled':
      return
    case 'interrupted':
      await teller.save(outcome.executed)
      await spool.interrupt(claim, outcome.why, outcome.message)
      return
    case 'failed': {
      const { code, message } = toPlotdError(new PlotdError(outcome.code as PlotdError['code'], outcome.message))
      await teller.save(outcome.executed)
      await spool.fail(claim, { code, message })
      return
    }
    case 'finished':
      return
  }
}

/** What a crash may leave in doubt: the strokes of this long. More often would wear out an SD card for little. */
const CHECKPOINT_MS = 200

/** Tells the spool what the plotter tells, in order. */
class Teller implements SheetEvents {
  readonly #spool: Spool
  readonly #claim: Claim
  readonly #start: PlotStart
  readonly #shares: Float64Array
  #turn: Promise<unknown> = Promise.resolve()
  #lost: unknown
  #checkpointAt = Number.NEGATIVE_INFINITY
  #checkpointing = false

  constructor(spool: Spool, claim: Claim, start: PlotStart) {
    this.#spool = spool
    this.#claim = claim
    this.#start = start
    this.#shares = shares(start.plan)
  }

  /** Which plan and from where is on the disk before the pen moves. */
  begin(): Promise<void> {
    return this.save(this.#start.from)
  }

  /** Told at once; on the disk at most a checkpoint later, and never two writes at a time. */
  executed(count: number): void {
    const now = performance.now()
    const durable = now - this.#checkpointAt >= CHECKPOINT_MS && !this.#checkpointing
    if (!durable) {
      this.#inTurn(() => this.#spool.progress(this.#claim, this.#progress(count)))
      return
    }
    this.#checkpointAt = now
    this.#checkpointing = true
    this.#inTurn(async () => {
      await this.save(count)
      this.#checkpointing = false
    })
  }

  paused(why: PauseReason, prompt: string | undefined): void {
    this.#inTurn(() => this.#spool.pause(this.#claim, why, prompt))
  }

  resumed(): void {
    this.#inTurn(() => this.#spool.unpause(this.#claim))
  }

  save(executed: number): Promise<void> {
    return this.#spool.progress(this.#claim, this.#progress(executed), true)
  }

  /** After everything told so far. @throws what the spool threw */
  async settled(): Promise<void> {
    await this.#turn
    if (this.#lost !== undefined) throw this.#lost
  }

  #inTurn(step: () => Promise<unknown>): void {
    this.#turn = this.#turn.then(step).catch((error: unknown) => {
      this.#lost ??= error
    })
  }

  #progress(done: number): Progress {
    const { plan, plotter, copiesDone } = this.#start
    const share = this.#shares[done] ?? 1
    const secondsLeft = Math.round(plan.estimate.seconds * (1 - share))
    return { phase: 'plot', done, of: plan.starts.length - 1, secondsLeft, planHash: plan.hash, plotter, copiesDone }
  }
}
