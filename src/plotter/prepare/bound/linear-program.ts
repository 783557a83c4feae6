import type { BasisInput, Highs, Model } from 'highs'
import type { Work } from '../work.ts'
import { type LinkGraph, linksAt } from './link-graph.ts'
import { smallCuts, violatedSets } from './violated-sets.ts'

/** The solver of linear programs. */
export type Solver = Highs

/** The solver's costs are this exact, s. */
const EXACT = 1e-5
/** A share is 0 or 1 if it is this near. */
const TOLERANCE = 1e-3
/** Conditions that do not bind are dropped when a program has more conditions than this. */
const MAX_ROWS = 400
/** Maximum number of steps of the solver in a trial. */
const TRIAL_STEPS = 50

/** The links that the best route may use. */
export type ProgramLinks = Omit<LinkGraph, 'far'>

/** A condition: the sum of the shares of these links is at least `least`. */
export interface Row {
  readonly links: readonly number[]
  readonly least: number
}

/** A link that is fixed out of the route (0) or into it (1). */
export type Fixing = readonly [link: number, share: 0 | 1]

/** The routes with some links fixed. */
export interface Branch {
  /** None of them costs less, s. */
  readonly least: number
  readonly fixed: readonly Fixing[]
  /** The conditions that were binding in the last solution. */
  readonly rows: readonly Row[]
  /** The last solution of these rows, from which the solver continues; absent before the first. */
  readonly basis?: BasisInput | undefined
}

/** What a trial shows of a branch with one more link fixed. */
export interface Trial {
  /** Its least cost by the last step of the solver, s, which may be too high. */
  readonly estimate: number
  /** None of its routes costs less, s: −Infinity if the solver was not done. */
  readonly least: number
}

/** What may still be spent. */
export interface Budget {
  /** The time of the solver, s. */
  seconds: number
  readonly work: Work
}

/** Loads the solver, HiGHS as WebAssembly: 50 ms. */
export async function loadSolver(): Promise<Solver> {
  const { default: load } = await import('highs')
  // the package's types describe its CommonJS form, but Node loads the other one
  return (load as unknown as typeof load.default)()
}

/**
 * The linear program of a branch: each link has a share from 0 to 1 in the route, and the shares at each node sum up to
 * its number of links. Two links leave each part of the strokes, and one leaves each odd set of nodes; these conditions
 * are added when a solution violates them.
 */
export class LinearProgram {
  readonly #solver: Solver
  readonly #links: ProgramLinks
  readonly #branch: Branch
  readonly #budget: Budget
  readonly #model: Model
  #rows: Row[] = []
  #basis: BasisInput | undefined
  /** The time that the solver has spent on this program, s. */
  #spent = 0

  constructor(solver: Solver, links: ProgramLinks, branch: Branch, budget: Budget) {
    this.#solver = solver
    this.#links = links
    this.#branch = branch
    this.#budget = budget
    const { capacity, cost } = links
    const count = cost.length
    this.#model = solver.createModel({
      numCols: count,
      numRows: capacity.length,
      colCost: cost,
      colLower: new Float64Array(count),
      colUpper: new Float64Array(count).fill(1),
      rowLower: Float64Array.from(capacity),
      rowUpper: Float64Array.from(capacity),
      matrix: { format: 'csr', numRows: capacity.length, numCols: count, ...sparse(linksAt(links)) },
    })
    this.#model.options.set({ output_flag: false, time_limit: Math.max(0, budget.seconds) })
    for (const [e, share] of branch.fixed) this.#model.changeColBounds(e, share, share)
    this.#add(branch.rows)
    if (branch.basis) this.#model.setBasis(branch.basis)
  }

  /** The share of each link in the last solution. */
  get shares(): Float64Array {
    return this.#model.getSolution().colValue
  }

  /** The links whose share in the last solution is neither 0 nor 1; those nearest to ½ come first. */
  divided(): number[] {
    const { shares } = this
    const off = (e: number): number => Math.abs((shares[e] as number) - 0.5)
    return [...shares.keys()].filter((e) => isDivided(shares[e] as number)).sort((e, f) => off(e) - off(f))
  }

  /**
   * Solves the program, adds the conditions that the solution violates, and repeats that, until a solution violates none
   * or the bound rises little.
   *
   * @param enough  the bound need not rise above this, s
   * @param gain    the least rise, as a share of the distance to `enough`
   * @returns the branch with its bound, which is Infinity if it has no route; undefined if time is up. The rows are as
   *          before if the bound reaches `enough`
   */
  cut(enough: number, gain: number): Branch | undefined {
    let { least } = this.#branch
    for (let round = 0; ; round++) {
      if (!this.#solve()) return undefined
      const before = least
      least = Math.max(least, this.#least())
      if (least >= enough) return { ...this.#branch, least }
      const { shares } = this
      const isWhole = !shares.some(isDivided)
      if (!isWhole && round > 0 && least - before < gain * (enough - least)) break
      const violated = violatedRows(this.#links, shares)
      if (violated.length === 0) break
      if (this.#rows.length > MAX_ROWS) this.#dropSlack()
      this.#add(violated)
    }
    return { ...this.#branch, least, ...this.#binding() }
  }

  /** Fixes one more link, and takes some steps of the solver. Call `cut` before. */
  trial([link, share]: Fixing): Trial {
    const { options } = this.#model
    const steps = options.get('simplex_iteration_limit')
    this.#model.changeColBounds(link, share, share)
    options.set('simplex_iteration_limit', TRIAL_STEPS)
    const isSolved = this.#solve()
    const estimate = isSolved ? this.#least() : this.#model.getObjectiveValue()
    options.set('simplex_iteration_limit', steps)
    this.#model.changeColBounds(link, 0, 1)
    this.#model.setBasis(this.#basis)
    return { estimate, least: isSolved ? estimate : -Infinity }
  }

  /** The links of routes with a cost of at most `enough`, s, as far as the prices of the last solution show. */
  linksBelow(enough: number): number[] {
    const { colDual } = this.#model.getSolution()
    const spare = enough - this.#least()
    return [...colDual.keys()].filter((e) => (colDual[e] as number) <= spare)
  }

  dispose(): void {
    this.#model.dispose()
  }

  /** The conditions that bind the last solution, and its basis without the other ones. */
  #binding(): Pick<Branch, 'rows' | 'basis'> {
    const { basic } = this.#solver.constants.basisStatus
    this.#basis = this.#model.getBasis()
    const { colStatus, rowStatus } = this.#basis
    const nodes = this.#links.capacity.length
    return {
      rows: this.#rows.filter((_, r) => rowStatus[nodes + r] !== basic),
      basis: { colStatus, rowStatus: rowStatus.filter((status, r) => r < nodes || status !== basic) },
    }
  }

  /** Drops the conditions that do not bind the last solution. */
  #dropSlack(): void {
    const { basic } = this.#solver.constants.basisStatus
    const { rowStatus } = this.#model.getBasis()
    const nodes = this.#links.capacity.length
    const isBinding = this.#rows.map((_, r) => rowStatus[nodes + r] !== basic)
    const slack = isBinding.flatMap((binds, r) => (binds ? [] : [nodes + r]))
    if (slack.length === 0) return
    this.#model.deleteRows({ kind: 'set', indices: slack })
    this.#rows = this.#rows.filter((_, r) => isBinding[r])
  }

  #add(rows: readonly Row[]): void {
    if (rows.length === 0) return
    this.#rows.push(...rows)
    const numCols = this.#links.a.length
    this.#model.addRows({
      lower: Float64Array.from(rows, ({ least }) => least),
      upper: new Float64Array(rows.length).fill(this.#solver.infinity),
      matrix: { format: 'csr', numRows: rows.length, numCols, ...sparse(rows.map(({ links }) => links)) },
    })
  }

  /** @returns false if time is up, or the steps of a trial */
  #solve(): boolean {
    const { optimal, infeasible } = this.#solver.constants.modelStatus
    this.#run()
    const status = this.#model.getModelStatus()
    return status === optimal || status === infeasible
  }

  /** The bound of the last solution, s. */
  #least(): number {
    const { infeasible } = this.#solver.constants.modelStatus
    return this.#model.getModelStatus() === infeasible ? Infinity : this.#model.getObjectiveValue() - EXACT
  }

  /** Runs the solver. @throws the signal's reason on abort */
  #run(): void {
    const { work } = this.#budget
    const stop = (event: { interrupt(): void }): undefined => {
      if (isOver(work)) event.interrupt()
    }
    this.#model.run({ [this.#solver.constants.callbackType.simplexInterrupt]: stop })
    const spent = this.#model.getRunTime()
    this.#budget.seconds -= spent - this.#spent
    this.#spent = spent
    work.check()
  }
}

/** The rows in a program with only the links `kept` of `count`. */
export function inLinks(rows: readonly Row[], count: number, kept: readonly number[]): Row[] {
  const number = new Int32Array(count).fill(-1)
  kept.forEach((e, i) => {
    number[e] = i
  })
  return rows.map(({ links, least }) => ({
    links: links.map((e) => number[e] as number).filter((e) => e >= 0),
    least,
  }))
}

/** The conditions that these shares of links violate. */
function violatedRows({ items, capacity, a, b }: ProgramLinks, share: Float64Array): Row[] {
  const itemOf = (node: number): number => node >> 1
  const parts = smallCuts({ nodes: items, a: a.map(itemOf), b: b.map(itemOf), share }, 2)
  const odd = violatedSets({ nodes: capacity.length, a, b, share }, capacity)
  const leaving = (inside: Uint8Array, shift: 0 | 1, least: number): Row => {
    const links: number[] = []
    for (let e = 0; e < a.length; e++)
      if (inside[(a[e] as number) >> shift] !== inside[(b[e] as number) >> shift]) links.push(e)
    return { links, least }
  }
  const rows = [...parts.map((inside) => leaving(inside, 1, 2)), ...odd.map((inside) => leaving(inside, 0, 1))]
  return [...new Map(rows.map((row) => [row.links.join(), row])).values()]
}

const isDivided = (share: number): boolean => share > TOLERANCE && share < 1 - TOLERANCE

/** Rows of coefficients 1. */
function sparse(rows: readonly (readonly number[])[]) {
  const starts = new Int32Array(rows.length + 1)
  rows.forEach((row, r) => {
    starts[r + 1] = (starts[r] as number) + row.length
  })
  const columns = new Int32Array(starts.at(-1) ?? 0)
  rows.forEach((row, r) => {
    columns.set(row, starts[r])
  })
  return { starts, indices: columns, values: new Float64Array(columns.length).fill(1) }
}

/** Like `work.expired()`, but true on abort: the solver must not be left by an error. */
function isOver(work: Work): boolean {
  try {
    return work.expired()
  } catch {
    return true
  }
}
