import { describe, expect, it, vi } from 'vitest'
import type { FeedEvent, PlotdClient } from '../../clients/node/index.ts'
import { Book } from '../../clients/printer/book.ts'
import { PrintJobs } from '../../clients/printer/jobs.ts'
import { toRecord } from '../../clients/printer/print-job.ts'
import { Watch } from '../../clients/printer/watch.ts'
import type { WirePlotter } from '../../src/daemon/protocol/index.ts'
import { PlotdError } from '../../src/errors.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { wirePlotter } from '../support/wire.ts'

const DOCUMENT = { bytes: new Uint8Array([1]) }
const ORDER = { printer: 'any', name: 'card', user: 'ada', template: toRecord(new Map()) }

const openJobs = async () => new PrintJobs(await Book.open(tempFolder()), new Watch(() => true), () => {})

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
  const book = await Book.open(tempFolder())
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
