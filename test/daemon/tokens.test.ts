import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { type IncomingMessage, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { openTokens } from '../../src/daemon/auth/token-files.ts'
import { type KeptToken, newSecret, Tokens } from '../../src/daemon/auth/tokens.ts'
import { startedDaemon } from '../support/daemon.ts'
import { type MemoryServer, memoryServer, TOKEN } from '../support/memory-server.ts'
import { removeFolder } from '../support/remove-folder.ts'
import { until } from '../support/until.ts'

describe('tokens', () => {
  it('never begin with a dash, which a command line would take for a flag', () => {
    expect(Array.from({ length: 5_000 }, newSecret).filter((token) => token.startsWith('-'))).toEqual([])
  })

  const record = { saveMaster: async () => {}, saveOthers: async () => {} }

  it('match themselves only', async () => {
    const tokens = new Tokens(TOKEN, [], record)
    const near = [TOKEN, '', TOKEN.slice(1), `${TOKEN} `, TOKEN.toUpperCase()]
    expect(near.map((secret) => tokens.find(secret)?.name)).toEqual(['master', ...Array(4).fill(undefined)])
    const { secret } = await tokens.add('shop', 'submit')
    expect(tokens.find(secret)).toMatchObject({ name: 'shop', role: 'submit' })
    // Among 5,000 tokens, some digests begin with the same byte as the digest of the master or the shop.
    expect(Array.from({ length: 5_000 }, newSecret).filter((other) => tokens.find(other))).toEqual([])
  })

  it('have unique names, and the master cannot be revoked', async () => {
    const tokens = new Tokens(TOKEN, [], record)
    await tokens.add('shop', 'submit')
    await expect(tokens.add('shop', 'operate')).rejects.toMatchObject({ code: 'ERR_PARAMS' })
    await expect(tokens.revoke('shed')).rejects.toThrow('there are master, shop')
    await expect(tokens.revoke('master')).rejects.toMatchObject({ code: 'ERR_PARAMS' })
  })

  it('never have the name of a page session, which another host may have open', async () => {
    const tokens = new Tokens(TOKEN, [], record)
    await expect(tokens.add('page-1', 'watch')).rejects.toMatchObject({ code: 'ERR_PARAMS' })
    await expect(tokens.add('page-one', 'watch')).resolves.toMatchObject({ identity: { name: 'page-one' } })
  })

  it('are replaced by the tokens of another host, and an identity ends if its token is gone or has a new role', async () => {
    const saved: (readonly KeptToken[])[] = []
    const tokens = new Tokens(TOKEN, [], { ...record, saveOthers: async (others) => void saved.push(others) })
    const all = [
      await tokens.add('same', 'watch'),
      await tokens.add('promoted', 'watch'),
      await tokens.add('gone', 'own'),
    ]
    const [same, promoted] = saved.at(-1) ?? []
    if (!same || !promoted) throw new Error('the tokens were not saved')
    tokens.replaceOthers([same, { ...promoted, role: 'operate' }])
    expect(all.map(({ identity }) => tokens.isAlive(identity))).toEqual([true, false, false])
    expect(all.map(({ secret }) => tokens.find(secret)?.role)).toEqual(['watch', 'operate', undefined])
    expect(tokens.find(TOKEN)?.name).toBe('master')
  })

  it('end at once when they are revoked or rotated, even while the disk is slow', async () => {
    const tokens = new Tokens(TOKEN, [], { ...record, saveOthers: () => new Promise(() => {}) })
    void tokens.add('shop', 'submit')
    const [, shop] = tokens.list()
    expect(shop && tokens.isAlive(shop)).toBe(true)
    void tokens.revoke('shop')
    expect(shop && tokens.isAlive(shop)).toBe(false)
    const [master] = tokens.list()
    void tokens.rotate('master')
    expect(master && tokens.isAlive(master)).toBe(false)
  })

  it('stay as they are when the disk refuses a change', async () => {
    const full = async () => {
      throw new Error('the disk is full')
    }
    const store = { ...record }
    const tokens = new Tokens(TOKEN, [], store)
    const shop = await tokens.add('shop', 'submit')
    const page = tokens.openSession(shop.identity)
    const ended: string[] = []
    tokens.onRevoked(({ name }) => ended.push(name))
    Object.assign(store, { saveMaster: full, saveOthers: full })
    for (const change of [
      () => tokens.rotate('master'),
      () => tokens.rotate('shop'),
      () => tokens.revoke('shop'),
      () => tokens.add('shed', 'watch'),
    ]) {
      await expect(change()).rejects.toThrow('full')
      expect([TOKEN, shop.secret, page.secret].map((each) => tokens.find(each)?.name)).toEqual([
        'master',
        'shop',
        'page-1',
      ])
    }
    await turn()
    expect(ended).toEqual([])
    Object.assign(store, record)
    await tokens.add('shed', 'watch')
    await tokens.revoke('shop')
    expect(tokens.list().map(({ name }) => name)).toEqual(['master', 'shed'])
  })

  it('keep a later change when the disk refuses an earlier one', async () => {
    let writes = 0
    const saveOthers = async () => {
      if (writes++ === 0) throw new Error('the disk is full')
    }
    const tokens = new Tokens(TOKEN, [], { ...record, saveOthers })
    const adding = tokens.add('shop', 'submit')
    const rotating = tokens.rotate('shop')
    await expect(adding).rejects.toThrow('full')
    expect(tokens.find((await rotating).secret)?.name).toBe('shop')
  })

  it('stay as they are when the disk refuses several changes at once', async () => {
    const store = { ...record }
    const tokens = new Tokens(TOKEN, [], store)
    const shop = await tokens.add('shop', 'submit')
    const page = tokens.openSession(shop.identity)
    store.saveOthers = store.saveMaster = async () => {
      throw new Error('the disk is full')
    }
    const changes = [
      tokens.rotate('master'),
      tokens.rotate('master'),
      tokens.rotate('shop'),
      tokens.revoke('shop'),
      tokens.add('shop', 'operate'),
      tokens.add('shed', 'watch'),
      tokens.revoke('shed'),
    ]
    const outcomes = await Promise.allSettled(changes)
    expect(outcomes.map(({ status }) => status)).toEqual(changes.map(() => 'rejected'))
    const secrets = [TOKEN, shop.secret, page.secret]
    expect(secrets.map((each) => tokens.find(each)?.name)).toEqual(['master', 'shop', 'page-1'])
    expect(tokens.list().map(({ name }) => name)).toEqual(['master', 'shop', 'page-1'])
  })

  it('report the end of a token once when the disk refuses its first rotation and accepts its second rotation', async () => {
    let writes = 0
    const saveMaster = async () => {
      if (writes++ === 0) throw new Error('the disk is full')
    }
    const tokens = new Tokens(TOKEN, [], { ...record, saveMaster })
    const ended: unknown[] = []
    tokens.onRevoked((identity) => ended.push(identity))
    const { master } = tokens
    const [first, second] = await Promise.allSettled([tokens.rotate('master'), tokens.rotate('master')])
    expect([first.status, second.status]).toEqual(['rejected', 'fulfilled'])
    await turn()
    expect(ended).toEqual([master])
  })
})

describe('the files of tokens', () => {
  let state: string
  beforeEach(async () => {
    state = await mkdtemp(join(tmpdir(), 'plotd-tokens-'))
  })
  afterEach(() => removeFolder(state))

  it('hold the secret of the master and no other secret, and only their owner may read them', async () => {
    const { tokens, master } = await openTokens(state)
    const { secret } = await tokens.add('shop', 'submit')
    expect(await readFile(join(state, 'token'), 'utf8')).toContain(master)
    const text = await readFile(join(state, 'tokens.json'), 'utf8')
    expect(text).toContain('"shop"')
    expect(text).not.toContain(secret)
    for (const file of ['token', 'tokens.json']) expect((await stat(join(state, file))).mode & 0o777).toBe(0o600)
  })

  it('keep additions, rotations and revocations of tokens over a restart', async () => {
    const { tokens, master } = await openTokens(state)
    const shop = await tokens.add('shop', 'submit')
    const revoked = await tokens.add('gone', 'operate')
    const rotated = await tokens.rotate('shop')
    await tokens.revoke('gone')
    const { secret } = await tokens.rotate('master')
    for (const file of ['token', 'tokens.json']) await chmod(join(state, file), 0o644)

    const again = await openTokens(state)
    const all = [rotated.secret, shop.secret, revoked.secret, secret, master]
    expect(all.map((each) => again.tokens.find(each)?.name)).toEqual([
      'shop',
      undefined,
      undefined,
      'master',
      undefined,
    ])
    expect(again.master).toBe(secret)
    expect(again.tokens.master.createdAt).toBe(Math.round((await stat(join(state, 'token'))).mtimeMs))
    for (const file of ['token', 'tokens.json']) expect((await stat(join(state, file))).mode & 0o777).toBe(0o600)
  })

  it('are refused when an entry is damaged', async () => {
    const shop = { name: 'shop', role: 'submit', sha256: 'a'.repeat(64), createdAt: 1 }
    const written = (more: object) =>
      writeFile(join(state, 'tokens.json'), JSON.stringify({ plotd: 1, tokens: [{ ...shop, ...more }] }))
    await written({})
    expect((await openTokens(state)).tokens.list()).toHaveLength(2)
    for (const wrong of [{ role: 'owner' }, { sha256: 'a' }, { name: 1 }, { more: 1 }]) {
      await written(wrong)
      await expect(openTokens(state), JSON.stringify(wrong)).rejects.toMatchObject({ code: 'ERR_CONFIG' })
    }
  })
})

describe('the token, the spool and the uploads of a daemon', () => {
  const modes = async (folder: string, names: readonly string[]) =>
    Promise.all(names.map(async (name) => (await stat(join(folder, name))).mode & 0o777))

  it('are open only to the user who runs the daemon, even in a folder that other users may read', async () => {
    const before = process.umask(0)
    const plotd = await startedDaemon()
    const wide = join(plotd.folder, 'wide')
    await mkdir(wide, { mode: 0o755 })
    const other = await startedDaemon({ state: wide })
    process.umask(before)
    expect(await modes(plotd.config.state, ['.', 'spool', 'uploads', 'token'])).toEqual([0o700, 0o700, 0o700, 0o600])
    expect(await modes(wide, ['.', 'spool', 'uploads', 'token'])).toEqual([0o755, 0o700, 0o700, 0o600])
    await other.close()
    await plotd.close()
  })
})

describe('a token that is revoked or rotated', () => {
  let daemon: MemoryServer
  beforeEach(async () => {
    daemon = await memoryServer()
  })
  afterEach(() => daemon.close())

  const socketOf = async (secret: string, { port } = daemon) => {
    const headers = { authorization: `Bearer ${secret}` }
    const socket = new WebSocket(`ws://127.0.0.1:${port}/v1`, ['plotd'], { headers })
    const messages: { id?: number; method?: string; error?: { data: { code: string } } }[] = []
    socket.on('message', (data) => messages.push(JSON.parse((data as Buffer).toString())))
    const closed = new Promise<number>((resolve) => socket.on('close', resolve))
    await new Promise((resolve) => socket.on('open', resolve))
    return { socket, messages, closed }
  }
  const say = (id: number, method: string) => JSON.stringify({ jsonrpc: '2.0', id, method, params: {} })

  it('has its sockets closed, and other tokens keep theirs', async () => {
    const { secret } = await daemon.tokens.add('shop', 'submit')
    const [shop, owner] = [await socketOf(secret), await socketOf(TOKEN)]
    await daemon.tokens.revoke('shop')
    expect(await shop.closed).toBe(4401)
    owner.socket.send(say(1, 'server.info'))
    await expect.poll(() => owner.messages.length).toBe(1)
    owner.socket.close()
  })

  it('ends at once, also on sockets that are still open', async () => {
    let written = async () => {}
    const slow = await memoryServer({}, { saveMaster: async () => {}, saveOthers: () => written() })
    const { secret } = await slow.tokens.add('shop', 'submit')
    const shop = await socketOf(secret, slow)
    shop.socket.send(say(1, 'events.subscribe'))
    await expect.poll(() => shop.messages.length).toBe(1)
    // The socket closes after the disk has the change.
    let release = () => {}
    const disk = new Promise<void>((go) => {
      release = go
    })
    written = () => disk
    const revoked = slow.tokens.revoke('shop')
    await slow.spool.submit([{ task: 'text', params: 1 }])
    shop.socket.send(say(2, 'job.list'))
    await expect.poll(() => shop.messages.length).toBeGreaterThan(1)
    release()
    await revoked
    await shop.closed
    expect(shop.messages.slice(1)).toMatchObject([{ id: 2, error: { data: { code: 'ERR_UNAUTHORIZED' } } }])
    await slow.close()
  })

  it('cannot complete an upload that it began earlier', async () => {
    const { secret } = await daemon.tokens.add('sender', 'submit')
    const headers = { authorization: `Bearer ${secret}`, 'content-length': 2 }
    const sending = request(`${daemon.url}/uploads`, { method: 'PUT', headers })
    const answered = once(sending, 'response') as Promise<[IncomingMessage]>
    sending.write('a')
    await until(async () => (await readdir(join(daemon.config.state, 'uploads'))).length === 1)
    await daemon.tokens.revoke('sender')
    sending.end('b')
    const [response] = await answered
    response.resume()
    expect(response.statusCode).toBe(401)
    expect(await daemon.uploads.list()).toEqual([])
  })

  it('gets its new secret before its connection ends, when it rotates itself', async () => {
    const owner = await socketOf(TOKEN)
    owner.socket.send(say(1, 'token.rotate'))
    expect(await owner.closed).toBe(4401)
    expect(owner.messages).toMatchObject([{ id: 1, result: { name: 'master', secret: expect.any(String) } }])
  })
})
