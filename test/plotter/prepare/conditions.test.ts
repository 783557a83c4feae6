import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { violatedRows } from '../../../src/plotter/prepare/bound/conditions.ts'
import type { ProgramLinks } from '../../../src/plotter/prepare/bound/program-links.ts'
import type { Row } from '../../../src/plotter/prepare/bound/row.ts'
import { runs } from '../../support/fuzz.ts'
import { addTour, allLinks, allRoutes, waysOf } from './all-routes.ts'

const ofPairs = ({ pairs }: ProgramLinks, shares: Float64Array): Float64Array =>
  Float64Array.from(pairs, (links) => links.reduce((sum, e) => sum + (shares[e] ?? 0), 0))

function sumOf(
  { links, places, pairs }: Row,
  { at }: ProgramLinks,
  shares: Float64Array,
  shareOf: Float64Array,
): number {
  const ofLinks = links.of.reduce((sum, e, k) => sum + (links.factors[k] ?? 0) * (shares[e] ?? 0), 0)
  const atPlace = (v: number): number => (at[v] ?? []).reduce((sum, e) => sum + (shares[e] ?? 0), 0)
  const ofPlaces = places.of.reduce((sum, v, k) => sum + (places.factors[k] ?? 0) * atPlace(v), ofLinks)
  return pairs.of.reduce((sum, pair, k) => sum + (pairs.factors[k] ?? 0) * (shareOf[pair] ?? 0), ofPlaces)
}

describe('conditions that shares violate', () => {
  it('are conditions that every route of open and closed strokes meets', () => {
    let subtours = 0
    const places = fc.array(fc.constantFrom(1, 2, 2), { minLength: 4, maxLength: 5 })
    /** For each item, the number of its tour, its order there, and its way. */
    const cover = fc.array(fc.tuple(fc.nat(1), fc.nat(), fc.nat()), { minLength: 6, maxLength: 6 })
    fc.assert(
      fc.property(places, fc.array(cover, { minLength: 2, maxLength: 3 }), (count, covers) => {
        const links = allLinks(count)
        const shares = new Float64Array(links.a.length)
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
        subtours += rows.filter(({ places }) => places.of.length > 1).length
        for (const row of rows) expect(sumOf(row, links, shares, ofPairs(links, shares))).toBeLessThan(row.least)
        const routes = rows.length > 0 ? allRoutes(links) : []
        for (const route of routes) {
          const shareOf = ofPairs(links, route)
          for (const row of rows)
            if (sumOf(row, links, route, shareOf) < row.least - 1e-9) expect.fail('a route violates a condition')
        }
      }),
      runs(300, 60),
    )
    expect(subtours).toBeGreaterThan(0)
  })
})
