import { expect, it } from 'vitest'
import { ask } from '../../../clients/node/ask.ts'
import { getJobStatus } from '../../../clients/node/enqueue.ts'
import { type MemoryServer, memoryServer } from '../../support/memory-server.ts'

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
