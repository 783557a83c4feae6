import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Branch, LinearProgram, loadSolver } from '../../../src/plotter/prepare/bound/linear-program.ts'
import type { ProgramLinks } from '../../../src/plotter/prepare/bound/program-links.ts'
import { Work } from '../../../src/plotter/prepare/work.ts'
import { runs } from '../../support/fuzz.ts'
import { allLinks, allRoutes } from './all-routes.ts'

const solver = await loadSolver()

/** The links of a branch as pairs of places. */
const namesOf = ({ a, b }: ProgramLinks): Set<string> => new Set(Array.from(a, (v, e) => `${v} ${b[e]}`))

describe('a branch without the links that no good route uses', () => {
  it('has all links of every route below the limit', () => {
    let dropped = 0
    const places = fc.array(fc.constantFrom(1, 3, 3), { minLength: 3, maxLength: 4 })
    const costs = fc.array(fc.integer({ min: 100, max: 400 }), { minLength: 120, maxLength: 120 })
    fc.assert(
      fc.property(places, costs, fc.nat(5), fc.option(fc.nat()), (count, cost, worse, fixing) => {
        const links = allLinks(count, (e) => (cost[e % cost.length] ?? 0) / 100)
        const routes = allRoutes(links)
          .map((shares) => [...shares.keys()].filter((e) => shares[e] === 1))
          .map((used) => ({ used, cost: used.reduce((sum, e) => sum + (links.cost[e] ?? 0), 0) }))
          .sort((p, q) => p.cost - q.cost)
        const enough = (routes[2 * worse]?.cost ?? 0) + 1e-3
        const out = fixing === null ? undefined : fixing % links.pairs.length
        const fixed = out === undefined ? [] : [[out, 0] as const]
        const branch: Branch = { least: -Infinity, links: Object.assign(links, { first: [] }), fixed, rows: [] }
        const program = new LinearProgram(solver, branch, { seconds: 1e6, work: new Work() }, enough)
        const cut = program.cut(0.01)
        if (!cut) throw new Error('the time is up')
        const kept = namesOf(cut.least < enough ? program.narrowed(cut).links : links)
        program.dispose()
        dropped += links.a.length - kept.size
        for (const { used, cost } of routes) {
          if (cost >= enough || used.some((e) => links.pairOf[e] === out)) continue
          expect(cut.least).toBeLessThanOrEqual(cost)
          for (const e of used) expect(kept.has(`${links.a[e]} ${links.b[e]}`)).toBe(true)
        }
      }),
      runs(100, 20),
    )
    expect(dropped).toBeGreaterThan(0)
  })
})
