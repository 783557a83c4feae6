import { boundsOf, isEmpty } from '../../geometry/bounds.ts'
import { type Drawing, strokeCount } from '../../geometry/drawing.ts'
import { drawingLimits, type Estimate, type LayerEstimate, type Timing, timing } from '../motion/estimate.ts'
import { DEFAULT_PROFILE, profileNamed } from '../profiles/index.ts'
import type { Profile } from '../profiles/profile.ts'
import { arrange } from './arrange.ts'
import { joinConsecutive, multipass, reversed } from './finish.ts'
import { mapLayers } from './layers.ts'
import { checkOptions, JOIN, type PrepareOptions } from './options.ts'
import { place } from './place.ts'
import { type Reduced, reduce } from './reduce.ts'
import { repeatsOf } from './repeats/index.ts'
import { Work } from './work.ts'

export type { PrepareOptions } from './options.ts'
export { isPageTurned } from './place.ts'

/** What a drawing comes to. */
export interface Measures {
  /** The page, and the box that ink takes on it, mm; width and height 0 when there is no ink. */
  readonly page: { readonly width: number; readonly height: number }
  readonly ink: { readonly x: number; readonly y: number; readonly width: number; readonly height: number }
  readonly strokes: number
  readonly vertices: number
  /** As prepared. */
  readonly estimate: Estimate
  /** Ink outside the page or the margins, cut off. */
  readonly clippedMm: number
  /** Strokes too short to draw. */
  readonly dropped: { readonly strokes: number; readonly mm: number }
  readonly layers: readonly LayerEstimate[]
}

/** What a person should know of a prepared drawing before ink. */
export interface PrepareReport extends Measures {
  /** As the file had it, on the same profile. */
  readonly before: Estimate
  /** Ink that the file draws more than once: what it measures, the time it takes, and whether it was removed. */
  readonly repeats: { readonly mm: number; readonly seconds: number; readonly removed: boolean }
}

export interface Prepared {
  /** Strokes in drawing order; layers keep theirs. */
  readonly drawing: Drawing
  readonly report: PrepareReport
}

/**
 * A drawing made ready for the pen: placed on its page, cut to it, and put into the order that plots fastest on the
 * profile, from home (0, 0) back to it. The same input gives the same output, and never a slower plot than the file's
 * own order.
 *
 * @throws PlotdError ERR_PARAMS naming an option that makes no sense; the signal's reason when it is aborted
 */
export function prepare(
  drawing: Drawing,
  options: PrepareOptions = {},
  profile: Profile = profileNamed(DEFAULT_PROFILE),
): Prepared {
  checkOptions(options)
  const work = new Work(options)
  work.check()
  const { drawing: reduced, clippedMm, dropped } = placed(drawing, options, profile)
  const before = timing(reduced, profile)
  const { mm, single, isShorter } = repeatsOf(reduced, options.once === true, work)
  const asFile: Timed = { drawing: reduced, timing: before }
  const asOnce: Timed = single === reduced ? asFile : { drawing: single, timing: timing(single, profile) }
  const chosen = isShorter
    ? { removed: single !== reduced, plan: planned(asOnce, options, profile, work) }
    : faster(asFile, asOnce, options, profile, work)
  const { drawing: ordered, timing: orderedTiming } = chosen.plan
  const turned = options.reverse === true ? mapLayers(ordered, reversed) : ordered
  const passes = options.passes ?? 1
  const ready = passes === 1 ? turned : mapLayers(turned, (strokes) => multipass(strokes, passes))
  work.progress(1)
  const { estimate, layers } = ready === ordered ? orderedTiming : timing(ready, profile)
  const { penDownMm } = before.estimate
  const seconds = mm === 0 ? 0 : (mm / penDownMm) * before.drawingSeconds
  const repeats = { mm, seconds, removed: chosen.removed }
  return {
    drawing: ready,
    report: { ...measured(ready), estimate, before: before.estimate, repeats, clippedMm, dropped, layers },
  }
}

/** The ink as it will be on the page, before it is put in order: what the machine must reach. */
export const placed = (drawing: Drawing, options: PrepareOptions, profile: Profile): Reduced =>
  reduce(place(drawing, options, profile), options)

/**
 * What a drawing comes to when it is plotted as it is, for those who only want to know: repeats are not looked for,
 * the file's own order is not timed beside the planned one, and the order is a rough one, which on cards tells up to a
 * hundredth more time than the plan takes.
 */
export function measure(drawing: Drawing, profile: Profile): Measures {
  const { drawing: reduced, clippedMm, dropped } = reduce(place(drawing, {}), {})
  const ready = joined(arrange(reduced, {}, profile, new Work(), 'rough'), {})
  const { estimate, layers } = timing(ready, profile)
  return { ...measured(ready), estimate, clippedMm, dropped, layers }
}

interface Chosen {
  readonly plan: Timed
  /** Whether it is the one without repeated ink. */
  readonly removed: boolean
}

/** A drawing and what plotting it takes: measuring is a good part of preparing, and done once for each drawing. */
interface Timed {
  readonly drawing: Drawing
  readonly timing: Timing
}

/**
 * Without the ink that is drawn again, unless that takes longer: where a line only crosses itself along a stretch,
 * leaving the stretch out costs a lift and two stops, which may be more than drawing it.
 */
function faster(all: Timed, single: Timed, options: PrepareOptions, profile: Profile, work: Work): Chosen {
  const once = { removed: true, plan: planned(single, options, profile, work.part(0, 0.5)) }
  const speeds = all.drawing.layers.map((layer) => drawingLimits(profile, layer.options).speed)
  // On a machine that plans by axes a slanted line may be √2 times as fast.
  const fastest = Math.max(...speeds) * (profile.dialect === 'ebb' ? 1 : Math.SQRT2)
  if (all.timing.estimate.penDownMm / fastest >= once.plan.timing.estimate.seconds) return once
  const twice = { removed: false, plan: planned(all, options, profile, work.part(0.5, 1)) }
  return twice.plan.timing.estimate.seconds < once.plan.timing.estimate.seconds ? twice : once
}

const planned = (drawing: Timed, options: PrepareOptions, profile: Profile, work: Work): Timed =>
  options.keepOrder === true ? drawing : sorted(drawing, options, profile, work)

/** Trails, seams and order; what came in when all that did not make it faster. */
function sorted(asFile: Timed, options: PrepareOptions, profile: Profile, work: Work): Timed {
  const drawing = joined(arrange(asFile.drawing, options, profile, work), options)
  const ordered = { drawing, timing: timing(drawing, profile) }
  return ordered.timing.estimate.seconds <= asFile.timing.estimate.seconds ? ordered : asFile
}

const joined = (drawing: Drawing, { join = JOIN }: PrepareOptions): Drawing =>
  mapLayers(drawing, (strokes) => joinConsecutive(strokes, join))

function measured(drawing: Drawing): Pick<PrepareReport, 'page' | 'ink' | 'strokes' | 'vertices'> {
  const box = boundsOf(drawing)
  const { minX, minY, maxX, maxY } = isEmpty(box) ? { minX: 0, minY: 0, maxX: 0, maxY: 0 } : box
  return {
    page: { width: drawing.width, height: drawing.height },
    ink: { x: minX, y: minY, width: maxX - minX, height: maxY - minY },
    strokes: strokeCount(drawing),
    vertices: drawing.points.length / 2,
  }
}
