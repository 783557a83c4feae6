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
  const inUse = drawing.layers.filter(({ count }) => count > 0)
  const search = { effort, seams: options.seams ?? true, proof: effort === 'rough' ? 0 : effort / inUse.length }
  const settings = { options, profile, costs: linkCosts(profile, options), search }
  const all = strokeCount(drawing)
  let from = HOME
  let gap: number | undefined = options.bound === true ? 0 : undefined
  const parts = drawing.layers.map((layer): Strokes => {
    const strokes = strokesOfLayer(drawing, layer)
    if (layer.count === 0) return strokes
    work.check()
    const arranged = arrangeLayer(
      strokes,
      {
        route: layer === inUse.at(-1) ? { from, to: HOME } : { from },
        isFirst: layer === inUse[0],
        isBounded: gap !== undefined,
        clock: (ordered) => secondsOfLayer(joinConsecutive(ordered, settings.costs.join), drawing, layer, profile),
      },
      settings,
      work.part(layer.first / all, (layer.first + layer.count) / all),
    )
    gap = gap === undefined || arranged.gap === undefined ? undefined : gap + arranged.gap
    const { points } = arranged.strokes
    const end = points.length / 2 - 1
    from = { x: x(points, end), y: y(points, end) }
    return arranged.strokes
  })
  return { drawing: joinLayers(drawing, drawing.layers, parts), ...(gap !== undefined && { gap }) }
}

/** What is the same for all layers. */
interface Settings {
  readonly options: PrepareOptions
  readonly profile: Profile
  readonly costs: LinkCosts
  readonly search: {
    readonly effort: OrderOptions['effort']
    readonly seams: boolean
    /** Effort to prove the order of one layer; 0 for no proof. */
    readonly proof: number
  }
}

interface LayerTask {
  readonly route: { readonly from: Point; readonly to?: Point }
  /** Whether this is the first layer with strokes. */
  readonly isFirst: boolean
  /** Whether `gap` is wanted. */
  readonly isBounded: boolean
  /** The time that the machine needs for the strokes in their order, s. */
  readonly clock: (ordered: Strokes) => number
}

/** `gap` as in `Arrangement`. */
function arrangeLayer(
  strokes: Strokes,
  { route, isFirst, isBounded, clock }: LayerTask,
  { options, profile, costs, search }: Settings,
  work: Work,
): { readonly strokes: Strokes; readonly gap?: number } {
  const isDoubled = endsAtStart(options)
  const chains = options.trails === false ? strokes : trails(strokes, profile.down, work)
  // with few strokes and no movable seam, the search finds the joins by itself
  const isJoined = options.trails !== false && (isDoubled || !(search.proof > 0 && isProvable(chains, search.seams)))
  const joined = isJoined ? joins(chains, costs.join, profile.down, work) : { strokes: chains, seconds: 0 }
  const toOrder = isDoubled ? multipass(joined.strokes, 2) : joined.strokes
  const [ordering, bounding] = isBounded ? [work.part(0, 0.2), work.part(0.2, 1)] : [work, work]
  const turned = (ordered: Strokes) => (search.seams ? directed(ordered, costs) : ordered)
  const timed = { ...search, clock: (ordered: Strokes) => clock(turned(ordered)) }
  const searched = turned(inSequence(toOrder, order(toOrder, route, costs, timed, ordering)))
  // the cost of the order found, for the strokes `known`: doubled strokes already contain their joins
  const plan = (isDoubled ? 0 : joined.seconds) + costInOrder(searched, route, costs, search.seams)
  const known = isJoined && !isDoubled ? chains : searched
  const proving = { knownCost: plan, effort: search.proof, isBounded: isBounded && isFirst, solver: options.solver }
  const proof = proven(known, route, costs, search.seams, proving, ordering.part(1, 1))
  const better = proof?.better && turned(inSequence(known, proof.better.order))
  // the proof only estimates the costs of seams, so the estimate of the motion decides which order is faster
  const isFaster = better && timed.clock(better) <= timed.clock(searched)
  const ordered = isFaster ? better : searched
  if (!isBounded || strokeCount(chains) > MAX_BOUNDED) return { strokes: ordered }
  const cost = isFaster && proof?.better ? proof.better.seconds : plan
  // The bound lets a later layer start anywhere, because the layer before may end elsewhere in another order. The
  // proof starts where the layer before ends in this order, so the proof gives a bound for the first layer only.
  const boundRoute = isFirst ? route : { ...route, from: undefined }
  const least =
    isFirst && proof ? proof.least : leastCost(chains, boundRoute, costs, search.seams, cost, bounding, options.solver)
  return { strokes: ordered, gap: cost - Math.max(0, least) }
}

/** The time that the estimate (`motion/estimate.ts`) gives for a layer's strokes, s. */
function secondsOfLayer(strokes: Strokes, { width, height }: Drawing, layer: Layer, profile: Profile): number {
  const layers = [{ ...layer, first: 0, count: strokeCount(strokes) }]
  return estimate({ width, height, ...strokes, layers }, profile).seconds
}
