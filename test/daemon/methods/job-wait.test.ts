import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { waitForJob } from '../../../clients/node/enqueue.ts'
import { JobWaits } from '../../../src/daemon/events/job-waits.ts'
import type { Params, Result, WireJob } from '../../../src/daemon/protocol/index.ts'
import type { Job } from '../../../src/spool/job.ts'
import type { SpoolEvent } from '../../../src/spool/spool.ts'
import { RESULT } from '../../support/job-result.ts'
import { type MemoryServer, memoryServer, spiral } from '../../support/memory-server.ts'
import { until } from '../../support/until.ts'

let daemon: MemoryServer
beforeEach(async () => {
  daemon = await memoryServer()
})
afterEach(() => daemon.close())

const submit = async (): Promise<string> => {
  const client = await daemon.client()
  return (await client.submit({ task: 'pattern', params: spiral })).id
}

/** Renders the next job of the queue. */
async function render(): Promise<void> {
  const claim = await daemon.spool.claim({ stage: 'render', holder: 'test' })
  if (claim === undefined) throw new Error('no job waits')
  await daemon.spool.complete(claim, RESULT)
}

const statuses = (jobs: readonly WireJob[]) => jobs.map(({ status }) => status)

async function wait(params: Params<'job.wait'>): Promise<Result<'job.wait'>> {
  return (await daemon.client()).call('job.wait', params)
}

/** Starts as many waits for this job as one token may have. */
async function fillWaits(id: string) {
  const clients = await Promise.all([1, 2, 3, 4].map(() => daemon.client({ reconnect: false })))
  const answers = clients.flatMap((client) =>
    Array.from({ length: 64 }, () => client.call('job.wait', { ids: [id] }).catch(() => 'left')),
  )
  for (const client of clients) await client.call('server.info', {})
  return { clients, answers }
}

/** A pending answer, with a flag that shows whether it has arrived. */
function watched<T>(answer: Promise<T>): { hasArrived: boolean; answer: Promise<T> } {
  const state = { hasArrived: false, answer }
  answer.then(
    () => {
      state.hasArrived = true
    },
    () => {
      state.hasArrived = true
    },
  )
  return state
}

describe('job.wait', () => {
  it('answers when all jobs have ended, and not before', async () => {
    const ids = [await submit(), await submit()]
    const waiting = watched(wait({ ids }))
    await render()
    await (await daemon.client()).call('job.get', { id: ids[0] ?? '' })
    expect(waiting.hasArrived).toBe(false)
    await daemon.spool.cancel(ids[1] ?? '')
    const { jobs, waiting: left } = await waiting.answer
    expect(statuses(jobs)).toEqual(['finished', 'canceled'])
    expect(left).toEqual([])
    expect(jobs[0]).not.toHaveProperty('params')
  })

  it('answers immediately for jobs that have ended already', async () => {
    const id = await submit()
    await render()
    expect(statuses((await wait({ ids: [id, id] })).jobs)).toEqual(['finished'])
  })

  it('answers with `any` when the first of several jobs has ended', async () => {
    const [first, second] = [await submit(), await submit()]
    const answer = wait({ ids: [second, first], any: true })
    await render()
    expect(await answer).toMatchObject({ jobs: [{ id: first, status: 'finished' }], waiting: [second] })
  })

  it('waits for states other than the end, and notices a state that passed quickly', async () => {
    const client = await daemon.client()
    // If the wait ends before the release of the claim, the answer shows `started`. Then the test tries again.
    await until(async () => {
      const id = await submit()
      const answer = client.call('job.wait', { ids: [id], until: ['started'] })
      await client.call('server.info', {}) // the daemon handles calls in order, so it has the wait by now
      const claim = await daemon.spool.claim({ stage: 'render', holder: 'test' })
      if (claim) await daemon.spool.release(claim)
      const { jobs, waiting } = await answer
      expect([jobs.map((job) => job.id), waiting]).toEqual([[id], []])
      await client.call('job.cancel', { id })
      return jobs[0]?.status === 'queued'
    })
  })

  it('notices a job that ended while events were missing', async () => {
    let announce: (event: SpoolEvent) => void = () => {}
    const id = await submit()
    const job = await daemon.spool.get(id)
    const waits = new JobWaits({
      get: async () => job,
      subscribe: async (listener) => {
        announce = listener
        return { jobs: [], paused: [], close: () => {} }
      },
    })
    const waiting = waits.wait({ ids: [id], until: [], any: false, timeoutMs: 5000 }, 'client')
    await new Promise((turn) => setImmediate(turn))
    await render()
    announce({ type: 'reset', paused: [], jobs: [(await daemon.spool.get(id)) as Job] })
    expect(statuses((await waiting).jobs)).toEqual(['finished'])
  })

  it('subscribes again when the first subscription has failed', async () => {
    const id = await submit()
    const job = await daemon.spool.get(id)
    const failures = [new Error('the database is away')]
    const waits = new JobWaits({
      get: async () => job,
      subscribe: async () => {
        const failure = failures.shift()
        if (failure) throw failure
        return { jobs: [], paused: [], close: () => {} }
      },
    })
    const request = { ids: [id], until: ['queued'], any: false, timeoutMs: 5000 } as const
    await expect(waits.wait(request, 'client')).rejects.toThrow('the database is away')
    expect(statuses((await waits.wait(request, 'client')).jobs)).toEqual(['queued'])
  })

  it('answers when the time is up, with the ids of the jobs that have not ended', async () => {
    const id = await submit()
    expect(await wait({ ids: [id], timeoutMs: 0 })).toEqual({ jobs: [], waiting: [id] })
    expect(await wait({ ids: [id], timeoutMs: '20ms' })).toEqual({ jobs: [], waiting: [id] })
  })

  it('refuses a job that does not exist, and a job that is removed during the wait', async () => {
    await expect(wait({ ids: ['none'] })).rejects.toMatchObject({ code: 'ERR_JOB_UNKNOWN' })
    const [id, other] = [await submit(), await submit()]
    await render()
    const client = await daemon.client()
    const answer = client.call('job.wait', { ids: [id, other] })
    const refusal = expect(answer).rejects.toMatchObject({ code: 'ERR_JOB_UNKNOWN', detail: { id } })
    await client.call('job.wait', { ids: [id] })
    await daemon.spool.remove(id)
    await refusal
  })

  it('refuses a time limit of an hour', async () => {
    await expect(wait({ ids: ['a'], timeoutMs: '1h' })).rejects.toMatchObject({ code: 'ERR_PARAMS' })
  })

  it('limits the waits of one token over all its connections, and does not count answered waits', async () => {
    const id = await submit()
    const many = await fillWaits(id)
    await expect(wait({ ids: [id] })).rejects.toMatchObject({ code: 'ERR_LIMIT', detail: { limit: 'waits' } })
    await render()
    await Promise.all(many.answers)
    expect(statuses((await wait({ ids: [id] })).jobs)).toEqual(['finished'])
  })

  it('does not count the waits of a client that left', async () => {
    const id = await submit()
    const many = await fillWaits(id)
    await expect(wait({ ids: [id] })).rejects.toMatchObject({ code: 'ERR_LIMIT' })
    for (const client of many.clients) client.close()
    expect(new Set(await Promise.all(many.answers))).toEqual(new Set(['left']))
    await until(() =>
      wait({ ids: [id], timeoutMs: 0 }).then(
        () => true,
        () => false,
      ),
    )
    expect(daemon.bugs).toEqual([])
  })

  it('answers only ERR_UNAUTHORIZED to a token that was revoked during the wait', async () => {
    const id = await submit()
    const { secret } = await daemon.tokens.add('shop', 'watch')
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'job.wait', params: { ids: [id] } })
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${secret}` }
    const request = watched(
      fetch(`${daemon.url}/rpc`, { method: 'POST', headers, body }).then((response) => response.json()),
    )
    await wait({ ids: [id], timeoutMs: '50ms' })
    expect(request.hasArrived).toBe(false)
    await daemon.tokens.revoke('shop')
    await render()
    expect(await request.answer).toMatchObject({ error: { data: { code: 'ERR_UNAUTHORIZED' } } })
  })
})

describe('a client that waits', () => {
  it('gets the ended jobs in the order of the ids in its request', async () => {
    const client = await daemon.client()
    const ids = [await submit(), await submit()].reverse()
    const jobs = client.wait(ids)
    await render()
    await render()
    expect((await jobs).map(({ id }) => id)).toEqual(ids)
    expect(await client.wait([])).toEqual([])
  })

  it('delays no other call, even with many waits', async () => {
    const client = await daemon.client()
    const id = await submit()
    const waiting = Array.from({ length: 300 }, () => client.wait([id]))
    expect(await client.call('job.get', { id })).toMatchObject({ id })
    await render()
    expect(await Promise.all(waiting)).toHaveLength(300)
  })

  it('stops when its signal is aborted', async () => {
    const client = await daemon.client()
    const stop = new AbortController()
    const waiting = client.wait([await submit()], { signal: stop.signal })
    stop.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
    await expect(client.wait([await submit()], { signal: stop.signal })).rejects.toThrow('enough')
  })

  it('needs no open connection: waitForJob asks over HTTP', async () => {
    const id = await submit()
    const report = waitForJob(id, { daemon: daemon.address })
    await render()
    expect(await report).toMatchObject({ id, status: 'finished', result: expect.stringContaining('a.svg') })
    const none = waitForJob('none', { daemon: daemon.address })
    await expect(none).rejects.toMatchObject({ code: 'ERR_JOB_UNKNOWN' })
  })
})
