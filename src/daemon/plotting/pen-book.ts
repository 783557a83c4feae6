import { type Layer, layerOfStroke } from '../../geometry/drawing.ts'
import type { DeviceInfo } from '../../plotter/drivers/driver.ts'
import { type Cut, locate, type PlanPlace } from '../../plotter/plan/cut.ts'
import type { Plan } from '../../plotter/plan/plan.ts'
import { penWords, usesSeveralPens } from '../../plotter/session/layer-prompt.ts'
import type { PlotterMemory } from '../../plotter/session/memory.ts'
import {
  changePen,
  countRun,
  dropRun,
  dueRule,
  EMPTY_LEDGER,
  inkOfPen,
  mapLayer,
  noteSheet,
  openRun,
  type PenLedger,
  type PenRule,
  type PenSlot,
  penOfLayer,
  putPen,
  recordService,
  resolveDoubt,
  slotOf,
  wasServedOnSheet,
} from '../../plotter/session/pen-ledger.ts'
import type { PenService } from '../../plotter/session/run.ts'
import type { PlotOutcome, PlotterState } from '../../plotter/session/state.ts'
import type { Job } from '../../spool/job.ts'
import { Turns } from '../../turns.ts'
import type { Config } from '../config/schema.ts'
import { inkBefore, loadPlan } from '../render/plans.ts'
import type { StationParts } from './station-parts.ts'

type PenKind = Config['pens'][number]
type Place = { readonly x: number; readonly y: number }

export interface PenBookParts {
  readonly pens: readonly PenKind[]
  readonly memory: Pick<PlotterMemory, 'pens' | 'save'>
  /** Folder of the frozen plans. */
  readonly plans: string
  readonly job: (id: string) => Promise<Job | undefined>
  readonly changed: () => void
  /** Whether the plotter holds several pens at once. */
  readonly isCarousel?: boolean
  /** Whether sheets begin without a grant, so that nobody has seen the pen in the holder after a start. */
  readonly isGateOff?: boolean
}

interface OpenPlan {
  readonly plan: Plan
  /** Entry k is the ink before stroke k, mm; the last entry is all ink (`inkBefore`). */
  readonly before: Float64Array
  /** The pen that the job asks for, by name or colour. */
  readonly jobPen: string | undefined
  /** If `begun` in the outcome is above this number, this plot itself began a stroke. */
  readonly unbegun: number
  /** The stroke that the plot has reached: all earlier strokes are on the paper. */
  reached: number
}

/** The methods of a pen book that a plot calls. */
export type PlotPens = Pick<PenBook, 'begin' | 'request' | 'nameIn' | 'park'> & {
  readonly end: (outcome: PlotOutcome) => Promise<void>
}

/** The pens of one plotter: the pen in each slot, the ink that the pen has drawn, and its next service. */
export class PenBook {
  readonly #parts: PenBookParts
  #run: OpenPlan | undefined
  /**
   * The layers of the last plot, and the number of the pen that it left in the holder; no number after an end at a
   * change of pens. Undefined before the first plot, and from the moment at which a user puts in a pen or gives a
   * grant, until the next plot. With the gate off, 'unknown' from the start until a plot shows which pen is there.
   */
  #last: { readonly layers: readonly Layer[]; readonly pen: number | undefined } | 'unknown' | undefined
  #wasOffline = true
  readonly #turns = new Turns()

  constructor(parts: PenBookParts) {
    this.#parts = parts
    if (parts.isGateOff) this.#last = 'unknown'
  }

  get ledger(): PenLedger {
    return this.#parts.memory.pens ?? EMPTY_LEDGER
  }

  /** The pens in the known slots, as clients see them. */
  view() {
    return Object.entries(this.ledger.slots).map(([slot, state]) => {
      const kind = this.#kind(state)
      const metres = kind?.metres ?? USUAL_METRES[kind?.kind ?? '']
      const leftMm = metres === undefined ? undefined : Math.max(0, metres * 1000 - state.mm)
      const { sheetMm } = this.ledger
      return {
        slot: Number(slot),
        drawnMm: Math.round(state.mm),
        ...(state.pen !== undefined && { pen: state.pen }),
        ...(kind?.color !== undefined && { color: kind.color }),
        ...(kind?.width !== undefined && { widthMm: kind.width }),
        ...(state.since !== undefined && { since: state.since }),
        ...(leftMm !== undefined && { leftMm: Math.round(leftMm), isGuess: kind?.metres === undefined }),
        ...(leftMm !== undefined && sheetMm !== undefined && { sheetsLeft: Math.floor(leftMm / Math.max(1, sheetMm)) }),
      }
    })
  }

  /** The methods that a plot calls. @param place  returns the place of the carriage, if it is known */
  forPlot(place: () => Place | undefined): PlotPens {
    return {
      begin: (...run) => this.begin(...run),
      request: (stroke) => this.request(stroke),
      nameIn: (slot) => this.nameIn(slot),
      park: () => this.park(),
      end: (outcome) => this.end(outcome, place()),
    }
  }

  /**
   * Records that the operator put a pen into a slot. The ink of a run so far counts for the old pen.
   *
   * @param pen  name or colour
   */
  async put(slot: number, pen: string, drawnMm: number): Promise<void> {
    const run = this.#run
    this.#last = undefined
    const name = this.#nameOf(pen)
    await this.#change((ledger) =>
      putPen(run ? countBefore(ledger, run, run.reached) : ledger, slot, name, drawnMm, Date.now()),
    )
  }

  /**
   * Sets the pen for layers of this name from now on.
   *
   * @param pen  name or colour; undefined removes the setting
   */
  async mapLayer(layer: string, pen: string | undefined): Promise<void> {
    const name = pen === undefined ? undefined : this.#nameOf(pen)
    await this.#change((ledger) => mapLayer(ledger, layer, name))
  }

  /** The fields of a plotter's view: its pens, all configured pens, and the layers with a pen of their own. */
  get viewFields() {
    const layerPens = Object.entries(this.ledger.layers ?? {}).map(([layer, pen]) => ({ layer, pen }))
    return { pens: this.view(), penNames: this.#parts.pens.map(({ name }) => name), layerPens }
  }

  /**
   * The place of the cap for the pen that drew last. Undefined when that pen has no cap, and for a carousel, which puts
   * its pens away itself.
   */
  park(): Place | undefined {
    const last = this.#run?.plan.layers.findLast(({ count }) => count > 0)
    return last && !this.#parts.isCarousel ? this.#kind(slotOf(this.ledger, last.pen))?.park : undefined
  }

  /** The name of the pen in a slot, if it is known. */
  nameIn(slot: number): string | undefined {
    return slotOf(this.ledger, slot).pen
  }

  /**
   * Records that a sheet begins, or that it continues. Resolves when the disk has the record; only then may the pen
   * move.
   */
  async begin(job: Job, plan: Plan, from: PlanPlace, copy: number, continues = false): Promise<void> {
    await this.settle(undefined)
    const before = await inkBefore(plan)
    const unbegun = from.stroke + (continues ? 1 : 0)
    this.#run = { plan, before, jobPen: job.plot?.pen, unbegun, reached: from.stroke }
    const run = { job: job.id, plan: plan.hash, copy, from }
    await this.#change((ledger) => openRun(resolveDoubt(ledger, plan.layers, before, run), run, continues))
  }

  /** The service of the pen before this stroke; undefined when the pen needs none. */
  request(stroke: number): PenService | undefined {
    const run = this.#run
    const { open } = this.ledger
    const layer = run && layerOfStroke(run.plan.layers, stroke)
    if (!run || !open || !layer) return undefined
    run.reached = stroke
    return (
      this.#penChange(run, layer, stroke, stroke === open.from.stroke) ??
      (stroke === 0 ? this.#penAgain(run.plan, layer) : undefined) ??
      this.#dueService(run, layer, stroke, open.from)
    )
  }

  /** Call this method when a user has given a grant: the pen in the holder then counts as the right one. */
  trustHolder(): void {
    this.#last = undefined
  }

  /** Records how the drawing of a sheet ended. @param place  the carriage's place, if it is known */
  async end(outcome: PlotOutcome, place: Place | undefined): Promise<void> {
    const run = this.#run
    if (!run) return
    try {
      await this.#end(run, outcome, place)
    } finally {
      if (this.#showsPen(run, outcome)) this.#last = { layers: run.plan.layers, pen: penAfter(run, outcome) }
      this.#run = undefined
    }
  }

  /**
   * Whether the plot shows which pen is in the holder. A plot that began no stroke does not, because a prompt for a pen
   * may have had no answer. A plan with one pen leaves an unknown pen unknown, because no prompt asks for that pen.
   */
  #showsPen({ plan, unbegun }: OpenPlan, outcome: PlotOutcome): boolean {
    if (outcome.is !== 'finished' && outcome.begun <= unbegun) return false
    return this.#last !== 'unknown' || usesSeveralPens(plan)
  }

  async #end({ plan, before }: OpenPlan, outcome: PlotOutcome, place: Place | undefined): Promise<void> {
    const strokes = plan.starts.length - 1
    if (outcome.is === 'finished') {
      const end = { stroke: strokes, mm: 0 }
      await this.#change((ledger) => noteSheet(countRun(ledger, plan.layers, before, end, false), before[strokes] ?? 0))
    } else {
      const cut = { first: outcome.executed, last: Math.max(outcome.executed, outcome.begun) }
      await this.#change((ledger) => ({ ...ledger, ...(ledger.open && { open: { ...ledger.open, cut } }) }))
      if (place) await this.settle(place)
    }
  }

  /** After each connection, counts the ink of a run that was cut, because the board may know the carriage's place. */
  async follow(state: PlotterState, device: DeviceInfo | undefined): Promise<void> {
    const isBack = this.#wasOffline && state.is === 'idle'
    this.#wasOffline = state.is === 'offline'
    if (isBack) await this.settle(device?.stoodAt)
  }

  /**
   * Counts the ink of a run that was cut. The count is exact if the carriage's place shows the drawn part of the
   * stroke.
   */
  async settle(place: Place | undefined): Promise<void> {
    const { open } = this.ledger
    if (!open || (this.#run && !open.cut)) return
    const plan = this.#run?.plan ?? (await loadPlan(this.#parts.plans, open.plan).catch(() => undefined))
    const cut = open.cut ?? (await this.#lastNoted(open.job, open.plan, open.copy))
    if (!plan || !cut) return this.#change(dropRun)
    const { first, last, drawnMm }: Cut = place ? await locate(plan, cut, place, open.from) : cut
    const before = await inkBefore(plan)
    const { job, copy } = open
    const doubt = drawnMm === undefined && last > first ? { doubt: { job, plan: open.plan, copy, first, last } } : {}
    await this.#change((ledger) => ({
      ...countRun(ledger, plan.layers, before, { stroke: first, mm: drawnMm ?? 0 }, false),
      ...doubt,
    }))
  }

  /**
   * The change of pen that is due before this stroke. If the job asks for a pen, that pen replaces the plan's first
   * pen in all layers. Only a job that asks for no pen gets the pens of its layers.
   */
  #penChange({ plan, jobPen }: OpenPlan, layer: Layer, stroke: number, isFirst: boolean): PenService | undefined {
    const state = slotOf(this.ledger, layer.pen)
    if (jobPen !== undefined) {
      const isForJobPen = layer.pen === plan.layers.find(({ count }) => count > 0)?.pen
      if (!isFirst || !isForJobPen || (this.#isPen(state, jobPen) && this.#isInPlace(state))) return undefined
      return this.#changeTo(this.#nameOf(jobPen), layer.pen, stroke)
    }
    const layerPen = penOfLayer(this.ledger, layer.name)
    if (layerPen === undefined || !(isFirst || stroke === layer.first)) return undefined
    if (state.pen === layerPen && this.#isInPlace(state)) return undefined
    return this.#changeTo(layerPen, layer.pen, stroke, ` for ${layer.name}`)
  }

  /** The change to the pen of the first layer, when the holder may have another pen. */
  #penAgain(plan: Plan, layer: Layer): PenService | undefined {
    if (this.#parts.isCarousel || !this.#mayHoldOther(plan, layer)) return undefined
    const done = async () => this.trustHolder()
    return { prompt: `put in ${penWords(layer.pen, this.nameIn(layer.pen), layer.name)}`, isPen: true, done }
  }

  /**
   * Whether the holder may have another pen than that of the first layer, because the last plot left another pen there.
   * With the gate on, only a last plot that had the first layer too (by pen and name) counts, such as an earlier copy.
   * If the last plot is 'unknown', the ledger and the plan decide. After a new grant the answer is no (`trustHolder`).
   */
  #mayHoldOther(plan: Plan, { pen, name }: Layer): boolean {
    if (this.#last === undefined) return false
    if (this.#last === 'unknown') {
      const state = slotOf(this.ledger, pen)
      return state.pen === undefined ? usesSeveralPens(plan) : !this.#isInPlace(state)
    }
    const { layers, pen: held } = this.#last
    const isSame = (layer: Layer): boolean => layer.pen === pen && layer.name === name
    return held !== pen && (this.#parts.isGateOff === true || layers.some(isSame))
  }

  /** The service that a rule of the pen requires before this stroke. @param from  the place at which the run began */
  #dueService({ plan, before }: OpenPlan, layer: Layer, stroke: number, from: PlanPlace): PenService | undefined {
    const state = slotOf(this.ledger, layer.pen)
    const mm = state.mm + inkOfPen(layer.pen, plan.layers, before, from, { stroke, mm: 0 })
    const beginsPen = stroke === firstOf(layer.pen, plan.layers) && placeOf(this.ledger, stroke).mm === 0
    const isDueOnSheet = (text: string) => beginsPen && !wasServedOnSheet(this.ledger, layer.pen, text)
    const rule = dueRule(state, this.#kind(state)?.rules ?? [], mm, isDueOnSheet)
    if (!rule) return undefined
    const done = () => this.#serve(layer.pen, rule, stroke)
    return { prompt: promptOf(rule, state, mm), done, ...(rule.at && { at: rule.at }) }
  }

  async #lastNoted(id: string, plan: string, copy: number): Promise<Cut | undefined> {
    const progress = (await this.#parts.job(id))?.progress
    if (progress?.planHash !== plan || (progress.copiesDone ?? 0) !== copy) return undefined
    return { first: progress.done, last: Math.max(progress.done, progress.begun ?? progress.done) }
  }

  /** Whether the pen of a slot is in its drawing place: its slot of the carousel, or the only pen holder. */
  #isInPlace({ pen }: PenSlot): boolean {
    return this.#parts.isCarousel === true || this.ledger.held === pen
  }

  #changeTo(pen: string, slot: number, stroke: number, why = ''): PenService {
    return { prompt: `put in the pen ${pen}${why}`, isPen: true, done: () => this.#recordChange(slot, pen, stroke) }
  }

  /** Records a change of the pen before a stroke. The ink before the stroke counts for the old pen. */
  async #recordChange(slot: number, pen: string, stroke: number): Promise<void> {
    const run = this.#run
    if (!run) return
    this.#last = undefined
    await this.#change((ledger) => changePen(countBefore(ledger, run, stroke), slot, pen, Date.now()))
  }

  async #serve(slot: number, rule: PenRule, stroke: number): Promise<void> {
    const run = this.#run
    if (!run) return
    await this.#change((ledger) => recordService(countBefore(ledger, run, stroke), slot, rule, Date.now()))
  }

  #kind({ pen }: PenSlot): PenKind | undefined {
    return this.#parts.pens.find(({ name }) => name === pen)
  }

  /** The name of a pen. @param pen  name or colour */
  #nameOf(pen: string): string {
    const { pens } = this.#parts
    return (pens.find(({ name }) => name === pen) ?? pens.find(({ color }) => color === pen))?.name ?? pen
  }

  #isPen(state: PenSlot, name: string): boolean {
    return state.pen === name || this.#kind(state)?.color === name
  }

  /** Writes one change at a time, so that the last write has the last state. */
  #change(change: (ledger: PenLedger) => PenLedger): Promise<void> {
    const { memory, changed } = this.#parts
    return this.#turns.run(async () => {
      memory.pens = change(this.ledger)
      await memory.save()
      changed()
    })
  }
}

export const penBookOf = ({ config, pens, memory, threads, spool, changed, profile }: StationParts): PenBook =>
  new PenBook({
    pens,
    memory,
    plans: threads.plans,
    isCarousel: (profile.hpgl?.pens ?? 1) > 1,
    isGateOff: !config.gate,
    job: (id) => spool.get(id),
    changed: () => changed(false),
  })

/** The pen that a plot leaves in the holder; undefined when the plot ended at a change of pens. */
function penAfter({ plan: { layers }, reached }: OpenPlan, outcome: PlotOutcome): number | undefined {
  const pen = layerOfStroke(layers, reached)?.pen
  const hasBegun = outcome.is === 'finished' || outcome.begun > reached
  return hasBegun || pen === layerOfStroke(layers, reached - 1)?.pen ? pen : undefined
}

/** The first stroke of a pen in a plan. */
const firstOf = (pen: number, layers: readonly Layer[]): number | undefined =>
  layers.find((layer) => layer.pen === pen && layer.count > 0)?.first

/** The place before a stroke; for the first stroke of a run, the place at which the run began. */
const placeOf = ({ open }: PenLedger, stroke: number): PlanPlace =>
  open?.from.stroke === stroke ? open.from : { stroke, mm: 0 }

/** The ledger with the ink of an open run before a stroke. */
const countBefore = (ledger: PenLedger, { plan, before }: OpenPlan, stroke: number): PenLedger =>
  countRun(ledger, plan.layers, before, placeOf(ledger, stroke), true)

/** Metres of ink of a pen by its kind, if the configuration gives no `metres`. Clients show that these are guesses. */
const USUAL_METRES: Readonly<Record<string, number>> = { felt: 500, gel: 900, ball: 2500 }

function promptOf(rule: PenRule, { pen = 'the pen' }: PenSlot, mm: number): string {
  if ('each' in rule) return `${rule.do}: ${pen}, before each sheet`
  const metres = mm < 10_000 ? Math.floor(mm / 100) / 10 : Math.floor(mm / 1000)
  return `${rule.do}: ${pen} has drawn ${metres} m`
}
