import { boundsOf, isEmpty } from '../../geometry/bounds.ts'
import { type Drawing, strokeCount } from '../../geometry/drawing.ts'
import { timing } from '../motion/estimate.ts'
import type { Profile } from '../profile.ts'
import { DEFAULT_PROFILE, profileNamed } from '../profiles/index.ts'
import { arrange } from './arrange.ts'
import { joinConsecutive } from './join.ts'
import { mapLayers } from './layers.ts'
import { checkOptions, JOIN, type PrepareOptions } from './options.ts'
import { multipass, reversed } from './passes.ts'
import { place } from './place.ts'
import { reduce } from './reduce.ts'
import { findRepeats } from './repeats/find.ts'
import { removeRepeats } from './repeats/remove.ts'
import type { PrepareReport } from './report.ts'
import { Work } from './work.ts'

export type { PrepareOptions } from './options.ts'
export type { PrepareReport } from './report.ts'

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
  const ordered = options.keepOrder === true ? single : sorted(single, options, profile, work)
  const turned = options.reverse === true ? mapLayers(ordered, reversed) : ordered
  const ready = mapLayers(turned, (strokes) => multipass(strokes, options.passes ?? 1))
  work.progress(1)
  const { estimate, layers } = timing(ready, profile)
  const { penDownMm } = before.estimate
  const seconds = mm === 0 ? 0 : (mm / penDownMm) * before.drawingSeconds
  const repeats = { mm, seconds, removed: options.once === true }
  return {
    drawing: ready,
    report: { ...measured(ready), estimate, before: before.estimate, repeats, clippedMm, dropped, layers },
  }
}

/** Repeats are always looked for, since a person should know of them, and removed when that was asked. */
function repeatsOf(drawing: Drawing, options: PrepareOptions, work: Work): { drawing: Drawing; mm: number } {
  let mm = 0
  const single = mapLayers(drawing, (strokes) => {
    const repeats = findRepeats(strokes, work)
    mm += repeats.mm
    return options.once === true ? removeRepeats(strokes, repeats) : strokes
  })
  return { drawing: single, mm }
}

/** Trails, seams and order; what came in when all that did not make it faster. */
function sorted(drawing: Drawing, options: PrepareOptions, profile: Profile, work: Work): Drawing {
  const ordered = mapLayers(arrange(drawing, options, profile, work), (strokes) =>
    joinConsecutive(strokes, options.join ?? JOIN),
  )
  return timing(ordered, profile).estimate.seconds <= timing(drawing, profile).estimate.seconds ? ordered : drawing
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
