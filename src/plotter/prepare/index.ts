/**
 * The room `prepare`: turns a drawing into strokes in drawing order. The room is pure. `place` puts the drawing on its
 * page, `reduce` clips and simplifies the strokes, `repeats` finds ink that is drawn twice. `arrange` then runs
 * `trails`, `joins` and `order`. `bound` computes how much faster another order could be. Import only from this file.
 *
 * Words of all rooms of `prepare`:
 *
 * - trail: strokes, or parts of strokes, that are chained end to end into one stroke (`trails`)
 * - join: a gap between the ends of two strokes over which the pen draws without a lift
 * - seam: the vertex at which a closed stroke begins and ends
 * - travel: the way of the raised pen. A lift raises the pen before a travel and lowers it afterwards
 * - plan: the strokes in the order that was found
 */
import { boundsOf, isEmpty } from '../../geometry/bounds.ts'
import { type Drawing, strokeCount } from '../../geometry/drawing.ts'
import { mapLayers } from '../../geometry/layers.ts'
import { drawingLimits, type Estimate, type LayerEstimate, type Timing, timing } from '../motion/estimate.ts'
import { DEFAULT_PROFILE, profileNamed } from '../profiles/index.ts'
import type { Profile } from '../profiles/profile.ts'
import { arrange, endsAtStart } from './arrange.ts'
import { joinConsecutive, multipass, reversed } from './finish.ts'
import { checkOptions, JOIN, type PrepareOptions } from './options.ts'
import { place } from './place.ts'
import { type Reduction, reduce } from './reduce.ts'
import { repeatsOf } from './repeats/index.ts'
import { Work } from './work.ts'

export { loadSolver, type Solver } from './bound/index.ts'
export type { PrepareOptions } from './options.ts'
export { isPageTurned } from './place.ts'

/** Measures of a drawing that is ready for the pen. */
export interface Measures {
  /** The page and the bounding box of the ink, mm; the box has width and height 0 when there is no ink. */
  readonly page: { readonly width: number; readonly height: number }
  readonly ink: { readonly x: number; readonly y: number; readonly width: number; readonly height: number }
  readonly strokes: number
  readonly vertices: number
  /** The estimate of the prepared drawing. */
  readonly estimate: Estimate
  /** Length of ink that was cut off outside the page or the margins, mm. */
  readonly clippedMm: number
  /** Number of dots that were left out because they lie outside the page or the margins. */
  readonly clippedDots: number
  /** Strokes that were dropped because they are too short. */
  readonly dropped: { readonly strokes: number; readonly mm: number }
  readonly layers: readonly LayerEstimate[]
}

/** The report to the user on a prepared drawing, before it is plotted. */
export interface PrepareReport extends Measures {
  /** The estimate of the drawing in the file's own order, with the same passes and on the same profile. */
  readonly before: Estimate
  /** Ink that the file draws more than once: its length, the time that drawing it takes, and whether it was removed. */
  readonly repeats: {
    readonly mm: number
    /** False when the drawing is so dense that not all ink was compared. */
    readonly isComplete: boolean
    readonly seconds: number
    readonly removed: boolean
  }
  /**
   * Present with `bound`, if `trails` leaves no layer with more than 20,000 strokes. Absent with `keepOrder`. Absent
   * with `reverse`, because the strokes then end elsewhere than the bound assumes. Absent with several `passes`,
   * because the pen then draws the gap of a join, and stops at its ends, in each pass.
   */
  readonly bound?: Bound
}

/**
 * A comparison of the plan with the fastest order, directions, seams and joins of its strokes, by the time model of the
 * search.
 */
export interface Bound {
  /** No plot of these strokes takes less time, s. */
  readonly seconds: number
  /** The largest fraction of the plan's time that another plot could save. */
  readonly gap: number
  /** Whether it is proven that no other plot of these strokes is faster by a thousandth of a second or more. */
  readonly isOptimal: boolean
}

export interface PrepareResult {
  /** Strokes in drawing order. The order of the layers does not change. */
  readonly drawing: Drawing
  readonly report: PrepareReport
}

/**
 * Prepares a drawing for the pen: places it on its page, clips it, and orders its strokes. Without `keepOrder` and
 * `reverse`, the order is the fastest that was found for the profile, from home (0, 0) and back. This order is never
 * slower than the file's own order. The drawing and the bound depend only on the input, unless `expired` ends the
 * search.
 *
 * @throws PlotdError ERR_PARAMS naming an option with an invalid value, or when a coordinate is not a number or too
 *   large; the signal's reason on abort
 */
export function prepare(
  drawing: Drawing,
  options: PrepareOptions = {},
  profile: Profile = profileNamed(DEFAULT_PROFILE),
): PrepareResult {
  checkOptions(options)
  const work = new Work(options)
  work.check()
  const { drawing: reduced, clippedMm, clippedDots, dropped } = placeDrawing(drawing, options, profile, work)
  const { mm, isComplete, single, isNeverSlower } = repeatsOf(reduced, options.once === true, work)
  const passes = options.passes ?? 1
  const isBounded = options.bound === true && options.reverse !== true && passes === 1
  const ordering = { ...options, bound: isBounded }
  const asFile = timedInFileOrder(reduced, passes, profile)
  const asOnce = single === reduced ? asFile : timedInFileOrder(single, passes, profile)
  const chosen = isNeverSlower
    ? { removed: single !== reduced, plan: planStrokes(asOnce, ordering, profile, work) }
    : withOrWithoutRepeats(asFile, asOnce, ordering, profile, work)
  const { drawing: ordered, timing: orderedTiming } = chosen.plan
  const ready = options.reverse === true ? mapLayers(ordered, reversed) : ordered
  work.progress(1)
  const { estimate, layers } = ready === ordered ? orderedTiming : timing(ready, profile)
  const { estimate: before, drawingSeconds } = asFile.timing
  const seconds = mm === 0 ? 0 : ((passes * mm) / before.penDownMm) * drawingSeconds
  const repeats = { mm, isComplete, seconds, removed: chosen.removed }
  return {
    drawing: ready,
    report: {
      ...pageAndInk(ready),
      estimate,
      before,
      repeats,
      clippedMm,
      clippedDots,
      dropped,
      layers,
      ...(chosen.plan.gap !== undefined && { bound: boundOf(estimate.seconds, chosen.plan.gap) }),
    },
  }
}

const boundOf = (seconds: number, gap: number): Bound => ({
  seconds: seconds - gap,
  gap: seconds === 0 ? 0 : gap / seconds,
  isOptimal: gap < 1e-3,
})

/** Places and reduces a drawing without ordering it. Does not check whether the machine reaches the ink. */
export const placeDrawing = (drawing: Drawing, options: PrepareOptions, profile: Profile, work?: Work): Reduction =>
  reduce(place(drawing, options, profile), options, work)

/**
 * Measures a drawing quickly, with default options. Does not look for repeats, and does not time the file's own order.
 * Orders the strokes only roughly. For a card, the estimate is up to 1 % above that of `prepare`.
 */
export function measure(drawing: Drawing, profile: Profile): Measures {
  const { drawing: reduced, clippedMm, clippedDots, dropped } = reduce(place(drawing, {}), {})
  const ready = joinGaps(arrange(reduced, {}, profile, new Work(), 'rough').drawing, {})
  const { estimate, layers } = timing(ready, profile)
  return { ...pageAndInk(ready), estimate, clippedMm, clippedDots, dropped, layers }
}

interface Choice {
  readonly plan: TimedDrawing
  /** Whether repeated ink was removed. */
  readonly removed: boolean
}

/**
 * A drawing with all its passes, and its timing. The timing is computed once, because it takes a large part of the
 * preparation.
 */
interface TimedDrawing {
  readonly drawing: Drawing
  readonly timing: Timing
  /** Upper bound of the time that another order could save, s. */
  readonly gap?: number
}

/** A drawing in the file's own order. */
interface InFileOrder extends TimedDrawing {
  /** The drawing with one pass. */
  readonly onePass: Drawing
}

function timedInFileOrder(onePass: Drawing, passes: number, profile: Profile): InFileOrder {
  const drawing = inPasses(onePass, passes)
  return { onePass, drawing, timing: timing(drawing, profile) }
}

/**
 * Removes repeated ink unless the plot without it takes longer. A stretch that is left out costs a lift and two stops,
 * which may take longer than drawing the stretch.
 */
function withOrWithoutRepeats(
  all: InFileOrder,
  single: InFileOrder,
  options: PrepareOptions,
  profile: Profile,
  work: Work,
): Choice {
  const drawnOnce = { removed: true, plan: planStrokes(single, options, profile, work.part(0, 0.5)) }
  const speed = all.drawing.layers.reduce(
    (most, layer) => Math.max(most, drawingLimits(profile, layer.options).speed),
    0,
  )
  // where limits hold for each axis, a slanted line may be √2 times as fast as one along an axis
  const fastest = speed * (profile.dialect === 'ebb' ? 1 : Math.SQRT2)
  if (all.timing.estimate.penDownMm / fastest >= drawnOnce.plan.timing.estimate.seconds) return drawnOnce
  const twice = { removed: false, plan: planStrokes(all, options, profile, work.part(0.5, 1)) }
  return twice.plan.timing.estimate.seconds < drawnOnce.plan.timing.estimate.seconds ? twice : drawnOnce
}

const planStrokes = (asFile: InFileOrder, options: PrepareOptions, profile: Profile, work: Work): TimedDrawing =>
  options.keepOrder === true ? asFile : sortIfFaster(asFile, options, profile, work)

/** Joins and orders the strokes. Returns the drawing in the file's own order if that order is faster. */
function sortIfFaster(asFile: InFileOrder, options: PrepareOptions, profile: Profile, work: Work): TimedDrawing {
  const { drawing: arranged, gap } = arrange(asFile.onePass, options, profile, work)
  const { passes = 1 } = options
  const drawing = endsAtStart(options)
    ? joinGaps(inPasses(arranged, passes / 2), options)
    : inPasses(joinGaps(arranged, options), passes)
  const ordered: TimedDrawing = { drawing, timing: timing(drawing, profile), ...(gap !== undefined && { gap }) }
  const slower = ordered.timing.estimate.seconds - asFile.timing.estimate.seconds
  if (slower <= 0) return ordered
  return gap === undefined ? asFile : { ...asFile, gap: Math.max(0, gap - slower) }
}

const inPasses = (drawing: Drawing, passes: number): Drawing =>
  passes === 1 ? drawing : mapLayers(drawing, (strokes) => multipass(strokes, passes))

const joinGaps = (drawing: Drawing, { join = JOIN }: PrepareOptions): Drawing =>
  mapLayers(drawing, (strokes) => joinConsecutive(strokes, join))

function pageAndInk(drawing: Drawing): Pick<PrepareReport, 'page' | 'ink' | 'strokes' | 'vertices'> {
  const box = boundsOf(drawing)
  const { minX, minY, maxX, maxY } = isEmpty(box) ? { minX: 0, minY: 0, maxX: 0, maxY: 0 } : box
  return {
    page: { width: drawing.width, height: drawing.height },
    ink: { x: minX, y: minY, width: maxX - minX, height: maxY - minY },
    strokes: strokeCount(drawing),
    vertices: drawing.points.length / 2,
  }
}
