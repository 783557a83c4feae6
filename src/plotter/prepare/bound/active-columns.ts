import { type Row, sum, type Terms } from './conditions.ts'
import type { ProgramLinks } from './program-links.ts'

/**
 * Links whose reduced cost is above this are not added, s. A route has at most 201 links, so a route with such links
 * would save less than 5e-6 s.
 */
const NEGATIVE = -2e-8
/** Maximum number of links that `missing` returns, and of these in one pair. */
const ADDED = { all: 1500, ofPair: 8 }
/**
 * Cost of the column that stands for any route, as a multiple of the cost above which routes do not matter. At this
 * cost, the program never uses the column if there is a cheaper route.
 */
const ANY_ROUTE = 10

/**
 * The columns of a linear program that its solver holds. With closed strokes, these are few of all columns, because
 * each pair of strokes has hundreds of links. The other columns are added when their reduced cost is negative (column
 * generation). With few columns, the solver takes a tenth of the time.
 *
 * One more column stands for any route, at a high cost. So the program has a solution whatever other columns it holds.
 */
export class ActiveColumns {
  readonly #links: ProgramLinks
  /** The columns in the order of the solver; the column that stands for any route has the number `links.columns`. */
  readonly #all: number[]
  /** The place of each column in that order, else −1. */
  readonly #at: Int32Array
  /** For each pair, its links that `#all` contains. */
  readonly #ofPair: readonly number[][]

  /** @param columns  the first columns; undefined for all columns, without the one that stands for any route */
  constructor(links: ProgramLinks, columns: readonly number[] | undefined) {
    this.#links = links
    this.#at = new Int32Array(links.columns + 1).fill(-1)
    this.#ofPair = links.pairs.map(() => [])
    this.#all = []
    this.add(columns ?? [...this.#at.keys()].slice(0, -1))
  }

  get all(): readonly number[] {
    return this.#all
  }

  /** Whether the solver holds all columns. */
  get isComplete(): boolean {
    const { columns } = this.#links
    return this.#all.length === columns + ((this.#at[columns] as number) < 0 ? 0 : 1)
  }

  /** The columns of a pair, as the solver counts them. */
  ofPair(pair: number): number[] {
    return (this.#ofPair[pair] ?? []).map((c) => this.#at[c] as number)
  }

  add(columns: readonly number[]): void {
    for (const c of columns) {
      this.#at[c] = this.#all.length
      this.#all.push(c)
      if (c < this.#links.a.length) this.#ofPair[this.#links.pairOf[c] as number]?.push(c)
    }
  }

  /** The costs of some columns, s. */
  costs(columns: readonly number[], enough: number): Float64Array {
    const { cost, placeOf, stop, a } = this.#links
    return Float64Array.from(columns, (c) => {
      if (c < a.length) return cost[c] as number
      return c === this.#links.columns ? ANY_ROUTE * enough : (stop[placeOf[c - a.length] as number] as number)
    })
  }

  /** One number for each column of the program; 0 for the columns that the solver does not hold. */
  spread(values: ArrayLike<number>): Float64Array {
    const spread = new Float64Array(this.#links.columns)
    this.#all.forEach((c, i) => {
      if (c < spread.length) spread[c] = values[i] as number
    })
    return spread
  }

  /** The rows as a matrix of the columns that the solver holds. */
  rowMatrix(rows: readonly Row[]) {
    const starts = new Int32Array(rows.length + 1)
    const [indices, values]: [number[], number[]] = [[], []]
    const put = (c: number, factor: number): void => {
      if ((this.#at[c] as number) < 0) return
      indices.push(this.#at[c] as number)
      values.push(factor)
    }
    rows.forEach(({ columns, pairs, least }, r) => {
      columns.of.forEach((c, k) => {
        put(c, columns.factors[k] as number)
      })
      pairs.of.forEach((pair, k) => {
        for (const c of this.#ofPair[pair] ?? []) put(c, pairs.factors[k] as number)
      })
      if (least !== 0) put(this.#links.columns, least)
      starts[r + 1] = indices.length
    })
    const numCols = this.#all.length
    const entries = { indices: Int32Array.from(indices), values: Float64Array.from(values) }
    return { format: 'csr' as const, numRows: rows.length, numCols, starts, ...entries }
  }

  /** Some links as a matrix of the solver's rows. */
  linkMatrix(links: readonly number[], rows: readonly Row[]) {
    const number = new Int32Array(this.#links.columns).fill(-1)
    const ofPair = new Map<number, number[]>()
    links.forEach((e, i) => {
      number[e] = i
      const pair = this.#links.pairOf[e] as number
      ofPair.set(pair, [...(ofPair.get(pair) ?? []), i])
    })
    const entries: [row: number, factor: number][][] = links.map(() => [])
    rows.forEach(({ columns, pairs }, r) => {
      for (let k = 0; k < columns.of.length; k++) {
        const i = number[columns.of[k] as number] as number
        if (i >= 0) entries[i]?.push([r, columns.factors[k] as number])
      }
      pairs.of.forEach((pair, k) => {
        for (const i of ofPair.get(pair) ?? []) entries[i]?.push([r, pairs.factors[k] as number])
      })
    })
    const starts = new Int32Array(links.length + 1)
    entries.forEach((column, i) => {
      starts[i + 1] = (starts[i] as number) + column.length
    })
    const indices = Int32Array.from(entries.flat(), ([row]) => row)
    const values = Float64Array.from(entries.flat(), ([, factor]) => factor)
    return { format: 'csc' as const, numRows: rows.length, numCols: links.length, starts, indices, values }
  }

  /**
   * Links with a negative reduced cost that the solver does not hold, the least first. If there are none, the
   * solution is also the best with all columns.
   *
   * @param reduced     the reduced cost of each link
   * @param isExcluded  whether the links of a pair are left out
   */
  missing(reduced: Float64Array, isExcluded: (pair: number) => boolean): number[] {
    const { pairOf } = this.#links
    const negative: number[] = []
    for (let e = 0; e < reduced.length; e++) {
      if ((reduced[e] as number) >= NEGATIVE || (this.#at[e] as number) >= 0) continue
      if (!isExcluded(pairOf[e] as number)) negative.push(e)
    }
    negative.sort((e, f) => (reduced[e] as number) - (reduced[f] as number))
    const count = new Map<number, number>()
    const isAmongFirst = (e: number): boolean => {
      const before = count.get(pairOf[e] as number) ?? 0
      count.set(pairOf[e] as number, before + 1)
      return before < ADDED.ofPair
    }
    return negative.filter(isAmongFirst).slice(0, ADDED.all)
  }
}

/** The reduced cost of each link, s, by the prices of all rows. */
export function reducedCosts({ cost, pairs, pairOf }: ProgramLinks, rows: readonly Row[], price: ArrayLike<number>) {
  const reduced = Float64Array.from(cost)
  const ofPair = new Float64Array(pairs.length)
  const charge = (to: Float64Array, { of, factors }: Terms, each: number): void => {
    for (let k = 0; k < of.length; k++) {
      const c = of[k] as number
      if (c < to.length) to[c] = (to[c] as number) - each * (factors[k] as number)
    }
  }
  rows.forEach(({ columns, pairs }, r) => {
    const each = price[r] as number
    if (each === 0) return
    charge(reduced, columns, each)
    charge(ofPair, pairs, each)
  })
  for (let e = 0; e < reduced.length; e++) reduced[e] = (reduced[e] as number) + (ofPair[pairOf[e] as number] as number)
  return reduced
}

/** Rows that every route satisfies with equality, unless `isAtLeast` is set. */
export interface BaseRow extends Row {
  readonly isAtLeast?: boolean
}

/** The rows for the sums of shares. The comment of `LinearProgram` describes these sums. */
export function rowsOfNodes({ capacity, node, column, at }: ProgramLinks): BaseRow[] {
  const rows: BaseRow[] = []
  const places: number[][] = Array.from(capacity, () => [])
  const pairs = sum([])
  at.forEach((links, v) => {
    const c = column[v] as number
    if (c < 0) rows.push({ columns: sum(links), pairs, least: 1 })
    else {
      places[node[v] as number]?.push(c)
      rows.push({ columns: { of: [...links, c], factors: [...links.map(() => 1), -2] }, pairs, least: 0 })
    }
  })
  for (const columns of places) if (columns.length > 0) rows.push({ columns: sum(columns), pairs, least: 1 })
  return rows
}
