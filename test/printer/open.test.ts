import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import type { PlotdClient } from '../../clients/node/index.ts'
import { Printers, type PrintersOptions } from '../../clients/printer/index.ts'
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

async function expectClosed({ state, port }: { state: string; port: number }, code: string): Promise<void> {
  const close = vi.fn()
  const client = { address: { url: '' }, close, subscribe: async () => ({ close: () => {} }) }
  const printer = { enabled: true, host: '127.0.0.1', port, advertise: false, password: false, media: [] }
  const config = { printer, state, limits: {}, hosts: [] } as unknown as PrintersOptions['config']
  const opening = Printers.open({ client: client as unknown as PlotdClient, config, version: '1', log: () => {} })
  await expect(opening).rejects.toMatchObject({ code })
  expect(close).toHaveBeenCalledOnce()
}
