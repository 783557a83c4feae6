import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { Fifo } from '../../../src/spool/queue/fifo.ts'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

interface Item {
  readonly n: number
}

describe('a queue of records', () => {
  function someItems() {
    const current = new Set<Item>()
    const queue = new Fifo<Item>((item) => current.has(item))
    const push = (n: number): Item => {
      const item = { n }
      current.add(item)
      queue.push(item)
      return item
    }
    return { current, queue, push }
  }

  it('gives the current records in the order in which they came, also after many were replaced', () => {
    const { current, queue, push } = someItems()
    for (let n = 0; n < 5000; n++) {
      const item = push(n)
      if (n % 1000 !== 7) current.delete(item)
      if (n === 2500) expect(queue.peek()).toEqual({ n: 7 })
    }
    expect(queue.peek()).toEqual({ n: 7 })
    expect(queue.first(3).map(({ n }) => n)).toEqual([7, 1007, 2007])
    expect(queue.first(9).map(({ n }) => n)).toEqual([7, 1007, 2007, 3007, 4007])
  })

  it('releases replaced records while more come, although nothing reads the queue', async () => {
    const { current, queue, push } = someItems()
    push(0)
    const replaced = (() => {
      const item = push(1)
      current.delete(item)
      return new WeakRef(item)
    })()
    for (let n = 2; n < 3000; n++) current.delete(push(n))
    await expect
      .poll(() => {
        collectGarbage()
        return replaced.deref() === undefined
      })
      .toBe(true)
    expect(queue.peek()).toEqual({ n: 0 }) // the queue is still in memory
  })
})
