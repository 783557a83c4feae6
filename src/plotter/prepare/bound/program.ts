import type { Highs, Model } from 'highs'
import { indices } from '../../../geometry/drawing.ts'
import { rootOf } from '../../../geometry/root-of.ts'
import type { Work } from '../work.ts'
import type { LinkGraph } from './link-graph.ts'
import { smallCuts, violatedSets } from './violated-sets.ts'

/** The solver of linear and integer programs. */
export type Solver = Highs

/** Conditions are added to the linear program while they close this share of the gap. */
const GAIN = 0.003
/** The time that the solver may take for each of the two programs, s. */
const MAX_SECONDS = 30
/** The tolerance of the solver's shares, prices and costs. */
const TOLERANCE = 1e-6
/** The solver's costs are this exact, s. */
const EXACT = 1e-5

/** The links that the best route may use. */
export type ProgramLinks = Omit<LinkGraph, 'far'>

/** The sum of the shares of these links is at least `least`. */
interface Row {
  readonly links: readonly number[]
  readonly least: number
}

/** Loads the solver, HiGHS as WebAssembly: 50 ms. */
export async function loadSolver(): Promise<Solver> {
  const { default: load } = await import('highs')
  // the package's types describe its CommonJS form, but Node loads the other one
  return (load as unknown as typeof load.default)()
}

/**
 * Proves the least cost of a route by an integer program. Each link is in the route or not, each node has its number of
 * links, and two links leave each part of the strokes. The last condition is added only for the parts that a solution
 * does not leave (G. Dantzig, R. Fulkerson and S. Johnson, 1954). First a linear program with shares of links shows
 * which links are too expensive.
 *
 * @param enough  no route matters that costs more, s
 * @returns no route costs less, s: at most `enough`
 */
export function leastByProgram(solver: Solver, links: ProgramLinks, enough: number, work: Work): number {
  const rows = new Rows(links)
  const linear = new Program(solver, links, [], false)
  try {
    for (let before = -Infinity; ; ) {
      const isSolved = linear.solve(work)
      const least = linear.least(enough)
      if (!isSolved || least === enough) return least
      if (least - before < GAIN * (enough - least)) break
      before = least
      const fresh = rows.add(linear.shares)
      if (fresh.length === 0) break
      linear.add(fresh)
    }
    const kept = linear.linksBelow(enough)
    const hasPrice = linear.pricedRows()
    const priced = rows.all.filter((_, r) => hasPrice[r])
    return leastInWhole(solver, only(links, kept), inLinks(priced, links.a.length, kept), enough, work)
  } finally {
    linear.dispose()
  }
}

/** The least cost of a route with whole links. @param priced  conditions of the linear program that have a price */
function leastInWhole(solver: Solver, links: ProgramLinks, priced: readonly Row[], enough: number, work: Work): number {
  const rows = new Rows(links)
  const program = new Program(solver, links, priced, true)
  try {
    let least = -Infinity
    for (;;) {
      const isSolved = program.solve(work)
      least = Math.max(least, program.least(enough))
      if (!isSolved || least >= enough) break
      const fresh = rows.addParts(program.shares)
      if (fresh.length === 0) break
      program.add(fresh)
    }
    return least
  } finally {
    program.dispose()
  }
}

/** Some of the links. */
function only({ items, capacity, a, b, cost }: ProgramLinks, kept: readonly number[]): ProgramLinks {
  return {
    items,
    capacity,
    a: Int32Array.from(kept, (e) => a[e] as number),
    b: Int32Array.from(kept, (e) => b[e] as number),
    cost: Float64Array.from(kept, (e) => cost[e] as number),
  }
}

/** The rows with the numbers that links have in `kept`. */
function inLinks(rows: readonly Row[], count: number, kept: readonly number[]): Row[] {
  const number = new Int32Array(count).fill(-1)
  kept.forEach((e, i) => {
    number[e] = i
  })
  return rows.map(({ links, least }) => ({
    links: links.map((e) => number[e] as number).filter((e) => e >= 0),
    least,
  }))
}

/** The conditions on sets of nodes that were found so far. */
class Rows {
  readonly all: Row[] = []
  readonly #links: ProgramLinks
  readonly #known = new Set<string>()

  constructor(links: ProgramLinks) {
    this.#links = links
  }

  /** Adds the conditions that shares of links violate: parts of the strokes, and odd sets of nodes. */
  add(share: Float64Array): Row[] {
    const { items, capacity, a, b } = this.#links
    const itemOf = (node: number): number => node >> 1
    const parts = smallCuts({ nodes: items, a: a.map(itemOf), b: b.map(itemOf), share }, 2)
    const odd = violatedSets({ nodes: capacity.length, a, b, share }, capacity)
    return [
      ...parts.flatMap((inside) => this.#leaving((node) => inside[node >> 1] === 1, 2)),
      ...odd.flatMap((inside) => this.#leaving((node) => inside[node] === 1, 1)),
    ]
  }

  /** Adds the conditions on the parts into which links fall; none if the links are a route. */
  addParts(share: Float64Array): Row[] {
    const { items, a, b } = this.#links
    const parent = indices(items)
    for (let e = 0; e < a.length; e++) {
      if ((share[e] as number) < 0.5) continue
      parent[rootOf(parent, (a[e] as number) >> 1)] = rootOf(parent, (b[e] as number) >> 1)
    }
    const roots = new Set([...indices(items)].map((i) => rootOf(parent, i)))
    if (roots.size === 1) return []
    return [...roots].flatMap((root) => this.#leaving((node) => rootOf(parent, node >> 1) === root, 2))
  }

  #leaving(isInside: (node: number) => boolean, least: number): Row[] {
    const { a, b } = this.#links
    const links = [...a.keys()].filter((e) => isInside(a[e] as number) !== isInside(b[e] as number))
    const key = links.join()
    if (this.#known.has(key)) return []
    this.#known.add(key)
    const row = { links, least }
    this.all.push(row)
    return [row]
  }
}

/** A linear or integer program of links, which the solver keeps between solutions. */
class Program {
  readonly #solver: Solver
  readonly #model: Model
  readonly #nodes: number
  readonly #links: number
  readonly #isWhole: boolean

  constructor(solver: Solver, links: ProgramLinks, rows: readonly Row[], isWhole: boolean) {
    const { capacity, a, b, cost } = links
    this.#solver = solver
    this.#nodes = capacity.length
    this.#links = a.length
    this.#isWhole = isWhole
    const count = this.#links
    const atNode: number[][] = Array.from(capacity, () => [])
    for (let e = 0; e < count; e++) {
      atNode[a[e] as number]?.push(e)
      atNode[b[e] as number]?.push(e)
    }
    const kind = isWhole ? solver.constants.variableType.integer : solver.constants.variableType.continuous
    this.#model = solver.createModel({
      numCols: count,
      numRows: capacity.length,
      colCost: cost,
      colLower: new Float64Array(count),
      colUpper: new Float64Array(count).fill(1),
      rowLower: Float64Array.from(capacity),
      rowUpper: Float64Array.from(capacity),
      matrix: { format: 'csr', numRows: capacity.length, numCols: count, ...sparse(atNode) },
      integrality: Array.from({ length: count }, () => kind),
    })
    this.#model.options.set({
      output_flag: false,
      mip_rel_gap: 0,
      mip_abs_gap: EXACT / 10,
      mip_heuristic_effort: 0,
    })
    this.add(rows)
  }

  get shares(): Float64Array {
    return this.#model.getSolution().colValue
  }

  add(rows: readonly Row[]): void {
    if (rows.length === 0) return
    const matrix = sparse(rows.map(({ links }) => links))
    this.#model.addRows({
      lower: Float64Array.from(rows, ({ least }) => least),
      upper: new Float64Array(rows.length).fill(this.#solver.infinity),
      matrix: { format: 'csr', numRows: rows.length, numCols: this.#links, ...matrix },
    })
  }

  /**
   * Solves the program. @returns false if it has no solution, or if time is up. @throws the signal's reason on abort
   */
  solve(work: Work): boolean {
    const { callbackType, modelStatus } = this.#solver.constants
    const stop = (event: { interrupt(): void }): undefined => {
      if (isOver(work)) event.interrupt()
    }
    const { options } = this.#model
    options.set('time_limit', Math.max(0, MAX_SECONDS - this.#model.getRunTime()))
    this.#model.run({ [callbackType.mipInterrupt]: stop, [callbackType.simplexInterrupt]: stop })
    work.check()
    return this.#model.getModelStatus() === modelStatus.optimal
  }

  /** No route costs less, s, whether or not the program was solved; at most `enough`. */
  least(enough: number): number {
    const { modelStatus } = this.#solver.constants
    const status = this.#model.getModelStatus()
    if (status === modelStatus.infeasible) return enough
    const isSolved = status === modelStatus.optimal
    const bound = this.#isWhole
      ? this.#model.info.get('mip_dual_bound')
      : isSolved
        ? this.#model.getObjectiveValue()
        : -Infinity
    return Math.min(enough, Number(bound) - EXACT)
  }

  /**
   * The links of the linear program that belong to a route with a cost of at most `enough`, s, as far as prices show.
   */
  linksBelow(enough: number): number[] {
    const { colDual } = this.#model.getSolution()
    const spare = enough - this.#model.getObjectiveValue() + EXACT
    return [...colDual.keys()].filter((e) => (colDual[e] as number) <= spare)
  }

  /** For each added row, whether it has a price in the linear program. */
  pricedRows(): boolean[] {
    return Array.from(this.#model.getSolution().rowDual.slice(this.#nodes), (price) => Math.abs(price) > TOLERANCE)
  }

  dispose(): void {
    this.#model.dispose()
  }
}

/** Rows of coefficients 1. */
function sparse(rows: readonly (readonly number[])[]) {
  const starts = new Int32Array(rows.length + 1)
  rows.forEach((row, r) => {
    starts[r + 1] = (starts[r] as number) + row.length
  })
  const columns = Int32Array.from(rows.flat())
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
