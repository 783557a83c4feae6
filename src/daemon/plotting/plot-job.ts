import { PlotdError, toPlotdError } from '../../errors.ts'
import type { Permission } from '../../plotter/link/permission.ts'
import type { Plan } from '../../plotter/plan/plan.ts'
import type { PlotFrom } from '../../plotter/session/session-options.ts'
import type { PlotOutcome } from '../../plotter/session/state.ts'
import type { PauseReason } from '../../spool/job.ts'
import type { Claim, Spool } from '../../spool/spool.ts'
import { Teller } from './checkpoints.ts'

/** The sheet at hand, as the plotter offers it to the job that holds it. */
export interface Sheet {
  /** Draws from a place in the plan on. Resolves however it ends; never rejects for what a device does. */
  plot(plan: Plan, from: PlotFrom, told: SheetEvents): Promise<SheetOutcome>
  /** Resolves when a person says that a fresh sheet is down, or at once when nobody need be asked. */
  nextSheet(signal: AbortSignal): Promise<'ready' | 'stopped'>
}

/** 'withdrawn': the permission to begin was gone, and the sheet is as it was. */
export type SheetOutcome = PlotOutcome | { readonly is: 'withdrawn' }

export interface SheetEvents {
  /** Strokes that are on the paper. */
  executed(count: number): void
  /** Before a stroke is begun: resolves with the permission for it once that is on the disk. */
  begin(stroke: number): Promise<Permission>
  /** Strokes from `begun` on have not been touched. */
  paused(why: PauseReason, prompt: string | undefined, begun: number): void
  resumed(): void
}

export interface PlotStart {
  readonly plan: Plan
  /** First stroke to draw. */
  readonly from: number
  /** Of that stroke this much is on the paper, mm. */
  readonly fromMm?: number
  /** Sheets that are done already. */
  readonly copiesDone: number
  readonly plotter: string
  /** What the plotter's past plots took against their estimates; 1 when left out. */
  readonly pace?: number
}

/**
 * Plots a claimed job, sheet by sheet, and tells the spool how it goes. What the spool holds is never ahead of the
 * paper: progress is what the device executed, and it is on the disk before a pause or an interruption is told.
 */
export async function plotJob(spool: Spool, claim: Claim, sheet: Sheet, start: PlotStart): Promise<void> {
  const { copies = 1 } = claim.job.plot ?? {}
  let { from, fromMm = 0, copiesDone } = start
  let isFirst = true
  while (copiesDone < copies) {
    if (!isFirst && !(await freshSheet(spool, claim, sheet, copiesDone + 1, copies))) return
    const teller = new Teller(spool, claim, { ...start, from, fromMm, copiesDone })
    await teller.start()
    const outcome = await sheet.plot(start.plan, { from, fromMm }, teller)
    if (claim.signal.aborted) return teller.canceled(outcome)
    await teller.settled()
    if (outcome.is === 'withdrawn') {
      // A job with ink on an earlier sheet waits for its next one; one without goes back to the queue.
      if (copiesDone === 0) return void (await spool.release(claim))
      isFirst = false
      continue
    }
    if (outcome.is !== 'finished') return settle(spool, claim, outcome, teller)
    await teller.save(start.plan.starts.length - 1)
    ;[from, fromMm, isFirst] = [0, 0, false]
    copiesDone++
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
      await teller.save(outcome.executed, outcome.begun)
      await spool.interrupt(claim, outcome.why, outcome.message)
      return
    case 'failed': {
      const { code, message } = toPlotdError(new PlotdError(outcome.code as PlotdError['code'], outcome.message))
      await teller.save(outcome.executed, outcome.begun)
      await spool.fail(claim, { code, message })
      return
    }
    case 'finished':
      return
  }
}
