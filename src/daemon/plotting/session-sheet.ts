import type { PlotterSession } from '../../plotter/session/session.ts'
import type { Claim } from '../../spool/spool.ts'
import type { Sheet, SheetEvents } from './plot-job.ts'

export interface SheetOptions {
  /** The first sheet is one that has ink on it, with which a person lets the job go on. */
  readonly goesOn: boolean
  /** Whether somebody paused the job before this sheet was begun. */
  readonly isPaused: () => boolean
  /** Told when the position has changed. */
  readonly moved: () => void
  readonly nextSheet: Sheet['nextSheet']
}

/** The sheets of a claimed job on its plotter. What changed since the claim, be it job or plotter, comes before ink. */
export function sessionSheet(
  session: Pick<PlotterSession, 'state' | 'mayBegin' | 'plot'>,
  { job, signal }: Pick<Claim, 'job' | 'signal'>,
  options: SheetOptions,
): Sheet {
  const { isPaused, moved, nextSheet } = options
  let isUsed = options.goesOn
  return {
    nextSheet,
    async plot(plan, from, told) {
      const { from: executed = 0 } = from
      if (signal.aborted) return { is: 'canceled', executed, begun: executed }
      if (isUsed && session.state.is !== 'idle') {
        const message = `the plotter is ${session.state.is}`
        return { is: 'interrupted', why: 'connection-lost', executed, begun: executed, message }
      }
      if (!isUsed && !session.mayBegin(job.id)) return { is: 'withdrawn' }
      const how = { ...from, goesOn: isUsed, paused: isPaused() }
      isUsed = false
      return session.plot(job.id, plan, how, withMoves(told, moved))
    },
  }
}

const withMoves = (told: SheetEvents, moved: () => void): SheetEvents => ({
  begin: (stroke) => told.begin(stroke),
  executed: (count) => {
    told.executed(count)
    moved()
  },
  paused: (why, prompt, begun) => told.paused(why, prompt, begun),
  resumed: () => told.resumed(),
})
