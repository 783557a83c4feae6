import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { Affine } from '../../geometry/affine.ts'
import type { Drawing } from '../../geometry/drawing.ts'
import { fitsOn, type PageSize, pageSize } from '../../geometry/pages.ts'
import { type PlotNow, strokeTimes } from '../../plotter/motion/index.ts'
import { encodePlan, makePlan } from '../../plotter/plan/make-plan.ts'
import { isPageTurned, measure, type PrepareReport, type PrepareResult, prepare } from '../../plotter/prepare/index.ts'
import type { Profile } from '../../plotter/profiles/profile.ts'
import { writeDurably, writeOutput } from '../../spool/index.ts'
import type { JobResult, PlotRequest, Warning } from '../../spool/job.ts'
import { drawingToSvg, type ReadLimits, readingWarnings, readSvg, type SvgReading } from '../../svg/index.ts'
import { type RenderOptions, render, tasks } from '../../tasks/index.ts'
import { tasksWith } from '../custom-tasks/index.ts'
import { openOutput } from '../files/output.ts'
import { readUpload } from '../files/uploads.ts'
import { type Result, refuseLosses, withKinds } from '../protocol/index.ts'
import { type Choice, chooseMachine, type Machine, refusalOf } from './drawable.ts'
import { figures, reportWarnings, rounded } from './figures.ts'
import { loadPlan } from './plans.ts'
import { prepareOptions, withLayerOptions } from './plot-options.ts'

/** The input of a task. The thread gets a clone of it. */
export interface DrawInput {
  readonly task: string
  readonly params: unknown
  readonly plot?: PlotRequest
  /** The machines that may draw the job. The estimate is for the first machine that can. */
  readonly machines: readonly [Machine, ...Machine[]]
  readonly uploads: string
  /** Limits on reading an SVG. */
  readonly svgLimits?: Partial<ReadLimits>
  /** File of the module, when the task is custom. */
  readonly module?: string
  /**
   * Whether a preview searches the order as a plan does, and computes a bound on the time that another order could
   * save.
   */
  readonly bound?: boolean
}

/** Longest time that a preview spends on a bound, ms. The bound is valid at whatever time the search ends. */
const BOUND_MS = 20_000

export interface DrawnJob {
  readonly svg: string
  readonly title: string
  /** The path that the task gives to the SVG, below the output folder. */
  readonly output: string
  readonly figures: Omit<JobResult, 'path'>
}

type Reports = Pick<RenderOptions, 'signal' | 'progress' | 'log'>

/**
 * Runs a task and reads its SVG as a plot would, so that the figures and warnings describe the ink.
 *
 * @throws PlotdError of the task. When the job asks for ink, also ERR_PLAN_OUT_OF_BOUNDS and ERR_EMPTY when none of its
 *   machines can draw it, ERR_PARAMS for an unknown layer, and ERR_STRICT
 */
export async function draw(input: DrawInput, reports: Reports = {}): Promise<DrawnJob> {
  const { plot, machines } = input
  const { rendered, reading } = await renderAndRead(input, reports)
  // Without a plot the figures need no preparation, and a batch has thousands of cards.
  if (rendered.drawing && !plot) {
    return describeJob(machines[0], rendered, reading, measure(rendered.drawing, machines[0].profile))
  }
  const { ready, ...choice } = prepareFor(reading.drawing, input)
  if (plot && choice.refusal) throw choice.refusal
  const job = describeJob(choice.machine, rendered, reading, ready.report, choice)
  if (plot?.strict) refuseLosses(job.figures.warnings)
  return job
}

/** A layer of the drawing, as a preview shows it. */
interface PreviewLayer {
  readonly name: string
  readonly pen: number
  readonly strokes: number
  readonly color?: string
  readonly seconds?: number
}

export interface PreviewResult {
  /** The result of `preview.render` as JSON, in UTF-8. */
  readonly json: Uint8Array<ArrayBuffer>
}

/** A preview of a job's drawing. With `plot`, the SVG shows the sheet with the ink in its place. */
export async function preview(input: DrawInput, reports: Reports): Promise<PreviewResult> {
  const { plot } = input
  const { rendered, reading } = await renderAndRead(input, reports)
  const { ready, ...choice } = prepareFor(reading.drawing, input)
  const { pace } = choice.machine
  /** All layers of the drawing, chosen or not. */
  const layers: PreviewLayer[] = reading.drawing.layers.map(({ name, pen, count, color }) => ({
    name,
    pen,
    strokes: count,
    ...(color === undefined ? {} : { color }),
    ...secondsOf(ready.report, name, pen, pace),
  }))
  const { mm, seconds, removed } = ready.report.repeats
  const repeats = { mm: rounded(mm), seconds: rounded(seconds * pace), removed }
  const { title, figures, ...description } = describeJob(
    choice.machine,
    rendered,
    reading,
    ready.report,
    plot && choice,
  )
  const svg = plot ? drawingToSvg(ready.drawing) : description.svg
  const result: Result<'preview.render'> = {
    svg,
    title,
    layers,
    repeats,
    ...figures,
    ...boundOf(ready.report, pace),
    warnings: withKinds(figures.warnings),
  }
  return { json: new TextEncoder().encode(JSON.stringify(result)) }
}

function boundOf({ bound }: PrepareReport, pace: number): Pick<Result<'preview.render'>, 'bound'> {
  return bound === undefined ? {} : { bound: { ...bound, seconds: rounded(bound.seconds * pace) } }
}

/** The time of a layer, s. A layer that the job does not draw has none. */
function secondsOf({ layers }: PrepareReport, name: string, pen: number, pace: number): { seconds?: number } {
  const match = layers.find((layer) => layer.name === name && layer.pen === pen && layer.strokes > 0)
  return match === undefined ? {} : { seconds: rounded(match.seconds * pace) }
}

type RenderOutput = Awaited<ReturnType<typeof render>>
type Reading = Pick<SvgReading, 'drawing' | 'notDrawn' | 'text' | 'hiddenLayers'> &
  Partial<Pick<SvgReading, 'whiteFills'>>

async function renderAndRead(
  input: DrawInput,
  reports: Reports,
): Promise<{ rendered: RenderOutput; reading: Reading }> {
  const { task, params, uploads, svgLimits = {}, module } = input
  const registry = module === undefined ? tasks : await tasksWith([module])
  const read = (sha256: string) => readUpload(uploads, sha256)
  const rendered = await render(task, params, { tasks: registry, readUpload: read, svgLimits, ...reports })
  const reading = rendered.drawing
    ? { drawing: rendered.drawing, notDrawn: [], text: undefined, hiddenLayers: [] }
    : readSvg(rendered.svg, { limits: svgLimits })
  return { rendered, reading }
}

function describeJob(
  { pace }: Machine,
  rendered: RenderOutput,
  reading: Reading,
  report: Parameters<typeof reportWarnings>[0],
  { refusal, plotters, pageWarnings = [] }: Partial<PreparedChoice> = {},
): DrawnJob {
  const { svg, title, output, warnings } = rendered
  const reach = refusal && refusal.code !== 'ERR_EMPTY' ? [{ code: 'out-of-reach', message: refusal.message }] : []
  const all = [...reach, ...pageWarnings, ...warnings, ...readingWarnings(reading), ...reportWarnings(report)]
  return { svg, title, output, figures: { ...figures(report, all, pace), ...(plotters && { plotters }) } }
}

interface PreparedChoice extends Choice {
  readonly ready: PrepareResult
  /** Notes for the user about the page: turned, or larger than the paper. */
  readonly pageWarnings: readonly Warning[]
}

/** Prepares the drawing for the machine that will draw it. @throws PlotdError ERR_PARAMS */
function prepareFor(
  drawing: Drawing,
  { plot = {}, machines, bound = false }: Pick<DrawInput, 'machines' | 'bound'> & { plot?: Partial<PlotRequest> },
): PreparedChoice {
  const options = prepareOptions(plot)
  const choice = chooseMachine(drawing, options, machines, plot.needs)
  const { profile } = choice.machine
  const until = performance.now() + BOUND_MS
  const search = bound ? { bound, expired: () => performance.now() > until } : { effort: 0 }
  const ready = prepare(withLayerOptions(drawing, plot), { ...options, ...search }, profile)
  const isTurned = isPageTurned(drawing, options, profile)
  return { ...choice, ready, pageWarnings: pageNotes(ready.report.page, choice.machine, isTurned) }
}

function pageNotes(page: PageSize, { name, profile, paper = '' }: Machine, isTurned: boolean): Warning[] {
  const size = `${rounded(page.width)} × ${rounded(page.height)} mm`
  const notes: Warning[] = []
  if (isTurned) {
    const message = `the page is turned to ${size}, because ${profile.name} cannot reach an upright page`
    notes.push({ code: 'page-turned', message })
  }
  const sheet = pageSize(paper)
  if (sheet && !fitsOn(page, sheet)) {
    notes.push({ code: 'paper', message: `the page is ${size}, and the paper in ${name} is ${paper}` })
  }
  return notes
}

export interface RenderInput extends DrawInput {
  readonly outputFolder: string
  /** Prefix of each path below the output folder: '' or 'host/'. */
  readonly outputPrefix: string
  /** The path that the job names; the path of the task when absent. */
  readonly path?: string
  /** The path of the file that an earlier run of the job wrote. */
  readonly replaces?: string
}

/** Draws a job, and writes the SVG of record. */
export async function renderJob(input: RenderInput, reports: Reports): Promise<JobResult> {
  const { svg, output, figures } = await draw(input, reports)
  const { outputFolder, outputPrefix, path = output, replaces } = input
  const outputPath = writeOutput(outputFolder, outputPrefix + path, svg, replaces === undefined ? {} : { replaces })
  return { path: outputPath, sha256: createHash('sha256').update(svg).digest('hex'), ...figures }
}

export interface InkInput extends Pick<DrawInput, 'machines' | 'svgLimits'> {
  readonly outputFolder: string
  readonly plot: PlotRequest
  /** The result of the rendering. */
  readonly rendered: JobResult
}

/** Codes of warnings that follow from the plotter and the page. Another plotter and page have other warnings. */
const OF_THE_PAGE: ReadonlySet<string> = new Set([
  'clipped',
  'dropped',
  'empty',
  'repeated',
  'repeats-unknown',
  'page-turned',
  'paper',
  'out-of-reach',
])

/**
 * The figures and warnings of the present SVG of record for a plotter and a page. The task's warnings about its text
 * and its source stay.
 *
 * @throws PlotdError ERR_PLAN_OUT_OF_BOUNDS and ERR_EMPTY when no machine can draw it; ERR_PARAMS for an unknown layer;
 *   ERR_STRICT, ERR_FILE, ERR_SVG_INVALID, ERR_SVG_LIMIT
 */
export async function inkResult({ rendered, ...input }: InkInput): Promise<JobResult> {
  const { path, warnings } = rendered
  const reading = await readRecord({ ...input, path })
  const { ready, refusal, machine, plotters, pageWarnings } = prepareFor(reading.drawing, input)
  if (refusal) throw refusal
  const ownWarnings = warnings.filter(({ code }) => !OF_THE_PAGE.has(code))
  const known = new Set(ownWarnings.map(({ message }) => message))
  const drawingWarnings = [...pageWarnings, ...readingWarnings(reading), ...reportWarnings(ready.report)]
  const all = [...ownWarnings, ...drawingWarnings.filter(({ message }) => !known.has(message))]
  if (input.plot.strict) refuseLosses(all)
  return { path, ...figures(ready.report, all, machine.pace), ...(plotters && { plotters }) }
}

export interface PlanInput {
  readonly outputFolder: string
  /** The SVG of record, below the output folder. */
  readonly path: string
  readonly plot: PlotRequest
  readonly profile: Profile
  /** Folder of the frozen plans. */
  readonly plans: string
  readonly svgLimits?: Partial<ReadLimits>
  /** How a printed sheet lies on the machine. */
  readonly registration?: Affine
}

/**
 * Checks that a machine can draw the present SVG of record.
 *
 * @throws PlotdError ERR_PLAN_OUT_OF_BOUNDS, ERR_EMPTY, ERR_PARAMS, ERR_FILE, ERR_SVG_INVALID, ERR_SVG_LIMIT when it
 *   cannot
 */
export async function checkDrawable(input: Omit<PlanInput, 'plans'>): Promise<void> {
  requireDrawable((await readRecord(input)).drawing, input.plot, input.profile)
}

function requireDrawable(drawing: Drawing, plot: PlotRequest, profile: Profile): void {
  const refusal = refusalOf(drawing, prepareOptions(plot), profile)
  if (refusal) throw refusal
}

async function readRecord({
  outputFolder,
  path,
  svgLimits = {},
}: Pick<PlanInput, 'outputFolder' | 'path' | 'svgLimits'>): Promise<SvgReading> {
  const { file } = await openOutput(outputFolder, path)
  const svg = await file.readFile().finally(() => file.close())
  return readSvg(svg, { limits: svgLimits })
}

/** Makes the plan of the SVG of record. Resolves when the plan's file is on the disk. */
export async function freezePlan(input: PlanInput): Promise<{ hash: string }> {
  const { plot, profile, plans } = input
  const { drawing } = await readRecord(input)
  requireDrawable(drawing, plot, profile)
  const { plan } = makePlan(withLayerOptions(drawing, plot), prepareOptions(plot), profile, input.registration)
  await writeDurably(join(plans, plan.hash), encodePlan(plan))
  return { hash: plan.hash }
}

export interface TimesInput {
  /** Folder of the frozen plans. */
  readonly plans: string
  readonly hash: string
  /** The profile with which the plotter draws now. */
  readonly profile: Profile
  /** Changes since the plan was made. */
  readonly now: PlotNow
}

/**
 * The times of a frozen plan, s. Entry n, from 0 to the number of strokes, is the time at which n strokes are drawn.
 * The last entry is the end of the plan.
 *
 * @throws PlotdError ERR_FILE
 */
export async function planTimes({ plans, hash, profile, now }: TimesInput): Promise<Float64Array> {
  return strokeTimes(await loadPlan(plans, hash), profile, now)
}
