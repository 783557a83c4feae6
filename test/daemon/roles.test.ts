import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { nodeTransport } from '../../clients/node/connect.ts'
import { METHODS, type MethodName, permits, type Role } from '../../src/daemon/protocol/index.ts'
import { ROLES } from '../../src/daemon/protocol/roles.ts'
import { type MemoryServer, memoryServer } from '../support/memory-server.ts'

let daemon: MemoryServer
const secrets = new Map<Role, string>()
beforeAll(async () => {
  daemon = await memoryServer()
  for (const role of ROLES) secrets.set(role, (await daemon.tokens.add(`a-${role}`, role)).secret)
})
afterAll(() => daemon.close())

const bearer = (role: Role) => ({ authorization: `Bearer ${secrets.get(role)}` })

async function codeOf(role: Role, method: string): Promise<string> {
  const response = await fetch(`${daemon.url}/rpc`, {
    method: 'POST',
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: {} }),
    headers: { 'content-type': 'application/json', ...bearer(role) },
  })
  const { error } = (await response.json()) as { error?: { data?: { code: string } } }
  return error?.data?.code ?? 'answered'
}

/**
 * The methods that each role has and weaker roles lack. A developer confirms here each method that is new or gets
 * another role.
 */
const MAY: Readonly<Record<Role, readonly string[]>> = {
  watch: [
    ...[
      'batch.list',
      'batch.get',
      'batch.cards',
      'job.get',
      'job.list',
      'job.logs',
      'job.place',
      'job.wait',
      'plotter.list',
      'plotter.get',
      'task.list',
      'fonts.list',
      'server.info',
    ],
    ...['host.list', 'rpc.discover', 'events.subscribe', 'events.unsubscribe', 'session.code', 'session.end'],
  ],
  submit: ['document.describe', 'job.check', 'job.submit', 'job.submitAll', 'preview.render'],
  own: [
    ...['cancel', 'hold', 'release', 'retry', 'move', 'remove', 'pause', 'spoiled', 'plot'].map(
      (verb) => `job.${verb}`,
    ),
    ...['hold', 'release', 'cancel'].map((verb) => `batch.${verb}`),
  ],
  operate: [
    ...['top', 'purge', 'import', 'keys', 'importKeys', 'resume', 'trace'].map((verb) => `job.${verb}`),
    ...['move', 'order'].map((verb) => `batch.${verb}`),
    ...[
      'ready',
      'unready',
      'putPen',
      'layerPen',
      'pause',
      'resume',
      'cancel',
      'pen',
      'jog',
      'home',
      'setHome',
      'motors',
      'align',
      'frame',
      'mark',
    ].map((verb) => `plotter.${verb}`),
    ...['plotter.adjust', 'plotter.clear', 'plotter.connect', 'queue.pause', 'queue.resume'],
    ...['token.list', 'token.new', 'token.rotate', 'token.revoke'],
    ...['plotter.maintenance', 'host.forget', 'host.call'],
  ],
}
const methods = Object.keys(METHODS) as MethodName[]

describe('roles', () => {
  it('are listed in this test for every method', () => {
    const actual = Object.fromEntries(
      ROLES.map((role) => [role, methods.filter((name) => METHODS[name].role === role).sort()]),
    )
    const expected = Object.fromEntries(ROLES.map((role) => [role, [...MAY[role]].sort()]))
    expect(actual).toEqual(expected)
  })

  it('include the weaker roles', () => {
    expect(ROLES.map((needs) => permits('submit', needs))).toEqual([true, true, false, false])
  })

  it.each(ROLES)(
    'let a token with the role `%s` call the methods of this role and of weaker roles, and no others',
    async (role) => {
      for (const method of methods) {
        const code = await codeOf(role, method)
        if (permits(role, METHODS[method].role)) expect(code, method).not.toBe('ERR_FORBIDDEN')
        else expect(code, method).toBe('ERR_FORBIDDEN')
      }
    },
  )

  it('are checked on a WebSocket as well, and over HTTP for each call of a JSON-RPC batch', async () => {
    const { url } = daemon
    const watcher = nodeTransport({ url, token: secrets.get('watch') ?? '' })
    const client = await daemon.client({ reconnect: false }, watcher)
    await expect(client.call('queue.pause', {})).rejects.toMatchObject({ code: 'ERR_FORBIDDEN' })
    expect(await client.call('job.list', {})).toMatchObject({ total: 0 })
    const body = ['job.list', 'job.purge'].map((method, id) => ({ jsonrpc: '2.0', id, method, params: {} }))
    const response = await fetch(`${url}/rpc`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...bearer('watch') },
    })
    expect(await response.json()).toMatchObject([
      { result: { total: 0 } },
      { error: { data: { code: 'ERR_FORBIDDEN' } } },
    ])
  })

  it('let a client with the role `watch` read files, but not upload them', async () => {
    const upload = (role: Role) => fetch(`${daemon.url}/uploads`, { method: 'PUT', body: 'x', headers: bearer(role) })
    expect((await upload('watch')).status).toBe(403)
    expect((await upload('submit')).status).toBe(201)
    const get = (role: Role) => fetch(`${daemon.url}/output/none.svg`, { headers: bearer(role) })
    expect((await get('watch')).status).toBe(404)
  })
})
