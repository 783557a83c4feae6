import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { tempFolder } from '../../support/temp-folder.ts'
import { plotd } from './run.ts'

it('plotd config hides the password of a database, also in an address with several servers', async () => {
  const folder = tempFolder()
  const file = join(folder, 'config.yaml')
  const shown = async (address: string): Promise<unknown> => {
    writeFileSync(file, `spool: ${address}\n`)
    const { out } = await plotd(['config', '--config', file, '--state', folder, '--json'])
    return JSON.parse(out).config.spool
  }
  expect(await shown('postgres://ada:secret@db/plotd')).toBe('postgres://ada:***@db/plotd')
  expect(await shown('postgres://ada:secret@one:5432,two:5433/plotd')).toBe(
    'postgres://ada:***@one:5432,two:5433/plotd',
  )
  expect(await shown('postgres://ada@db/plotd?password=secret')).toBe('postgres://ada@db/plotd?password=***')
  expect(await shown('postgres://ada@db:5432/plotd')).toBe('postgres://ada@db:5432/plotd')
})

it('plotd config hides the secrets of channels and brokers, but shows the path of a file that holds a secret', async () => {
  const folder = tempFolder()
  const file = join(folder, 'config.json')
  const channels = [
    { name: 'hook', kind: 'webhook', url: 'https://a.test/hush', secret: 'hush', headers: { Authorization: 'hush' } },
    { name: 'phone', kind: 'ntfy', url: 'https://ntfy.test/hush', token: { file: '/etc/token' } },
    {
      name: 'post',
      kind: 'mail',
      host: 'mail.test',
      user: 'ada',
      password: 'hush',
      from: 'a@a.test',
      to: ['b@b.test'],
    },
  ]
  const mqtt = { url: 'mqtt://ada:hush@broker.test', username: 'ada', password: 'hush' }
  writeFileSync(file, JSON.stringify({ notify: { channels, mqtt } }))
  const json = await plotd(['config', '--config', file, '--state', folder, '--json'])
  const table = await plotd(['config', '--config', file, '--state', folder])
  expect(json.out + table.out).not.toContain('hush')
  expect(JSON.parse(json.out).config.notify).toMatchObject({
    channels: [
      { url: '***', secret: '***', headers: { Authorization: '***' } },
      { url: '***', token: { file: '/etc/token' } },
      { host: 'mail.test', user: 'ada', password: '***' },
    ],
    mqtt: { url: 'mqtt://ada:***@broker.test', username: 'ada', password: '***' },
  })
})

it('plotd serve refuses a port above 65535, and names the flag (exit code 2) or the file (exit code 1)', async () => {
  const folder = tempFolder()
  const file = join(folder, 'config.yaml')
  writeFileSync(file, 'port: 70000\n')
  const byFlag = await plotd(['serve', '--port', '70000', '--state', folder])
  expect([byFlag.code, byFlag.err]).toEqual([2, expect.stringContaining('--port is 70000')])
  const byFile = await plotd(['serve', '--config', file, '--state', folder])
  expect([byFile.code, byFile.err]).toEqual([1, expect.stringMatching(/ port is 70000.*config\.yaml/s)])
})
