import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { violatedCombs } from '../../../src/plotter/prepare/bound/combs.ts'
import { ProgramLinks } from '../../../src/plotter/prepare/bound/program-links.ts'
import type { Row } from '../../../src/plotter/prepare/bound/row.ts'
import { runs } from '../../support/fuzz.ts'

/**
 * The links between every two items: the strokes, and home as the last item. Stroke i is closed if `closed[i]` is true.
 */
function allLinks(closed: readonly boolean[]): ProgramLinks {
  const items = closed.length + 1
  const capacity = new Uint8Array(2 * items).fill(1)
  closed.forEach((isClosed, i) => {
    if (isClosed) capacity.set([2, 0], 2 * i)
  })
  const node = [...capacity.keys()].filter((n) => capacity[n] !== 0)
  const [a, b]: [number[], number[]] = [[], []]
  for (const [v, p] of node.entries())
    for (const [w, q] of node.entries())
      if (v < w && p >> 1 !== q >> 1) {
        a.push(v)
        b.push(w)
      }
  const cost = new Float64Array(a.length)
  return new ProgramLinks({
    items,
    capacity,
    node,
    a: Int32Array.from(a),
    b: Int32Array.from(b),
    cost,
  })
}

const pairOf = ({ pairA, pairB }: ProgramLinks, p: number, q: number): number =>
  pairA.findIndex((n, k) => (n === p && pairB[k] === q) || (n === q && pairB[k] === p))

/** The pairs of every route: each order of the strokes, and each direction of the open ones. */
function allRoutes(links: ProgramLinks, closed: readonly boolean[]): number[][] {
  const home = 2 * closed.length
  const routes: number[][] = []
  const extend = (from: number, rest: readonly number[], pairs: readonly number[]): void => {
    if (rest.length === 0) routes.push([...pairs, pairOf(links, from, home)])
    for (const i of rest)
      for (const side of closed[i] ? [0] : [0, 1]) {
        const [enter, leave] = [2 * i + side, closed[i] ? 2 * i : 2 * i + 1 - side]
        extend(
          leave,
          rest.filter((j) => j !== i),
          [...pairs, pairOf(links, from, enter)],
        )
      }
  }
  extend(home + 1, [...closed.keys()], [])
  return routes
}

/**
 * Makes random links. Lists each node as often as it has links in a route, and sorts the list by `keys`. Links the
 * first entry to the second, the third to the fourth, and so on, and drops links within one item.
 */
function anyLinks({ capacity }: ProgramLinks, keys: readonly number[]): [number, number][] {
  const ends = [...capacity].flatMap((links, n) => Array.from({ length: links }, () => n))
  const shuffled = ends
    .map((n, i) => [keys[i] ?? 0, n] as const)
    .sort(([p], [q]) => p - q)
    .map(([, n]) => n)
  const pairs = Array.from({ length: ends.length / 2 }, (_, i): [number, number] => [
    shuffled[2 * i] ?? 0,
    shuffled[2 * i + 1] ?? 0,
  ])
  return pairs.filter(([p, q]) => p >> 1 !== q >> 1)
}

const sumOf = ({ pairs }: Row, share: (pair: number) => number): number =>
  pairs.of.reduce((sum, pair, k) => sum + (pairs.factors[k] ?? 0) * share(pair), 0)

/** The least sum of a row over all routes. */
const leastOf = (row: Row, routes: readonly number[][]): number =>
  Math.min(...routes.map((pairs) => sumOf(row, (c) => pairs.filter((k) => k === c).length)))

// A comb is a condition that every route meets. `violatedCombs` finds combs that given shares of links do not meet.
describe('combs that shares of links violate', () => {
  it('are found where three links join two rings of closed strokes', () => {
    const closed = [true, true, true, true, true, true]
    const links = allLinks(closed)
    const share = new Float64Array(links.pairs.length)
    const set = (p: number, q: number, x: number): void => {
      share[pairOf(links, p, q)] = x
    }
    for (const first of [0, 6]) {
      set(first, first + 2, 0.5)
      set(first + 2, first + 4, 0.5)
      set(first + 4, first, 0.5)
    }
    set(0, 6, 1)
    set(2, 8, 1)
    // The third link goes through home.
    set(4, 13, 1)
    set(10, 12, 1)
    const combs = violatedCombs(links, share)
    expect(combs).not.toEqual([])
    const routes = allRoutes(links, closed)
    for (const comb of combs) {
      expect(sumOf(comb, (c) => share[c] ?? 0)).toBeLessThan(comb.least)
      expect(leastOf(comb, routes)).toBeGreaterThanOrEqual(comb.least)
    }
  })

  it('are conditions that every route of open and closed strokes meets', () => {
    let found = 0
    const strokes = fc.array(fc.constantFrom(true, true, true, false), { minLength: 5, maxLength: 6 })
    const keys = fc.array(fc.nat(), { minLength: 14, maxLength: 14 })
    fc.assert(
      fc.property(strokes, fc.array(keys, { minLength: 2, maxLength: 4 }), (closed, orders) => {
        const links = allLinks(closed)
        const share = new Float64Array(links.pairs.length)
        for (const order of orders) {
          for (const [p, q] of anyLinks(links, order)) {
            const k = pairOf(links, p, q)
            share[k] = (share[k] ?? 0) + 1 / orders.length
          }
        }
        const combs = violatedCombs(links, share)
        found += combs.length
        const routes = combs.length > 0 ? allRoutes(links, closed) : []
        for (const comb of combs) expect(leastOf(comb, routes)).toBeGreaterThanOrEqual(comb.least)
      }),
      runs(3000, 300),
    )
    expect(found).toBeGreaterThan(0)
  })

  it('do not exist for the shares of a route', () => {
    const closed = [true, false, true, false]
    const links = allLinks(closed)
    for (const pairs of allRoutes(links, closed)) {
      const share = new Float64Array(links.pairs.length)
      for (const k of pairs) share[k] = 1
      expect(violatedCombs(links, share)).toEqual([])
    }
  })
})
