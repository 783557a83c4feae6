import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import type { FeedListener } from '../../clients/node/feed.ts'
import type { FeedEvent, PlotdClient } from '../../clients/node/index.ts'
import { Printers, type PrintersOptions } from '../../clients/printer/index.ts'
import { JobFile } from '../../clients/printer/job-file.ts'
import { toRecord } from '../../clients/printer/print-job.ts'
import { tempFolder } from '../support/temp-folder.ts'

describe('printers that cannot open', () => {
  it('close their client when printer.json is damaged', async () => {
    const state = tempFolder()
    await writeFile(join(state, 'printer.json'), '{')
    await expectClosed({ state, port: 0 }, 'ERR_FILE')
  })

  it('close their client when another program listens at their port', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    await expectClosed({ state: tempFolder(), port: (other.address() as AddressInfo).port }, 'ERR_CONFIG')
    other.close()
  })
})

it('printers keep their UUID over a restart also when nothing was printed', async () => {
  const state = tempFolder()
  const { uuid } = await JobFile.open(state)
  expect((await JobFile.open(state)).uuid).toBe(uuid)
})

it('printers close their client when the last write of printer.json fails, so that the process can end', async () => {
  const state = tempFolder()
  const close = vi.fn()
  const change = { type: 'job.changed', seq: 1, job: { id: 'J1', status: 'plotting' } } as unknown as FeedEvent
  const client = {
    ...{ address: { url: '' }, close, call: async () => ({ id: 'J1', status: 'rendered' }) },
    // The last change comes while the printers close.
    subscribe: async (listener: FeedListener) => ({ close: () => listener(change) }),
  }
  const template = toRecord(new Map())
  const job = { id: 1, uuid: 'u1', printer: 'any', name: 'card', user: 'ada', createdAt: 1, template, jobs: ['J1'] }
  await writeFile(join(state, 'printer.json'), JSON.stringify({ uuid: 'u', next: 2, jobs: [job] }))
  const printers = await Printers.open(optionsOf(client, { state, port: 0 }))
  await mkdir(join(state, 'printer.json.new'))
  await expect(printers.close()).rejects.toMatchObject({ code: 'ERR_FILE' })
  expect(close).toHaveBeenCalledOnce()
})

async function expectClosed(where: { state: string; port: number }, code: string): Promise<void> {
  const close = vi.fn()
  const client = { address: { url: '' }, close, subscribe: async () => ({ close: () => {} }) }
  await expect(Printers.open(optionsOf(client, where))).rejects.toMatchObject({ code })
  expect(close).toHaveBeenCalledOnce()
}

function optionsOf(client: object, { state, port }: { state: string; port: number }): PrintersOptions {
  const printer = { enabled: true, host: '127.0.0.1', port, advertise: false, password: false, media: [] }
  const config = { printer, state, limits: {}, hosts: [] } as unknown as PrintersOptions['config']
  const stub = client as unknown as PlotdClient
  const operator = { call: async () => ({}), close: () => {} } as unknown as PlotdClient
  return { client: stub, operator, config, version: '1', log: () => {} }
}
