import { describe, expect, it } from 'vitest'
import { rings } from '../../../bench/planning/scatter.ts'
import { type Strokes, strokeCount } from '../../../src/geometry/drawing.ts'
import { linkCosts } from '../../../src/plotter/prepare/arrange.ts'
import { costInOrder, endsOf, inSequence } from '../../../src/plotter/prepare/order/index.ts'
import { Links } from '../../../src/plotter/prepare/order/link-cost.ts'
import { searchManyStarts } from '../../../src/plotter/prepare/order/many-starts.ts'
import { Seams } from '../../../src/plotter/prepare/order/seams.ts'
import { inFileOrder, type Sequence } from '../../../src/plotter/prepare/order/sequence.ts'
import { searchTogether } from '../../../src/plotter/prepare/order/together.ts'
import { Work } from '../../../src/plotter/prepare/work.ts'
import { profileNamed } from '../../../src/plotter/profiles/index.ts'

const costs = linkCosts(profileNamed('axidraw-v3'), {})
const home = { x: 0, y: 0 }
const route = { from: home, to: home }
type Search = typeof searchManyStarts

function searched(strokes: Strokes, search: Search, start: Sequence, effort = 0.2, work = new Work()): Sequence {
  const links = new Links(endsOf(strokes, route), { ...costs, perMm: 0 })
  const seams = new Seams(strokes, links)
  seams.moveTo(start.seam)
  return search(strokes, start, links, seams, effort, work)
}

const costOf = (strokes: Strokes, sequence: Sequence): number =>
  costInOrder(inSequence(strokes, sequence), route, costs, true)

describe('the search from many starts', () => {
  it('finds a better order of 20 crossing circles than the search from one start', () => {
    const strokes = rings(20, false, 1)
    const one = searched(strokes, searchTogether, inFileOrder(strokeCount(strokes)), 1)
    const many = searched(strokes, searchManyStarts, one, 1)
    expect(costOf(strokes, many)).toBeLessThan(costOf(strokes, one) - 0.02)
  })

  it('keeps the start when no other route is better', () => {
    const strokes = rings(6, true, 1)
    const best = searched(strokes, searchManyStarts, inFileOrder(6), 1)
    expect(searched(strokes, searchManyStarts, best)).toBe(best)
  })

  it('draws every stroke once, and gives the same order each time', () => {
    const strokes = rings(15, false, 2)
    const first = searched(strokes, searchManyStarts, inFileOrder(15))
    expect([...first.stroke].sort((p, q) => p - q)).toEqual([...Array(15).keys()])
    expect(searched(strokes, searchManyStarts, inFileOrder(15))).toEqual(first)
  })

  it('gives no route worse than the start when time is up', () => {
    const strokes = rings(6, true, 1)
    const start = inFileOrder(6)
    const late = searched(strokes, searchManyStarts, start, 1, new Work({ expired: () => true }))
    expect(costOf(strokes, late)).toBeLessThanOrEqual(costOf(strokes, start))
  })
})
