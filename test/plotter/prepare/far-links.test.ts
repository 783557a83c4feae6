import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rings } from '../../../bench/planning/scatter.ts'
import { type Strokes, strokeCount } from '../../../src/geometry/drawing.ts'
import { linkCosts } from '../../../src/plotter/prepare/arrange.ts'
import { linkGraph } from '../../../src/plotter/prepare/bound/link-graph.ts'
import { PlaceGraph } from '../../../src/plotter/prepare/bound/place-graph.ts'
import { endsOf } from '../../../src/plotter/prepare/order/index.ts'
import { Links } from '../../../src/plotter/prepare/order/link-cost.ts'
import { Seams } from '../../../src/plotter/prepare/order/seams.ts'
import { Work } from '../../../src/plotter/prepare/work.ts'
import { profileNamed } from '../../../src/plotter/profiles/index.ts'
import { runs } from '../../support/fuzz.ts'
import { scattered } from './support.ts'

const costs = linkCosts(profileNamed('axidraw-v3'), {})
const fixed = { start: false, end: false }
/** Home amid the strokes, near them or far from all of them. */
const homes = fc.constantFrom({ x: 50, y: 50 }, { x: 0, y: 0 }, { x: -400, y: 0 })
const few = scattered(9).filter((strokes) => strokeCount(strokes) > 1)

const linksFrom = (strokes: Strokes, home: { x: number; y: number }) =>
  new Links(endsOf(strokes, { from: home, to: home }), { ...costs, perMm: 0 })

function placesOf(strokes: Strokes, home: { x: number; y: number }, near: number): PlaceGraph {
  const links = linksFrom(strokes, home)
  return new PlaceGraph(strokes, links, new Seams(strokes, links), fixed, near, new Work())
}

/** The pairs of nodes of different strokes, or of a stroke and home. */
function* pairs(nodes: number): Generator<[number, number]> {
  for (let p = 0; p < nodes; p++) for (let q = p + 1; q < nodes; q++) if (p >> 1 !== q >> 1) yield [p, q]
}

describe('a link that the bound does not compare', () => {
  it('costs at least the sum of `far` of its two ends', () => {
    fc.assert(
      fc.property(few, homes, fc.integer({ min: 1, max: 4 }), (strokes, home, near) => {
        const links = linksFrom(strokes, home)
        const seams = new Seams({ ...strokes, starts: new Uint32Array(1) }, links)
        const { a, b, far } = linkGraph(strokes, links, seams, fixed, new Work(), near)
        const compared = new Set(Array.from(a, (p, e) => `${p} ${b[e]}`))
        for (const [p, q] of pairs(far.length)) {
          if (compared.has(`${p} ${q}`)) continue
          expect((far[p] ?? 0) + (far[q] ?? 0)).toBeLessThanOrEqual(links.between(p, q) + 1e-9)
        }
      }),
      runs(200),
    )
  })

  it('costs at least the sum of `far` of its two places', () => {
    fc.assert(
      fc.property(few, homes, fc.integer({ min: 1, max: 8 }), (strokes, home, near) => {
        const graph = placesOf(strokes, home, near)
        const { firstPlace, firstEntry, to, far } = graph
        for (const [p, q] of pairs(graph.nodes)) {
          if (to.subarray(firstEntry[p], firstEntry[p + 1]).includes(q)) continue
          for (let v = firstPlace[p] ?? 0; v < (firstPlace[p + 1] ?? 0); v++)
            for (let w = firstPlace[q] ?? 0; w < (firstPlace[q + 1] ?? 0); w++)
              expect((far[v] ?? 0) + (far[w] ?? 0)).toBeLessThanOrEqual(graph.cost(v, w) + 1e-9)
        }
      }),
      runs(200),
    )
  })

  it('counts with more than 80 % of its cost when home lies far from all strokes', () => {
    const graph = placesOf(rings(40, true), { x: -400, y: 0 }, 30)
    const home = graph.firstPlace[graph.nodes - 1] ?? 0
    const costsFromHome = Array.from({ length: home - 1 }, (_, v) => graph.cost(v, home))
    expect(graph.far[home]).toBeGreaterThan(0.8 * Math.min(...costsFromHome))
  })
})
