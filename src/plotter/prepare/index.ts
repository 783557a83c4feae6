import { boundsOf, isEmpty } from '../../geometry/bounds.ts'
import { type Drawing, type Layer, strokeCount } from '../../geometry/drawing.ts'
import { type Timing, timing } from '../motion/estimate.ts'
import type { Profile } from '../profile.ts'
import { DEFAULT_PROFILE, profileNamed } from '../profiles/index.ts'
import { arrange } from './arrange.ts'
import { joinConsecutive } from './join.ts'
import { joinLayers, mapLayers, strokesOfLayer } from './layers.ts'
import { checkOptions, JOIN, type PrepareOptions } from './options.ts'
import { multipass, reversed } from './passes.ts'
import { place } from './place.ts'
import { reduce } from './reduce.ts'
import { findRepeats } from './repeats/find.ts'
import { removeRepeats } from './repeats/remove.ts'
import type { Measures, PrepareReport } from './report.ts'
import { Work } from './work.ts'

export type { PrepareOptions } from './options.ts'
export type { Measures, PrepareReport } from './report.ts'

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
  const { drawing: reduced, clippedMm, dropped } = reduce(place(drawing, options), options)
  const before = timing(reduced, profile)
  const { drawing: single, mm } = repeatsOf(reduced, options, work)
  const asFile: Timed = { drawing: single, timing: single === reduced ? before : timing(single, profile) }
  const { drawing: ordered, timing: orderedTiming } =
    options.keepOrder === true ? asFile : sorted(asFile, options, profile, work)
  const turned = options.reverse === true ? mapLayers(ordered, reversed) : ordered
  const passes = options.passes ?? 1
  const ready = passes === 1 ? turned : mapLayers(turned, (strokes) => multipass(strokes, passes))
  work.progress(1)
  const { estimate, layers } = ready === ordered ? orderedTiming : timing(ready, profile)
  const { penDownMm } = before.estimate
  const seconds = mm === 0 ? 0 : (mm / penDownMm) * before.drawingSeconds
  const repeats = { mm, seconds, removed: options.once === true }
  return {
    drawing: ready,
    report: { ...measured(ready), estimate, before: before.estimate, repeats, clippedMm, dropped, layers },
  }
}

/**
 * What a drawing comes to when it is plotted as it is, for those who only want to know: repeats are not looked for,
 * the file's own order is not timed beside the planned one, and the order is not improved beyond what is cheap.
 */
export function measure(drawing: Drawing, profile: Profile): Measures {
  const options: PrepareOptions = { effort: 0 }
  const { drawing: reduced, clippedMm, dropped } = reduce(place(drawing, options), options)
  const ready = arrangedAndJoined(reduced, options, profile, new Work(options))
  const { estimate, layers } = timing(ready, profile)
  return { ...measured(ready), estimate, clippedMm, dropped, layers }
}

/** A drawing and what plotting it takes: measuring is a good part of preparing, and done once for each drawing. */
interface Timed {
  readonly drawing: Drawing
  readonly timing: Timing
}

/** Repeats are always looked for, since a person should know of them, and removed when that was asked. */
function repeatsOf(drawing: Drawing, options: PrepareOptions, work: Work): { drawing: Drawing; mm: number } {
  const found = drawing.layers.map((layer) => findRepeats(strokesOfLayer(drawing, layer), work))
  const mm = found.reduce((sum, repeats) => sum + repeats.mm, 0)
  if (options.once !== true || mm === 0) return { drawing, mm }
  const parts = found.map((repeats, l) => removeRepeats(strokesOfLayer(drawing, drawing.layers[l] as Layer), repeats))
  return { drawing: joinLayers(drawing, drawing.layers, parts), mm }
}

/** Trails, seams and order; what came in when all that did not make it faster. */
function sorted(asFile: Timed, options: PrepareOptions, profile: Profile, work: Work): Timed {
  const drawing = arrangedAndJoined(asFile.drawing, options, profile, work)
  const ordered = { drawing, timing: timing(drawing, profile) }
  return ordered.timing.estimate.seconds <= asFile.timing.estimate.seconds ? ordered : asFile
}

function arrangedAndJoined(drawing: Drawing, options: PrepareOptions, profile: Profile, work: Work): Drawing {
  return mapLayers(arrange(drawing, options, profile, work), (strokes) =>
    joinConsecutive(strokes, options.join ?? JOIN),
  )
}

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
