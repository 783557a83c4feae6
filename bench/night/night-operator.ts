import type { PlotdClient } from '../../clients/node/index.ts'
import { toPlotdError } from '../../src/errors.ts'
import type { FourPlotters } from './four-plotters.ts'
import type { Notification } from './receiver.ts'

/** Sheets of one grant, as many as a tray holds. */
const TRAY = 50

/** The simulated operator, who does what each notification requests, and nothing else. */
export class NightOperator {
  /** Number of notifications that were out of date when the operator came, by kind. */
  readonly stale: Record<string, number> = {}
  /** Number of all other notifications, by kind: the operator acted in time, or has no action for the kind. */
  readonly met: Record<string, number> = {}
  /** Number of worn pens that the operator has changed, by plotter. */
  readonly swaps = new Map<string, number>()
  /** Number of doubtful strokes of jobs that were given up, by job. */
  readonly doubts = new Map<string, number>()
  readonly #client: PlotdClient
  readonly #plotters: FourPlotters

  constructor(client: PlotdClient, plotters: FourPlotters) {
    this.#client = client
    this.#plotters = plotters
  }

  /** Puts a fresh pen into each plotter, before the night starts. */
  async begin(): Promise<void> {
    for (const name of this.#plotters.names) await this.#client.call('plotter.putPen', { name, pen: 'blue' })
  }

  async answer(notification: Notification): Promise<void> {
    let done: boolean | 'again' = 'again'
    while (done === 'again')
      done = await this.#act(notification).catch((thrown: unknown) => this.#refused(notification, thrown))
    const book = done ? this.met : this.stale
    book[notification.type] = (book[notification.type] ?? 0) + 1
  }

  async #act({ type, plotter: name = '', job: id = '' }: Notification): Promise<boolean> {
    const [client, plotters] = [this.#client, this.#plotters]
    switch (type) {
      case 'sheet': {
        const { state, job: held, interrupted, position } = await client.call('plotter.get', { name })
        // The sheet of an interrupted or resumed job stays where it lies, because another notification is about that
        // job.
        if (state.is !== 'idle' || state.ready || interrupted || held !== undefined) return false
        plotters.clear(name)
        if (!position) plotters.pushHome(name)
        await client.call('plotter.ready', { name, sheets: TRAY, feed: true })
        return true
      }
      case 'pen': {
        const { state } = await client.call('plotter.get', { name })
        if (state.is !== 'paused' || state.why !== 'pen-change') return false
        await client.call('plotter.resume', { name })
        if (state.prompt?.includes('swap')) this.swaps.set(name, (this.swaps.get(name) ?? 0) + 1)
        return true
      }
      case 'interrupted':
        return this.#continue(id)
      case 'fault':
        if ((await client.call('plotter.get', { name })).state.is === 'paused')
          await client.call('plotter.resume', { name })
        else await client.call('plotter.clear', { name })
        return true
      default:
        return true
    }
  }

  /**
   * Retries an interrupted job whose sheet is blank, and resumes one whose plotter knows the carriage's position. Marks
   * every other interrupted job as spoiled.
   */
  async #continue(id: string): Promise<boolean> {
    const client = this.#client
    const { status, progress, touched } = await client.call('job.get', { id })
    if (status !== 'interrupted') return false
    if (touched === false) {
      // The plot was cut before its first stroke, so the sheet is blank.
      await client.call('job.retry', { id })
      return true
    }
    const name = progress?.plotter
    while (name !== undefined && (await client.call('plotter.get', { name })).state.is === 'offline')
      await new Promise((resolve) => setTimeout(resolve, 20))
    const place = await client.call('job.place', { id, cut: 'continue' }).catch(() => undefined)
    if (place?.homeKnown) {
      await client.call('job.resume', { id, cut: 'continue' })
      return true
    }
    const { first, last } = await client.call('job.place', { id })
    await client.call('job.spoiled', { id, why: 'it was cut, and the plotter has lost its position' })
    this.doubts.set(id, last - first)
    return true
  }

  /** @returns 'again' while the daemon is away, false for a request that came too late @throws for other refusals */
  #refused({ type, plotter }: Notification, thrown: unknown): false | 'again' {
    const { code, message } = toPlotdError(thrown)
    if (code === 'ERR_DAEMON_AWAY') return 'again'
    if (!EXPECTED.has(code)) throw new Error(`${type} for ${plotter}: ${code} ${message}`)
    return false
  }
}

/** Errors of a request that comes too late. */
const EXPECTED = new Set(['ERR_PLOTTER_STATE', 'ERR_JOB_STATE', 'ERR_JOB_UNKNOWN'])
