import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Network } from '../../../src/plotter/prepare/bound/violated-sets.ts'
import { runs } from '../../support/fuzz.ts'

const NODES = 6
const ENOUGH = 100
const link = fc.tuple(fc.nat(NODES - 1), fc.nat(NODES - 1), fc.integer({ min: 1, max: 4 }))
const between = fc
  .array(link, { minLength: 1, maxLength: 14 })
  .map((links) => links.filter(([from, to]) => from !== to))

describe('the least cuts of a network', () => {
  it('are the smallest side with the sources, and the smallest side with the sink, of all cuts of least capacity', () => {
    fc.assert(
      fc.property(between, fc.constantFrom([0], [0, 1], [0, 1, 2]), (links, sources) => {
        const sink = NODES - 1
        const network = new Network(NODES, {
          a: Int32Array.from(links, ([from]) => from),
          b: Int32Array.from(links, ([, to]) => to),
          share: Float64Array.from(links, ([, , share]) => share),
        })
        const isIn = (side: number, n: number) => (side >> n) & 1
        const sides = [...Array(1 << NODES).keys()].filter(
          (side) => sources.every((n) => isIn(side, n) === 1) && isIn(side, sink) === 0,
        )
        const capacity = (side: number) =>
          links.reduce((sum, [from, to, share]) => sum + (isIn(side, from) === isIn(side, to) ? 0 : share), 0)
        const least = Math.min(...sides.map(capacity))
        const best = sides.filter((side) => capacity(side) === least)
        const ofSources = best.reduce((p, q) => p & q)
        const ofSink = (1 << NODES) - 1 - best.reduce((p, q) => p | q)
        const bytes = (side: number) => Array.from({ length: NODES }, (_, n) => isIn(side, n))
        const cuts = network.cuts(sources, sink, ENOUGH).map((cut) => [...cut])
        expect(cuts).toEqual([bytes(ofSources), bytes(ofSink)])
        // a flow of just `enough` ends the search
        if (least > 0) expect(network.cuts(sources, sink, least)).toEqual([])
      }),
      runs(1000, 200),
    )
  })
})
