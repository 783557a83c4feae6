import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sleep } from '../../../src/plotter/link/clock.ts'
import { planOfLines, sessionBench, until } from '../../support/bench.ts'

const plan = planOfLines([10, 10, 30, 10], [40, 40, 60, 40])
const delayed = { ...plan, layers: plan.layers.map((layer) => ({ ...layer, options: { delayMs: 600_000 } })) }

describe('a plot in the delay before a layer', () => {
  let bench: Awaited<ReturnType<typeof sessionBench>>
  let outcome: Promise<unknown>
  beforeEach(async () => {
    bench = await sessionBench()
    await bench.session.ready()
    outcome = bench.session.plot('job', delayed)
    await sleep(bench.clock, 10_000)
  })
  afterEach(() => bench.session.close(true))
  const is = () => bench.session.state.is

  it('is interrupted at once when the link is lost, and the next grant stays', async () => {
    bench.board.cable.cut()
    await until(bench.clock, () => is() === 'idle')
    await bench.session.ready()
    await sleep(bench.clock, 600_000)
    expect(bench.session.state).toEqual({ is: 'idle', ready: true })
    expect(bench.session.grant).toBeDefined()
    await expect(outcome).resolves.toMatchObject({ is: 'interrupted', why: 'connection-lost', executed: 0 })
  })

  it.each([false, true])(
    'pauses before the delay ends (with now: %s), and draws after the rest of the delay, which the pause does not shorten',
    async (now) => {
      await bench.session.pause({ now })
      await sleep(bench.clock, 300_000)
      expect(is()).toBe('paused')
      await bench.session.resume()
      await sleep(bench.clock, 580_000)
      expect([is(), bench.board.ink.vertexCount]).toEqual(['plotting', 0])
      await sleep(bench.clock, 20_000)
      await expect(outcome).resolves.toMatchObject({ is: 'finished' })
    },
  )

  it.each([false, true])('stops at once (with now: %s), and the job can be resumed', async (now) => {
    const start = bench.clock.now()
    await bench.session.close(now)
    expect(bench.clock.now() - start).toBeLessThan(1000)
    await expect(outcome).resolves.toMatchObject({ is: 'interrupted', why: 'restart', executed: 0, begun: 0 })
    expect(bench.board.ink.vertexCount).toBe(0)
  })

  it('is canceled at once', async () => {
    const start = bench.clock.now()
    await bench.session.cancel()
    expect(bench.clock.now() - start).toBeLessThan(1000)
    await expect(outcome).resolves.toMatchObject({ is: 'canceled', executed: 0, begun: 0 })
  })
})
