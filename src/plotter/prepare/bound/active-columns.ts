import type { ProgramLinks } from './program-links.ts'
import { type Row, rowOfPairs, sum, type Terms } from './row.ts'

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
  /** The columns in the order of the solver; the column that stands for any route follows the links. */
  readonly #all: number[]
  /** The place of each column in that order, else −1. */
  readonly #at: Int32Array
  /** For each pair and each place, its links that `#all` contains. */
  readonly #ofPair: readonly number[][]
  readonly #ofPlace: readonly number[][]

  /** @param columns  the first columns; undefined for all columns, without the one that stands for any route */
  constructor(links: ProgramLinks, columns: readonly number[] | undefined) {
    this.#links = links
    this.#at = new Int32Array(links.a.length + 1).fill(-1)
    this.#ofPair = links.pairs.map(() => [])
    this.#ofPlace = links.at.map(() => [])
    this.#all = []
    this.add(columns ?? [...this.#at.keys()].slice(0, -1))
  }

  get all(): readonly number[] {
    return this.#all
  }

  /** Whether the solver holds all columns. */
  get isComplete(): boolean {
    const links = this.#links.a.length
    return this.#all.length === links + ((this.#at[links] as number) < 0 ? 0 : 1)
  }

  /** The columns of a pair, as the solver counts them. */
  ofPair(pair: number): number[] {
    return (this.#ofPair[pair] ?? []).map((c) => this.#at[c] as number)
  }

  add(columns: readonly number[]): void {
    const { a, b, pairOf } = this.#links
    for (const c of columns) {
      this.#at[c] = this.#all.length
      this.#all.push(c)
      if (c === a.length) continue
      this.#ofPair[pairOf[c] as number]?.push(c)
      this.#ofPlace[a[c] as number]?.push(c)
      this.#ofPlace[b[c] as number]?.push(c)
    }
  }

  /** The costs of some columns, s. */
  costs(columns: readonly number[], enough: number): Float64Array {
    const { cost } = this.#links
    return Float64Array.from(columns, (c) => (c < cost.length ? (cost[c] as number) : ANY_ROUTE * enough))
  }

  /** One number for each link; 0 for the links that the solver does not hold. */
  spread(values: ArrayLike<number>): Float64Array {
    const spread = new Float64Array(this.#links.a.length)
    this.#all.forEach((c, i) => {
      if (c < spread.length) spread[c] = values[i] as number
    })
    return spread
  }

  /** The rows as a matrix of the columns that the solver holds. */
  rowMatrix(rows: readonly Row[]) {
    const starts = new Int32Array(rows.length + 1)
    const [indices, values]: [number[], number[]] = [[], []]
    const put = (i: number, factor: number): void => {
      indices.push(i)
      values.push(factor)
    }
    const sums = { sum: new Float64Array(this.#all.length), isSeen: new Uint8Array(this.#all.length) }
    const index = { ...sums, links: this.#at, ofPlace: this.#ofPlace, ofPair: this.#ofPair }
    const any = this.#at[this.#links.a.length] as number
    rows.forEach((row, r) => {
      eachFactor(row, index, put)
      if (row.least !== 0 && any >= 0) put(any, row.least)
      starts[r + 1] = indices.length
    })
    const numCols = this.#all.length
    const entries = { indices: Int32Array.from(indices), values: Float64Array.from(values) }
    return { format: 'csr' as const, numRows: rows.length, numCols, starts, ...entries }
  }

  /** Some links as a matrix of the solver's rows. */
  linkMatrix(links: readonly number[], rows: readonly Row[]) {
    const { a, b, pairOf, at, pairs } = this.#links
    const index: LinkIndex = {
      sum: new Float64Array(links.length),
      isSeen: new Uint8Array(links.length),
      links: new Int32Array(a.length).fill(-1),
      ofPlace: at.map(() => []),
      ofPair: pairs.map(() => []),
    }
    links.forEach((e, i) => {
      index.links[e] = i
      index.ofPlace[a[e] as number]?.push(e)
      index.ofPlace[b[e] as number]?.push(e)
      index.ofPair[pairOf[e] as number]?.push(e)
    })
    const entries: [row: number, factor: number][][] = links.map(() => [])
    rows.forEach((row, r) => {
      eachFactor(row, index, (i, factor) => {
        entries[i]?.push([r, factor])
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

/** Some links, and which of them each place and each pair has. */
interface LinkIndex {
  /** The number of each of these links, −1 for all others. */
  readonly links: Int32Array
  readonly ofPlace: readonly number[][]
  readonly ofPair: readonly number[][]
  /** One entry for each number. It is 0 between two calls of `eachFactor`, which adds up here. */
  readonly sum: Float64Array
  readonly isSeen: Uint8Array
}

/** Calls `put` with the number of each link of the index that a row has, and the link's factor. */
function eachFactor({ links, places, pairs }: Row, index: LinkIndex, put: (i: number, factor: number) => void): void {
  const { sum, isSeen } = index
  const seen: number[] = []
  const add = (e: number, factor: number): void => {
    const i = index.links[e] as number
    if (i < 0) return
    if (isSeen[i] === 0) seen.push(i)
    isSeen[i] = 1
    sum[i] = (sum[i] as number) + factor
  }
  links.of.forEach((e, k) => {
    add(e, links.factors[k] as number)
  })
  places.of.forEach((v, k) => {
    for (const e of index.ofPlace[v] ?? []) add(e, places.factors[k] as number)
  })
  pairs.of.forEach((pair, k) => {
    for (const e of index.ofPair[pair] ?? []) add(e, pairs.factors[k] as number)
  })
  for (const i of seen) {
    if (sum[i] !== 0) put(i, sum[i] as number)
    sum[i] = 0
    isSeen[i] = 0
  }
}

/** The reduced cost of each link, s, by the prices of all rows. */
export function reducedCosts(
  { a, b, cost, node, pairs, pairOf }: ProgramLinks,
  rows: readonly Row[],
  price: ArrayLike<number>,
) {
  const reduced = Float64Array.from(cost)
  const ofPair = new Float64Array(pairs.length)
  const ofPlace = new Float64Array(node.length)
  const charge = (to: Float64Array, { of, factors }: Terms, each: number): void => {
    for (let k = 0; k < of.length; k++) {
      const c = of[k] as number
      to[c] = (to[c] as number) - each * (factors[k] as number)
    }
  }
  rows.forEach(({ links, places, pairs }, r) => {
    const each = price[r] as number
    if (each === 0) return
    charge(reduced, links, each)
    charge(ofPlace, places, each)
    charge(ofPair, pairs, each)
  })
  for (let e = 0; e < reduced.length; e++) {
    const ofPlaces = (ofPlace[a[e] as number] as number) + (ofPlace[b[e] as number] as number)
    reduced[e] = (reduced[e] as number) + (ofPair[pairOf[e] as number] as number) + ofPlaces
  }
  return reduced
}

/** Rows that every route satisfies with equality, unless `isAtLeast` is set. */
export interface BaseRow extends Row {
  readonly isAtLeast?: boolean
}

/** The rows for the sums of shares. The comment of `LinearProgram` describes these sums. */
export function rowsOfNodes({ capacity, pairA, pairB }: ProgramLinks): BaseRow[] {
  const pairs: number[][] = Array.from(capacity, () => [])
  for (let k = 0; k < pairA.length; k++) {
    pairs[pairA[k] as number]?.push(k)
    pairs[pairB[k] as number]?.push(k)
  }
  return pairs.flatMap((ofNode, n) => (capacity[n] === 0 ? [] : [rowOfPairs(sum(ofNode), capacity[n] as number)]))
}
