import type { Params, WireJob, WirePlotter } from '../../../../src/daemon/protocol/index.ts'
import { orderedPlot } from '../../../node/job.ts'
import { PRIORITIES } from '../shared/priorities.ts'
import type { Values } from './schema.ts'

/**
 * The settings of a job for queue and plotter. Lengths in mm. An absent setting leaves the drawing's or the daemon's
 * value.
 */
export interface PlotSettings {
  /** A number only for an edited job. The form keeps the job's number, and can replace it by a word. */
  readonly priority?: 'high' | 'default' | 'low' | number
  /** '' is no plotter, only the SVG. Absent is any plotter, or none when no plotter is set up. */
  readonly plotter?: string
  /** The pen of an edited job. The form shows it, and can only remove it. */
  readonly pen?: string
  /** Tags that a plotter must have, when the job may go to any plotter. */
  readonly needs?: readonly string[]
  readonly copies?: number
  readonly page?: string
  readonly landscape?: boolean
  readonly margin?: number
  readonly fit?: 'none' | 'shrink' | 'page'
  readonly align?: 'keep' | 'center' | 'top-left'
  /** Degrees, clockwise. */
  readonly rotate?: number
  /** Numbers of the chosen layers, from 1; absent is all. */
  readonly layers?: readonly number[]
  readonly keepOrder?: boolean
  readonly once?: boolean
  readonly passes?: number
  readonly speedPercent?: number
  /** Whether plotd never draws a drawing with losses: it refuses the submit, or the job fails. */
  readonly strict?: boolean
}

/** The user's input, by task, which outlives a change of tabs, a restart of the daemon, and a reload of the page. */
export interface Composition {
  readonly task: string
  readonly values: Readonly<Record<string, Values>>
  readonly settings: Readonly<Record<string, PlotSettings>>
}

/** The first visit chooses a card with a picture, because the default card, `blank`, shows nothing of plotd. */
export const FIRST_COMPOSITION: Composition = {
  task: 'postcard',
  values: { postcard: { template: 'birthday' } },
  settings: {},
}

export type PlotRequest = NonNullable<Params<'job.submit'>['plot']>

/** The parameter `plot` of `job.submit`; undefined when no plotter will draw the job. */
export function plotRequest(settings: PlotSettings, hasPlotters: boolean): PlotRequest | undefined {
  const {
    priority: _,
    plotter = hasPlotters ? 'any' : '',
    pen,
    needs = [],
    copies,
    page,
    layers,
    strict,
    ...options
  } = settings
  if (plotter === '') return undefined
  return {
    plotter,
    ...(pen === undefined ? {} : { pen }),
    ...(plotter === 'any' && needs.length > 0 ? { needs } : {}),
    ...(copies === undefined ? {} : { copies }),
    ...(page === undefined ? {} : { pageSize: page }),
    ...(layers === undefined ? {} : { layers }),
    ...(strict ? { strict } : {}),
    ...(Object.keys(options).length === 0 ? {} : { options }),
  }
}

/** Whether a plotter may draw a job with this plot request. */
export const mayPlot = ({ name, tags = [] }: WirePlotter, { plotter = 'any', needs = [] }: PlotRequest): boolean =>
  plotter === 'any' ? needs.every((need) => tags.includes(need)) : plotter === name

type EditableJob = Pick<WireJob, 'task' | 'params' | 'priority' | 'plot' | 'spent'>

/** The form with the parameters and settings of a job, so that the user can change them and queue the job again. */
export function withJob(composition: Composition, job: EditableJob): Composition {
  const { task, params, priority } = job
  const { values, settings } = composition
  return {
    task,
    values: { ...values, [task]: (params ?? {}) as Values },
    settings: { ...settings, [task]: settingsOf(priority, orderedPlot(job)) },
  }
}

function settingsOf(priority: number, plot: WireJob['plot']): PlotSettings {
  const level = { priority: levelOf(priority) }
  if (!plot) return { ...level, plotter: '' }
  const { plotter, pen, needs, copies, layers, pageSize, fit, options, strict } = plot
  return {
    ...(fit ? { fit: 'page' as const } : {}),
    ...(options as Partial<PlotSettings> | undefined),
    ...level,
    plotter,
    ...(pen === undefined ? {} : { pen }),
    ...(needs === undefined ? {} : { needs }),
    ...(copies === 1 ? {} : { copies }),
    ...(pageSize === undefined ? {} : { page: pageSize }),
    // The form names layers by number. When a job names them in another way, the form chooses all layers.
    ...(layers?.every((layer) => typeof layer === 'number') ? { layers: layers as readonly number[] } : {}),
    ...(strict ? { strict } : {}),
  }
}

const levelOf = (priority: number): NonNullable<PlotSettings['priority']> =>
  PRIORITIES.find(({ number }) => number === priority)?.name ?? priority

/** A file that the daemon has, and the task that draws it. */
interface FileOfTask {
  readonly task: string
  readonly upload: string
  readonly name: string
  readonly pageNumber?: number
}

/** The form with a file of the user. Keeps all settings except the layers, which belong to the previous file. */
export function withFile(composition: Composition, { task, ...file }: FileOfTask): Composition {
  const { values, settings } = composition
  const { layers: _, ...others } = settings[task] ?? {}
  return {
    task,
    values: { ...values, [task]: { ...withoutFile(values[task]), ...file } },
    settings: { ...settings, [task]: others },
  }
}

/** The values of a form without the file and the numbers of its pages. */
export function withoutFile(values: Values = {}): Values {
  const { svg: _, upload: __, name: ___, pageNumber: ____, pagesOnSheet: _____, ...others } = values
  return others
}

const KEY = 'plotd.composition'

/** The saved input, or the composition of the first visit. */
export function restore(storage: { getItem(key: string): string | null }): Composition {
  try {
    return { ...FIRST_COMPOSITION, ...(JSON.parse(storage.getItem(KEY) ?? '{}') as Partial<Composition>) }
  } catch {
    return FIRST_COMPOSITION
  }
}

/** Saves the input. The storage of a private window may refuse it; the form works without a saved input. */
export function save(storage: { setItem(key: string, value: string): void }, composition: Composition): void {
  try {
    storage.setItem(KEY, JSON.stringify(composition))
  } catch {}
}
