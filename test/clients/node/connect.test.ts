import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { PlotdClient } from '../../../clients/node/client.ts'
import { connectAsMaster, nodeTransport } from '../../../clients/node/connect.ts'
import type { Dial, Wire } from '../../../clients/node/wire.ts'
import type { PlotdError } from '../../../src/errors.ts'
import { memoryServer, TOKEN } from '../../support/memory-server.ts'
import { tempFolder } from '../../support/temp-folder.ts'
import { until } from '../../support/until.ts'

const state = tempFolder()
const save = (secret: string): Promise<void> => writeFile(join(state, 'token'), `${secret}\n`, { mode: 0o600 })

it('a client with the master token of the state folder works also after a rotation of that token', async () => {
  await save(TOKEN)
  const daemon = await memoryServer({}, { saveMaster: save, saveOthers: async () => {} })
  const stop = new AbortController()
  const client = await connectAsMaster(stop.signal, { url: daemon.url, socket: undefined, state })
  const events: string[] = []
  await client.subscribe(({ type }) => events.push(type))
  const { identity } = await daemon.tokens.rotate('master')
  expect(daemon.tokens.isAlive(identity)).toBe(true)
  await daemon.spool.pauseQueue('')
  await until(() => events.includes('queue.changed'))
  expect(await client.call('job.list', {})).toMatchObject({ total: 0 })
  stop.abort()
  await expect(client.call('job.list', {})).rejects.toThrow('closed')
  await daemon.close()
})

it('a client that lost its connection dials again until another client gives up its place', async () => {
  const daemon = await memoryServer({ limits: { connections: 2 } })
  const first = new PlotdClient(daemon.address, nodeTransport(daemon.address))
  await first.open()
  const { dial, send } = nodeTransport(daemon.address)
  const wires: Wire[] = []
  const refusals: string[] = []
  let otherOpened: Promise<unknown> = Promise.resolve()
  const noting: Dial = async (handlers) => {
    await otherOpened
    const wire = await dial(handlers).catch((thrown: PlotdError) => {
      refusals.push(thrown.code)
      throw thrown
    })
    wires.push(wire)
    return wire
  }
  const client = new PlotdClient(daemon.address, { dial: noting, send })
  await client.open()
  const other = new PlotdClient(daemon.address, nodeTransport(daemon.address))
  otherOpened = until(() =>
    other.open().then(
      () => true,
      () => false,
    ),
  )
  wires[0]?.close()
  const answer = client.call('server.info', {})
  await until(() => refusals.length > 0)
  other.close()
  expect(await answer).toMatchObject({ name: 'plotd' })
  expect(new Set(refusals)).toEqual(new Set(['ERR_LIMIT']))
  for (const each of [client, first]) each.close()
  await daemon.close()
})
