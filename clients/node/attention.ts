import type { WireJob, WirePlotter } from '../../src/daemon/protocol/index.ts'

/** The reasons for which a plotter may need its operator, the most urgent first; 'none' when it needs nothing. */
export const NEEDS = [
  'fault',
  'interrupted',
  'pen',
  'sheet',
  'unknown',
  'offline',
  'paused',
  'maintenance',
  'none',
] as const
export type Need = (typeof NEEDS)[number]

/** The need of a pause, by the reason of the pause. A pause for any other reason is the need `paused`. */
const PAUSE_NEEDS: Readonly<Record<string, Need>> = { 'pen-change': 'pen', sheet: 'sheet' }

/** The present need of a plotter. @param isWanted  whether there is a waiting job that the plotter may draw */
export function needOf({ state, job, interrupted, maintenance }: WirePlotter, isWanted: boolean): Need {
  if (state.is === 'unknown') return 'unknown'
  if (state.is === 'fault') return 'fault'
  if (interrupted) return 'interrupted'
  if (state.is === 'paused') return PAUSE_NEEDS[state.why] ?? 'paused'
  if (maintenance) return 'maintenance'
  if (state.is === 'offline') return 'offline'
  return state.is === 'idle' && !state.ready && job === undefined && isWanted ? 'sheet' : 'none'
}

/** Whether an idle plotter must find its limit switches before its carriage may move. Until then `ready` is refused. */
export const mustHomeFirst = ({ state, device, position }: WirePlotter): boolean =>
  state.is === 'idle' && device?.mustHome === true && position === undefined

/**
 * Whether a plotter may draw a job. The job must ask for ink on this plotter or on 'any'. With 'any', this plotter must
 * be in the list `plotters` of the job's result. Without this list, the plotter must have every tag that the job needs.
 */
export function mayDraw({ name, tags = [] }: WirePlotter, { plot, result }: WireJob): boolean {
  if (!plot) return false
  if (plot.plotter !== 'any') return plot.plotter === name
  return result?.plotters?.includes(name) ?? (plot.needs ?? []).every((tag) => tags.includes(tag))
}

const WAITING: ReadonlySet<WireJob['status']> = new Set(['queued', 'started', 'rendered'])

/** Whether a job waits for ink: it is to be rendered, is being rendered, or waits for its plotter. */
export const waitsForInk = ({ status, plot }: WireJob): boolean => plot !== undefined && WAITING.has(status)

/**
 * Whether one of these jobs waits for a sheet on this plotter, or is queued for rendering and may be drawn there. A job
 * that is being rendered does not count.
 */
export const isWanted = (plotter: WirePlotter, jobs: readonly WireJob[]): boolean =>
  jobs.some((job) => waitsForSheet(job, plotter) || (job.status === 'queued' && mayDraw(plotter, job)))

/** Whether a job is paused for its next sheet on this plotter, or is rendered and may be drawn there. */
export function waitsForSheet(job: WireJob, plotter: WirePlotter): boolean {
  const { status, progress, reason } = job
  if (status === 'paused') return reason?.code === 'sheet' && progress?.plotter === plotter.name
  return status === 'rendered' && mayDraw(plotter, job)
}
