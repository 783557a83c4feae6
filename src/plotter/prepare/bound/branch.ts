import type { Work } from '../work.ts'
import { Gains, worth } from './gains.ts'
import type { Fixed, Relaxation } from './relaxation.ts'

/** Rounds of prices at each branch. */
const ROUNDS = 100
/** Links that are compared before a branch: those with a share near ½. */
const CANDIDATES = 16
/** Most candidates whose gain is tried, each with TRIAL_ROUNDS rounds of prices. */
const TRIALS = 8
const TRIAL_ROUNDS = 6
/** Trials end after this many in a row without a better one. */
const PATIENCE = 4

/**
 * Branch and bound: fixes one link after another in or out of the route, until the bound of each branch is above the
 * best route's cost less a resolution.
 */
export class Branching {
  /** The cost of the best route, s. */
  best: number
  /** Whether the search left a branch without a decision. */
  isOpen = false
  /** The links of a better route than the known one, when it was found early enough for the plan. */
  route: readonly number[] | undefined
  readonly #resolution: number
  /** The work from which on no more routes are kept. */
  readonly #forPlan: number
  readonly #of: Relaxation
  readonly #work: Work
  readonly #gains = new Gains()
  readonly #at: readonly (readonly number[])[]

  constructor(
    of: Relaxation,
    { best, resolution, forPlan }: Readonly<{ best: number; resolution: number; forPlan: number }>,
    work: Work,
  ) {
    this.#of = of
    this.best = best
    this.#resolution = resolution
    this.#forPlan = forPlan
    this.#work = work
    const at: number[][] = Array.from({ length: of.capacity.length }, () => [])
    for (let e = 0; e < of.a.length; e++) {
      at[of.a[e] as number]?.push(e)
      at[of.b[e] as number]?.push(e)
    }
    this.#at = at
  }

  decide(): void {
    const of = this.#of
    this.isOpen ||= of.isSpent || this.#work.expired()
    if (this.isOpen) return
    const enough = this.best - this.#resolution
    if (of.raise(ROUNDS, enough) > enough) return
    of.bound()
    this.#keep()
    const fixed: number[] = []
    const isPossible = of.dear(this.best - this.#resolution).every((e) => this.#fix(e, -1, fixed))
    const links = of.narrow()
    if (isPossible) this.#branch()
    of.widen(links)
    for (const e of fixed) of.fixed[e] = 0
  }

  /** Keeps the last tree when it is the best route. */
  #keep(): void {
    const route = this.#of.route()
    if (route === undefined) return
    let cost = 0
    for (const e of route) cost += this.#of.cost[e] as number
    if (cost > this.best - this.#resolution) return
    this.best = cost
    if (this.#of.work <= this.#forPlan) this.route = route
  }

  #branch(): void {
    const of = this.#of
    const link = this.#choose()
    if (link === undefined) {
      of.bound()
      this.#keep()
      return
    }
    const { prices } = of
    const first: Fixed = (of.average[link] as number) >= 0.5 ? 1 : -1
    for (const way of [first, -first as Fixed]) {
      const fixed: number[] = []
      if (this.#fix(link, way, fixed)) this.decide()
      for (const e of fixed) of.fixed[e] = 0
      of.prices = prices
    }
  }

  /**
   * The link whose fixing, in and out, raises the bound most, as far as trials show; undefined when all links are
   * fixed.
   */
  #choose(): number | undefined {
    const { average, fixed } = this.#of
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

  /** Fixes a link in and then out, for some rounds of prices each. @returns how good a choice the link is */
  #trial(link: number): number {
    const of = this.#of
    const { prices } = of
    const least = of.bound()
    const enough = this.best - this.#resolution
    const share = of.average[link] as number
    const [out, into] = ([-1, 1] as const).map((way) => {
      const fixed: number[] = []
      const bound = this.#fix(link, way, fixed) ? of.raise(TRIAL_ROUNDS, enough) : Infinity
      for (const e of fixed) of.fixed[e] = 0
      of.prices = prices
      const gain = Math.max(0, Math.min(enough, bound) - least)
      this.#gains.add(link, way, share, gain)
      return gain
    }) as [number, number]
    return worth(out, into)
  }

  /** Fixes a link, and the links at its ends that this decides. @returns false when no route is left */
  #fix(link: number, way: Fixed, fixed: number[]): boolean {
    const of = this.#of
    if (of.fixed[link] !== 0) return of.fixed[link] === way
    of.fixed[link] = way
    fixed.push(link)
    return [of.a[link] as number, of.b[link] as number].every((node) => this.#follow(node, fixed))
  }

  #follow(node: number, fixed: number[]): boolean {
    const of = this.#of
    const links = this.#at[node] ?? []
    const most = of.capacity[node] as number
    const taken = links.filter((e) => of.fixed[e] === 1).length
    const open = links.filter((e) => of.fixed[e] === 0)
    if (taken > most || taken + open.length < most) return false
    if (taken === most) return open.every((e) => this.#fix(e, -1, fixed))
    return taken + open.length > most || open.every((e) => this.#fix(e, 1, fixed))
  }
}
