import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { entryOf, keepJobLog } from '../../../src/daemon/events/job-log.ts'
import type { Job } from '../../../src/spool/job.ts'
import { memorySpool } from '../../../src/spool/memory.ts'
import { type StartedDaemon, startedDaemon } from '../../support/daemon.ts'
import { until } from '../../support/until.ts'

describe('the log of a job', () => {
  const plotting = { status: 'plotting', progress: { phase: 'plot', done: 3, of: 12 } } as Job

  it.each([
    ['taken by a plotter', { status: 'plotting' }, undefined],
    ['continues after stroke 3 of 12', plotting, 'paused'],
    [
      'paused after stroke 3 of 12: paused by a user',
      { ...plotting, status: 'paused', reason: { code: 'operator', message: 'paused by a user' } },
      'plotting',
    ],
    [
      'interrupted after stroke 3 of 12 of copy 2: gone',
      {
        status: 'interrupted',
        progress: { ...plotting.progress, copiesDone: 1 },
        reason: { code: 'restart', message: 'gone' },
      },
      'plotting',
    ],
    [
      'failed: no glyph [ERR_STRICT]',
      { status: 'failed', error: { code: 'ERR_STRICT', message: 'no glyph' } },
      undefined,
    ],
    [
      'tried 1 of 3 times: no',
      { status: 'scheduled', reason: { code: 'retry', message: 'tried 1 of 3 times: no' } },
      undefined,
    ],
    ['canceled after stroke 3 of 12', { ...plotting, status: 'canceled' }, 'plotting'],
    ['drawn', { ...plotting, status: 'finished' }, 'plotting'],
    ['left the plotter, nothing drawn', { status: 'rendered' }, 'plotting'],
    ['waits for a new sheet, and starts again at its first stroke', { status: 'rendered' }, 'interrupted'],
  ] as const)('has an entry for a change: %s', (words, job, before) => {
    expect(entryOf(job as Job, before)).toBe(words)
  })

  it.each(['queued', 'started', 'finished', 'canceled', 'held'] as const)(
    'has no entry when a job that was not on a plotter becomes %s',
    (status) => {
      expect(entryOf({ status } as Job, undefined)).toBeUndefined()
    },
  )

  it('has an entry for the cancel of a job that was interrupted before the daemon started', async () => {
    const spool = memorySpool()
    const [job] = await spool.submit([{ task: 'text', params: {}, plot: { plotter: 'axi', copies: 1 } }])
    const id = job?.id ?? ''
    const progress = { phase: 'plot', done: 3, of: 12, planHash: '0'.repeat(64), plotter: 'axi' } as const
    const whole = { ...(await spool.get(id)), status: 'plotting', progress } as Job
    await spool.cancel(id)
    await spool.remove(id)
    await spool.import([whole])
    const log = await keepJobLog(spool)
    await spool.cancel(id)
    await until(async () => (await spool.logs(id)).some(({ message }) => message === 'canceled after stroke 3 of 12'))
    log.close()
  })

  it('has no entry when the status stays the same', () => {
    expect(entryOf({ ...plotting, status: 'paused' }, 'paused')).toBeUndefined()
  })
})

describe('the log of a plot', () => {
  let plotd: StartedDaemon
  beforeAll(async () => {
    plotd = await startedDaemon({ plotters: [{ name: 'axi', url: 'sim:ebb?speed=5', profile: 'axidraw-v3' }] })
  })
  afterAll(() => plotd.close())

  const output = async (id: string) =>
    (await plotd.client.call('job.logs', { id })).entries.map(({ message }) =>
      message.replace(/stroke \d+/, 'stroke n'),
    )

  it('contains its pauses and its interruption by a restart', async () => {
    const params = { pattern: 'grid', width: 60, height: 60 }
    const { id } = await plotd.client.submit({ task: 'pattern', params, plot: { plotter: 'axi' } })
    const has = (status: string) => until(async () => (await plotd.client.call('job.get', { id })).status === status)
    await has('rendered')
    await until(async () => (await plotd.client.call('plotter.get', { name: 'axi' })).state.is === 'idle')
    await plotd.client.call('plotter.ready', { name: 'axi' })
    await has('plotting')
    await until(async () => ((await plotd.client.call('job.get', { id })).progress?.done ?? 0) > 0)
    await plotd.client.call('job.pause', { id })
    await has('paused')
    await plotd.client.call('job.resume', { id })
    await has('plotting')
    await plotd.restart()
    const strokeCount = (await plotd.client.call('job.get', { id })).progress?.of
    expect(await output(id)).toEqual([
      'taken by a plotter',
      `paused after stroke n of ${strokeCount}: paused by a user`,
      `continues after stroke n of ${strokeCount}`,
      `interrupted after stroke n of ${strokeCount}: plotd was stopped`,
    ])
  })
})
