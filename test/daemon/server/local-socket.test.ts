import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, unlinkSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { connect as connectTo } from 'node:net'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { connect } from '../../../clients/node/index.ts'
import { configSchema } from '../../../src/daemon/config/schema.ts'
import type { Daemon } from '../../../src/daemon/daemon.ts'
import { startDaemon } from '../../../src/daemon/daemon.ts'
import { DAEMON_FILE, SOCKET_FILE } from '../../../src/daemon/protocol/places.ts'
import { socketPath } from '../../../src/daemon/server/local-socket.ts'
import { sharedThreads } from '../../support/shared-threads.ts'
import { tempFolder } from '../../support/temp-folder.ts'

const log = pino({ level: 'silent' })
let daemon: Daemon | undefined
afterEach(async () => {
  await daemon?.close({ now: true })
  daemon = undefined
})

async function started(state = join(tempFolder(), 'state')): Promise<{ state: string; path: string; daemon: Daemon }> {
  const config = configSchema.parse({ port: 0, state, output: join(tempFolder(), 'output'), render: { workers: 1 } })
  daemon = await startDaemon(config, log, sharedThreads({}))
  return { state, path: join(state, SOCKET_FILE), daemon }
}

/** Changes the address file of the daemon. */
function rewrite(state: string, changed: object): void {
  const file = join(state, DAEMON_FILE)
  writeFileSync(file, JSON.stringify({ ...(JSON.parse(readFileSync(file, 'utf8')) as object), ...changed }))
}

const NOBODY = 'http://127.0.0.1:9'

async function queueOf(where: Parameters<typeof connect>[0]): Promise<number> {
  await using client = await connect({ ...where, reconnect: false })
  return (await client.call('job.list', {})).total
}

/** The HTTP status that answers a WebSocket handshake over the socket file. */
function handshake(path: string, headers: Record<string, string>): Promise<number> {
  return new Promise((done) => {
    const ws = new WebSocket('ws://localhost/v1', ['plotd'], { headers, createConnection: () => connectTo(path) })
    ws.once('open', () => {
      ws.terminate()
      done(101)
    })
    ws.once('unexpected-response', (_, { statusCode }) => {
      ws.terminate()
      done(statusCode ?? 0)
    })
    ws.on('error', () => {})
  })
}

describe('a daemon', () => {
  it('is reached without the network by a client that reads the path of the socket file in the address file', async () => {
    const { state } = await started()
    rewrite(state, { url: NOBODY })
    expect(await queueOf({ state })).toBe(0)
  })

  it('is reached over the network when the socket file is gone, is no socket, or may not be opened', async () => {
    const { state, path } = await started()
    const elsewhere = join(tempFolder(), 'nothing')
    rewrite(state, { socket: elsewhere })
    expect(await queueOf({ state })).toBe(0)
    writeFileSync(elsewhere, 'no socket')
    expect(await queueOf({ state })).toBe(0)
    rewrite(state, { socket: path })
    chmodSync(path, 0)
    expect(await queueOf({ state })).toBe(0)
    unlinkSync(path)
    expect(await queueOf({ state })).toBe(0)
  })

  it('is reached only at the address that the caller names, even if there is a socket file', async () => {
    const { state } = await started()
    await expect(queueOf({ state, url: NOBODY })).rejects.toMatchObject({ code: 'ERR_DAEMON_AWAY' })
  })

  it('has a socket file for its user only, and removes the file when the daemon closes', async () => {
    const { path, daemon: running } = await started()
    expect(statSync(path).isSocket()).toBe(true)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(running.socket).toBe(path)
    await running.close()
    expect(existsSync(path)).toBe(false)
  })

  it('replaces a file that has the path of the socket file', async () => {
    const state = join(tempFolder(), 'state')
    mkdirSync(state, { recursive: true, mode: 0o700 })
    writeFileSync(join(state, SOCKET_FILE), 'left over')
    const { path } = await started(state)
    expect(statSync(path).isSocket()).toBe(true)
    rewrite(state, { url: NOBODY })
    expect(await queueOf({ state })).toBe(0)
  })

  it('starts without a socket file when none can be made', async () => {
    const state = join(tempFolder(), 'state')
    mkdirSync(join(state, SOCKET_FILE, 'in the way'), { recursive: true, mode: 0o700 })
    const { daemon: running } = await started(state)
    expect(running.socket).toBeUndefined()
    expect(await queueOf({ state })).toBe(0)
  })

  it('starts without a socket file on Windows, and when the path would be too long', async () => {
    const state = join(tempFolder(), 'x'.repeat(120))
    const { daemon: running, path } = await started(state)
    expect([running.socket, existsSync(path)]).toEqual([undefined, false])
    expect(await queueOf({ state })).toBe(0)
    expect(socketPath('/short', 'win32')).toBeUndefined()
    expect(socketPath('/short', 'linux')).toBe('/short/plotd.sock')
  })

  it('requires the token over the socket file too, and refuses web pages', async () => {
    const { path, daemon: running } = await started()
    const authorization = `Bearer ${running.token}`
    expect(await handshake(path, { authorization })).toBe(101)
    expect(await handshake(path, {})).toBe(401)
    expect(await handshake(path, { authorization: 'Bearer guess' })).toBe(401)
    expect(await handshake(path, { authorization, origin: running.url })).toBe(403)
  })

  it('answers HTTP on the socket file as over the network', async () => {
    const { path } = await started()
    const status = (route: string) =>
      new Promise((done) => {
        request({ socketPath: path, path: route, agent: false }, (response) => {
          response.resume()
          done(response.statusCode)
        }).end()
      })
    expect([await status('/healthz'), await status('/output/a.svg')]).toEqual([200, 401])
  })
})
