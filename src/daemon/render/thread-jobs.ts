import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { Affine } from '../../geometry/affine.ts'
import { type Drawing, strokeCount } from '../../geometry/drawing.ts'
import { fitsOn, type PageSize, pageSize } from '../../geometry/pages.ts'
import { type PlotNow, strokeTimes } from '../../plotter/motion/index.ts'
import { encodePlan, makePlan } from '../../plotter/plan/make-plan.ts'
import {
  isPageTurned,
  loadSolver,
  measure,
  type PrepareReport,
  type PrepareResult,
  prepare,
  type Solver,
} from '../../plotter/prepare/index.ts'
import type { Profile } from '../../plotter/profiles/profile.ts'
import { writeDurably, writeOutput } from '../../spool/index.ts'
import type { JobResult, PlotRequest, Warning } from '../../spool/job.ts'
import {
  DEFAULT_LIMITS,
  drawingToSvg,
  type ReadLimits,
  readingWarnings,
  readSvg,
  type SvgReading,
} from '../../svg/index.ts'
import { type RenderOptions, render, tasks } from '../../tasks/index.ts'
import { tasksWith } from '../custom-tasks/index.ts'
import { openOutput } from '../files/output.ts'
import { readUpload } from '../files/uploads.ts'
import type { Result } from '../protocol/index.ts'
import { refuseLosses, withKinds } from '../protocol/warnings.ts'
import { type Choice, chooseMachine, type Machine, refusalOf } from './drawable.ts'
import { figures, reportWarnings, rounded } from './figures.ts'
import { loadPlan } from './plans.ts'
import { prepareOptions, withLayerOptions } from './plot-options.ts'

/** Time after which a preview ends its searches for an order and a bound, ms. The results so far are valid. */
const SEARCH_MS = 20_000

/** A job to draw or to preview, with everything that a thread needs for it. The thread gets a clone. */
export interface DrawInput {
  readonly task: string
  readonly params: unknown
  readonly plot?: PlotRequest
  /** The machines that may draw the job. The estimate is for the first machine that can. */
  readonly machines: readonly [Machine, ...Machine[]]
  /** Folder of the uploads. */
  readonly uploads: string
  readonly svgLimits?: Partial<ReadLimits>
  /** File of the module, when the task is custom. */
  readonly module?: string
  /**
   * Whether a preview searches for the order of the strokes as for a plan, and then for a bound: a time that no order
   * beats. Both searches end soon after `SEARCH_MS`.
   */
  readonly bound?: boolean
}

export interface DrawnJob {
  readonly svg: string
  readonly title: string
  /** The path that the task gives to the SVG, below the output folder. */
  readonly output: string
  readonly figures: Omit<JobResult, 'path'>
}

type Reports = Pick<RenderOptions, 'signal' | 'progress' | 'log'>

/**
 * Runs a task, and measures its drawing or reads its SVG. The figures and warnings describe the ink.
 *
 * @param mayBeBlank  whether a plot without ink is accepted, without a warning that it is empty
 * @throws PlotdError of the task and of `readSvg`; ERR_PARAMS for an option of `plot` or an unknown layer. With `plot`
 *   also ERR_PLAN_OUT_OF_BOUNDS, ERR_EMPTY or ERR_PLOTTER_UNKNOWN when no machine can draw the ink, and ERR_STRICT
 */
export async function draw(input: DrawInput, reports: Reports = {}, mayBeBlank = false): Promise<DrawnJob> {
  const { plot, machines } = input
  const { rendered, reading } = await renderAndRead(input, reports)
  // Without a plot, a rough measure is enough. A preparation takes longer, and a batch has thousands of cards.
  if (rendered.drawing && !plot) {
    return describeJob(machines[0], rendered, reading, measure(rendered.drawing, machines[0].profile))
  }
  const { ready, ...choice } = prepareFor(reading.drawing, input)
  const isBlank = plot !== undefined && mayBeBlank && choice.refusal?.code === 'ERR_EMPTY'
  if (plot && choice.refusal && !isBlank) throw choice.refusal
  const job = describeJob(choice.machine, rendered, reading, ready.report, choice)
  const warnings = job.figures.warnings.filter(({ code }) => !isBlank || code !== 'empty')
  if (plot?.strict) refuseLosses(warnings)
  return { ...job, figures: { ...job.figures, warnings } }
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
  const solver = input.bound === true ? await loadSolver() : undefined
  const { ready, ...choice } = prepareFor(reading.drawing, input, solver)
  const { pace } = choice.machine
  /** All layers of the drawing, chosen or not. For a layer that is not drawn: the strokes of the drawing. */
  const layers: PreviewLayer[] = reading.drawing.layers.map(({ name, pen, count, color }, l) => ({
    name,
    pen,
    strokes: ready.report.layers[l]?.strokes || count,
    ...(color === undefined ? {} : { color }),
    ...secondsOf(ready.report.layers[l], pace),
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

/** The bound at the plotter's pace. Its time is rounded down, because a greater time would not be proven. */
function boundOf({ bound }: PrepareReport, pace: number): Pick<Result<'preview.render'>, 'bound'> {
  return bound === undefined ? {} : { bound: { ...bound, seconds: Math.floor(bound.seconds * pace * 100) / 100 } }
}

/** The time of a layer, s. A layer that the job does not draw has no time. */
function secondsOf(layer: PrepareReport['layers'][number] | undefined, pace: number): { seconds?: number } {
  return layer === undefined || layer.strokes === 0 ? {} : { seconds: rounded(layer.seconds * pace) }
}

type RenderOutput = Awaited<ReturnType<typeof render>>
type Reading = Pick<SvgReading, 'drawing' | 'notDrawn' | 'text' | 'hiddenLayers'> &
  Partial<Pick<SvgReading, 'whiteFills'>>

async function renderAndRead(
  input: DrawInput,
  reports: Reports,
): Promise<{ rendered: RenderOutput; reading: Reading }> {
  const { task, params, plot, uploads, svgLimits = {}, module } = input
  const registry = module === undefined ? tasks : await tasksWith([module])
  const read = (sha256: string) => readUpload(uploads, sha256)
  const rendered = await render(task, params, { tasks: registry, readUpload: read, svgLimits, ...reports })
  if (plot && rendered.drawing && isLarge(rendered.svg, rendered.drawing, svgLimits)) {
    // the plot reads the file only later: a file that exceeds a limit must fail now
    readSvg(rendered.svg, { limits: svgLimits })
  }
  const reading = rendered.drawing
    ? { drawing: rendered.drawing, notDrawn: [], text: undefined, hiddenLayers: [] }
    : readSvg(rendered.svg, { limits: svgLimits })
  return { rendered, reading }
}

/** Whether a drawing may exceed a limit of the reader: it has more than half of the bytes, elements or points. */
function isLarge(svg: string, drawing: Drawing, limits: Partial<ReadLimits>): boolean {
  const { bytes, elements, points } = { ...DEFAULT_LIMITS, ...limits }
  return 2 * svg.length > bytes || 2 * strokeCount(drawing) > elements || drawing.points.length > points
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
  const all = [...reach, ...pageWarnings, ...warnings, ...readingWarnings(reading), ...reportWarnings(report, pace)]
  return { svg, title, output, figures: { ...figures(report, all, pace), ...(plotters && { plotters }) } }
}

interface PreparedChoice extends Choice {
  readonly ready: PrepareResult
  /** Notes for the user: the page is turned, or does not fit on the paper. */
  readonly pageWarnings: readonly Warning[]
}

/**
 * Prepares the drawing for the machine that `chooseMachine` chooses.
 *
 * @param solver  for the search for a bound. With a solver, the searches for order and bound take up to `SEARCH_MS`.
 *   Without a solver, plotd searches for neither
 * @throws PlotdError ERR_PARAMS
 */
function prepareFor(
  drawing: Drawing,
  { plot = {}, machines }: Pick<DrawInput, 'machines'> & { plot?: Partial<PlotRequest> },
  solver?: Solver,
): PreparedChoice {
  const options = prepareOptions(plot)
  const choice = chooseMachine(drawing, options, machines, plot.needs)
  const { profile } = choice.machine
  const until = performance.now() + SEARCH_MS
  const search = solver ? { bound: true, solver, expired: () => performance.now() > until } : { effort: 0 }
  const ready = prepare(withLayerOptions(drawing, plot), { ...options, ...search }, profile)
  const isTurned = isPageTurned(drawing, options, profile)
  return { ...choice, ready, pageWarnings: pageNotes(ready.report.page, choice.machine, isTurned) }
}

function pageNotes(page: PageSize, { name, profile, paper = '' }: Machine, isTurned: boolean): Warning[] {
  const size = `${rounded(page.width)} × ${rounded(page.height)} mm`
  const notes: Warning[] = []
  if (isTurned) {
    const message = `the page is turned to ${size}, because ${profile.name} cannot reach the whole page otherwise`
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

/** Draws a job, and writes the SVG of record. @throws PlotdError of `draw` and `writeOutput` */
export async function renderJob(input: RenderInput, reports: Reports): Promise<JobResult> {
  const { svg, output, figures } = await draw(input, reports)
  const { outputFolder, outputPrefix, path = output, replaces } = input
  const bytes = Buffer.from(svg)
  const outputPath = writeOutput(outputFolder, outputPrefix + path, bytes, replaces === undefined ? {} : { replaces })
  return { path: outputPath, sha256: sha256Of(bytes), ...figures }
}

const sha256Of = (svg: string | Uint8Array): string => createHash('sha256').update(svg).digest('hex')

export interface InkInput extends Pick<DrawInput, 'machines' | 'svgLimits'> {
  /** The folder and the path of the SVG of record, or of a copy from another host. */
  readonly outputFolder: string
  readonly path: string
  readonly plot: PlotRequest
  readonly rendered: JobResult
}

/** Codes of the warnings that depend on the plotter and the page. */
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
 * The figures and warnings for the ink that `plot` requests. Reads the SVG of record again, because users edit it. The
 * task's warnings about its text and its source stay.
 *
 * @throws PlotdError ERR_PLAN_OUT_OF_BOUNDS, ERR_EMPTY or ERR_PLOTTER_UNKNOWN when no machine can draw the ink
 * @throws PlotdError ERR_PARAMS for an option or an unknown layer; ERR_STRICT, ERR_OUTPUT_PATH, ERR_FILE; the errors of
 *   `readSvg`
 */
export async function inkResult({ rendered, ...input }: InkInput): Promise<JobResult> {
  const { path, warnings } = rendered
  const svg = await recordBytes(input)
  const reading = readSvg(svg, { limits: input.svgLimits ?? {} })
  const { ready, refusal, machine, plotters, pageWarnings } = prepareFor(reading.drawing, input)
  if (refusal) throw refusal
  const ownWarnings = warnings.filter(({ code }) => !OF_THE_PAGE.has(code))
  const known = new Set(ownWarnings.map(({ message }) => message))
  const drawingWarnings = [...pageWarnings, ...readingWarnings(reading), ...reportWarnings(ready.report, machine.pace)]
  const all = [...ownWarnings, ...drawingWarnings.filter(({ message }) => !known.has(message))]
  if (input.plot.strict) refuseLosses(all)
  return { path, sha256: sha256Of(svg), ...figures(ready.report, all, machine.pace), ...(plotters && { plotters }) }
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
  /** Maps the drawing to a printed sheet as it lies on the machine, mm. */
  readonly registration?: Affine | undefined
}

/**
 * Checks that a machine can draw the SVG of record. Reads the file again, because users edit it.
 *
 * @throws PlotdError ERR_PLAN_OUT_OF_BOUNDS, ERR_EMPTY, ERR_PARAMS; ERR_OUTPUT_PATH, ERR_FILE and the errors of
 *   `readSvg`
 */
export async function checkDrawable(input: Omit<PlanInput, 'plans'>): Promise<void> {
  requireDrawable((await readRecord(input)).drawing, input)
}

function requireDrawable(drawing: Drawing, { plot, profile, registration }: Omit<PlanInput, 'plans'>): void {
  const refusal = refusalOf(drawing, prepareOptions(plot), profile, registration)
  if (refusal) throw refusal
}

type RecordInput = Pick<PlanInput, 'outputFolder' | 'path' | 'svgLimits'>

async function readRecord({ svgLimits = {}, ...place }: RecordInput): Promise<SvgReading> {
  return readSvg(await recordBytes(place), { limits: svgLimits })
}

async function recordBytes({ outputFolder, path }: RecordInput): Promise<Buffer> {
  const { file } = await openOutput(outputFolder, path)
  return file.readFile().finally(() => file.close())
}

/**
 * Makes the plan of the SVG of record. Resolves when the plan's file is on the disk.
 *
 * @throws PlotdError as `checkDrawable` and `makePlan` do
 */
export async function freezePlan(input: PlanInput): Promise<{ hash: string }> {
  const { plot, profile, plans } = input
  const { drawing } = await readRecord(input)
  requireDrawable(drawing, input)
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
  /** What has changed since the plan was made, and the stroke in which the plot is held. */
  readonly now: PlotNow
}

/**
 * The times of a frozen plan of N strokes, s: N + 2 entries. Entry n ≤ N: n strokes are drawn, and the pen is up. Entry
 * N + 1: the carriage is back at home.
 *
 * @throws PlotdError ERR_FILE
 */
export async function planTimes({ plans, hash, profile, now }: TimesInput): Promise<Float64Array> {
  return strokeTimes(await loadPlan(plans, hash), profile, now)
}
