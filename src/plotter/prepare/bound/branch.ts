import type { Work } from '../work.ts'
import type { Fixed, Relaxation } from './relaxation.ts'

/** Rounds of prices at each branch. */
const ROUNDS = 60

/**
 * Branch and bound: fixes one link after another in or out of the route, until each branch costs more than the best route less a
 * resolution.
 */
export class Branching {
  /** The cost of the best route, s. */
  best: number
  /** Whether a branch was left before it was decided. */
  isOpen = false
  /** The links of a better route than the known one, when it was found early enough for the plan. */
  route: readonly number[] | undefined
  readonly #resolution: number
  /** The measure of work at which no more routes are kept. */
  readonly #forPlan: number
  readonly #of: Relaxation
  readonly #work: Work
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
    if (isPossible) this.#branch()
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
    let [link, nearest] = [-1, Infinity]
    of.average.forEach((share, e) => {
      const off = Math.abs(share - 0.5)
      if (of.fixed[e] !== 0 || off >= nearest) return
      link = e
      nearest = off
    })
    if (link < 0) {
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

  /** Fixes a link and what follows at its ends. @returns false when no route is left */
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
