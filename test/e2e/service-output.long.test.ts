import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { connect } from '../../clients/node/index.ts'
import { packageRoot } from '../../src/threads.ts'
import { removeFolder } from '../support/remove-folder.ts'

const CLI = join(packageRoot, 'dist/clients/cli/main.js')

/** Processes of a test. They end with the test. */
const children: ChildProcess[] = []
let folder: string
let state: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plotd-service-'))
  state = join(folder, 'state')
})
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  removeFolder(folder)
})

/** A `plotd` process as a service manager starts it: `written` has both stdout and stderr. */
function service(words: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, [CLI, ...words], {
    cwd: folder,
    env: { ...process.env, PLOTD_STATE: state, PLOTD_DEBUG: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.push(child)
  let written = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (written += chunk.toString()))
  const ended = once(child, 'close').then(([code]) => code as number | null)
  return { child, written: () => written, ended }
}

const SERVE = [
  'serve',
  '--port',
  '0',
  '--output',
  'output',
  '--log-level',
  'trace',
  '--plotter',
  'sim=sim:ebb?speed=50',
]

async function served(words: readonly string[] = SERVE) {
  const started = service(words)
  const lines = () => started.written().split('\n').slice(0, -1)
  const ready = () => lines().find((text) => text.includes('"event":"ready"')) ?? ''
  await expect.poll(ready).not.toBe('')
  const line = ready()
  return { ...started, ready: JSON.parse(line) as Record<string, unknown> }
}

/** The contents of all files below a folder, except the file `token`. */
function filesOf(root: string): string {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => name !== 'token' && statSync(join(root, name)).isFile())
    .map((name) => readFileSync(join(root, name), 'latin1'))
    .join('\n')
}

describe('a service', () => {
  it('prints its address in one line of JSON, and writes a secret only into the answer that issues it or the file `token`', async () => {
    const first = await served()
    expect(first.ready).toEqual({
      event: 'ready',
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      socket: join(state, 'plotd.sock'),
      pid: first.child.pid,
      version: expect.stringMatching(/^\d/),
      state,
      output: join(folder, 'output'),
    })
    expect(first.written()).not.toMatch(/#(login|token)=/)
    const url = String(first.ready['url'])
    const client = await connect({ state })
    const master = readFileSync(join(state, 'token'), 'utf8').trim()
    const shop = (await client.call('token.new', { name: 'shop', role: 'submit' })).secret
    const { code } = await client.call('session.code', {})
    const json = { 'content-type': 'application/json' }
    const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
      fetch(url + path, { method: 'POST', headers: { ...json, ...headers }, body: JSON.stringify(body) })
    const { session } = (await (await post('/session', { code })).json()) as { session: string }
    const waiting = (await client.call('session.code', {})).code
    const secrets = [master, shop, session, code, waiting]

    // Ways in which a secret could come into a log: as an address, in a body, in a name, in an error.
    for (const secret of secrets) {
      const bearer = { authorization: `Bearer ${secret}` }
      await fetch(`${url}/rpc?token=${secret}`, { headers: bearer })
      await fetch(`${url}/${secret}`, { method: 'PUT', headers: bearer, body: secret })
      await post('/rpc', { jsonrpc: '2.0', id: 1, method: secret, params: { token: secret } }, bearer)
      await post('/session', { tok: secret }, bearer)
      await fetch(`${url}/session`, { method: 'POST', headers: json, body: `{${secret}` })
      await fetch(`${url}/hello?nonce=${secret}&token=${secret}`)
      await fetch(`${url}/output/${secret}`, { headers: bearer })
    }
    const size = { pattern: 'spiral', width: 20, height: 20, turns: 2 }
    const { id } = await client.submit({ task: 'pattern', params: size, plot: { plotter: 'sim' } })
    await expect.poll(async () => (await client.call('job.get', { id })).status).toBe('rendered')
    await client.call('plotter.ready', { name: 'sim' })
    await expect.poll(async () => (await client.call('job.get', { id })).status).toBe('finished')
    const answers = [
      await (await fetch(`${url}/healthz`)).text(),
      await (await fetch(`${url}/readyz`)).text(),
      await (await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${master}` } })).text(),
      await (await fetch(`${url}/session`, { headers: { authorization: `Bearer ${shop}` } })).text(),
      JSON.stringify(await client.call('job.logs', { id })),
      JSON.stringify(await client.call('token.list', {})),
      JSON.stringify(await client.call('server.info', {})),
    ]

    const env = { PLOTD_TOKEN: shop }
    const second = service(SERVE) // fails, because the first service has locked the state folder
    expect(await second.ended).not.toBe(0)
    const open = service(['open', '--print'])
    expect(await open.ended).toBe(0)
    const opened = /#login=([\w-]+)/.exec(open.written())?.[1] ?? ''
    const misconfigured = service([...SERVE, '--render-workers', 'many'], env)
    expect(await misconfigured.ended).not.toBe(0)
    const readers = [service(['config', '--json'], env), service(['doctor'], env)]
    for (const { ended } of readers) await ended

    first.child.kill('SIGKILL') // the search includes the files that a crash leaves
    await first.ended
    client.close()
    const again = await served()
    again.child.kill('SIGTERM')
    expect(await again.ended).toBe(0)
    writeFileSync(join(state, 'tokens.json'), `{"plotd": 1, "tokens": ["${shop}"]}`)
    const damaged = service(SERVE)
    expect(await damaged.ended).not.toBe(0)
    rmSync(join(state, 'tokens.json'))

    const outputs = [first, second, misconfigured, ...readers, again, damaged].map(({ written }) => written())
    const all = [...outputs, ...answers, filesOf(state), filesOf(join(folder, 'output'))].join('\n')
    for (const secret of [...secrets, opened]) expect(all).not.toContain(secret)
    expect(open.written()).not.toContain(master)
    // The search can find a text: it finds the id.
    expect(all).toContain(id)
  })
})
