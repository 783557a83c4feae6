import { expect, it } from 'vitest'
import { plotJob } from '../../../src/daemon/plotting/plot-job.ts'
import { shortMemory } from '../../../src/plotter/session/memory.ts'
import { claimed, start } from '../../support/claimed-plot.ts'

it('a job whose sheet is drawn is finished, even if the disk is full and the used ink of its pens cannot be saved', async () => {
  const { spool, claim, job } = await claimed()
  await plotJob({
    ...{ spool, claim, start, memory: shortMemory(), resumes: false, isPaused: () => false, onMove: () => {} },
    nextSheet: async () => 'ready',
    session: {
      state: { is: 'idle', ready: true },
      mayBegin: () => true,
      plot: async () => ({ is: 'finished', seconds: 1 }),
      pause: async () => {},
    },
    pens: {
      ...{ begin: async () => {}, request: () => undefined, nameIn: () => undefined, park: () => undefined },
      end: () => Promise.reject(new Error('ENOSPC')),
    },
  })
  expect(await job()).toMatchObject({ status: 'finished', progress: { done: 4 } })
})
