import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import type { FeedEvent, PlotdClient } from '../../clients/node/index.ts'
import { JobFile } from '../../clients/printer/job-file.ts'
import { PrintJobs } from '../../clients/printer/jobs.ts'
import { toRecord } from '../../clients/printer/print-job.ts'
import { Watch } from '../../clients/printer/watch.ts'
import type { WireJob, WirePlotter } from '../../src/daemon/protocol/index.ts'
import { PlotdError } from '../../src/errors.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { wireJob, wirePlotter } from '../support/wire.ts'

const DOCUMENT = { bytes: new Uint8Array([1]) }
const ORDER = { printer: 'any', name: 'card', user: 'ada', template: toRecord(new Map()) }

const openJobs = async () => new PrintJobs(await JobFile.open(tempFolder()), new Watch(() => true), () => {})

const clientThatThrows = (error: Error) => ({ upload: () => Promise.reject(error) }) as unknown as PlotdClient

describe('a print job whose document cannot be queued', () => {
  it.each([
    ['a refusal of plotd', new PlotdError('ERR_SPOOL_WRITE', 'the disk fails'), { status: 'service-unavailable' }],
    ['a bug', new TypeError('no such thing'), new TypeError('no such thing')],
  ])('is aborted after %s, and `submit` throws', async (_, thrown, expected) => {
    const jobs = await openJobs()
    const job = await jobs.create(ORDER)
    await expect(jobs.submit(job, DOCUMENT, clientThatThrows(thrown))).rejects.toMatchObject(expected)
    expect(jobs.get(job.id)?.ending).toMatchObject({ state: 'aborted', message: thrown.message })
    await jobs.close()
  })
})

describe('a print job whose answer from the queue is lost', () => {
  /**
   * The submit of this print job gets no answer, but the queue has the job as J1. While `isAway` is true, no later call
   * gets an answer.
   */
  const unanswered = async () => {
    const [state, canceled] = [{ isAway: false }, [] as string[]]
    const watch = new Watch(() => false)
    const jobs = new PrintJobs(await JobFile.open(tempFolder()), watch, () => {})
    let queued: readonly WireJob[] = []
    const call = async (method: string, params: { jobs?: { idempotencyKey: string }[]; id?: string }) => {
      if (method === 'document.describe') return { task: 'svg', pages: 1 }
      if (method === 'job.submitAll') queued = (params.jobs ?? []).map((job) => wireJob('J1', job))
      if (method === 'job.submitAll' || state.isAway) {
        throw new PlotdError('ERR_SPOOL_WRITE', 'the database did not answer', { outcome: 'unknown' })
      }
      if (method === 'job.list') return { jobs: queued }
      canceled.push(params.id ?? '')
      return wireJob('J1', { status: 'canceled' })
    }
    const client = { upload: async () => ({ sha256: 'f'.repeat(64) }), call } as unknown as PlotdClient
    const change = () => {
      for (const job of queued) jobs.handleChange(watch.take({ type: 'job.changed', seq: 1, job }) ?? '')
    }
    return { state, canceled, jobs, client, change, job: await jobs.create(ORDER) }
  }

  it('is aborted, and the jobs that the queue has of it are canceled: the client may print it again', async () => {
    const { canceled, jobs, client, job } = await unanswered()
    await expect(jobs.submit(job, DOCUMENT, client)).rejects.toMatchObject({ status: 'service-unavailable' })
    expect(jobs.get(job.id)?.ending).toMatchObject({ state: 'aborted' })
    expect(canceled).toEqual(['J1'])
    await jobs.close()
  })

  it('has its jobs canceled when the queue is back and shows them', async () => {
    const { state, canceled, jobs, client, job, change } = await unanswered()
    state.isAway = true
    await expect(jobs.submit(job, DOCUMENT, client)).rejects.toMatchObject({ status: 'service-unavailable' })
    expect(canceled).toEqual([])
    state.isAway = false
    change()
    await expect.poll(() => canceled).toEqual(['J1'])
    await jobs.close()
  })

  it('lets a user retry one of the canceled jobs', async () => {
    const { canceled, jobs, client, job, change } = await unanswered()
    await expect(jobs.submit(job, DOCUMENT, client)).rejects.toMatchObject({ status: 'service-unavailable' })
    change()
    await jobs.catchUp(client)
    expect(canceled).toEqual(['J1'])
    await jobs.close()
  })
})

describe('a hundred print jobs that wait for their documents', () => {
  it('block no job that has its document, and after 10 s no other job: the oldest loses its place', async () => {
    const jobs = await openJobs()
    const now = vi.spyOn(Date, 'now').mockReturnValue(1_000_000)
    const waiting = await Promise.all(Array.from({ length: 100 }, () => jobs.create(ORDER)))
    await expect(jobs.create(ORDER)).rejects.toMatchObject({ status: 'busy' })
    expect((await jobs.create(ORDER, { hasDocument: true })).ending).toBeUndefined()
    now.mockReturnValue(1_010_000)
    const next = await jobs.create(ORDER)
    const endings = [...waiting, next].map(({ id }) => jobs.get(id)?.ending?.state)
    expect(endings).toEqual(['aborted', ...Array.from({ length: 100 }, () => undefined)])
    now.mockRestore()
    await jobs.close()
  })
})

describe('a printer.json that cannot be written or read', () => {
  const failing = async () => {
    const state = tempFolder()
    const book = await JobFile.open(state)
    const jobs = new PrintJobs(book, new Watch(() => true), () => {})
    const path = join(state, 'printer.json')
    const block = () => {
      rmSync(path, { force: true })
      mkdirSync(join(path, 'in the way'), { recursive: true })
    }
    return { book, jobs, path, block }
  }
  const unavailable = { code: 'ERR_FILE', detail: { system: 'EISDIR' } }

  it('makes plotd refuse a new print job, and keep nothing of the job', async () => {
    const { book, jobs, block } = await failing()
    block()
    await expect(jobs.create(ORDER)).rejects.toMatchObject(unavailable)
    expect([...book.jobs]).toEqual([])
  })

  it('is written when the printer closes, with the change that could not be written before', async () => {
    const { book, jobs, path, block } = await failing()
    const job = await jobs.create(ORDER)
    block()
    await expect(book.replace({ ...job, name: 'letter' })).rejects.toMatchObject(unavailable)
    rmSync(path, { recursive: true })
    await jobs.close()
    expect((await JobFile.open(dirname(path))).get(job.id)?.name).toBe('letter')
  })

  it.each([
    ['no list of jobs', { uuid: 'u', next: 1 }],
    ['no next number', { uuid: 'u', jobs: [] }],
    [
      'a next number that a job has already',
      { uuid: 'u', next: 2, jobs: [{ ...ORDER, id: 2, uuid: 'v', createdAt: 1 }] },
    ],
    ['a job without attributes', { uuid: 'u', next: 3, jobs: [{ id: 2, uuid: 'v', createdAt: 1 }] }],
  ])('is damaged when it has %s', async (_, stored) => {
    const state = tempFolder()
    writeFileSync(join(state, 'printer.json'), JSON.stringify(stored))
    await expect(JobFile.open(state)).rejects.toMatchObject({
      code: 'ERR_FILE',
      message: expect.stringMatching(/is damaged$/),
    })
  })

  it('makes plotd refuse a document, and cancel the jobs of the document, because the client may print it again', async () => {
    const { jobs, path, block } = await failing()
    const job = await jobs.create(ORDER)
    rmSync(path)
    block()
    const canceled: unknown[] = []
    const answers: Record<string, unknown> = {
      'document.describe': { task: 'svg', pages: 2 },
      'job.submitAll': ['J1', 'J2'].map((id) => ({ id, status: 'queued' })),
    }
    const client = {
      upload: async () => ({ sha256: 'a' }),
      call: async (method: string, { id }: { id?: string }) => {
        if (method === 'job.cancel') canceled.push(id)
        return answers[method]
      },
    } as unknown as PlotdClient
    await expect(jobs.submit(job, DOCUMENT, client)).rejects.toMatchObject(unavailable)
    expect(canceled).toEqual(['J1', 'J2'])
    expect(jobs.get(job.id)).toMatchObject({ jobs: ['J1', 'J2'], ending: { state: 'aborted' } })
  })
})

it('a printer has changed after a different snapshot or a pause of the queue, and not after an equal snapshot', () => {
  vi.useFakeTimers({ now: 1000, toFake: ['Date'] })
  try {
    const watch = new Watch(() => true)
    const take = (event: object, at: number) => {
      vi.setSystemTime(at)
      watch.take(event as FeedEvent)
      return watch.changedAt
    }
    const snapshot = (state: WirePlotter['state'], paused: readonly string[] = []) =>
      ({ type: 'snapshot', seq: 1, total: 0, plotters: [wirePlotter(state)], paused, jobs: [] }) as const
    const idle = { is: 'idle', ready: false } as const
    const offline = { is: 'offline', why: 'unplugged' } as const
    expect(take(snapshot(idle), 2000)).toBe(2000)
    expect(take(snapshot(idle), 3000)).toBe(2000)
    expect(take(snapshot(offline), 4000)).toBe(4000)
    expect(take({ type: 'queue.changed', paused: ['axi'] }, 5000)).toBe(5000)
    expect(take(snapshot(offline, ['axi']), 6000)).toBe(5000)
    expect(take(snapshot(offline), 7000)).toBe(7000)
  } finally {
    vi.useRealTimers()
  }
})

it('a print job ends when its job has ended between two snapshots', async () => {
  const book = await JobFile.open(tempFolder())
  const watch = new Watch(() => true)
  const jobs = new PrintJobs(book, watch, () => {})
  const job = await jobs.create(ORDER)
  await book.replace({ ...job, jobs: ['J1'] })
  const client = { call: async () => ({ id: 'J1', status: 'finished' }) } as unknown as PlotdClient
  const snapshot = (listed: readonly object[]) =>
    watch.take({ type: 'snapshot', seq: 1, total: 1, plotters: [], paused: [], jobs: listed } as unknown as FeedEvent)
  snapshot([{ id: 'J1', status: 'queued' }])
  await jobs.catchUp(client)
  expect(jobs.get(job.id)?.ending).toBeUndefined()
  snapshot([])
  await jobs.catchUp(client)
  expect(jobs.get(job.id)?.ending).toMatchObject({ state: 'completed' })
  await jobs.close()
})

it('after a restart, a print job does not end before all its jobs are read', async () => {
  const state = tempFolder()
  const before = await JobFile.open(state)
  const { id } = await before.add({ ...ORDER, createdAt: 1, jobs: ['J1', 'J2'] })
  const watch = new Watch(() => true)
  const jobs = new PrintJobs(await JobFile.open(state), watch, () => {})
  watch.put({ id: 'J1', status: 'plotting' } as WireJob)
  const client = {
    // Job J1, which is on the plotter, ends while the printer asks for J2.
    call: async () => {
      watch.put({ id: 'J1', status: 'finished' } as WireJob)
      jobs.handleChange('J1')
      return { id: 'J2', status: 'rendered' }
    },
  } as unknown as PlotdClient
  await jobs.catchUp(client)
  expect(jobs.get(id)?.ending).toBeUndefined()
  watch.put({ id: 'J2', status: 'finished' } as WireJob)
  jobs.handleChange('J2')
  expect(jobs.get(id)?.ending).toMatchObject({ state: 'completed' })
  await jobs.close()
})

describe('a print job of three pages', () => {
  /** @param refused  pages for which plotd refuses each change @param held  pages that plotd holds */
  const pages = async ({ refused = [], held = [] }: { refused?: string[]; held?: string[] }) => {
    const book = await JobFile.open(tempFolder())
    const watch = new Watch(() => true)
    const ids = ['J1', 'J2', 'J3']
    const { id } = await book.add({ ...ORDER, createdAt: 1, jobs: ids })
    const jobs = new PrintJobs(book, watch, () => {})
    for (const page of ids) watch.put({ id: page, status: held.includes(page) ? 'held' : 'rendered' } as WireJob)
    const called: string[] = []
    const status = { 'job.cancel': 'canceled', 'job.hold': 'held', 'job.release': 'rendered' }
    const client = {
      call: async (method: keyof typeof status, { id: page }: { id: string }) => {
        called.push(page)
        if (refused.includes(page)) throw new PlotdError('ERR_JOB_STATE', `${page} has just ended`)
        return { id: page, status: status[method] }
      },
    } as unknown as PlotdClient
    const job = jobs.get(id)
    if (!job) throw new Error('the print job is missing')
    return { jobs, job, client, called }
  }

  it('is canceled from the last page to the first, although one page has just ended', async () => {
    const { jobs, job, client, called } = await pages({ refused: ['J1'] })
    await jobs.cancel(job, client)
    expect(called).toEqual(['J3', 'J2', 'J1'])
    expect(jobs.get(job.id)?.ending).toMatchObject({ state: 'canceled' })
  })

  it('is not called canceled when all pages have just ended', async () => {
    const { jobs, job, client } = await pages({ refused: ['J1', 'J2', 'J3'] })
    await expect(jobs.cancel(job, client)).rejects.toMatchObject({ code: 'ERR_JOB_STATE' })
    expect(jobs.get(job.id)?.ending).toBeUndefined()
  })

  it('reports a page that cannot be held, holds the others, and leaves them out at the next try', async () => {
    const refused = ['J2']
    const { jobs, job, client, called } = await pages({ refused })
    await expect(jobs.onEveryOpenJob(job, client, 'job.hold')).rejects.toMatchObject({ message: 'J2 has just ended' })
    expect(called.splice(0)).toEqual(['J1', 'J2', 'J3'])
    refused.length = 0
    await jobs.onEveryOpenJob(job, client, 'job.hold')
    expect(called).toEqual(['J2'])
  })

  it('is released although one page was released already', async () => {
    const { jobs, job, client, called } = await pages({ refused: ['J1'], held: ['J2', 'J3'] })
    await jobs.onEveryOpenJob(job, client, 'job.release')
    expect(called).toEqual(['J2', 'J3'])
  })
})

it('the log names a print whose document did not arrive within 120 s', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  try {
    const log: string[] = []
    const jobs = new PrintJobs(await JobFile.open(tempFolder()), new Watch(() => true), (line) => log.push(line))
    const { id } = await jobs.create(ORDER)
    vi.advanceTimersByTime(120_000)
    expect(log).toEqual(['the document of the print “card” of ada did not arrive: print it again'])
    await jobs.close()
    expect(jobs.get(id)?.ending).toMatchObject({ state: 'aborted' })
  } finally {
    vi.useRealTimers()
  }
})
