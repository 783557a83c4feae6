import { describe, expect, it, vi } from 'vitest'
import { interruptLater } from '../../../src/daemon/plotting/interrupt-later.ts'
import { type PlotJobParts, plotJob } from '../../../src/daemon/plotting/plot-job.ts'
import { PlotdError } from '../../../src/errors.ts'
import { shortMemory } from '../../../src/plotter/session/memory.ts'
import type { PlotOutcome } from '../../../src/plotter/session/state.ts'
import type { Spool } from '../../../src/spool/spool.ts'
import { claimed, start } from '../../support/claimed-plot.ts'
import { replaceFunctions } from '../../support/replace-functions.ts'

replaceFunctions('node:timers/promises', ({ setImmediate }) => ({ setTimeout: (_, value) => setImmediate(value) }))

describe('a claimed job', () => {
  it('is given back to the queue when the grant ends just before the plot', async () => {
    const { spool, claim, job } = await claimed()
    let isGranted = true
    const ended: unknown[] = []
    const pens = {
      begin: async () => {
        isGranted = false
      },
      end: async ({ is }: PlotOutcome) => void ended.push(is),
    } as unknown as NonNullable<PlotJobParts['pens']>
    const plot = vi.fn(async () => ({ is: 'finished', seconds: 1 }) as const)
    const session = {
      state: { is: 'idle', ready: true },
      mayBegin: () => isGranted,
      plot,
      pause: async () => {},
    } as const
    await plotJob({
      ...{ spool, claim, session, pens, start, memory: shortMemory(), resumes: false, isPaused: () => false },
      ...{ onMove: () => {}, nextSheet: async () => 'ready' },
    })
    expect(plot).not.toHaveBeenCalled()
    expect([(await job())?.status, ended]).toEqual(['rendered', ['canceled']])
  })

  it('is interrupted once by an unexpected error, and never when another holder has its claim', async () => {
    const { spool, claim, job } = await claimed()
    const thrown = new PlotdError('ERR_INTERNAL', 'the plan has no last point')
    await interruptLater(spool, claim, new PlotdError('ERR_CLAIM_LOST', 'another holder has it'), () => false)
    expect(await job()).toMatchObject({ status: 'plotting' })
    await interruptLater(spool, claim, thrown, () => false)
    const interrupted = {
      status: 'interrupted',
      reason: { code: 'device-fault', message: 'the plan has no last point' },
    }
    expect(await job()).toMatchObject(interrupted)
    await interruptLater(spool, claim, thrown, () => false)
    expect(await job()).toMatchObject(interrupted)
  })

  it('keeps the reason of its interruption when the store refuses the first write', async () => {
    const { claim } = await claimed()
    const full = new PlotdError('ERR_SPOOL_WRITE', 'no space left on the disk')
    const interrupt = vi.fn<Spool['interrupt']>().mockRejectedValueOnce(full)
    await interruptLater(
      { interrupt },
      claim,
      new PlotdError('ERR_INTERNAL', 'the plan has no last point'),
      () => false,
    )
    const write = [claim, 'device-fault', 'the plan has no last point']
    expect(interrupt.mock.calls).toEqual([write, write])
  })
})
