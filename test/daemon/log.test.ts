import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { connect } from '../../clients/node/index.ts'
import { configSchema } from '../../src/daemon/config/schema.ts'
import { startDaemon } from '../../src/daemon/daemon.ts'
import { logger } from '../../src/daemon/log.ts'
import { removeFolder } from '../support/remove-folder.ts'
import { sharedThreads } from '../support/shared-threads.ts'

const collected = () => {
  const lines: string[] = []
  return { lines, write: (line: string) => void lines.push(line) }
}

it('the log redacts fields with the names token, secret and authorization', () => {
  const into = collected()
  const log = logger('info', false, into)
  const secret = 'a-secret-of-these-tests'
  log.info({ token: secret, secret, made: { secret }, request: { headers: { authorization: secret } } }, 'x')
  log.info({ headers: { authorization: secret }, authorization: secret }, 'y')
  expect(into.lines).toHaveLength(2)
  expect(into.lines.join('')).not.toContain(secret)
})

it('the log at level trace contains no token and no warning about a plotter, and names the job and the plotter of a plot', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'plotd-log-'))
  const into = collected()
  const plotters = [{ name: 'axi', url: 'sim:ebb?speed=50', profile: 'axidraw-v3' }]
  const config = configSchema.parse({
    port: 0,
    state: join(folder, 's'),
    output: join(folder, 'o'),
    plotters,
    render: { workers: 1 },
  })
  const daemon = await startDaemon(config, logger('trace', false, into), sharedThreads({}))
  const client = await connect({ url: daemon.url, token: daemon.token })
  const { secret } = await client.call('token.new', { name: 'shop', role: 'submit' })
  const wrong = 'a-wrong-token-that-somebody-tried'
  await fetch(`${daemon.url}/rpc?token=${wrong}`, { method: 'POST', headers: { authorization: `Bearer ${wrong}` } })
  const size = { pattern: 'spiral', width: 20, height: 20, turns: 2 }
  const { id } = await client.submit({ task: 'pattern', params: size, plot: { plotter: 'axi' } })
  await expect.poll(async () => (await client.call('plotter.get', { name: 'axi' })).state.is).toBe('idle')
  await client.call('plotter.ready', { name: 'axi' })
  await expect.poll(async () => (await client.call('job.get', { id })).status).toBe('finished')
  client.close()
  await daemon.close()
  removeFolder(folder)

  const text = into.lines.join('')
  for (const each of [daemon.token, secret, wrong]) expect(text).not.toContain(each)
  const entries = into.lines.map(
    (line) => JSON.parse(line) as { level: number; job?: string; plotter?: string; msg?: string },
  )
  expect(entries.find(({ msg }) => msg === 'plotting')).toMatchObject({ job: id, plotter: 'axi' })
  expect(entries.filter(({ level, plotter }) => level >= 40 && plotter !== undefined)).toEqual([])
})
