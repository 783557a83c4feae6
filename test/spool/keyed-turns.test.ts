import { describe, expect, it } from 'vitest'
import { KeyedTurns } from '../../src/spool/keyed-turns.ts'
import { expectRemoval } from '../support/garbage.ts'

describe('actions in turns', () => {
  /** Actions that end when the test calls `end`, and the order in which they begin. */
  function actions() {
    const turns = new KeyedTurns()
    const begun: string[] = []
    const ends = new Map<string, () => void>()
    const take = (name: string, action: string) =>
      turns.take(name, async () => {
        begun.push(action)
        await new Promise<void>((resolve) => ends.set(action, resolve))
        return action
      })
    return { turns, begun, take, end: (action: string) => ends.get(action)?.() }
  }

  it('of one name run one after another, also when an action comes while the second one runs', async () => {
    const { begun, take, end } = actions()
    const first = take('a', 'first')
    const second = take('a', 'second')
    await Promise.resolve()
    expect(begun).toEqual(['first'])
    end('first')
    expect(await first).toBe('first')
    await expect.poll(() => begun).toEqual(['first', 'second'])
    const third = take('a', 'third')
    await new Promise(setImmediate)
    expect(begun).toEqual(['first', 'second'])
    end('second')
    expect(await second).toBe('second')
    await expect.poll(() => begun).toEqual(['first', 'second', 'third'])
    end('third')
    expect(await third).toBe('third')
  })

  it('of different names do not wait for each other', async () => {
    const { begun, take, end } = actions()
    const first = take('a', 'first')
    const other = take('b', 'other')
    await expect.poll(() => begun).toEqual(['first', 'other'])
    end('other')
    expect(await other).toBe('other')
    end('first')
    await first
  })

  it('run after an action that failed, and each caller gets the outcome of its own action', async () => {
    const { turns, take, end, begun } = actions()
    const failed = expect(turns.take('a', () => Promise.reject(new Error('full')))).rejects.toThrow('full')
    const next = take('a', 'next')
    await failed
    await expect.poll(() => begun).toEqual(['next'])
    end('next')
    expect(await next).toBe('next')
  })

  it('leave nothing in memory when they have ended', async () => {
    const turns = new KeyedTurns()
    const taken = async () => new WeakRef(await turns.take('a', async () => ({ title: 'result' })))
    await expectRemoval(await taken())
    await turns.take('b', async () => {}) // this call keeps `turns` in memory until here
  })
})
