import { describe, expect, it } from 'vitest'
import { EMPTY, keep, plotOf, restored } from '../../../clients/web/src/compose/composition.ts'
import { inkRuns } from '../../../clients/web/src/sheet/inks.ts'
import { beginningOf } from '../../../clients/web/src/sheet/places.ts'

describe('a wish about the paper', () => {
  it('is nothing where there is no plotter, or none is wanted', () => {
    expect(plotOf({ copies: 2 }, false)).toBeUndefined()
    expect(plotOf({ plotter: '' }, true)).toBeUndefined()
  })

  it('becomes what the daemon takes, with nothing that was not wished', () => {
    expect(plotOf({}, true)).toEqual({ plotter: 'any' })
    const wish = { priority: 'high', page: 'a5', landscape: true, once: false, margin: 0, layers: [2] } as const
    expect(plotOf(wish, true)).toEqual({
      plotter: 'any',
      pageSize: 'a5',
      layers: [2],
      options: { landscape: true, margin: 0 },
    })
  })

  it('is kept for the tab, and a store that is full or foreign costs nothing', () => {
    const kept = new Map<string, string>()
    const store = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (k: string, v: string) => void kept.set(k, v),
    }
    const composition = { ...EMPTY, task: 'svg', wishes: { svg: { margin: 5 } } }
    keep(store, composition)
    expect(restored(store)).toEqual(composition)
    expect(restored({ getItem: () => '{broken' })).toEqual(EMPTY)
    const full = () => {
      throw new Error('quota')
    }
    expect(() => keep({ setItem: full }, composition)).not.toThrow()
  })
})

/** Strokes of 10, 20 and 5 mm, and a dot. */
const plan = {
  width: 50,
  height: 50,
  points: Float64Array.from([0, 0, 10, 0, 0, 5, 20, 5, 3, 9, 3, 14, 1, 1]),
  starts: Uint32Array.from([0, 2, 4, 6, 7]),
  layers: [
    { first: 0, count: 2, color: '#000000' },
    { first: 2, count: 2, color: 'red' },
  ],
}

describe('the place to go on from', () => {
  it('is where the pen comes down, and nowhere after the last stroke', () => {
    expect(beginningOf(plan, 2)).toEqual({ x: 3, y: 9 })
    expect(beginningOf(plan, 4)).toBeUndefined()
  })
})

describe('the colours of the ink', () => {
  it('are the pens’ where there are several, black being the page’s own ink', () => {
    expect(inkRuns(plan, 1, 4)).toEqual([
      { from: 1, to: 2 },
      { from: 2, to: 4, color: 'red' },
    ])
  })

  it('are the page’s own where there is one pen', () => {
    const one = { layers: [{ first: 0, count: 4, color: 'red' }] }
    expect(inkRuns(one, 0, 4)).toEqual([{ from: 0, to: 4 }])
  })
})
