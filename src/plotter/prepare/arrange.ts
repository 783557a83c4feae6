import { type Drawing, type Strokes, strokeCount, x, y } from '../../geometry/drawing.ts'
import { clearMs, touchMs } from '../motion/index.ts'
import type { Profile } from '../profiles/profile.ts'
import { joins } from './joins/index.ts'
import { joinLayers, strokesOfLayer } from './layers.ts'
import { JOIN, type PrepareOptions } from './options.ts'
import { inSequence, type LinkCosts, type OrderOptions, order, type Point } from './order/index.ts'
import { trails } from './trails/index.ts'
import type { Work } from './work.ts'

const HOME: Point = { x: 0, y: 0 }

/**
 * Extra cost of travel, s/mm. From rest to rest, time grows with the square root of the distance, so by time alone one long move
 * is better than two short ones. That misleads a local search. With this weight travel is 2 % shorter and the plot no slower.
 */
const PER_MM = 0.02

export function linkCosts(profile: Profile, options: PrepareOptions): LinkCosts {
  return {
    join: options.join ?? JOIN,
    lift: (clearMs(profile.pen) + touchMs(profile.pen)) / 1000,
    up: profile.up,
    down: profile.down,
    perMm: PER_MM,
  }
}

/** Puts each layer's strokes into the best order found, from home and back. */
export function arrange(
  drawing: Drawing,
  options: PrepareOptions,
  profile: Profile,
  work: Work,
  effort: OrderOptions['effort'] = options.effort ?? 1,
): Drawing {
  const costs = linkCosts(profile, options)
  const search = { effort, seams: options.seams ?? true }
  const last = drawing.layers.findLastIndex(({ count }) => count > 0)
  const all = strokeCount(drawing)
  let from = HOME
  const parts = drawing.layers.map((layer, l): Strokes => {
    const single = strokesOfLayer(drawing, layer)
    if (layer.count === 0) return single
    work.check()
    const part = work.part(layer.first / all, (layer.first + layer.count) / all)
    const strokes = options.trails === false ? single : joins(trails(single, profile.down), costs.join, profile.down)
    const route = l === last ? { from, to: HOME } : { from }
    const ordered = inSequence(strokes, order(strokes, route, costs, search, part))
    const end = ordered.points.length / 2 - 1
    from = { x: x(ordered.points, end), y: y(ordered.points, end) }
    return ordered
  })
  return joinLayers(drawing, drawing.layers, parts)
}
