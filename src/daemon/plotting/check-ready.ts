import type { Logger } from 'pino'
import { PlotdError } from '../../errors.ts'
import type { Profile } from '../../plotter/profiles/profile.ts'
import type { Grant } from '../../plotter/session/grant.ts'
import { noteGrant, type PlotterMemory } from '../../plotter/session/memory.ts'
import { nextPlotterState } from '../../plotter/session/next-state.ts'
import type { PlotterSession } from '../../plotter/session/session.ts'
import type { PlotterState } from '../../plotter/session/state.ts'
import { Turns } from '../../turns.ts'
import type { CutSheets } from './cut-sheets.ts'
import { feedRefusal } from './granted-job.ts'
import { headOf } from './head.ts'
import type { Holding } from './holding.ts'
import type { PenBook } from './pen-book.ts'
import { isPrinted, ofFedSheet, type SheetMarks } from './sheet-marks.ts'
import type { SheetSource } from './sheet-source.ts'
import type { ReadyOrder, StationParts } from './station-parts.ts'

/** The state of a plotter when the checks of a `ready` begin. */
export interface ReadyFacts {
  readonly parts: Pick<StationParts, 'config' | 'memory' | 'spool' | 'threads'>
  readonly state: PlotterState
  readonly profile: Profile
  readonly pace: number
  readonly source: Pick<SheetSource, 'hasFeeder' | 'isFeeding'>
  readonly cuts: CutSheets
  readonly marks: SheetMarks
  readonly holding: Holding
}

/** The parts of a station that give a grant. */
export interface GiverParts {
  readonly parts: ReadyFacts['parts'] & Pick<StationParts, 'grantMs'>
  readonly session: Pick<PlotterSession, 'grant' | 'ready' | 'unready'>
  readonly source: Pick<SheetSource, 'clearFailure'>
  readonly pens: Pick<PenBook, 'trustHolder'>
  readonly log: Logger
  readonly facts: () => ReadyFacts
  /** Ends the grant when its job no longer waits. */
  readonly checkGrant: () => Promise<void>
}

/** Gives the grants of a plotter, and takes them back. The last call wins, also while earlier calls are under way. */
export class GrantGiver {
  readonly #parts: GiverParts
  /** The checks of a later call begin when an earlier call has given its grant or has failed. */
  readonly #turns = new Turns()
  #withdrawals = 0

  constructor(parts: GiverParts) {
    this.#parts = parts
  }

  /**
   * Gives a grant. The checks take a while, and then the grant waits for the end of earlier commands. A user who takes
   * the grant back meanwhile gets an answer at once: `give` then ends the new grant and throws.
   *
   * @throws PlotdError ERR_PLOTTER_STATE, or the reason why the plotter cannot draw its next job
   */
  async give(by: string, order: ReadyOrder): Promise<void> {
    const { parts, session, source, pens, log, facts } = this.#parts
    const { name } = parts.config
    const { plot } = parts.memory
    const before = this.#withdrawals
    const requireNoWithdrawal = () => {
      if (this.#withdrawals === before) return
      const message = `the grant of ${name} was taken back before it was given`
      throw new PlotdError('ERR_PLOTTER_STATE', message, { name, state: facts().state.is })
    }
    const grant = await this.#turns.run(async () => {
      const permit = await checkReady(facts(), order, plot)
      requireNoWithdrawal()
      await session.ready({ by, limitMs: parts.grantMs, ...permit })
      source.clearFailure()
      pens.trustHolder()
      log.info({ grant: session.grant }, 'a grant was given')
      return session.grant
    })
    try {
      requireNoWithdrawal()
      await this.#parts.checkGrant()
    } catch (thrown) {
      if (grant === session.grant) session.unready() // the caller sees an error, so no plot may begin
      throw thrown
    }
  }

  /** Takes the grant back, and each grant whose checks are under way. */
  withdraw(): void {
    this.#withdrawals++
    this.#parts.session.unready()
  }
}

/**
 * Checks that the plotter may get a grant, and counts the grant in the plotter's memory. With `newSheet` the sheet of
 * an interrupted job counts as taken off from now on.
 *
 * A grant is for the sheet that lies on the plotter when the user calls `ready`. A plot that begins during the checks
 * draws on that sheet, so `checkReady` then refuses the grant.
 *
 * @param lastPlot  the last plot that had begun when the user called
 * @returns the purpose of the grant and, on a plotter with a feeder, the state of the sheet under the pen
 * @throws PlotdError ERR_PLOTTER_STATE, or the reason why the job at the head cannot be drawn
 */
export async function checkReady(
  { parts, state, profile, pace, source, cuts, marks, holding }: ReadyFacts,
  { job: jobId, sheets, newSheet, feed }: ReadyOrder,
  lastPlot: PlotterMemory['plot'],
): Promise<Pick<Grant, 'for' | 'sheet'>> {
  const { config, memory, spool, threads } = parts
  const { name } = config
  const stateError = (message: string) => new PlotdError('ERR_PLOTTER_STATE', message, { name, state: state.is })
  nextPlotterState(state, { type: 'ready' })
  requireService(memory, name, state)
  const { hasFeeder, isFeeding } = source
  if (isFeeding) throw stateError(`the feeder of ${name} is bringing a sheet`)
  if (feed && !(hasFeeder && sheets !== undefined)) throw stateError(feedRefusal(name, hasFeeder))
  if (!newSheet) cuts.requireNone()
  const head = await headOf(spool, name, holding, jobId)
  if (!head && sheets === undefined && config.gate) {
    throw stateError(`nothing waits for ${name}: submit a job first, or give a grant for sheets (--sheets 1)`)
  }
  if (feed && head && isPrinted(head)) throw stateError(`${ofFedSheet(head)}: put its sheet down by hand`)
  marks.require(head)
  if (head?.status === 'rendered') {
    await threads.checkDrawable(head, { name, profile, pace, registration: marks.matrixFor(head) })
  }
  const requireSameSheet = (): void => {
    if (memory.plot === lastPlot) return
    throw stateError(`a plot began on ${name} meanwhile: put a fresh sheet down, then make ${name} ready again`)
  }
  requireSameSheet()
  if (newSheet) await cuts.takeOff()
  await noteGrant(memory)
  requireSameSheet()
  const count = sheets ?? 1
  const purpose = sheets === undefined && head ? { job: head.id, title: head.title } : { sheets: count, of: count }
  return { for: purpose, ...(hasFeeder && { sheet: { is: feed ? 'used' : 'fresh' } as const }) }
}

/** @throws PlotdError ERR_PLOTTER_STATE when the plotter is out of service */
export function requireService(
  { maintenance }: Pick<PlotterMemory, 'maintenance'>,
  name: string,
  { is }: PlotterState,
): void {
  if (!maintenance) return
  throw new PlotdError('ERR_PLOTTER_STATE', `${name} is in maintenance: ${maintenance.reason}`, { name, state: is })
}
