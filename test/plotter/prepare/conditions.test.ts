import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Row, violatedRows } from '../../../src/plotter/prepare/bound/conditions.ts'
import { ProgramLinks } from '../../../src/plotter/prepare/bound/program-links.ts'
import { runs } from '../../support/fuzz.ts'

/** A way through one item: the place where the pen enters it, and the place where the pen leaves it. */
type Way = readonly [enter: number, leave: number]

/** All links between strokes and home, which is the last item. A stroke of two or more places is closed. */
function allLinks(places: readonly number[]): ProgramLinks {
  const capacity = new Uint8Array(2 * places.length + 2).fill(1)
  const node: number[] = []
  places.forEach((count, i) => {
    if (count > 1) capacity.set([2, 0], 2 * i)
    for (let k = 0; k < Math.max(2, count); k++) node.push(count > 1 ? 2 * i : 2 * i + k)
  })
  node.push(2 * places.length, 2 * places.length + 1)
  const [a, b]: [number[], number[]] = [[], []]
  for (const [v, p] of node.entries())
    for (const [w, q] of node.entries())
      if (v < w && p >> 1 !== q >> 1) {
        a.push(v)
        b.push(w)
      }
  const stop = new Float64Array(node.length)
  const [from, to] = [Int32Array.from(a), Int32Array.from(b)]
  return new ProgramLinks({
    items: places.length + 1,
    capacity,
    node,
    stop,
    a: from,
    b: to,
    cost: new Float64Array(a.length),
  })
}

/** The ways through item i. */
function waysOf({ node, column }: ProgramLinks, i: number): Way[] {
  const here = Array.from(node, (n, v) => (n >> 1 === i ? v : -1)).filter((v) => v >= 0)
  const [first = 0, second = 0] = here
  return (column[first] ?? -1) < 0
    ? [
        [first, second],
        [second, first],
      ]
    : here.map((v) => [v, v])
}

/** Adds a closed tour with these ways to the shares of the columns. */
function addTour(links: ProgramLinks, shares: Float64Array, ways: readonly Way[], share: number): void {
  ways.forEach(([enter, leave], k) => {
    const next = ways[(k + 1) % ways.length]?.[0] ?? 0
    const e = links.a.findIndex((v, e) => (v === leave && links.b[e] === next) || (v === next && links.b[e] === leave))
    shares[e] = (shares[e] ?? 0) + share
    const c = links.column[enter] ?? -1
    if (c >= 0) shares[c] = (shares[c] ?? 0) + share
  })
}

/** The shares of every route: each order, each place of closed strokes, and each direction of open ones. */
function allRoutes(links: ProgramLinks): Float64Array[] {
  const home = links.items - 1
  const routes: Float64Array[] = []
  const extend = (ways: readonly Way[], rest: readonly number[]): void => {
    if (rest.length === 0) {
      const shares = new Float64Array(links.columns)
      addTour(links, shares, ways, 1)
      routes.push(shares)
    }
    for (const i of rest)
      for (const way of waysOf(links, i))
        extend(
          [...ways, way],
          rest.filter((j) => j !== i),
        )
  }
  const [way] = waysOf(links, home)
  if (way) extend([way], [...Array(home).keys()])
  return routes
}

const ofPairs = ({ pairs }: ProgramLinks, shares: Float64Array): Float64Array =>
  Float64Array.from(pairs, (links) => links.reduce((sum, e) => sum + (shares[e] ?? 0), 0))

function sumOf({ columns, pairs }: Row, shares: Float64Array, shareOf: Float64Array): number {
  const ofColumns = columns.of.reduce((sum, c, k) => sum + (columns.factors[k] ?? 0) * (shares[c] ?? 0), 0)
  return pairs.of.reduce((sum, pair, k) => sum + (pairs.factors[k] ?? 0) * (shareOf[pair] ?? 0), ofColumns)
}

describe('conditions that shares violate', () => {
  it('are conditions that every route of open and closed strokes meets', () => {
    let tours = 0
    const places = fc.array(fc.constantFrom(1, 2, 2), { minLength: 4, maxLength: 5 })
    /** For each item, the number of its tour, its order there, and its way. */
    const cover = fc.array(fc.tuple(fc.nat(1), fc.nat(), fc.nat()), { minLength: 6, maxLength: 6 })
    fc.assert(
      fc.property(places, fc.array(cover, { minLength: 2, maxLength: 3 }), (count, covers) => {
        const links = allLinks(count)
        const shares = new Float64Array(links.columns)
        for (const items of covers) {
          const all = items
            .slice(0, links.items)
            .map(([tour, at, way], i) => ({ tour, at, ways: waysOf(links, i), way }))
          const parts = [0, 1].map((t) => all.filter(({ tour }) => tour === t).sort((p, q) => p.at - q.at))
          const apart = parts.every(({ length }) => length !== 1) ? parts : [all]
          for (const part of apart)
            addTour(
              links,
              shares,
              part.flatMap(({ ways, way }) => ways.slice(way % ways.length).slice(0, 1)),
              1 / covers.length,
            )
        }
        const rows = violatedRows(links, ofPairs(links, shares), shares)
        tours += rows.filter(({ columns }) => columns.of.filter((c) => c >= links.a.length).length > 1).length
        for (const row of rows) expect(sumOf(row, shares, ofPairs(links, shares))).toBeLessThan(row.least)
        const routes = rows.length > 0 ? allRoutes(links) : []
        for (const route of routes) {
          const shareOf = ofPairs(links, route)
          for (const row of rows) if (sumOf(row, route, shareOf) < row.least - 1e-9) expect.fail('a route violates it')
        }
      }),
      runs(300, 60),
    )
    expect(tours).toBeGreaterThan(0)
  })
})
