import { boundsOf, isEmpty } from '../../geometry/bounds.ts'
import { type Drawing, strokeCount } from '../../geometry/drawing.ts'
import { estimate, estimateLayers } from '../motion/estimate.ts'
import type { Profile } from '../profile.ts'
import { DEFAULT_PROFILE, profileNamed } from '../profiles/index.ts'
import { arrange } from './arrange.ts'
import { joinConsecutive } from './join.ts'
import { mapLayers } from './layers.ts'
import { checkOptions, JOIN, type PrepareOptions } from './options.ts'
import { multipass, reversed } from './passes.ts'
import { place } from './place.ts'
import { reduce } from './reduce.ts'
import type { PrepareReport } from './report.ts'
import { Work } from './work.ts'

export { JOIN, type PrepareOptions } from './options.ts'
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
  const before = estimate(reduced, profile)
  const ordered = options.keepOrder === true ? reduced : sorted(reduced, options, profile, work)
  const turned = options.reverse === true ? mapLayers(ordered, reversed) : ordered
  const ready = mapLayers(turned, (strokes) => multipass(strokes, options.passes ?? 1))
  work.progress(1)
  const report: PrepareReport = {
    ...measured(ready),
    estimate: estimate(ready, profile),
    before,
    repeats: { mm: 0, seconds: 0, removed: false },
    clippedMm,
    dropped,
    layers: estimateLayers(ready, profile),
  }
  return { drawing: ready, report }
}

function sorted(drawing: Drawing, options: PrepareOptions, profile: Profile, work: Work): Drawing {
  const ordered = arrange(drawing, options, profile, work)
  return mapLayers(ordered, (strokes) => joinConsecutive(strokes, options.join ?? JOIN))
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
