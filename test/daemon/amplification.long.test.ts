import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { amplification } from '../../bench/fuzz/amplification.ts'
import { hostileMessage } from '../../bench/fuzz/hostile.ts'
import { METHODS, type MethodName, type Role } from '../../src/daemon/protocol/index.ts'
import { ROLES } from '../../src/daemon/protocol/roles.ts'
import { randomFrom } from '../../src/tasks/draw/random.ts'
import { type StartedDaemon, startedDaemon } from '../support/daemon.ts'
import { runs } from '../support/fuzz.ts'

const methods = Object.keys(METHODS) as MethodName[]
const MIB = 1024 * 1024

let started: StartedDaemon
const secrets = new Map<Role, string>()
beforeAll(async () => {
  started = await startedDaemon({ limits: { messagesPerSecond: 1_000_000 } })
  for (const role of ROLES) {
    secrets.set(role, (await started.client.call('token.new', { name: `a-${role}`, role })).secret)
  }
})
afterAll(() => started.close())

async function answered(role: Role, message: string): Promise<string> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${secrets.get(role)}` }
  const response = await fetch(`${started.daemon.url}/rpc`, { method: 'POST', body: message, headers })
  return response.text()
}

describe('an answer', () => {
  it('is at most 1.25 MiB longer than four times its message, for each method and role', async () => {
    const message = fc.record({
      method: fc.constantFrom(...methods),
      role: fc.constantFrom(...ROLES),
      seed: fc.nat(),
      size: fc.constantFrom(100, 3000, 60_000, 1_000_000),
    })
    await fc.assert(
      fc.asyncProperty(message, async ({ method, role, seed, size }) => {
        const text = hostileMessage(method, size, randomFrom(seed))
        const answer = await answered(role, text)
        expect(answer.length).toBeLessThan(1.25 * MIB + 4 * text.length)
        expect(answer).not.toContain('ERR_INTERNAL')
      }),
      runs(400),
    )
  })

  it.each([
    ['a list of 1.9 million wrong values', 'watch', `{"status":[${Array(1_900_000).fill(1).join()}]}`],
    ['as many wrong values as a list may have', 'watch', `{"status":[${Array(15_000).fill(1).join()}]}`],
    [
      'as many unknown keys as an object may have',
      'watch',
      `{${Array.from({ length: 1500 }, (_, i) => `"k${i}":1`).join()}}`,
    ],
    ['a long unknown key', 'watch', `{"${'k'.repeat(1_000_000)}":1}`],
    ['a long wrong value', 'watch', `{"sort":"${'k'.repeat(1_000_000)}"}`],
  ] as const)('to %s is short', async (_, role, params) => {
    const answer = await answered(role, `{"jsonrpc":"2.0","id":1,"method":"job.list","params":${params}}`)
    expect(answer.length).toBeLessThan(20_000)
    expect(JSON.parse(answer)).toMatchObject({
      id: 1,
      error: { data: { code: expect.stringMatching(/PARAMS|LIMIT/) } },
    })
  })

  it('names at most 20 faults, even for jobs with thousands of faults', async () => {
    const wrong = { task: '', plot: { layers: Array(1000).fill({}) }, dependsOn: Array(1000).fill(''), a: 1 }
    const params = JSON.stringify({ jobs: Array(60).fill(wrong) })
    const answer = await answered('submit', `{"jsonrpc":"2.0","id":1,"method":"job.submitAll","params":${params}}`)
    expect(answer.length).toBeLessThan(20_000)
    expect(JSON.parse(answer).error.data.detail.issues.length).toBeLessThanOrEqual(20)
  })

  it('to a long text of characters that its font does not have is short', async () => {
    const text = Array.from({ length: 3000 }, (_, i) => String.fromCodePoint(0x4e00 + i)).join('')
    for (const strict of [true, false]) {
      const params = JSON.stringify({ task: 'text', params: { text, strict } })
      const answer = await answered('submit', `{"jsonrpc":"2.0","id":1,"method":"job.submit","params":${params}}`)
      expect(answer.length).toBeLessThan(20_000)
    }
  })

  it('names the wrong entry of a long list', async () => {
    const jobs = Array.from({ length: 3000 }, (_, i) => ({
      task: 'text',
      params: {},
      ...(i === 2345 && { priority: 0 }),
    }))
    const answer = await answered(
      'submit',
      JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'job.submitAll', params: { jobs } }),
    )
    expect(JSON.parse(answer).error).toMatchObject({
      message: expect.stringContaining('jobs.2345.priority'),
      data: { detail: { issues: [{ field: 'jobs.2345.priority', value: 0 }] } },
    })
  })
})

interface JsonSchema {
  readonly type?: string
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly additionalProperties?: unknown
  readonly items?: JsonSchema
  readonly anyOf?: readonly JsonSchema[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly maxItems?: number
  readonly maxLength?: number
}

/** The unbounded lists and texts of a schema. */
function unbounded(schema: JsonSchema, path: string): string[] {
  const { type, properties = {}, items, anyOf = [] } = schema
  const inner = [
    ...Object.entries(properties).flatMap(([key, each]) => unbounded(each, `${path}.${key}`)),
    ...anyOf.flatMap((each) => unbounded(each, path)),
    ...(items ? unbounded(items, `${path}[]`) : []),
  ]
  if (type === 'array' && schema.maxItems === undefined) return [`${path}: list`, ...inner]
  const isText = type === 'string' && schema.enum === undefined && schema.const === undefined
  return isText && schema.maxLength === undefined ? [`${path}: text`, ...inner] : inner
}

it('every list and text in the parameters of a method has a bound', () => {
  const faults = methods.flatMap((name) =>
    unbounded(z.toJSONSchema(METHODS[name].params, { io: 'input', unrepresentable: 'any' }) as JsonSchema, name),
  )
  expect(faults).toEqual([])
})

it('a daemon with little memory survives hostile messages of every role', async () => {
  const count = Math.ceil(200 * Number(process.env['PLOTD_FUZZ'] ?? 1))
  const { tried, findings } = await amplification(7475, (soFar) => soFar >= count, { loop: false, heapMb: 128 })
  expect(findings).toEqual([])
  expect(tried).toBe(count)
})
