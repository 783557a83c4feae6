import { PlotdError } from '../../errors.ts'
import type { Layer } from '../../geometry/drawing.ts'
import type { PlanPlace } from '../plan/cut.ts'
import type { PenPlace } from './visit.ts'

/**
 * Counts the ink of each pen of a plotter, as a pure state machine. A run is open from its beginning until its ink is
 * counted. `countRun` counts ink, and in the same change moves `open.from` to the end of that ink or closes the run. So
 * the ledger on the disk counts each stroke once, whenever the process ends.
 */
export interface PenLedger {
  /** The pens by slot: the number of a pen in a carousel, or of a pen that the operator puts into the holder. */
  readonly slots: Readonly<Record<string, PenSlot>>
  /** Named pens that lie beside the plotter, with their ink at the time when they were taken out. */
  readonly aside?: Readonly<Record<string, PenSlot>>
  /** The named pen that was put in last, or has drawn since then. A plotter without a carousel holds this pen. */
  readonly held?: string
  /** The pen that draws each layer, by the layer's name. */
  readonly layers?: Readonly<Record<string, string>>
  readonly open?: OpenRun
  /** Strokes of the last interrupted run that may be on the paper. They count only if the user continues after them. */
  readonly doubt?: DoubtfulStrokes
  /** The last sheet that began. `served` has its services `each: 'sheet'` that are done, as 'SLOT TEXT'. */
  readonly sheet?: { readonly job: string; readonly copy: number; readonly served: readonly string[] }
  /** Ink of a usual sheet, mm, to estimate how many more sheets a pen will last. */
  readonly sheetMm?: number
}

export interface PenSlot {
  /** Name of the pen, if a user gave one. */
  readonly pen?: string
  /** Ink of the pen's executed strokes, mm. */
  readonly mm: number
  /** The pen's ink at the last time of each service, mm, by the text of the service. */
  readonly served: Readonly<Record<string, number>>
  /** When the count of this pen began, ms since 1970. A known pen keeps this time when `changePen` puts it in. */
  readonly since?: number
}

/** A run whose ink is not all counted. */
export interface OpenRun {
  readonly job: string
  readonly plan: string
  readonly copy: number
  /** The ink before this place has been counted. */
  readonly from: PlanPlace
  /**
   * Strokes `first` … `last` − 1 may be on the paper. Absent while the run continues, and when the process ended before
   * it recorded the cut.
   */
  readonly cut?: { readonly first: number; readonly last: number }
}

/** Strokes `first` … `last` − 1 of a plan, which may be on the paper. */
export interface DoubtfulStrokes {
  readonly job: string
  readonly plan: string
  readonly copy: number
  readonly first: number
  readonly last: number
}

/**
 * A service rule. `at` is the place where the plotter itself does the service. If `at` is absent, or the plotter cannot
 * go there, the operator does the service.
 */
export type PenRule = { readonly do: string; readonly at?: PenPlace } & PenRuleTime

/** When a service is due. Lengths of ink in metres. */
type PenRuleTime =
  /** Each time the pen has drawn this length. */
  | { readonly every: number }
  /** Once the pen has drawn this length. The pen is then used up. A new pen replaces it and counts from 0. */
  | { readonly after: number }
  /** Before each sheet. */
  | { readonly each: 'sheet' }

/** The ledger of a plotter before its first pen and its first run. */
export const EMPTY_LEDGER: PenLedger = { slots: {} }
const NEW_SLOT: PenSlot = { mm: 0, served: {} }

/** The value of an own key of a record. A layer, pen or service may have a name such as `constructor`. */
const ownValue = <T>(record: Readonly<Record<string, T>> = {}, key: string): T | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined

/** The pen that draws the layers with this name, if the user has named one. */
export const penOfLayer = ({ layers }: PenLedger, layer: string): string | undefined => ownValue(layers, layer)

/** The pen in a slot. If the ledger has no pen there, returns a pen that has drawn nothing. */
export const slotOf = ({ slots }: PenLedger, slot: number): PenSlot => slots[slot] ?? NEW_SLOT

/** Puts a pen into a slot. `mm` is the ink that it has drawn already; 0 for a fresh pen. */
export function putPen(ledger: PenLedger, slot: number, pen: string, mm: number, since: number): PenLedger {
  return withSlot(ledger, slot, { pen, mm, served: {}, since })
}

/** Puts a pen into a slot. A known pen keeps its ink and its services. A new pen has neither. */
export function changePen(ledger: PenLedger, slot: number, pen: string, since: number): PenLedger {
  const [from] = Object.entries(ledger.slots).find(([, state]) => state.pen === pen) ?? []
  const state = (from === undefined ? ownValue(ledger.aside, pen) : ledger.slots[from]) ?? {
    pen,
    mm: 0,
    served: {},
    since,
  }
  const slots = Object.fromEntries(Object.entries(ledger.slots).filter(([name]) => name !== from))
  return withSlot({ ...ledger, slots }, slot, state)
}

function withSlot(ledger: PenLedger, slot: number, state: PenSlot): PenLedger {
  const aside = { ...ledger.aside }
  const before = slotOf(ledger, slot)
  if (before.pen !== undefined) aside[before.pen] = before
  if (state.pen !== undefined) delete aside[state.pen]
  const held = state.pen === undefined ? {} : { held: state.pen }
  return { ...ledger, ...held, aside, slots: { ...ledger.slots, [slot]: state } }
}

/**
 * Sets the pen that draws the layers with a name; undefined removes the name.
 *
 * @throws PlotdError ERR_PARAMS for a new name when MAX_LAYERS names have a pen
 */
export function mapLayer(ledger: PenLedger, layer: string, pen: string | undefined): PenLedger {
  const layers = Object.entries(ledger.layers ?? {}).filter(([name]) => name !== layer)
  if (pen !== undefined) {
    if (layers.length >= MAX_LAYERS) {
      const message = `${layers.length} layers have a pen, expected less than ${MAX_LAYERS}: take the pen from one of them`
      throw new PlotdError('ERR_PARAMS', message, { layer })
    }
    layers.push([layer, pen])
  }
  return { ...ledger, layers: Object.fromEntries(layers) }
}

/** Maximum number of names of layers that have a pen. */
const MAX_LAYERS = 200

/**
 * Opens a run.
 *
 * @param continues  whether the run continues on a sheet; the services that were done for this sheet then stay done
 */
export function openRun(ledger: PenLedger, open: OpenRun, continues: boolean): PenLedger {
  const { job, copy } = open
  const { sheet } = ledger
  const isSame = continues && sheet?.job === job && sheet.copy === copy
  return { ...ledger, open, sheet: isSame ? sheet : { job, copy, served: [] } }
}

/** Closes the open run without counting its ink, because the place at which it ended is unknown. */
export function dropRun(ledger: PenLedger): PenLedger {
  const { open, ...rest } = ledger
  return open ? rest : ledger
}

/**
 * Counts the open run up to a place.
 *
 * @param before  N + 1 entries for the N strokes of the run's plan: entry k is the ink before stroke k, mm
 * @param continues  whether the run stays open, from `to` on
 */
export function countRun(
  ledger: PenLedger,
  layers: readonly Layer[],
  before: Float64Array,
  to: PlanPlace,
  continues: boolean,
): PenLedger {
  const { open, held, ...rest } = ledger
  if (!open) return ledger
  const slots = { ...ledger.slots }
  let last = held
  for (const layer of layers) {
    const mm = inkIn(layer, before, open.from, to)
    if (mm === 0) continue
    const slot = slotOf({ ...ledger, slots }, layer.pen)
    slots[layer.pen] = { ...slot, mm: slot.mm + mm }
    last = slot.pen
  }
  return {
    ...rest,
    slots,
    ...(last !== undefined && { held: last }),
    ...(continues && { open: { ...open, from: to } }),
  }
}

/** The length of the ink of one pen between two places of a plan, mm. Parameters as for `countRun`. */
export const inkOfPen = (
  pen: number,
  layers: readonly Layer[],
  before: Float64Array,
  from: PlanPlace,
  to: PlanPlace,
): number => layers.reduce((mm, layer) => (layer.pen === pen ? mm + inkIn(layer, before, from, to) : mm), 0)

/**
 * Resolves the doubtful strokes when a run begins at the place where the user continues. Doubtful strokes of the same
 * sheet before that place count as drawn, because the user has looked at the sheet and skips them. All others are
 * dropped.
 */
export function resolveDoubt(
  { doubt, ...ledger }: PenLedger,
  layers: readonly Layer[],
  before: Float64Array,
  { job, plan, copy, from }: OpenRun,
): PenLedger {
  if (doubt?.job !== job || doubt.plan !== plan || doubt.copy !== copy || from.stroke < doubt.first) return ledger
  const to = from.stroke < doubt.last ? from : { stroke: doubt.last, mm: 0 }
  const open = { job, plan, copy, from: { stroke: doubt.first, mm: 0 } }
  return countRun({ ...ledger, open }, layers, before, to, false)
}

/** The length of a layer's ink between two places, mm. */
function inkIn({ first, count }: Layer, before: Float64Array, from: PlanPlace, to: PlanPlace): number {
  const lengthAt = ({ stroke, mm }: PlanPlace): number => {
    if (stroke < first) return before[first] ?? 0
    if (stroke >= first + count) return before[first + count] ?? 0
    return (before[stroke] ?? 0) + mm
  }
  return Math.max(0, lengthAt(to) - lengthAt(from))
}

/** Records the ink of a whole sheet, mm. The usual ink of a sheet is a moving average. */
export function noteSheet(ledger: PenLedger, mm: number): PenLedger {
  const { sheetMm = mm } = ledger
  return { ...ledger, sheetMm: sheetMm + (mm - sheetMm) / 5 }
}

/**
 * The service that is due before a stroke; undefined when none is.
 *
 * @param mm  ink of the pen so far, including the open run, mm
 * @param isDueOnSheet  tells whether a service `each: 'sheet'` is still due for this sheet, by the service's text
 */
export function dueRule(
  { served }: PenSlot,
  rules: readonly PenRule[],
  mm: number,
  isDueOnSheet: (text: string) => boolean,
): PenRule | undefined {
  return rules.find((rule) => {
    if ('after' in rule) return mm >= rule.after * 1000
    if ('every' in rule) return mm - (ownValue(served, rule.do) ?? 0) >= rule.every * 1000
    return isDueOnSheet(rule.do)
  })
}

/** The entry of a service in `PenLedger.sheet.served`. */
const onSheet = (slot: number, text: string): string => `${slot} ${text}`

/** Whether a service `each: 'sheet'` was done for the last sheet that began. */
export const wasServedOnSheet = ({ sheet }: PenLedger, slot: number, text: string): boolean =>
  sheet?.served.includes(onSheet(slot, text)) === true

/** Records that a service is done. After a rule with `after`, a new pen of the same name counts from 0. */
export function recordService(ledger: PenLedger, slot: number, rule: PenRule, now: number): PenLedger {
  const state = slotOf(ledger, slot)
  if ('after' in rule)
    return { ...ledger, slots: { ...ledger.slots, [slot]: { ...state, mm: 0, served: {}, since: now } } }
  const serviced = { ...state, served: { ...state.served, [rule.do]: state.mm } }
  const { sheet } = ledger
  return {
    ...ledger,
    slots: { ...ledger.slots, [slot]: serviced },
    ...(sheet && 'each' in rule && { sheet: { ...sheet, served: [...sheet.served, onSheet(slot, rule.do)] } }),
  }
}
