import { describe, expect, it, vi } from 'vitest'
import { checkReady, type ReadyFacts } from '../../../src/daemon/plotting/check-ready.ts'
import { CutSheets } from '../../../src/daemon/plotting/cut-sheets.ts'
import { headOf, waitingJob } from '../../../src/daemon/plotting/head.ts'
import { claiming, EMPTY, holdingOf } from '../../../src/daemon/plotting/holding.ts'
import type { SheetMarks } from '../../../src/daemon/plotting/sheet-marks.ts'
import type { ThreadPools } from '../../../src/daemon/render/index.ts'
import { profileNamed } from '../../../src/plotter/profiles/index.ts'
import { memoryFrom, noteBegin } from '../../../src/plotter/session/memory.ts'
import { memorySpool } from '../../../src/spool/memory.ts'
import { idleStation } from '../../support/idle-station.ts'
import { renderedJob } from '../../support/rendered-job.ts'
import { until } from '../../support/until.ts'

const profile = profileNamed('axidraw-v3')

/** A plotter with one rendered job in its queue. While a thread checks that job, `meanwhile` runs. */
async function plotter(meanwhile: () => Promise<void>, cutHere = false) {
  const spool = memorySpool()
  const job = await renderedJob(spool)
  const memory = memoryFrom(undefined, async () => {})
  const progress = { phase: 'plot', plotter: 'axi', done: 1, of: 2 } as const
  const cut = { ...job, id: 'cut', status: 'interrupted', progress } as const
  const cuts = new CutSheets('axi', memory, cutHere ? [cut] : [])
  const state = { is: 'idle', ready: false } as const
  const threads = { checkDrawable: meanwhile } as unknown as ThreadPools
  const facts: ReadyFacts = {
    parts: {
      config: { name: 'axi', url: 'sim:ebb', profile: 'axidraw-v3', gate: true, tags: [] },
      ...{ memory, spool, threads },
    },
    ...{ state, profile, cuts, pace: 1, holding: EMPTY },
    source: { hasFeeder: false, isFeeding: false },
    marks: { require: () => {}, matrixFor: () => undefined } as unknown as SheetMarks,
  }
  return { memory, cuts, ready: (order: object) => checkReady(facts, order, memory.plot) }
}

describe('a grant for the sheet that is down', () => {
  it.each([{}, { sheets: 1 }])(
    'is refused when a plot began while the job was checked, for the request %j',
    async (order) => {
      const axi = await plotter(() => noteBegin(axi.memory, 'other', 'hash'))
      await expect(axi.ready(order)).rejects.toMatchObject({
        code: 'ERR_PLOTTER_STATE',
        message: expect.stringContaining('put a fresh sheet down'),
      })
      expect(await axi.ready(order).catch(() => 'refused')).toBe('refused')
    },
  )

  it('is given when no plot began while the job was checked, also after earlier plots', async () => {
    const axi = await plotter(async () => {})
    await noteBegin(axi.memory, 'earlier', 'hash')
    expect(await axi.ready({ sheets: 2 })).toEqual({ for: { sheets: 2, of: 2 } })
  })

  it.each(['canceled', 'finished'])(
    'is for the next job while the station still holds a job that is %s',
    async (how) => {
      const spool = memorySpool()
      for (const title of ['last', 'next']) await renderedJob(spool, { title })
      const claim = await spool.claim({ stage: 'plot', holder: 'axi', plotters: ['axi'] })
      if (!claim) throw new Error('no job')
      const holding = holdingOf(claim, claiming())
      expect(await headOf(spool, 'axi', holding)).toMatchObject({ title: 'last', status: 'plotting' })
      if (how === 'canceled') await spool.cancel(claim.job.id)
      else await spool.complete(claim)
      expect(await headOf(spool, 'axi', holding)).toMatchObject({ title: 'next', status: 'rendered' })
      expect(await waitingJob({ spool, isQueuePaused: () => false }, 'axi', holding)).toMatchObject({ title: 'next' })
    },
  )

  it('is refused for a named job when another job is next, or no job waits', async () => {
    const spool = memorySpool()
    await expect(headOf(spool, 'axi', EMPTY, 'mine')).rejects.toThrow('no job waits for axi: expected job mine')
    const next = await renderedJob(spool, { title: 'red' })
    await expect(headOf(spool, 'axi', EMPTY, 'mine')).rejects.toThrow(
      `the next job for axi is ${next.id} (red), not mine`,
    )
  })

  it('is refused when a plot began after the user called, and the sheet of that plot does not count as taken off', async () => {
    const axi = await plotter(() => noteBegin(axi.memory, 'cut', 'hash'), true)
    await expect(axi.ready({ newSheet: true })).rejects.toMatchObject({ code: 'ERR_PLOTTER_STATE' })
    expect(axi.cuts.here).toMatchObject({ id: 'cut' })
  })
})

describe('a plotter that gets two calls of `ready`', () => {
  it('has the grant of the last call, also when the check of the first call takes longer', async () => {
    const { station, spool, threads } = await idleStation()
    vi.spyOn(spool, 'claim').mockResolvedValue(undefined)
    let endCheck = () => {}
    const check = vi.spyOn(threads, 'checkDrawable').mockReturnValueOnce(new Promise((resolve) => (endCheck = resolve)))
    const first = station.ready('ada', {})
    await until(() => check.mock.calls.length === 1)
    const second = station.ready('bob', { sheets: 2 })
    await new Promise(setImmediate)
    endCheck()
    await Promise.all([first, second])
    expect(station.session.grant).toMatchObject({ by: 'bob', for: { sheets: 2 } })
  })
})
