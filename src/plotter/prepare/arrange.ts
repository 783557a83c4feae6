import { type Drawing, type Layer, type Strokes, strokeCount, x, y } from '../../geometry/drawing.ts'
import { joinLayers, strokesOfLayer } from '../../geometry/layers.ts'
import { estimate } from '../motion/estimate.ts'
import { clearMs, touchMs } from '../motion/index.ts'
import type { Profile } from '../profiles/profile.ts'
import { isProvable, leastCost, proven } from './bound/index.ts'
import { joinConsecutive, multipass } from './finish.ts'
import { joins } from './joins/index.ts'
import { JOIN, type PrepareOptions } from './options.ts'
import {
  costInOrder,
  directed,
  inSequence,
  type LinkCosts,
  type OrderOptions,
  order,
  type Point,
} from './order/index.ts'
import { trails } from './trails/index.ts'
import type { Work } from './work.ts'

const HOME: Point = { x: 0, y: 0 }

/**
 * Extra cost of travel, s/mm. A short travel takes time in proportion to the square root of its distance. So by time
 * alone, one long travel costs less than two of half its length, which misleads a local search. The extra cost makes
 * travel 2 % shorter and the plot no slower.
 */
const PER_MM = 0.02

/** The parameters of the cost of a link between two strokes on a machine. */
export function linkCosts(profile: Profile, options: PrepareOptions): LinkCosts {
  return {
    join: options.join ?? JOIN,
    lift: (clearMs(profile.pen) + touchMs(profile.pen)) / 1000,
    up: profile.up,
    down: profile.down,
    perMm: PER_MM,
  }
}

/** Maximum number of strokes of a layer, after `trails`, for which a bound is computed. */
const MAX_BOUNDED = 20_000

export interface Arrangement {
  readonly drawing: Drawing
  /**
   * Upper bound of the time that another order could save, s; undefined without the option `bound`, or when a layer has
   * more than MAX_BOUNDED strokes.
   */
  readonly gap?: number
}

/**
 * Whether `arrange` draws each stroke twice. After an even number of passes the pen is where the stroke began, so the
 * search moves the beginning like the seam of a closed stroke.
 */
export const endsAtStart = ({ passes = 1, seams = true }: PrepareOptions): boolean => seams && passes % 2 === 0

/** Puts each layer's strokes into the best order found. The route through all layers begins and ends at home. */
export function arrange(
  drawing: Drawing,
  options: PrepareOptions,
  profile: Profile,
  work: Work,
  effort: OrderOptions['effort'] = options.effort ?? 1,
): Arrangement {
  const costs = linkCosts(profile, options)
  const isDoubled = endsAtStart(options)
  const inUse = drawing.layers.filter(({ count }) => count > 0).length
  const search = { effort, seams: options.seams ?? true, proof: effort === 'rough' ? 0 : effort / inUse }
  const last = drawing.layers.findLastIndex(({ count }) => count > 0)
  const first = drawing.layers.findIndex(({ count }) => count > 0)
  const all = strokeCount(drawing)
  let from = HOME
  let gap: number | undefined = options.bound === true ? 0 : undefined
  const parts = drawing.layers.map((layer, l): Strokes => {
    const single = strokesOfLayer(drawing, layer)
    if (layer.count === 0) return single
    work.check()
    const part = work.part(layer.first / all, (layer.first + layer.count) / all)
    const chains = options.trails === false ? single : trails(single, profile.down, part)
    // with few strokes and no movable seam, the search finds the joins by itself
    const isJoined = options.trails !== false && (isDoubled || !(search.proof > 0 && isProvable(chains, search.seams)))
    const { strokes: joined, seconds } = isJoined
      ? joins(chains, costs.join, profile.down, part)
      : { strokes: chains, seconds: 0 }
    const strokes = isDoubled ? multipass(joined, 2) : joined
    const route = l === last ? { from, to: HOME } : { from }
    const [ordering, bounding] = gap === undefined ? [part, part] : [part.part(0, 0.2), part.part(0.2, 1)]
    const turned = (ordered: Strokes) => (search.seams ? directed(ordered, costs) : ordered)
    const clock = (ordered: Strokes) => secondsOf(joinConsecutive(turned(ordered), costs.join), drawing, layer, profile)
    const searched = turned(inSequence(strokes, order(strokes, route, costs, { ...search, clock }, ordering)))
    // the cost of `known`, which has its joins already where each stroke is drawn twice
    const plan = (isDoubled ? 0 : seconds) + costInOrder(searched, route, costs, search.seams)
    const known = isJoined && !isDoubled ? chains : searched
    const proof = proven(
      known,
      route,
      costs,
      search.seams,
      { plan, effort: search.proof, isBounded: gap !== undefined && l === first, solver: options.solver },
      ordering.part(1, 1),
    )
    const proposed = proof?.better && turned(inSequence(known, proof.better.order))
    // the proof only estimates the costs of seams, so the estimate of the motion decides which order is faster
    const isFaster = proposed && clock(proposed) <= clock(searched)
    const ordered = isFaster ? proposed : searched
    if (gap !== undefined && strokeCount(chains) <= MAX_BOUNDED) {
      const cost = isFaster && proof.better ? proof.better.seconds : plan
      // The bound lets a later layer start anywhere, because the layer before may end elsewhere in another order. The
      // proof starts where the layer before ends in this order, so the proof gives a bound for the first layer only.
      const isFixed = l === first
      const least =
        isFixed && proof
          ? proof.least
          : leastCost(
              chains,
              isFixed ? route : { ...route, from: undefined },
              costs,
              search.seams,
              cost,
              bounding,
              options.solver,
            )
      gap += cost - Math.max(0, least)
    } else gap = undefined
    const end = ordered.points.length / 2 - 1
    from = { x: x(ordered.points, end), y: y(ordered.points, end) }
    return ordered
  })
  return { drawing: joinLayers(drawing, drawing.layers, parts), ...(gap !== undefined && { gap }) }
}

/** The time that the estimate (`motion/estimate.ts`) gives for a layer's strokes, s. */
function secondsOf(strokes: Strokes, { width, height }: Drawing, layer: Layer, profile: Profile): number {
  const layers = [{ ...layer, first: 0, count: strokeCount(strokes) }]
  return estimate({ width, height, ...strokes, layers }, profile).seconds
}
