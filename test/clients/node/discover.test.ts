import { chownSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { discover } from '../../../clients/node/discover.ts'
import { removeFolder } from '../../support/remove-folder.ts'
import { tempFolder } from '../../support/temp-folder.ts'

describe('the address of a daemon', () => {
  it.each([
    'h:7475',
    'ws://h:7475/v1',
    'http://h:7475/',
    'http://h:7475/rpc',
    'http://h:7475/rpc/',
    'http://h:7475/rpc//',
    'http://h:7475//',
  ])('may be written as %s', async (url) => {
    expect(await discover({ url, token: 't' })).toMatchObject({ url: 'http://h:7475' })
  })

  it.each(['HTTPS://h:7475', 'WSS://h:7475/v1'])('may have its scheme in capitals: %s', async (url) => {
    expect(await discover({ url, token: 't' })).toMatchObject({ url: 'https://h:7475' })
  })

  it.each(['h:99999', 'h:port', '::1:7475', 'ftp://h', 'http://'])('is refused when it is %s', async (url) => {
    await expect(discover({ url, token: 't' })).rejects.toMatchObject({
      code: 'ERR_DAEMON_AWAY',
      message: expect.stringContaining(`${url} is no address`),
    })
  })

  it('is not taken from an empty variable', async () => {
    const state = mkdtempSync(join(tmpdir(), 'plotd-discover-'))
    vi.stubEnv('PLOTD_URL', '')
    vi.stubEnv('PLOTD_TOKEN', '')
    await expect(discover({ state })).rejects.toMatchObject({
      message: `no daemon runs with the state folder ${state}`,
    })
    vi.unstubAllEnvs()
    removeFolder(state)
  })

  it.each(['', '{"url":"http://127', 'null', '{}', '{"url":5}', '{"url":"http://h:1","socket":5}'])(
    'is not taken from a damaged daemon.json: %s',
    async (text) => {
      const state = tempFolder()
      writeFileSync(join(state, 'daemon.json'), text, { mode: 0o600 })
      await expect(discover({ state })).rejects.toMatchObject({
        code: 'ERR_DAEMON_AWAY',
        message: `no daemon runs with the state folder ${state}: its daemon.json is damaged`,
      })
    },
  )

  it.each(['a\nb', 'token\n', '€'])('needs a token that fits into a header: %j does not', async (token) => {
    await expect(discover({ url: 'h:1', token })).rejects.toMatchObject({ code: 'ERR_UNAUTHORIZED' })
  })

  it.runIf(process.getuid?.() === 0)(
    'is, for root, that of the machine’s service when root’s own folder names no daemon',
    async () => {
      const [home, service] = [tempFolder(), tempFolder()]
      const theirs = { 'daemon.json': '{"url":"http://h:1","socket":"/s"}', token: 'secret\n' }
      for (const [name, text] of Object.entries(theirs)) writeFileSync(join(service, name), text, { mode: 0o600 })
      for (const path of [service, join(service, 'daemon.json'), join(service, 'token')]) chownSync(path, 12345, 12345)
      vi.stubEnv('PLOTD_STATE', '')
      vi.stubEnv('XDG_STATE_HOME', home)
      const ofService = { url: 'http://h:1', token: 'secret', verify: true }
      expect(await discover({}, service)).toEqual(ofService)
      expect(await discover({ state: service }, service)).toEqual(ofService)
      await expect(discover({ state: home }, service)).rejects.toMatchObject({ code: 'ERR_DAEMON_AWAY' })
      mkdirSync(join(home, 'plotd'), { mode: 0o700 })
      writeFileSync(join(home, 'plotd/daemon.json'), '{"url":"http://own:2"}', { mode: 0o600 })
      expect(await discover({}, service)).toMatchObject({ url: 'http://own:2' })
      vi.unstubAllEnvs()
    },
  )
})
