import fc from 'fast-check'
import { expect, it, vi } from 'vitest'
import { inOwnTurns, inSlices, isSliceOver, mapInSlices, nextSlice, sortInSlices } from '../src/slices.ts'
import { runs } from './support/fuzz.ts'

/** Blocks the thread for this time, ms. */
function work(ms: number): void {
  const end = performance.now() + ms
  while (performance.now() < end);
}

/** Counts the turns of the event loop from now on. */
function turns(): { readonly now: () => number; readonly stop: () => void } {
  let count = 0
  let next: NodeJS.Immediate
  const turn = (): void => {
    count++
    next = setImmediate(turn)
  }
  next = setImmediate(turn)
  return { now: () => count, stop: () => clearImmediate(next) }
}

it('`nextSlice` gives one slice in each turn of the event loop, even when many callers wait', async () => {
  const loop = turns()
  const begun: number[] = []
  const one = async (): Promise<void> => {
    for (let n = 0; n < 3; n++) {
      await nextSlice()
      begun.push(loop.now())
      work(5)
    }
  }
  await Promise.all([one(), one(), one(), one()])
  loop.stop()
  expect(new Set(begun).size).toBe(12)
})

it('`nextSlice` gives slices to its callers by turns: no work waits for the end of other work', async () => {
  const order: string[] = []
  const worker = async (name: string): Promise<void> => {
    for (let n = 0; n < 3; n++) {
      await nextSlice()
      order.push(name)
    }
  }
  await Promise.all([worker('a'), worker('b')])
  expect(order.join('')).toBe('ababab')
})

it('`isSliceOver` tells long work that its slice is over', async () => {
  await nextSlice()
  work(5)
  expect(isSliceOver()).toBe(true)
})

it('`inSlices` visits all items in order, the first one immediately', async () => {
  const visited: number[] = []
  const all = inSlices([0, 1, 2, 3], (item, i) => {
    visited.push(item + i)
    work(3)
  })
  expect(visited).toEqual([0])
  await all
  expect(visited).toEqual([0, 2, 4, 6])
})

it('`mapInSlices` maps a list immediately if the work is short, and in slices if the work is long', async () => {
  const now = performance.now()
  const clock = vi.spyOn(performance, 'now').mockReturnValue(now) // so that a busy machine cannot end this slice
  await nextSlice()
  expect(mapInSlices([1, 2], (item, i) => 10 * item + i)).toEqual([10, 21])
  clock.mockRestore()
  const mapping = mapInSlices([1, 2, 3, 4], (item) => {
    work(3)
    return 10 * item
  })
  expect(mapping).toBeInstanceOf(Promise)
  expect(await mapping).toEqual([10, 20, 30, 40])
})

it('`inOwnTurns` lets the loop turn between the steps of long work, and gives its result', async () => {
  const loop = turns()
  const begun: number[] = []
  function* steps(): Generator<undefined, string> {
    for (let n = 0; n < 4; n++) {
      begun.push(loop.now())
      work(3)
      yield
    }
    return 'done'
  }
  expect(await inOwnTurns(steps())).toBe('done')
  loop.stop()
  expect(new Set(begun).size).toBe(4)
})

it('`sortInSlices` sorts as toSorted does: equal items keep their order', async () => {
  const item = fc.record({ key: fc.nat(50), name: fc.string() })
  const list = fc.array(item, { minLength: 0, maxLength: 3000, size: 'max' })
  await fc.assert(
    fc.asyncProperty(list, async (items) => {
      const byKey = (a: { key: number }, b: { key: number }): number => a.key - b.key
      expect(await sortInSlices(items, byKey)).toEqual(items.toSorted(byKey))
    }),
    runs(200),
  )
})

it('`sortInSlices` sorts a long list over many turns of the event loop', async () => {
  const loop = turns()
  const items = Array.from({ length: 20_000 }, (_, i) => (i * 7919) % 20_011)
  const sorting = sortInSlices(items, (a, b) => {
    work(0.0005)
    return a - b
  })
  expect(await sorting).toEqual(items.toSorted((a, b) => a - b))
  expect(loop.now()).toBeGreaterThan(10)
  loop.stop()
})
