import { type AddressInfo, createServer } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ask } from '../../../clients/node/ask.ts'
import { enqueue, getJobStatus } from '../../../clients/node/enqueue.ts'
import { freePort } from '../../support/free-port.ts'
import { type MemoryServer, memoryServer, spiral, TOKEN } from '../../support/memory-server.ts'
import { WireProxy } from '../../support/wire-proxy.ts'

async function withLongJob(run: (daemon: MemoryServer, id: string) => Promise<void>): Promise<void> {
  const daemon = await memoryServer()
  try {
    const [job] = await daemon.spool.submit([{ task: 'text', params: { text: 'a'.repeat(1_100_000) } }])
    await run(daemon, job?.id ?? '')
  } finally {
    await daemon.close()
  }
}

it('a single request by HTTP gets an answer of more than 1 MiB, which is the limit of a batch', () =>
  withLongJob(async ({ address, url }, id) => {
    expect(await ask('job.get', { id }, address)).toMatchObject({
      id,
      params: { text: expect.stringMatching(/^a{9}/) },
    })
    const calls = [
      { method: 'server.info', params: {} },
      { method: 'job.get', params: { id } },
    ]
    const both = await fetch(`${url}/rpc`, {
      method: 'POST',
      headers: { authorization: `Bearer ${address.token}`, 'content-type': 'application/json' },
      body: JSON.stringify(calls.map((call, i) => ({ jsonrpc: '2.0', id: i, ...call }))),
    })
    expect(await both.json()).toMatchObject([{ id: 0 }, { id: 1, error: { data: { code: 'ERR_LIMIT' } } }])
  }))

it('a single request by HTTP throws the error of the daemon', () =>
  withLongJob(async ({ address, url }) => {
    await expect(ask('job.get', { id: 'none' }, address)).rejects.toMatchObject({ code: 'ERR_JOB_UNKNOWN' })
    const stranger = ask('job.list', {}, { url, token: 'wrong' })
    await expect(stranger).rejects.toMatchObject({ code: 'ERR_UNAUTHORIZED' })
  }))

it('getJobStatus reads a job with parameters of more than 1 MiB', () =>
  withLongJob(async ({ address }, id) => {
    expect(await getJobStatus(id, address)).toMatchObject({ id, status: 'queued', result: null })
  }))

describe('a submit by HTTP whose answer is lost', () => {
  let daemon: MemoryServer
  let wire: WireProxy
  beforeEach(async () => {
    const port = await freePort()
    wire = await WireProxy.to(port)
    daemon = await memoryServer({ port, hosts: [`127.0.0.1:${wire.port}`] })
  })
  afterEach(async () => {
    await wire.close()
    await daemon.close()
  })

  it('is sent again with the same key, and queues the job once', async () => {
    const at = { url: `http://127.0.0.1:${wire.port}`, token: TOKEN }
    const job = { task: 'pattern', params: spiral }
    wire.cutAfter('job.submit')
    const noKey: object = { idempotencyKey: undefined }
    const { id } = await enqueue(job.task, job.params, { daemon: at, ...noKey })
    wire.cutAfter('job.submitAll')
    const both = await ask('job.submitAll', { jobs: [job, { ...job, idempotencyKey: 'mine' }] }, at)
    const { jobs } = await daemon.spool.list({ sort: 'newest' })
    expect(jobs.map((each) => each.id).sort()).toEqual([id, ...both.map((each) => each.id)].sort())
    expect(jobs.map(({ idempotencyKey }) => idempotencyKey)).toContain('mine')
  })

  it('says that the job may be in the queue, when the second answer is lost too', async () => {
    const deaf = createServer((socket) => socket.once('data', () => socket.destroy()))
    await new Promise<void>((resolve) => deaf.listen(0, '127.0.0.1', resolve))
    const { port } = deaf.address() as AddressInfo
    const submit = () => enqueue('pattern', spiral, { daemon: { url: `http://127.0.0.1:${port}`, token: TOKEN } })
    await expect(submit()).rejects.toMatchObject({
      code: 'ERR_DAEMON_AWAY',
      detail: { remedy: expect.stringContaining('look at `plotd list`') },
    })
    await new Promise((resolve) => deaf.close(resolve))
    await expect(submit()).rejects.not.toMatchObject({ detail: { remedy: expect.anything() } })
  })
})
