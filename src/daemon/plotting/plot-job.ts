import type { ErrorCode } from '../../errors.ts'
import { layerOfStroke } from '../../geometry/drawing.ts'
import { begunAt } from '../../plotter/plan/cut.ts'
import type { Plan } from '../../plotter/plan/plan.ts'
import { notePace, type PlotterMemory } from '../../plotter/session/memory.ts'
import { describeState } from '../../plotter/session/next-state.ts'
import type { PlotterSession } from '../../plotter/session/session.ts'
import type { PlotFrom } from '../../plotter/session/session-options.ts'
import type { PlotOutcome } from '../../plotter/session/state.ts'
import type { Claim, Spool } from '../../spool/spool.ts'
import { Checkpoints, CONTACT_MS, type PlotStart } from './checkpoints.ts'
import { InkMeter } from './ink-meter.ts'
import type { PlotPens } from './pen-book.ts'
import { type Place, whileInPlace } from './resuming.ts'
import type { SheetMarks } from './sheet-marks.ts'

export interface PlotJobParts {
  readonly spool: Spool
  readonly claim: Claim
  readonly session: Pick<PlotterSession, 'state' | 'mayBegin' | 'plot' | 'pause'> & Place
  /** Counts the ink of the pens. */
  readonly pens?: PlotPens
  /** Has the plan for the rest of a sheet whose marks a user showed in a pause. */
  readonly marks?: Pick<SheetMarks, 'rest' | 'unregistered'>
  /** The plotter's clock, ms. */
  readonly now?: () => number
  /** Records how long plots of this plotter take. */
  readonly memory: PlotterMemory
  readonly start: PlotStart
  /** Whether the job continues on the sheet on which it was interrupted. An interrupted sheet needs no grant. */
  readonly resumes: boolean
  /** Whether an interrupted sheet may continue: false when the link was lost or the motors freed since the resume. */
  readonly mayContinue?: () => boolean
  /** Whether a user paused the job before this sheet began. */
  readonly isPaused: () => boolean
  /** Called when a press of the board's button pauses the plot. */
  readonly onButton?: () => void
  /** Called when strokes were executed, because the carriage has then moved. */
  readonly onMove: () => void
  /** Resolves when the sheet for this copy may begin, when the job is canceled, or when the daemon stops. */
  readonly nextSheet: (copy: number) => Promise<'ready' | 'stopped'>
}

/** 'withdrawn' means that the grant had ended before the first stroke, so the sheet has no new ink. */
type SheetOutcome = PlotOutcome | { readonly is: 'withdrawn' }

/**
 * Plots a claimed job, sheet by sheet, and reports to the spool. The spool is never ahead of the paper: progress counts
 * strokes that the device executed. Progress is on the disk before the spool announces a pause or an interruption.
 */
export async function plotJob(parts: PlotJobParts): Promise<void> {
  const { spool, claim, session, start, marks } = parts
  const { copies = 1 } = claim.job.plot ?? {}
  let { plan, from, fromMm = 0, hasBegun = false, copiesDone } = start
  let isSheetDown = start.needsSheet !== true
  let resumes = parts.resumes && isSheetDown
  let isRegistered = false
  let { mayContinue = () => true } = parts
  const meter = new InkMeter(claim.job, parts.now ?? (() => performance.now()))
  if (!isSheetDown && copiesDone < copies && marks) plan = await marks.unregistered(plan)
  while (copiesDone < copies) {
    if (!isSheetDown && !(await freshSheet(parts, copiesDone + 1, copies))) return
    const checkpoints = new Checkpoints(spool, claim, { ...start, plan, from, fromMm, hasBegun, copiesDone, meter })
    await checkpoints.start()
    const beginning = { plan, from, fromMm, hasBegun, resumes, mayContinue, isRegistered, copiesDone }
    const isInPlace = whileInPlace(session)
    const outcome = await drawSheet(parts, beginning, checkpoints, meter)
    hasBegun = outcome.is === 'registered' && outcome.begun > outcome.executed
    if (claim.signal.aborted) return reportCanceled(outcome, plan, checkpoints)
    await checkpoints.settled()
    if (outcome.is === 'registered') {
      await spool.unpause(claim)
      plan = marks?.rest ?? plan
      from = outcome.executed
      fromMm = 0
      resumes = true
      mayContinue = isInPlace
      isSheetDown = true
      isRegistered = true
      continue
    }
    if (outcome.is === 'withdrawn') {
      // A job with ink on an earlier sheet waits for its next sheet. A job without ink returns to the queue.
      if (copiesDone === 0) return void (await spool.release(claim))
    } else if (outcome.is === 'finished') {
      await checkpoints.save(strokesOf(plan))
      copiesDone++
      if (copiesDone < copies && marks) plan = await marks.unregistered(plan)
      from = 0
      fromMm = 0
    } else return reportCut(parts, outcome, checkpoints)
    resumes = false
    isSheetDown = false
    isRegistered = false
  }
  await spool.complete(claim)
}

const strokesOf = ({ starts }: Plan): number => starts.length - 1

interface Beginning {
  readonly plan: Plan
  readonly from: number
  readonly fromMm: number
  readonly hasBegun: boolean
  readonly resumes: boolean
  readonly mayContinue: () => boolean
  readonly isRegistered: boolean
  readonly copiesDone: number
}

/** The outcome of a sheet that may not begin now; undefined when it may. */
function obstacleTo({ session, claim }: PlotJobParts, beginning: Beginning): SheetOutcome | undefined {
  const { from, resumes, mayContinue } = beginning
  const unchanged = { executed: from, begun: begunAt(beginning) }
  if (claim.signal.aborted) return { is: 'canceled', ...unchanged }
  if (!resumes) return session.mayBegin(claim.job.id) ? undefined : { is: 'withdrawn' }
  const { state } = session
  const isIdle = state.is === 'idle'
  if (isIdle && mayContinue()) return undefined
  const whenIdle = 'was connected again, or its motors were freed, before the plot continued'
  const why = isIdle ? whenIdle : `is ${describeState(state)}`
  return { is: 'interrupted', why: 'connection-lost', ...unchanged, message: `the plotter ${why}` }
}

async function drawSheet(
  parts: PlotJobParts,
  beginning: Beginning,
  checkpoints: Checkpoints,
  meter: InkMeter,
): Promise<SheetOutcome> {
  const { claim, pens } = parts
  const { plan, from, fromMm, copiesDone, resumes } = beginning
  const obstacle = obstacleTo(parts, beginning)
  if (obstacle) return obstacle
  await pens?.begin(claim.job, plan, { stroke: from, mm: fromMm }, copiesDone, resumes)
  // Meanwhile a user may have canceled the job or taken the grant back, or the link may be lost.
  const newObstacle = obstacleTo(parts, beginning)
  if (newObstacle) {
    await pens?.end({ is: 'canceled', executed: from, begun: from })
    return newObstacle
  }
  return plotSheet(parts, beginning, checkpoints, meter)
}

const SILENCE = {
  prompt: `the store did not answer for ${CONTACT_MS / 1000} s: check the disk, or the database and the network`,
}

async function plotSheet(
  { session, memory, claim, pens, isPaused, onButton, onMove }: PlotJobParts,
  { plan, from, fromMm, hasBegun, resumes, isRegistered }: Beginning,
  checkpoints: Checkpoints,
  meter: InkMeter,
): Promise<PlotOutcome> {
  meter.run()
  let isInOneGo = from === 0 && fromMm === 0
  const plotFrom: PlotFrom = {
    ...{ from, fromMm, hasBegun, continuesSheet: resumes, isRegistered },
    startsPaused: isPaused(),
  }
  const endWatch = checkpoints.watch(
    () => session.state.is === 'plotting',
    () => void session.pause({ now: true, cause: SILENCE }).catch(() => {}), // an error means that the plot has just ended
  )
  const plotting = session.plot(claim.job.id, plan, plotFrom, {
    begin: (stroke) => {
      const layer = layerOfStroke(plan.layers, stroke)
      if (layer) meter.drawsWith(pens?.nameIn(layer.pen))
      return checkpoints.begin(stroke)
    },
    executed: (count) => {
      checkpoints.executed(count)
      onMove()
    },
    paused: (why, prompt, begun, drawnMm, at) => {
      isInOneGo = false
      checkpoints.paused(why, prompt, begun, drawnMm, at)
    },
    resumed: () => checkpoints.resumed(),
    pressed: () => onButton?.(),
    mayContinue: () => checkpoints.mayContinue(),
    request: (stroke) => pens?.request(stroke),
    penName: (pen) => pens?.nameIn(pen),
    park: () => pens?.park(),
  })
  const outcome = await plotting.finally(endWatch)
  meter.end(outcome.is === 'finished' ? strokesOf(plan) : outcome.executed)
  await pens?.end(outcome).catch(() => {}) // the next write of the plotter's memory has this ink too
  if (outcome.is === 'finished' && isInOneGo) await notePace(memory, plan.estimate.seconds, outcome.seconds)
  return outcome
}

/** @returns whether a fresh sheet is there and the job may still be plotted */
async function freshSheet({ spool, claim, nextSheet }: PlotJobParts, copy: number, copies: number): Promise<boolean> {
  await spool.pause(claim, 'sheet', `copy ${copy} of ${copies} waits for a fresh sheet`)
  const answer = await nextSheet(copy)
  if (claim.signal.aborted) return false
  if (answer === 'ready') await spool.unpause(claim)
  else await spool.interrupt(claim, 'restart')
  return answer === 'ready'
}

/** Records which strokes of a canceled job are on the paper, however its plot ended. */
async function reportCanceled(outcome: SheetOutcome, plan: Plan, checkpoints: Checkpoints): Promise<void> {
  if (outcome.is === 'withdrawn') return
  if (outcome.is === 'finished') await checkpoints.canceled(strokesOf(plan), strokesOf(plan))
  else await checkpoints.canceled(outcome.executed, outcome.begun)
}

async function reportCut(
  { spool, claim }: PlotJobParts,
  outcome: Exclude<PlotOutcome, { readonly is: 'finished' | 'registered' }>,
  checkpoints: Checkpoints,
): Promise<void> {
  if (outcome.is === 'canceled') return
  await checkpoints.save(outcome.executed, outcome.begun)
  if (outcome.is === 'interrupted') return void (await spool.interrupt(claim, outcome.why, outcome.message))
  await spool.fail(claim, { code: outcome.code as ErrorCode, message: outcome.message })
}
