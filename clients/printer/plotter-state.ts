import type { WireJob, WirePlotter } from '../../src/daemon/protocol/index.ts'
import { mustHomeFirst, waitsForSheet } from '../node/attention.ts'
import { PRINTER_STATES } from './ipp/codes.ts'

/** The name of the printer whose jobs any plotter may take. */
export const ANY = 'any'

/** The state of plotd that one printer shows. */
export interface View {
  readonly name: string
  /** The printer's plotter; all plotters for the printer `any`. */
  readonly plotters: readonly WirePlotter[]
  /** Known jobs of plotd that are not final. If plotd has many jobs, the daemon's snapshot does not list all. */
  readonly jobs: readonly WireJob[]
  /** Names of paused queues; '' is the whole queue. */
  readonly paused: ReadonlySet<string>
}

/** The state of a printer in IPP's terms. */
export interface PrinterState {
  /** A number of `PRINTER_STATES`. */
  readonly state: number
  readonly reasons: readonly string[]
  /** Text for users; absent when the reasons need no explanation. */
  readonly message?: string
}

/** A pen is low when less than this fraction of its ink is left, or when its ink is not enough for one more sheet. */
const LOW = 0.1

/**
 * The printer `any` has all jobs that ask for ink. A plotter's printer has the jobs that the plotter draws or may draw.
 */
export const jobsOf = ({ name, jobs }: Pick<View, 'name' | 'jobs'>): WireJob[] =>
  jobs.filter(({ plot, result, progress }) => {
    if (plot === undefined || name === ANY) return plot !== undefined
    const plotter = progress?.plotter ?? plot.plotter
    return plotter === name || (plotter === ANY && (result?.plotters?.includes(name) ?? true))
  })

/** State and reasons of a printer. The printer `any` is stopped only when all plotters are stopped. */
export function stateOf(view: View): PrinterState {
  const { plotters, jobs, paused } = view
  if (plotters.length === 0) {
    return { state: PRINTER_STATES.stopped, reasons: ['shutdown'], message: 'plotd has no plotter.' }
  }
  const summaries = plotters.map((plotter) =>
    plotterStateOf(
      plotter,
      paused,
      jobs.some((job) => waitsForSheet(job, plotter)),
    ),
  )
  const states = summaries.map(({ state }) => state)
  const { processing, idle, stopped } = PRINTER_STATES
  const state = [processing, idle].find((each) => states.includes(each)) ?? stopped
  // When some plotter is not stopped, the reasons of the stopped plotters are left out.
  const relevant = state === stopped ? summaries : summaries.filter((one) => one.state !== stopped)
  const reasons = [...new Set(relevant.flatMap((one) => one.reasons))]
  const isPartly = plotters.length > 1 && state !== stopped && relevant.length < summaries.length
  if (isPartly) reasons.push('stopped-partly')
  const message = summaries.flatMap((one) => one.message ?? []).join('; ')
  return { state, reasons: reasons.length > 0 ? reasons : ['none'], ...(message !== '' && { message }) }
}

function plotterStateOf(plotter: WirePlotter, paused: ReadonlySet<string>, hasWaitingJob: boolean): PrinterState {
  const { name, state, maintenance } = plotter
  const low = hasLowPen(plotter) ? ['marker-supply-low'] : []
  const stopped = (reason: string, message: string): PrinterState => ({
    state: PRINTER_STATES.stopped,
    reasons: [reason, ...low],
    message: `${name}: ${message}`,
  })
  if (state.is === 'fault') return stopped('other', state.message)
  if (state.is === 'offline' || state.is === 'unknown') return stopped('connecting-to-device', state.why)
  if (state.is === 'paused') {
    const prompt = state.prompt ?? `paused (${state.why})`
    return stopped(state.why === 'sheet' ? 'media-needed' : 'paused', prompt)
  }
  if (maintenance) return stopped('paused', maintenance.reason)
  if (paused.has(name) || paused.has('')) return stopped('paused', 'its queue is paused')
  if (plotter.interrupted) {
    return stopped('paused', `the sheet of an interrupted plot lies on the plotter: ${plotter.interrupted.title}`)
  }
  if (state.is === 'plotting') return { state: PRINTER_STATES.processing, reasons: low }
  const mustHome = mustHomeFirst(plotter)
  const needsSheet = hasWaitingJob && (plotter.gate || mustHome) && !state.ready
  if (!needsSheet) return { state: PRINTER_STATES.idle, reasons: low }
  return {
    state: PRINTER_STATES.idle,
    reasons: ['media-needed', ...low],
    message: plotter.gate
      ? `${name}: ${mustHome ? 'run plotd home, ' : ''}put a sheet down and run plotd ready.`
      : `${name}: put a sheet down and run plotd home.`,
  }
}

const hasLowPen = ({ pens = [] }: WirePlotter): boolean =>
  pens.some(({ leftMm, drawnMm, sheetsLeft }) => {
    if (leftMm === undefined) return false
    return leftMm < LOW * (leftMm + drawnMm) || (sheetsLeft !== undefined && sheetsLeft < 1)
  })

/** A pen as a printer reports a supply of ink. */
export interface Supply {
  readonly name: string
  /** '#RRGGBB', or 'none'. */
  readonly color: string
  /** Percent, or -2: unknown. */
  readonly level: number
}

/** The pens of the plotters. When plotd knows no pen, one pen of unknown level. */
export function suppliesOf(plotters: readonly WirePlotter[]): readonly Supply[] {
  const pens = plotters.flatMap(({ name, pens = [] }) =>
    pens.map(({ slot, pen, color, leftMm, drawnMm }) => ({
      name: `${plotters.length > 1 ? `${name} ` : ''}${pen ?? `pen ${slot}`}`,
      color: color !== undefined && /^#[0-9a-f]{6}$/i.test(color) ? color.toUpperCase() : 'none',
      level: leftMm === undefined ? -2 : Math.round((100 * leftMm) / Math.max(1, leftMm + drawnMm)),
    })),
  )
  return pens.length > 0 ? pens : [{ name: 'pen', color: 'none', level: -2 }]
}
