import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { profileNamed, withOverrides } from '../../src/plotter/profiles/index.ts'
import { type StartedDaemon, startedDaemon } from '../support/daemon.ts'

/** Names of properties that every object inherits. */
const NAMES = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'] as const

let plotd: StartedDaemon
beforeAll(async () => {
  plotd = await startedDaemon({ plotters: [{ name: 'axi', url: 'sim:ebb', profile: 'axidraw-v3' }] })
})
afterAll(() => plotd.close())

interface Answer {
  readonly result?: Readonly<Record<string, unknown>>
  readonly error?: { readonly data?: { readonly code: string } }
}

/** Calls with parameters as text, because an object literal would lose the key `__proto__`. */
async function call(method: string, params: string): Promise<Answer> {
  const { url, token } = plotd.daemon
  const response = await fetch(`${url}/rpc`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: `{"jsonrpc":"2.0","id":1,"method":"${method}","params":${params}}`,
  })
  return (await response.json()) as Answer
}
const refusal = async (method: string, params: string) => (await call(method, params)).error?.data?.code
const pattern = (more: string) => `{"task":"pattern","params":{"pattern":"grid"},${more}}`

describe.each(NAMES)('%s as a name', (name) => {
  it.each([
    ['a task', 'job.submit', `{"task":"${name}"}`, 'ERR_TASK_UNKNOWN'],
    ['a pattern', 'job.submit', `{"task":"pattern","params":{"pattern":"${name}"}}`, 'ERR_PARAMS'],
    ['a font', 'job.submit', `{"task":"text","params":{"text":"x","font":"${name}"}}`, 'ERR_PARAMS'],
    ['a page', 'job.submit', pattern(`"plot":{"pageSize":"${name}"}`), 'ERR_PARAMS'],
    // zod omits __proto__ from every record
    [
      'an option',
      'job.submit',
      pattern(`"plot":{"options":{"${name}":1}}`),
      name === '__proto__' ? undefined : 'ERR_PARAMS',
    ],
    ['a priority', 'job.submit', pattern(`"priority":"${name}"`), 'ERR_PARAMS'],
    ['a job to wait for', 'job.submit', pattern(`"dependsOn":["${name}"]`), 'ERR_JOB_UNKNOWN'],
    ['a plotter', 'plotter.get', `{"name":"${name}"}`, 'ERR_PLOTTER_UNKNOWN'],
    ['a plotter for a job', 'job.submit', pattern(`"plot":{"plotter":"${name}"}`), 'ERR_PLOTTER_UNKNOWN'],
    ['a job', 'job.get', `{"id":"${name}"}`, 'ERR_JOB_UNKNOWN'],
    ['a token', 'token.revoke', `{"name":"${name}"}`, 'ERR_PARAMS'],
    ['a method', name, '{}', 'ERR_PROTOCOL'],
    ['a parameter', 'job.submit', `{"task":"text","params":{"text":"x","${name}":{}}}`, 'ERR_PARAMS'],
    ['a field', 'job.submit', pattern(`"${name}":{"hold":true}`), 'ERR_PARAMS'],
    ['a setting of the plot', 'job.submit', pattern(`"plot":{"${name}":{"copies":9}}`), 'ERR_PARAMS'],
  ])('of %s is refused like an unknown name, but an option `__proto__` is ignored', async (_, method, params, code) => {
    expect(await refusal(method, params)).toBe(code)
  })

  it('of a field of a profile is refused', () => {
    const overrides = JSON.parse(`{"${name}":{"polluted":1}}`) as object
    expect(() => withOverrides(profileNamed('axidraw-v3'), overrides)).toThrow(
      expect.objectContaining({ code: 'ERR_PROFILE_INVALID' }),
    )
  })

  it('works like any other text in a title, a tag and an idempotency key, and as a part of a token’s name', async () => {
    const request = pattern(`"hold":true,"title":"${name}","tags":["${name}"],"idempotencyKey":"${name}"`)
    const { result } = await call('job.submit', request)
    expect(result).toMatchObject({ title: name, tags: [name], status: 'held' })
    expect((await call('job.submit', request)).result?.['id']).toBe(result?.['id'])
    expect((await call('job.list', `{"tag":"${name}"}`)).result).toMatchObject({ total: 1 })
    const token = await call('token.new', `{"name":"made-${name}","role":"watch"}`)
    expect(token.result).toMatchObject({ name: `made-${name}` })
  })
})

it('none of the names has added a property to Object.prototype', () => {
  const keys: string[] = []
  for (const key in {}) keys.push(key)
  expect(keys).toEqual([])
  expect(Object.getOwnPropertyNames(Object.prototype)).not.toContain('polluted')
})
