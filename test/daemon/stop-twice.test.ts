import { describe, expect, it, vi } from 'vitest'
import { end, type Running } from '../../src/daemon/running.ts'
import { until } from '../support/until.ts'

/** The parts of a daemon, each of which records its end. The plotters end only when they are told to stop now. */
function parts() {
  const steps: string[] = []
  let lift = () => {}
  const lifted = new Promise<void>((resolve) => {
    lift = resolve
  })
  const step = (name: string) => async () => void steps.push(name)
  const stop = vi.fn(async (now: boolean) => {
    steps.push(now ? 'stop now' : 'stop')
    if (now) lift()
    await lifted
  })
  const running = {
    config: { state: '/nowhere/at/all' },
    dispatcher: { stop },
    inhibitor: { close: step('inhibitor') },
    hub: { delivered: step('delivered'), close: step('hub') },
    server: { close: step('server') },
    metrics: { close: step('metrics') },
    spool: { close: step('spool') },
  } as unknown as Running
  return { running, steps }
}

const REST = ['inhibitor', 'delivered', 'server', 'hub', 'metrics', 'spool']

describe('a daemon that is stopped twice', () => {
  it('lifts the pens at once the second time, and ends each part once', async () => {
    const { running, steps } = parts()
    const first = end(running, false)
    await until(() => steps.length > 0)
    await Promise.all([first, end(running, true)])
    expect(steps).toEqual(['stop', 'stop now', ...REST])
  })

  it('ends no part again when it is stopped once more', async () => {
    const { running, steps } = parts()
    await end(running, true)
    await end(running, false)
    expect(steps).toEqual(['stop now', ...REST])
  })

  it('fails both times when the end of a part fails', async () => {
    const { running } = parts()
    Object.assign(running.spool, { close: () => Promise.reject(new Error('no disk')) })
    const both = await Promise.allSettled([end(running, true), end(running, true)])
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  })
})
