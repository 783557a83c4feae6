import { expect, it, vi } from 'vitest'
import { RenderLoop } from '../../../src/daemon/render/render-loop.ts'
import { PlotdError } from '../../../src/errors.ts'
import { memorySpool } from '../../../src/spool/memory.ts'
import { aResult } from '../../contracts/spool.ts'
import { until } from '../../support/until.ts'

const request = () => ({ stage: 'render', holder: 'here/render' }) as const
const unexpected = (error: unknown) => expect.unreachable(String(error))

/** A spool whose store does not answer the first calls of this verb. */
function awayFor(verb: 'claim' | 'complete' | 'fail', calls: number) {
  const spool = memorySpool()
  const write = spool[verb].bind(spool) as (...args: readonly unknown[]) => Promise<never>
  let left = calls
  const override = async (...args: readonly unknown[]) => {
    if (left-- > 0) throw new PlotdError('ERR_SPOOL_WRITE', 'the database does not answer')
    return write(...args)
  }
  return Object.assign(spool, { [verb]: override })
}

it('a render that ends while the store is away is recorded when the store is back', async () => {
  const spool = awayFor('complete', 1)
  const [job] = await spool.submit([{ task: 'text', params: {} }])
  const loop = new RenderLoop(spool, request, async () => aResult, 1, unexpected)
  loop.wake()
  await until(async () => (await spool.get(job?.id ?? ''))?.status === 'finished')
  await loop.stop()
})

it('a render that fails while the store is away is recorded when the store is back', async () => {
  const spool = awayFor('fail', 1)
  const [job] = await spool.submit([{ task: 'text', params: {} }])
  const refuse = () => Promise.reject(new PlotdError('ERR_TASK_FAILED', 'no'))
  const loop = new RenderLoop(spool, request, refuse, 1, unexpected)
  loop.wake()
  await until(async () => (await spool.get(job?.id ?? ''))?.status === 'failed')
  await loop.stop()
})

it('a claim that failed is repeated, although no event follows', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  try {
    const spool = awayFor('claim', 3)
    await spool.submit([{ task: 'text', params: {} }])
    let isRendered = false
    const errors: unknown[] = []
    const render = async () => {
      isRendered = true
      return aResult
    }
    const loop = new RenderLoop(spool, request, render, 1, (error) => errors.push(error))
    loop.wake()
    for (const ms of [1000, 2000, 4000]) await vi.advanceTimersByTimeAsync(ms)
    await until(() => isRendered)
    expect(errors).toHaveLength(3)
    await loop.stop()
  } finally {
    vi.useRealTimers()
  }
})
