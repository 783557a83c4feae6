import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PlotdError } from '../errors.ts'
import type { Drawing } from '../geometry/drawing.ts'
import { encodePlan, makePlan } from '../plotter/make-plan.ts'
import { measure, prepare } from '../plotter/prepare/index.ts'
import type { Profile } from '../plotter/profile.ts'
import { writeOutput } from '../spool/index.ts'
import type { JobResult, PlotRequest } from '../spool/job.ts'
import { readSvg } from '../svg/index.ts'
import { type CustomTasks, loadCustomTasks, type RenderOptions, render, tasks } from '../tasks/index.ts'
import { writeDurably } from './durable.ts'
import { figures, readingWarnings, reportWarnings } from './figures.ts'
import { prepareOptions, withLayerOptions } from './plot-options.ts'
import { Uploads } from './uploads.ts'

/** What a task is run with. Everything here is cloned into a thread. */
export interface DrawInput {
  readonly task: string
  readonly params: unknown
  readonly plot?: PlotRequest
  /** The machine that the estimate is for. */
  readonly profile: Profile
  readonly uploads: string
  readonly tasksFolder?: string
}

export interface Drawn {
  readonly svg: string
  readonly title: string
  /** Where the task would put it below the output folder. */
  readonly output: string
  readonly figures: Omit<JobResult, 'path'>
}

type Reports = Pick<RenderOptions, 'signal' | 'progress' | 'log'>

/** Runs a task, then takes its SVG as the plotter will read it: what is told of it is what will be drawn. */
export async function draw(input: DrawInput, reports: Reports = {}): Promise<Drawn> {
  const { task, params, plot, profile, uploads, tasksFolder } = input
  const { tasks: registry } = await allTasks(tasksFolder)
  const readUpload = (sha256: string) => new Uploads(uploads, 0).read(sha256)
  const made = await render(task, params, { tasks: registry, readUpload, ...reports })
  const { svg, title, output, warnings } = made
  const reading = made.drawing ? { drawing: made.drawing, notDrawn: [], text: undefined } : readSvg(svg)
  // Of a card that nobody asked ink for, what it comes to is enough: a batch has thousands of them.
  const report =
    made.drawing && !plot ? measure(made.drawing, profile) : prepared(reading.drawing, plot ?? {}, profile).report
  const all = [...warnings, ...readingWarnings(reading), ...reportWarnings(report)]
  return { svg, title, output, figures: figures(report, all) }
}

const prepared = (drawing: Drawing, plot: Partial<PlotRequest>, profile: Profile) =>
  prepare(withLayerOptions(drawing, plot), { ...prepareOptions(plot), effort: 0 }, profile)

export interface RenderInput extends DrawInput {
  readonly outputFolder: string
  /** Where the job wants it; where the task puts it, when absent. */
  readonly wished?: string
  /** What the job wrote before. */
  readonly replaces?: string
}

/** Draws and writes the SVG of record. */
export async function renderJob(input: RenderInput, reports: Reports): Promise<JobResult> {
  const { svg, output, figures } = await draw(input, reports)
  const { outputFolder, wished = output, replaces } = input
  const path = await writeOutput(outputFolder, wished, svg, replaces === undefined ? {} : { replaces })
  return { path, ...figures }
}

/** The built-in tasks, and those of the folder when there is one. */
export const allTasks = async (folder: string | undefined): Promise<CustomTasks> =>
  folder === undefined ? { tasks, names: [], problems: [] } : loadCustomTasks(folder)

export interface PlanInput {
  /** The SVG of record. */
  readonly svgFile: string
  readonly plot: PlotRequest
  readonly profile: Profile
  /** Folder of the frozen plans. */
  readonly plans: string
}

/** From the SVG of record to a plan file that is on the disk before the first stroke. */
export async function freezePlan({ svgFile, plot, profile, plans }: PlanInput): Promise<{ hash: string }> {
  const svg = await readFile(svgFile).catch((cause: unknown) => {
    throw new PlotdError('ERR_FILE', `the SVG to plot is gone: ${svgFile}`, { path: svgFile }, cause)
  })
  const { plan } = makePlan(withLayerOptions(readSvg(svg).drawing, plot), prepareOptions(plot), profile)
  await writeDurably(join(plans, plan.hash), encodePlan(plan))
  return { hash: plan.hash }
}
