import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { connectAsMaster } from '../../../clients/node/connect.ts'
import { memoryServer, TOKEN } from '../../support/memory-server.ts'
import { tempFolder } from '../../support/temp-folder.ts'
import { until } from '../../support/until.ts'

const state = tempFolder()
const save = (secret: string): Promise<void> => writeFile(join(state, 'token'), `${secret}\n`, { mode: 0o600 })

it('a client with the master token of the state folder outlives a rotation of that token', async () => {
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
