import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { RenderPool } from '../../../src/spool/render/render-pool.ts'
import type { ThreadMessage } from '../../../src/spool/render/render-thread.ts'
import { until } from '../../support/until.ts'

const script = new URL('./render-script.mjs', import.meta.url)
const pool = new RenderPool({ script, threads: 2, memoryMb: 64, maxOutputBytes: 1000 })
afterAll(() => pool.close())

describe('a pool of rendering threads', () => {
  it('runs the script and returns its result', async () => {
    expect(await pool.run({ deed: 'echo', value: { ink: 'blue' } })).toEqual({ value: { ink: 'blue' } })
  })

  it('passes on progress, warnings and log lines, in order', async () => {
    const received: ThreadMessage[] = []
    await pool.run({ deed: 'talk' }, { onMessage: (message) => received.push(message) })
    expect(received).toEqual([
      { type: 'progress', done: 0.5 },
      { type: 'warning', code: 'missing-glyph', message: 'no ☃', count: 2 },
      { type: 'log', message: 'half way' },
    ])
  })

  it('keeps the code of an error that the script throws on purpose', async () => {
    const refused = { code: 'ERR_PARAMS', message: 'rings must be at least 1', detail: { field: 'rings' } }
    await expect(pool.run({ deed: 'refuse' })).rejects.toMatchObject(refused)
  })

  it('reports any other error of the script as a failure of the task', async () => {
    await expect(pool.run({ deed: 'stumble' })).rejects.toMatchObject({ code: 'ERR_TASK_FAILED' })
  })

  it('stops an endless thread at its time limit', async () => {
    await expect(pool.run({ deed: 'spin' }, { timeoutMs: 50 })).rejects.toMatchObject({ code: 'ERR_TASK_TIMEOUT' })
  })

  it('stops a busy thread when the run is canceled', async () => {
    const stop = new AbortController()
    const run = pool.run({ deed: 'spin' }, { signal: stop.signal, onMessage: () => stop.abort(new Error('canceled')) })
    await expect(run).rejects.toThrow('canceled')
  })

  it('refuses a run that is canceled already', async () => {
    await expect(pool.run({ deed: 'echo' }, { signal: AbortSignal.abort(new Error('no')) })).rejects.toThrow('no')
  })

  it('survives a script that allocates memory without end', async () => {
    await expect(pool.run({ deed: 'hoard' })).rejects.toMatchObject({
      code: 'ERR_TASK_MEMORY',
      detail: { memoryMb: 64 },
    })
  })

  it('survives a script that never stops filling buffers outside the heap, and other renders continue', async () => {
    const stop = new AbortController()
    const otherRender = expect(pool.run({ deed: 'spin' }, { signal: stop.signal })).rejects.toThrow('enough')
    await expect(pool.run({ deed: 'fill' }, { isForeign: true })).rejects.toMatchObject({ code: 'ERR_TASK_MEMORY' })
    stop.abort(new Error('enough'))
    await otherRender
  })

  it('survives a script that ends its thread', async () => {
    await expect(pool.run({ deed: 'exit' })).rejects.toMatchObject({ code: 'ERR_TASK_FAILED' })
  })

  it.each([null, undefined, 'a text'])('survives a script that throws %s in a timer', async (value) => {
    const death = { code: 'ERR_TASK_FAILED', message: `the rendering thread died: ${value}` }
    await expect(pool.run({ deed: 'throwLater', value })).rejects.toMatchObject(death)
  })

  it('cuts the message of a long error that a script throws in a timer', async () => {
    const death = await pool.run({ deed: 'throwLater', value: 'x'.repeat(1e6) }).catch((error: Error) => error.message)
    expect(death).toMatch(/^the rendering thread died: x{1000}/)
    expect(death).toHaveLength(10_000)
  })

  it('refuses a result that is too large', async () => {
    const limit = { code: 'ERR_LIMIT', detail: { bytes: 1001, max: 1000 } }
    await expect(pool.run({ deed: 'large', bytes: 1001 })).rejects.toMatchObject(limit)
    expect(await pool.run({ deed: 'large', bytes: 1000 })).toHaveProperty('svg')
  })

  it('counts the bytes of every member of a result, however deep it is', async () => {
    const limit = { code: 'ERR_LIMIT', detail: { bytes: 1001, max: 1000 } }
    await expect(pool.run({ deed: 'nested', bytes: 1001 })).rejects.toMatchObject(limit)
    expect(await pool.run({ deed: 'nested', bytes: 1000 })).toHaveProperty('drawing')
  })

  it('counts each byte of a text result only once', async () => {
    const limit = { code: 'ERR_LIMIT', detail: { bytes: 1001, max: 1000 } }
    await expect(pool.run({ deed: 'text', bytes: 1001 })).rejects.toMatchObject(limit)
    expect(await pool.run({ deed: 'text', bytes: 1000 })).toHaveLength(1000)
  })

  it('still works after the failures of the tests above, with as many runs at a time as it has threads', async () => {
    const runs = [1, 2, 3, 4, 5].map((value) => pool.run({ deed: 'echo', value }))
    expect(pool.free).toBe(0)
    expect(await Promise.all(runs)).toEqual([1, 2, 3, 4, 5].map((value) => ({ value })))
    expect(pool.free).toBe(2)
  })

  it('ends an idle thread after the given time, and starts another when a run needs one', async () => {
    const idle = new RenderPool({ script, threads: 2, idleMs: 20 })
    const stop = new AbortController()
    const spins = idle.run({ deed: 'spin' }, { signal: stop.signal }).catch(() => 'stopped')
    const threadId = async () => (await idle.run<{ id: number }>({ deed: 'whoami' })).id
    const first = await threadId()
    expect(await threadId()).toBe(first)
    await until(async () => {
      await sleep(60)
      return (await threadId()) !== first
    })
    stop.abort()
    expect(await spins).toBe('stopped')
    await idle.close()
  })

  it('ends the wait for a thread as soon as the run is canceled, and gives the thread to the next run', async () => {
    const single = new RenderPool({ script, threads: 1 })
    const [first, second] = [new AbortController(), new AbortController()]
    const spinning = single.run({ deed: 'spin' }, { signal: first.signal }).catch(() => 'stopped')
    const waiting = single.run({ deed: 'echo', value: 2 }, { signal: second.signal })
    const last = single.run({ deed: 'echo', value: 3 })
    second.abort(new Error('canceled while it waited'))
    await expect(waiting).rejects.toThrow('canceled while it waited')
    first.abort()
    expect([await spinning, await last]).toEqual(['stopped', { value: 3 }])
    expect(single.free).toBe(1)
    await single.close()
  })

  it('does not count the start of a thread as time that a run took', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const fresh = new RenderPool({ script, threads: 1 })
    const run = fresh.run({ deed: 'echo', value: 1 }, { timeoutMs: 2_000 })
    vi.advanceTimersByTime(10_000)
    expect(await run).toEqual({ value: 1 })
    vi.useRealTimers()
    await fresh.close()
  })

  it('does not count the wait for a thread as time that a run took', async () => {
    const single = new RenderPool({ script, threads: 1 })
    const stop = new AbortController()
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const first = single.run({ deed: 'spin' }, { signal: stop.signal }).catch(() => 'stopped')
    const second = single.run({ deed: 'echo', value: 2 }, { timeoutMs: 2_000 })
    vi.advanceTimersByTime(10_000)
    stop.abort()
    expect(await first).toBe('stopped')
    expect(await second).toEqual({ value: 2 })
    vi.useRealTimers()
    await single.close()
  })
})
