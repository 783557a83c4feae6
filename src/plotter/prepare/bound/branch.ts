import type { Work } from '../work.ts'
import { Gains, worth } from './gains.ts'
import { linksAt } from './link-graph.ts'
import type { Fixed, Relaxation } from './relaxation.ts'

/** Number of rounds of `Relaxation.raise` at each branch. Each round changes the prices. */
const ROUNDS = 100
/**
 * Number of links that are compared before a branch is divided: those whose share in the average tree
 * (`Relaxation.average`) is nearest to ½.
 */
const CANDIDATES = 16
/** Maximum number of candidates that are tried. A trial fixes a link out and then in, for TRIAL_ROUNDS rounds each. */
const TRIALS = 8
const TRIAL_ROUNDS = 6
/**
 * After this many candidates in a row without a new best score, the next candidates are not tried. They get the scores
 * that `Gains` predicts from earlier trials.
 */
const PATIENCE = 4

/**
 * Branch and bound. A branch is all routes in which some links are fixed: in every route of the branch, or out of every
 * one. A branch ends when its bound is above `best − resolution`: then none of its routes is better by the resolution
 * or more. Otherwise one more link is fixed, first one way and then the other. `Relaxation` gives the bounds.
 */
export class Branching {
  /** The cost of the best route, s. */
  best: number
  /** Whether the search left a branch without a decision. */
  isOpen = false
  /** The links of a better route than the known one, if it was found within the work `forPlan`. */
  route: readonly number[] | undefined
  readonly #resolution: number
  /** Routes that are found after this much work are not kept. */
  readonly #forPlan: number
  readonly #relaxation: Relaxation
  readonly #work: Work
  readonly #gains = new Gains()
  readonly #linksAt: readonly (readonly number[])[]

  constructor(
    relaxation: Relaxation,
    { best, resolution, forPlan }: Readonly<{ best: number; resolution: number; forPlan: number }>,
    work: Work,
  ) {
    this.#relaxation = relaxation
    this.best = best
    this.#resolution = resolution
    this.#forPlan = forPlan
    this.#work = work
    this.#linksAt = linksAt(relaxation.capacity.length, relaxation)
  }

  /** Raises the bound of the present branch, and divides the branch if its bound stays too low. */
  decide(): void {
    const relaxation = this.#relaxation
    this.isOpen ||= relaxation.isSpent || this.#work.expired()
    if (this.isOpen) return
    const enough = this.best - this.#resolution
    if (relaxation.raise(ROUNDS, enough) > enough) return
    relaxation.bound()
    this.#keep()
    const fixed: number[] = []
    const isPossible = relaxation.linksAbove(this.best - this.#resolution).every((e) => this.#fix(e, -1, fixed))
    const links = relaxation.narrow()
    if (isPossible) this.#branch()
    relaxation.widen(links)
    for (const e of fixed) relaxation.fixed[e] = 0
  }

  /**
   * If the last tree is a route that is better than the best so far by the resolution or more, keeps the route's cost.
   * While the work for a plan is not used up, also keeps the route.
   */
  #keep(): void {
    const route = this.#relaxation.route()
    if (route === undefined) return
    let cost = 0
    for (const e of route) cost += this.#relaxation.cost[e] as number
    if (cost > this.best - this.#resolution) return
    this.best = cost
    if (this.#relaxation.work <= this.#forPlan) this.route = route
  }

  #branch(): void {
    const relaxation = this.#relaxation
    const link = this.#choose()
    if (link === undefined) {
      relaxation.bound()
      this.#keep()
      return
    }
    const { prices } = relaxation
    const first: Fixed = (relaxation.average[link] as number) >= 0.5 ? 1 : -1
    for (const way of [first, -first as Fixed]) {
      const fixed: number[] = []
      if (this.#fix(link, way, fixed)) this.decide()
      for (const e of fixed) relaxation.fixed[e] = 0
      relaxation.prices = prices
    }
  }

  /**
   * The link whose fixing, in and out, raises the bound most, as far as trials show; undefined when all links are
   * fixed.
   */
  #choose(): number | undefined {
    const { average, fixed } = this.#relaxation
    const off = (e: number): number => Math.abs((average[e] as number) - 0.5)
    const share = (e: number): number => average[e] as number
    const open = [...average.keys()].filter((e) => fixed[e] === 0).sort((e, f) => off(e) - off(f))
    const candidates = open.slice(0, CANDIDATES).map((link) => ({ link, score: this.#gains.score(link, share(link)) }))
    candidates.sort((p, q) => q.score - p.score)
    let best: { link?: number; score: number } = { score: -Infinity }
    let trials = 0
    let since = 0
    for (const { link, score } of candidates) {
      const isTried = !this.#gains.isKnown(link) && trials < TRIALS && since < PATIENCE
      if (isTried) trials++
      const better = isTried ? this.#trial(link) : score
      if (better > best.score) {
        best = { link, score: better }
        since = 0
      } else since++
    }
    return best.link
  }

  /** Fixes a link out and then in, for TRIAL_ROUNDS rounds of prices each. @returns the link's score, s² */
  #trial(link: number): number {
    const relaxation = this.#relaxation
    const { prices } = relaxation
    const least = relaxation.bound()
    const enough = this.best - this.#resolution
    const share = relaxation.average[link] as number
    const [out, into] = ([-1, 1] as const).map((way) => {
      const fixed: number[] = []
      const bound = this.#fix(link, way, fixed) ? relaxation.raise(TRIAL_ROUNDS, enough) : Infinity
      for (const e of fixed) relaxation.fixed[e] = 0
      relaxation.prices = prices
      const gain = Math.max(0, Math.min(enough, bound) - least)
      this.#gains.add(link, way, share, gain)
      return gain
    }) as [number, number]
    return worth(out, into)
  }

  /**
   * Fixes a link, and then each free link at its ends that must now be in every route, or out of every route.
   *
   * @returns false when no route is left
   */
  #fix(link: number, way: Fixed, fixed: number[]): boolean {
    const relaxation = this.#relaxation
    if (relaxation.fixed[link] !== 0) return relaxation.fixed[link] === way
    relaxation.fixed[link] = way
    fixed.push(link)
    return [relaxation.a[link] as number, relaxation.b[link] as number].every((node) => this.#follow(node, fixed))
  }

  #follow(node: number, fixed: number[]): boolean {
    const relaxation = this.#relaxation
    const links = this.#linksAt[node] ?? []
    const most = relaxation.capacity[node] as number
    const taken = links.filter((e) => relaxation.fixed[e] === 1).length
    const open = links.filter((e) => relaxation.fixed[e] === 0)
    if (taken > most || taken + open.length < most) return false
    if (taken === most) return open.every((e) => this.#fix(e, -1, fixed))
    return taken + open.length > most || open.every((e) => this.#fix(e, 1, fixed))
  }
}
