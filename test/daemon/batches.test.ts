import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { reportCsv } from '../../clients/cli/jobs/report.ts'
import { nodeTransport } from '../../clients/node/connect.ts'
import type { PlotdClient } from '../../clients/node/index.ts'
import { Batches, type BatchJob, batchView, cardsOf } from '../../src/daemon/events/batches.ts'
import type { Role } from '../../src/daemon/protocol/index.ts'
import type { JobResult } from '../../src/spool/job.ts'
import type { Spool, SpoolEvent } from '../../src/spool/spool.ts'
import { RESULT } from '../support/job-result.ts'
import { type MemoryServer, memoryServer } from '../support/memory-server.ts'

let daemon: MemoryServer
let master: PlotdClient
beforeEach(async () => {
  daemon = await memoryServer()
  master = await daemon.client()
})
afterEach(() => daemon.close())

async function as(name: string, role: Role): Promise<PlotdClient> {
  const { secret } = await daemon.tokens.add(name, role)
  return daemon.client({}, nodeTransport({ url: daemon.url, token: secret }))
}

const card = (row: number, more: object = {}) => ({
  ...{ task: 'text', params: { text: `card ${row}` }, title: `card ${row}`, batch: { name: 'xmas', row } },
  ...{ plot: { plotter: 'axi' }, ...more },
})
const submit = async (client: PlotdClient, count: number) =>
  (await client.call('job.submitAll', { jobs: Array.from({ length: count }, (_, i) => card(i + 2)) })).map(
    ({ id }) => id,
  )

/**
 * Renders the next queued job, if there is one. Then draws `done` of the 10 strokes of the first rendered job. With
 * fewer than 10, the plot is interrupted. @returns the id of the drawn job
 */
async function draw(spool: Spool, done = 10, result: Partial<JobResult> = {}, copiesDone = 0): Promise<string> {
  const render = await spool.claim({ stage: 'render', holder: 'w' })
  if (render) await spool.complete(render, { ...RESULT, penDownMm: 1000, estimateSeconds: 60, ...result })
  const claim = await spool.claim({ stage: 'plot', holder: 'axi', plotters: ['axi', 'any'] })
  if (!claim) throw new Error('nothing waits')
  const place = { phase: 'plot', of: 10, begun: done, plotter: 'axi', copiesDone } as const
  await spool.progress(claim, { ...place, done, inkMm: done * 100, drawnSeconds: done * 6, since: 1 }, true)
  if (done === 10) await spool.complete(claim)
  else await spool.interrupt(claim, 'restart')
  return claim.job.id
}

describe('a batch', () => {
  it('shows the drawn and remaining cards and the ink, and follows its jobs', async () => {
    const ids = await submit(master, 3)
    expect(await master.call('batch.get', { name: 'xmas' })).toMatchObject({ cards: 3, done: 0, left: 3, inkMm: 0 })
    await draw(daemon.spool)
    expect(await master.call('batch.get', { name: 'xmas' })).toMatchObject({
      ...{ cards: 3, done: 1, left: 2, inkMm: 1000, drawnSeconds: 60 },
      owners: ['master'],
    })
    await master.call('job.cancel', { id: ids[2] ?? '' })
    const { batches } = await master.call('batch.list', {})
    expect(batches).toMatchObject([{ name: 'xmas', left: 1, canceled: 1 }])
  })

  it('does not show a job that was removed while the spool was read', async () => {
    await submit(master, 1)
    const { jobs, total } = await daemon.spool.list()
    let announce: (event: SpoolEvent) => void = () => {}
    const batches = new Batches({
      subscribe: async (listener: (event: SpoolEvent) => void) => {
        announce = listener
      },
      list: async () => {
        for (const { id } of jobs) announce({ type: 'removed', id })
        return { jobs, total }
      },
    } as unknown as Spool)
    expect(await batches.jobs('xmas')).toEqual([])
  })

  it('is read again when events were lost while the spool was read', async () => {
    await submit(master, 1)
    const { jobs, total } = await daemon.spool.list()
    let announce: (event: SpoolEvent) => void = () => {}
    const pages = [jobs, []]
    const batches = new Batches({
      subscribe: async (listener: (event: SpoolEvent) => void) => {
        announce = listener
      },
      list: async () => {
        if (pages.length === 2) announce({ type: 'reset', jobs: [], paused: [] })
        return { jobs: pages.shift() ?? [], total }
      },
    } as unknown as Spool)
    expect(await batches.jobs('xmas')).toEqual([])
    expect(pages).toEqual([])
  })

  it('is read after an outage in which the spool could not be read', async () => {
    await submit(master, 1)
    const failures = [new Error('the database is away')]
    const batches = new Batches({
      subscribe: async () => {
        const failure = failures.shift()
        if (failure) throw failure
      },
      list: () => daemon.spool.list(),
    } as unknown as Spool)
    await expect(batches.names()).rejects.toThrow('the database is away')
    expect(await batches.names()).toEqual(['xmas'])
  })

  it('is unknown when no job has its name', async () => {
    await expect(master.call('batch.get', { name: 'easter' })).rejects.toMatchObject({ code: 'ERR_BATCH_UNKNOWN' })
  })

  it('is held, released, moved, ordered and canceled as a whole', async () => {
    const other = await master.call('job.submit', { task: 'text', params: { text: 'other' }, plot: { plotter: 'axi' } })
    const ids = await submit(master, 3)
    const order = async () => (await master.call('job.list', { sort: 'queue' })).jobs.map(({ id }) => id)
    await master.call('batch.move', { name: 'xmas', to: 'top' })
    expect(await order()).toEqual([...ids, other.id])
    await master.call('batch.move', { name: 'xmas', to: 'end' })
    expect(await order()).toEqual([other.id, ...ids])
    expect(await master.call('batch.hold', { name: 'xmas' })).toMatchObject({ changed: 3, batch: { held: 3 } })
    expect(await master.call('batch.release', { name: 'xmas' })).toMatchObject({ changed: 3, batch: { held: 0 } })
    await master.call('job.top', { id: ids[2] ?? '' })
    await master.call('batch.order', { name: 'xmas', by: 'row' })
    expect((await order()).filter((id) => id !== other.id)).toEqual(ids)
    expect(await master.call('batch.cancel', { name: 'xmas' })).toMatchObject({ changed: 3, batch: { left: 0 } })
  })

  it('reports every attempt at every row', async () => {
    const ids = await submit(master, 2)
    await draw(daemon.spool)
    const again = await master.call('job.spoiled', { id: ids[0] ?? '', why: '=dry pen, "faint"' })
    const { cards, total } = await master.call('batch.cards', { name: 'xmas', limit: 2 })
    expect(total).toBe(3)
    expect(cards).toMatchObject([
      { row: 2, attempt: 1, status: 'spoiled', job: ids[0], inkMm: 1000, plotter: 'axi', spoiled: { by: 'master' } },
      { row: 2, attempt: 2, status: 'queued', job: again.id },
    ])
    const { cards: rest } = await master.call('batch.cards', { name: 'xmas', from: 2 })
    expect(rest).toMatchObject([{ row: 3, attempt: 1 }])
    const csv = reportCsv([...cards, ...rest])
    expect(csv.split('\r\n')[1]).toMatch(/^2,1,card 2,spoiled,master,"'=dry pen, ""faint""",/)
  })
})

describe('the report of a batch', () => {
  it('counts all copies of a retried job, also those that were complete before the retry', async () => {
    const { id } = await master.call('job.submit', card(2, { plot: { plotter: 'axi', copies: 3 } }))
    await draw(daemon.spool, 4, {}, 2)
    expect(await master.call('job.retry', { id })).toMatchObject({ plot: { copies: 1 } })
    expect((await master.call('batch.cards', { name: 'xmas' })).cards).toMatchObject([{ copies: 3 }])
  })
})

describe('a spoiled card', () => {
  it('is drawn again as the next card, if a user asks for that, and the first attempt stays as it was', async () => {
    const ids = await submit(master, 3)
    const first = await draw(daemon.spool)
    const next = await master.call('job.spoiled', { id: first, place: 'next' })
    expect(next).toMatchObject({
      status: 'queued',
      spoils: { job: first, by: 'master' },
      batch: { row: 2 },
      repeated: false,
    })
    expect((await master.call('job.list', { sort: 'queue', limit: 1 })).jobs[0]?.id).toBe(next.id)
    expect(await master.call('job.get', { id: first })).toMatchObject({ status: 'finished', progress: { inkMm: 1000 } })
    expect(await draw(daemon.spool)).toBe(next.id)
    expect(await master.call('batch.get', { name: 'xmas' })).toMatchObject({
      cards: 3,
      done: 1,
      spoiled: 1,
      inkMm: 2000,
    })
    expect(ids).toHaveLength(3)
  })

  it('is drawn again without the edits of its SVG, and the answer says so', async () => {
    await submit(master, 1)
    const svg = '<svg xmlns="http://www.w3.org/2000/svg"/>'
    const sha256 = createHash('sha256').update(svg).digest('hex')
    const id = await draw(daemon.spool, 10, { sha256 })
    const file = join(daemon.config.output, RESULT.path)
    mkdirSync(daemon.config.output, { recursive: true })
    writeFileSync(file, svg)
    expect((await master.call('job.spoiled', { id })).notes).toEqual([])
    writeFileSync(file, `${svg}<!-- edited -->`)
    expect((await master.call('job.spoiled', { id })).notes).toMatchObject([
      { code: 'not-drawn', kind: 'loss', message: expect.stringMatching(/the SVG has changed since job .* wrote it/) },
    ])
  })

  it('is queued again only once, even when a user marks it twice', async () => {
    await submit(master, 1)
    const id = await draw(daemon.spool)
    const [one, two] = [
      await master.call('job.spoiled', { id }),
      await master.call('job.spoiled', { id, place: 'next' }),
    ]
    expect([one.repeated, two.repeated, two.id]).toEqual([false, true, one.id])
    await draw(daemon.spool)
    const both = Array.from({ length: 3 }, () => master.call('job.spoiled', { id: one.id, place: 'next' }))
    expect(new Set((await Promise.all(both)).map((job) => job.id)).size).toBe(1)
  })

  it('is next in the queue, although the threads have begun to render all other waiting cards', async () => {
    await submit(master, 1)
    const id = await draw(daemon.spool, 4)
    await submit(master, 2)
    const cancel = daemon.spool.cancel.bind(daemon.spool)
    vi.spyOn(daemon.spool, 'cancel').mockImplementation(async (spoiled) => {
      while (await daemon.spool.claim({ stage: 'render', holder: 'eager' })) {}
      return cancel(spoiled)
    })
    const next = await master.call('job.spoiled', { id, place: 'next' })
    expect((await master.call('job.list', { sort: 'queue', limit: 1 })).jobs).toMatchObject([
      { id: next.id, status: 'queued' },
    ])
  })

  it('is drawn again although another user wanted the idempotency key of the new job', async () => {
    await submit(master, 1)
    const id = await draw(daemon.spool)
    const shop = await as('shop', 'submit')
    const key = { idempotencyKey: `spoiled-${id}` }
    await expect(shop.call('job.submit', card(9, key))).rejects.toMatchObject({
      code: 'ERR_PARAMS',
      message: expect.stringContaining('idempotencyKey'),
    })
    expect(await master.call('job.spoiled', { id })).toMatchObject({ repeated: false, spoils: { job: id } })
  })

  it('is drawn only once although a user retries its job at the same moment', async () => {
    await submit(master, 1)
    const id = await draw(daemon.spool, 4)
    await master.call('job.cancel', { id })
    const submitJobs = daemon.spool.submit.bind(daemon.spool)
    vi.spyOn(daemon.spool, 'submit').mockImplementation(async (jobs) => {
      await daemon.spool.retry(id)
      return submitJobs(jobs)
    })
    const { id: again } = await master.call('job.spoiled', { id })
    expect((await master.call('job.get', { id })).status).toBe('canceled')
    await expect(master.call('job.retry', { id })).rejects.toMatchObject({ message: expect.stringContaining(again) })
  })

  it('is drawn again although its job is removed at the same moment', async () => {
    await submit(master, 1)
    const id = await draw(daemon.spool)
    const submitJobs = daemon.spool.submit.bind(daemon.spool)
    vi.spyOn(daemon.spool, 'submit').mockImplementation(async (jobs) => {
      await daemon.spool.remove(id)
      return submitJobs(jobs)
    })
    expect(await master.call('job.spoiled', { id, place: 'next' })).toMatchObject({ status: 'queued' })
  })

  it('is not queued again while its new job is canceled, and the refusal names the new job', async () => {
    await submit(master, 1)
    const id = await draw(daemon.spool, 4)
    const { id: again } = await master.call('job.spoiled', { id })
    await master.call('job.cancel', { id: again })
    await master.call('job.retry', { id })
    await draw(daemon.spool, 4)
    await expect(master.call('job.spoiled', { id })).rejects.toMatchObject({
      code: 'ERR_JOB_STATE',
      message: expect.stringContaining(`retry job ${again}`),
    })
    await master.call('job.cancel', { id })
    expect(await master.call('job.retry', { id: again })).toMatchObject({ status: 'queued' })
  })

  it('is not queued again after a user removed its new job', async () => {
    await submit(master, 1)
    const id = await draw(daemon.spool)
    const { id: again } = await master.call('job.spoiled', { id })
    await master.call('job.cancel', { id: again })
    await master.call('job.remove', { id: again })
    const refusal = {
      code: 'ERR_JOB_STATE',
      message: expect.stringMatching(`${again}.* is forgotten: submit a new job`),
    }
    await expect(master.call('job.spoiled', { id })).rejects.toMatchObject(refusal)
  })

  it('is not canceled when an unrelated job has the idempotency key of the new job', async () => {
    await submit(master, 1)
    const id = await draw(daemon.spool, 4)
    const [other] = await daemon.spool.submit([{ task: 'text', params: {}, idempotencyKey: `spoiled-${id}` }])
    await expect(master.call('job.spoiled', { id })).rejects.toMatchObject({
      code: 'ERR_JOB_STATE',
      message: expect.stringContaining(`job ${other?.id}`),
    })
    expect((await master.call('job.get', { id })).status).toBe('interrupted')
  })

  it('is drawn again by a job with the same path for its SVG', async () => {
    await master.call('job.submit', card(2, { output: 'mine/ada.svg' }))
    const next = await master.call('job.spoiled', { id: await draw(daemon.spool) })
    expect(await master.call('job.get', { id: next.id })).toMatchObject({ output: 'mine/ada.svg' })
  })

  it('must have ink', async () => {
    const [id = ''] = await submit(master, 1)
    await expect(master.call('job.spoiled', { id })).rejects.toMatchObject({ code: 'ERR_JOB_STATE' })
  })

  it('is canceled if its plot was cut', async () => {
    const [id = ''] = await submit(master, 1)
    await draw(daemon.spool, 4)
    await master.call('job.spoiled', { id })
    expect((await master.call('job.get', { id })).status).toBe('canceled')
    expect(await master.call('batch.get', { name: 'xmas' })).toMatchObject({
      cards: 1,
      left: 1,
      spoiled: 1,
      inkMm: 400,
    })
  })
})

describe('the owner of a job', () => {
  it('is the token that submitted it, and cannot be chosen', async () => {
    const shop = await as('shop', 'submit')
    const job = await shop.call('job.submit', card(2))
    expect(job.owner).toBe('shop')
    await expect(shop.call('job.submit', { ...card(3), owner: 'ada' } as never)).rejects.toMatchObject({
      code: 'ERR_PARAMS',
    })
    await submit(master, 2)
    expect((await shop.call('job.list', { mine: true })).jobs.map(({ id }) => id)).toEqual([job.id])
    expect((await shop.call('job.list', { owner: 'master' })).total).toBe(2)
    expect((await shop.call('job.list', { batch: 'xmas' })).total).toBe(3)
  })

  it('may change, with the role `own`, its own jobs and no other jobs', async () => {
    const ada = await as('ada', 'own')
    const mine = await ada.call('job.submit', card(2))
    const other = await master.call('job.submit', card(3))
    expect((await ada.call('job.hold', { id: mine.id })).status).toBe('held')
    expect((await ada.call('job.release', { id: mine.id })).status).toBe('queued')
    for (const call of [
      () => ada.call('job.cancel', { id: other.id }),
      () => ada.call('job.move', { id: mine.id, before: other.id }),
      () => ada.call('batch.cancel', { name: 'xmas' }),
    ]) {
      await expect(call()).rejects.toMatchObject({ code: 'ERR_FORBIDDEN' })
    }
    await expect(ada.call('plotter.ready', { name: 'axi' })).rejects.toMatchObject({ code: 'ERR_FORBIDDEN' })
    expect((await ada.call('job.cancel', { id: mine.id })).status).toBe('canceled')
    expect((await master.call('job.get', { id: other.id })).status).toBe('queued')
  })
})

describe('the counts of a batch', () => {
  const job = (id: string, more: Partial<BatchJob> = {}): BatchJob => ({
    ...{ id, batch: 'b', row: 1, title: id, status: 'finished', priority: 50, order: 0, createdAt: 0, copies: 1 },
    ...more,
  })

  it('follow the chain of attempts, also when the first attempt is no longer kept', async () => {
    const jobs = [
      job('b', { spoils: { job: 'a', by: 'ada' } }),
      job('c', { spoils: { job: 'b', by: 'ada', why: 'smudged' } }),
    ]
    expect((await cardsOf(jobs)).map(({ attempt, status }) => [attempt, status])).toEqual([
      [2, 'spoiled'],
      [3, 'finished'],
    ])
    expect(await batchView('b', jobs)).toMatchObject({ cards: 1, done: 1, spoiled: 1 })
  })

  it.each([
    ['waits after a retry', { status: 'queued' }, { cards: 1, left: 1, done: 0, canceled: 0 }, ['queued', 'canceled']],
    ['is drawn after a retry', { endedAt: 9 }, { cards: 1, left: 0, done: 1, canceled: 0 }, ['finished', 'canceled']],
    ['stays spoiled', { endedAt: 3 }, { cards: 1, left: 0, done: 0, canceled: 1 }, ['spoiled', 'canceled']],
  ] as const)(
    'show that a spoiled job %s when the job that was to draw it again was canceled',
    async (_, more, view, statuses) => {
      const redraw = job('b', { spoils: { job: 'a', by: 'ada' }, status: 'canceled', createdAt: 4, endedAt: 6 })
      const jobs = [job('a', more), redraw]
      expect(await batchView('b', jobs)).toMatchObject({ ...view, spoiled: 1 })
      expect((await cardsOf(jobs)).map(({ status }) => status)).toEqual(statuses)
    },
  )

  it('estimate the remaining ink and time from the copies that are not drawn', async () => {
    const planned = { inkMm: 100, seconds: 10 }
    const half = { phase: 'plot', done: 5, of: 10, copiesDone: 1 } as const
    const jobs = [job('a', { status: 'plotting', copies: 3, planned, progress: half })]
    expect(await batchView('b', jobs)).toMatchObject({ left: 1, inkLeftMm: 150, secondsLeft: 15 })
  })
})
