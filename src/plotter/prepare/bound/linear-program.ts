import type { BasisInput, Highs, Model } from 'highs'
import type { Work } from '../work.ts'
import { ActiveColumns, type BaseRow, reducedCosts, rowsOfNodes } from './active-columns.ts'
import { violatedRows } from './conditions.ts'
import { narrowed } from './narrowed.ts'
import type { ProgramLinks } from './program-links.ts'
import { type Row, rowOfPairs, sharesOfPairs, sum } from './row.ts'

/** The solver of linear programs. */
export type Solver = Highs

/** Maximum error of the solver's costs, s. */
const MAX_ERROR = 1e-5
/** A share (see `LinearProgram`) within this distance of 0 or 1 counts as 0 or 1. */
const TOLERANCE = 1e-3
/**
 * When a program has more conditions than this, those that do not bind are dropped. A condition binds if the last
 * solution satisfies it with equality.
 */
const MAX_ROWS = 400
/**
 * `cut` may end if the bound rises too little over this number of rounds. `open` is for a drawing without closed
 * strokes, `closed` for a drawing with some.
 */
const PATIENCE = { open: 1, closed: 5 }
/** The time of one step of the solver, about, s: `ofRow` · rows + `ofColumn` · columns. */
const STEP = { ofRow: 3e-7, ofColumn: 3e-8 }
/** The time before the first step, about, s. */
const START = 0.007
/** The time that a search for missing links and violated conditions takes, about, s: `each` + `ofLink` · links. */
const SEARCH = { each: 0.04, ofLink: 8e-8 }
/**
 * A branch keeps the columns whose reduced cost is at most this fraction of the distance of its bound to `enough`. With
 * fewer columns, a step of the solver takes less time. Columns that are missing are added again. A branch that holds
 * all columns keeps all.
 */
const NEAR = 0.02
/**
 * Weight of the latest solution in the running average of all solutions of a program. With closed strokes, conditions
 * are sought for this average (separation between two points: W. Ben-Ameur and J. Neto, 2007). The latest solution is
 * only one of many with nearly the same cost. Conditions sought for the average raise the bound several times as fast.
 */
const LATEST = 0.25
/** Maximum number of steps of the solver in a trial. */
const TRIAL_STEPS = 50

/** A pair of nodes, and its share: 0 when the route has no link of the pair, 1 when the route has one. */
export type Fixing = readonly [pair: number, share: 0 | 1]

/** The routes with some pairs fixed. */
export interface Branch {
  /** No route of the branch costs less than this, s. */
  readonly least: number
  /** The links that the routes of the branch may use. */
  readonly links: ProgramLinks
  readonly fixed: readonly Fixing[]
  /** The conditions that were binding in the last solution. */
  readonly rows: readonly Row[]
  /** The columns of the last solution that are kept (see NEAR); absent before the first solution. */
  readonly active?: readonly number[] | undefined
  /**
   * The basis of the last solution: a status of each column and row, from which the solver continues. Absent before the
   * first solution.
   */
  readonly basis?: BasisInput | undefined
  /** With closed strokes: the shares of these columns in the average solution (see `LATEST`). */
  readonly average?: Float64Array | undefined
}

/** The result of a trial, in which one more pair of a branch is fixed. */
export interface Trial {
  /**
   * The solver's cost after its last step, s. It may be too high if the solver was not done, or does not hold all
   * columns.
   */
  readonly estimate: number
  /** The bound of the branch in which that pair is fixed, s; −Infinity if `estimate` may be too high. */
  readonly least: number
}

/** The effort that is left. */
export interface Budget {
  /**
   * The time of the solver as estimated from its steps (START, STEP), s. With closed strokes, the time of the searches
   * (SEARCH) counts, too. So the bound is the same on every machine.
   */
  seconds: number
  readonly work: Work
}

/** Loads the solver, HiGHS as WebAssembly: 50 ms. */
export async function loadSolver(): Promise<Solver> {
  const { default: load } = await import('highs')
  // the package's types describe its CommonJS form, but Node loads its ES form
  return (load as unknown as typeof load.default)()
}

/**
 * The linear program of a branch. Each link has a share from 0 to 1 in the route. `index.ts` explains place, and
 * `program-links.ts` pair. At each node, the shares of the links sum up to the node's capacity: 1 at an end of an open
 * stroke or of home, 2 at a closed stroke. Every route satisfies these sums, so the least cost by the program is a
 * bound.
 *
 * Conditions of `violatedRows` are added when a solution violates them. With closed strokes, links are added, too, when
 * they make the solution cheaper (see `ActiveColumns`).
 */
export class LinearProgram {
  readonly #solver: Solver
  readonly #branch: Branch
  readonly #budget: Budget
  readonly #model: Model
  /** The rows before `#rows`. */
  readonly #base: readonly BaseRow[]
  #rows: Row[] = []
  readonly #active: ActiveColumns
  /** The cost above which routes do not matter, s. */
  readonly #enough: number
  /** The reduced cost of each link in the last solution, s. */
  #reduced: Float64Array
  #least: number
  #basis: BasisInput | undefined
  #average: Float64Array | undefined

  constructor(solver: Solver, branch: Branch, budget: Budget, enough: number) {
    const { links } = branch
    this.#solver = solver
    this.#branch = branch
    this.#budget = budget
    this.#least = branch.least
    this.#enough = enough
    this.#reduced = links.cost
    this.#active = new ActiveColumns(links, branch.active ?? firstColumns(links))
    this.#average = branch.average && this.#active.spread(branch.average)
    this.#base = [...rowsOfNodes(links), ...branch.fixed.flatMap((fixing) => fixingRow(links, fixing) ?? [])]
    const { all } = this.#active
    this.#model = solver.createModel({
      numCols: all.length,
      numRows: this.#base.length,
      colCost: this.#active.costs(all, enough),
      colLower: new Float64Array(all.length),
      colUpper: new Float64Array(all.length).fill(1),
      rowLower: Float64Array.from(this.#base, ({ least }) => least),
      rowUpper: Float64Array.from(this.#base, ({ least, isAtLeast }) => (isAtLeast ? solver.infinity : least)),
      matrix: this.#active.rowMatrix(this.#base),
    })
    this.#model.options.set({
      output_flag: false,
      // a program is solved again after few changes, where perturbed costs take more steps
      dual_simplex_cost_perturbation_multiplier: 0,
    })
    for (const fixing of branch.fixed) this.#fix(fixing)
    this.#add(branch.rows)
    if (branch.basis) this.#model.setBasis(this.#withNewRows(branch.basis))
  }

  /** The highest bound that `cut` has found, s: no route of the branch costs less. */
  get least(): number {
    return this.#least
  }

  get #links(): ProgramLinks {
    return this.#branch.links
  }

  /** The share of each link in the last solution. */
  get #shares(): Float64Array {
    return this.#active.spread(this.#model.getSolution().colValue)
  }

  /** The share of each pair in the last solution. */
  get shares(): Float64Array {
    return sharesOfPairs(this.#links, this.#shares)
  }

  /** The pairs whose share in the last solution is neither 0 nor 1, sorted by distance from ½. */
  divided(): number[] {
    const { shares } = this
    const off = (k: number): number => Math.abs((shares[k] as number) - 0.5)
    return [...shares.keys()].filter((k) => isDivided(shares[k] as number)).sort((k, l) => off(k) - off(l))
  }

  /**
   * Solves the program, and adds the conditions that the solution violates. Repeats this until a solution violates no
   * condition. If a solution uses some pair by a fraction, also ends when the bound rises too little.
   *
   * @param gain    stops when `PATIENCE` rounds raise the bound by less than this fraction of its distance to `enough`
   * @returns the branch with its new bound; undefined if time is up. The bound is Infinity if the program has no
   *   solution. A branch whose bound reaches `enough` keeps the rows that it had
   */
  cut(gain: number): Branch | undefined {
    const patience = this.#links.hasClosed ? PATIENCE.closed : PATIENCE.open
    const enough = this.#enough
    const bounds: number[] = []
    for (;;) {
      if (!this.#solveWithAllLinks()) return undefined
      const before = bounds.at(-patience)
      const least = Math.max(this.#least, this.#value())
      this.#least = least
      bounds.push(least)
      if (least >= enough) return { ...this.#branch, least }
      const shares = this.#shares
      const ofPairs = sharesOfPairs(this.#links, shares)
      const isWhole = !ofPairs.some(isDivided)
      if (!isWhole && before !== undefined && least - before < gain * (enough - least)) break
      const violated = this.#violated(ofPairs, shares)
      if (violated.length === 0) break
      if (this.#rows.length > MAX_ROWS) this.#dropSlack()
      this.#add(violated)
    }
    return { ...this.#branch, least: this.#least, ...this.#binding() }
  }

  /**
   * Conditions that the average solution violates. If there are none, conditions that the last solution violates. The
   * average has shares at many places, so the condition of a place is always sought in the last solution.
   */
  #violated(ofPairs: Float64Array, shares: Float64Array): Row[] {
    const links = this.#links
    if (!links.hasClosed) return violatedRows(links, ofPairs, shares)
    const average = this.#average ?? shares.slice()
    for (let e = 0; e < average.length; e++)
      average[e] = LATEST * (shares[e] as number) + (1 - LATEST) * (average[e] as number)
    this.#average = average
    const violated = violatedRows(links, sharesOfPairs(links, average), average, shares)
    return violated.length > 0 ? violated : violatedRows(links, ofPairs, shares)
  }

  /** Fixes one more pair, takes some steps of the solver, and frees the pair again. Call `cut` first. */
  trial(fixing: Fixing): Trial {
    const { options } = this.#model
    const steps = options.get('simplex_iteration_limit')
    const row = fixingRow(this.#links, fixing)
    this.#fix(fixing)
    if (row) this.#addToModel([row])
    options.set('simplex_iteration_limit', TRIAL_STEPS)
    const isSolved = this.#solve()
    const estimate = isSolved ? this.#value() : this.#model.getObjectiveValue()
    const least = isSolved && this.#active.isComplete ? estimate : -Infinity
    options.set('simplex_iteration_limit', steps)
    if (row) this.#model.deleteRows({ kind: 'set', indices: [this.#base.length + this.#rows.length] })
    else for (const c of this.#active.ofPair(fixing[0])) this.#model.changeColBounds(c, 0, 1)
    this.#model.setBasis(this.#basis)
    return { estimate, least }
  }

  /**
   * The branch without links that no route below `enough` uses. Call this method after `cut`, with the branch that
   * `cut` returned.
   */
  narrowed(branch: Branch): Branch {
    return narrowed(branch, this.#reduced, this.#enough - this.#value())
  }

  dispose(): void {
    this.#model.dispose()
  }

  /** The columns that are kept (see NEAR) with their averages, the conditions that bind, and the basis of both. */
  #binding(): Pick<Branch, 'active' | 'average' | 'rows' | 'basis'> {
    const { basic } = this.#solver.constants.basisStatus
    this.#basis = this.#model.getBasis()
    const { colStatus, rowStatus } = this.#basis
    const base = this.#base.length
    const most = NEAR * (this.#enough - this.#value())
    const isNear = (c: number): boolean => c === this.#reduced.length || (this.#reduced[c] as number) <= most
    const isKept = this.#active.all.map((c, i) => this.#active.isComplete || colStatus[i] === basic || isNear(c))
    const average = this.#average
    const active = this.#active.all.filter((_, i) => isKept[i])
    return {
      active,
      average: average && Float64Array.from(active, (c) => average[c] ?? 0),
      rows: this.#rows.filter((_, r) => rowStatus[base + r] !== basic),
      basis: {
        colStatus: colStatus.filter((_, i) => isKept[i]),
        rowStatus: rowStatus.filter((status, r) => r < base || status !== basic),
      },
    }
  }

  /** Drops the conditions that do not bind the last solution. */
  #dropSlack(): void {
    const { basic } = this.#solver.constants.basisStatus
    const { rowStatus } = this.#model.getBasis()
    const base = this.#base.length
    const isBinding = this.#rows.map((_, r) => rowStatus[base + r] !== basic)
    const slack = isBinding.flatMap((binds, r) => (binds ? [] : [base + r]))
    if (slack.length === 0) return
    this.#model.deleteRows({ kind: 'set', indices: slack })
    this.#rows = this.#rows.filter((_, r) => isBinding[r])
  }

  /**
   * Sets both bounds of each link of a pair to the pair's share, 0 or 1. In a drawing with closed strokes, a pair may
   * have many links. So `fixingRow` makes a row for a share of 1 instead.
   */
  #fix([pair, share]: Fixing): void {
    if (share === 1 && this.#links.hasClosed) return
    for (const c of this.#active.ofPair(pair)) this.#model.changeColBounds(c, share, share)
  }

  #add(rows: readonly Row[]): void {
    if (rows.length === 0) return
    this.#rows.push(...rows)
    this.#addToModel(rows)
  }

  #addToModel(rows: readonly Row[]): void {
    this.#model.addRows({
      lower: Float64Array.from(rows, ({ least }) => least),
      upper: new Float64Array(rows.length).fill(this.#solver.infinity),
      matrix: this.#active.rowMatrix(rows),
    })
  }

  /**
   * Adapts the branch's basis, which comes from the program without the last fixing. If this fixing added a row, the
   * row gets the status `basic`.
   */
  #withNewRows({ colStatus, rowStatus }: BasisInput): BasisInput {
    const base = this.#base.length
    const added = base + this.#rows.length - rowStatus.length
    const status = new Int32Array(base + this.#rows.length).fill(this.#solver.constants.basisStatus.basic)
    const before = base - added
    status.set(rowStatus.slice(0, before))
    status.set(rowStatus.slice(before), base)
    return { colStatus, rowStatus: status }
  }

  /** Solves the program, and adds links until no other link makes the solution cheaper. @returns false if time is up */
  #solveWithAllLinks(): boolean {
    const { optimal } = this.#solver.constants.modelStatus
    for (;;) {
      if (this.#budget.seconds < 0 || !this.#solve()) return false
      if (this.#links.hasClosed) this.#budget.seconds -= SEARCH.each + SEARCH.ofLink * this.#links.a.length
      if (this.#model.getModelStatus() !== optimal) return true
      const rows = [...this.#base, ...this.#rows]
      this.#reduced = reducedCosts(this.#links, rows, this.#model.getSolution().rowDual)
      const out = new Set(this.#branch.fixed.flatMap(([pair, share]) => (share === 0 ? [pair] : [])))
      const missing = this.#active.missing(this.#reduced, (pair) => out.has(pair))
      if (missing.length === 0) return true
      this.#model.addCols({
        cost: this.#active.costs(missing, this.#enough),
        lower: new Float64Array(missing.length),
        upper: new Float64Array(missing.length).fill(1),
        matrix: this.#active.linkMatrix(missing, rows),
      })
      this.#active.add(missing)
    }
  }

  /** @returns false if time is up, or if a trial has used up its steps */
  #solve(): boolean {
    const { optimal, infeasible } = this.#solver.constants.modelStatus
    this.#run()
    const status = this.#model.getModelStatus()
    return status === optimal || status === infeasible
  }

  /** The bound of the last solution, s. */
  #value(): number {
    const { infeasible } = this.#solver.constants.modelStatus
    return this.#model.getModelStatus() === infeasible ? Infinity : this.#model.getObjectiveValue() - MAX_ERROR
  }

  /** Runs the solver. @throws the signal's reason on abort */
  #run(): void {
    const budget = this.#budget
    const step = STEP.ofRow * (this.#base.length + this.#rows.length) + STEP.ofColumn * this.#active.all.length
    budget.seconds -= START
    const stop = (event: { interrupt(): void }): undefined => {
      budget.seconds -= step
      if (budget.seconds < 0 || isOver(budget.work)) event.interrupt()
    }
    this.#model.run({ [this.#solver.constants.callbackType.simplexInterrupt]: stop })
    budget.work.check()
  }
}

/** The columns with which the program begins, if not with all: the first links, and any route (`ActiveColumns`). */
const firstColumns = ({ first, a }: ProgramLinks): number[] | undefined => first && [...first, a.length]

/** The row by which a route has at least one link of a pair. Undefined for share 0, and when no stroke is closed. */
function fixingRow({ hasClosed }: ProgramLinks, [pair, share]: Fixing): (BaseRow & { isAtLeast: true }) | undefined {
  return share === 1 && hasClosed ? { ...rowOfPairs(sum([pair]), 1), isAtLeast: true } : undefined
}

const isDivided = (share: number): boolean => share > TOLERANCE && share < 1 - TOLERANCE

/** Like `work.expired()`, but returns true on abort, because no error may be thrown through the running solver. */
function isOver(work: Work): boolean {
  try {
    return work.expired()
  } catch {
    return true
  }
}
