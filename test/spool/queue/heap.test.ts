import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Heap } from '../../../src/spool/queue/heap.ts'
import { runs } from '../../support/fuzz.ts'

interface Item {
  readonly rank: number
}

function aHeap() {
  const current = new Set<Item>()
  let looks = 0
  const heap = new Heap<Item>(
    (a, b) => a.rank < b.rank,
    (item) => {
      looks++
      return current.has(item)
    },
  )
  const push = (rank: number): void => {
    const item = { rank }
    current.add(item)
    heap.push(item)
  }
  const looksOf = (act: () => void): number => {
    looks = 0
    act()
    return looks
  }
  return { heap, current, push, looksOf }
}

describe('a heap', () => {
  it('gives the first current record, as a sorted list does', () => {
    const step = fc.oneof(
      fc.record({ push: fc.integer({ min: 0, max: 30 }) }),
      fc.record({ replace: fc.nat() }),
      fc.constant('pop' as const),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const { heap, current, push } = aHeap()
        for (const each of steps) {
          if (each === 'pop') {
            const top = heap.peek()
            heap.pop()
            if (top) current.delete(top)
          } else if ('push' in each) push(each.push)
          else current.delete([...current][each.replace % Math.max(1, current.size)] as Item)
          const least = Math.min(...[...current].map(({ rank }) => rank))
          expect(heap.peek()?.rank).toBe(current.size === 0 ? undefined : least)
        }
      }),
      runs(100),
    )
  })

  it('looks at few records in each push, so that no push among many takes long', () => {
    const { push, looksOf } = aHeap()
    const most = Array.from({ length: 5000 }, (_, i) => looksOf(() => push(i))).reduce((a, b) => Math.max(a, b))
    expect(most).toBeLessThan(10)
  })

  it('drops replaced records that never come to the top', () => {
    const { heap, current, push, looksOf } = aHeap()
    push(-1)
    for (let i = 0; i < 20_000; i++) {
      push(20_000 - i)
      if (i % 10 !== 0) current.delete([...current].at(-1) as Item)
      if (i % 100 === 0) for (const item of [...current].slice(1)) current.delete(item)
    }
    current.clear() // `peek` now looks at every record that the heap still has
    expect(looksOf(() => heap.peek())).toBeLessThan(2000)
  })
})
