import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type MemoryServer, memoryServer, spiral, TOKEN } from '../../support/memory-server.ts'

let daemon: MemoryServer
beforeAll(async () => {
  daemon = await memoryServer({ limits: { batch: 5, messageBytes: 20_000, depth: 20 } })
})
afterAll(() => daemon.close())

async function post(body: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`${daemon.url}/rpc`, {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}`, ...headers },
  })
  const text = await response.text()
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
}
const call = (method: string, params?: unknown, id: unknown = 1) => ({ jsonrpc: '2.0', id, method, params })
const submitSpiral = call('job.submit', { task: 'pattern', params: spiral })

describe('POST /rpc', () => {
  it('queues a job in the spool and answers with the job', async () => {
    const { body } = await post(submitSpiral)
    expect(body).toMatchObject({ jsonrpc: '2.0', id: 1, result: { status: 'queued', task: 'pattern', priority: 50 } })
    expect(await daemon.spool.get(body.result.id)).toMatchObject({ title: body.result.title })
  })

  it.each([
    ['an unknown field', { task: 'pattern', params: spiral, priorty: 3 }, /priorty/],
    [
      'a priority out of range',
      { task: 'pattern', params: spiral, priority: 101 },
      /priority is 101, expected at most 100/,
    ],
    [
      'an invalid duration',
      { task: 'pattern', params: spiral, timeoutMs: 'soon' },
      /timeoutMs.*expected milliseconds or a duration/,
    ],
    ['an invalid date', { task: 'pattern', params: spiral, runAt: 'tomorrow-ish' }, /runAt.*ISO 8601/],
    ['a day that does not exist', { task: 'pattern', params: spiral, runAt: '2927-02-30T10:00' }, /runAt.*ISO 8601/],
    ['a date in another form', { task: 'pattern', params: spiral, runAt: '03/04/2927' }, /runAt.*ISO 8601/],
    ['a missing task', { params: spiral }, /task/],
    ['an invalid parameter of the task', { task: 'pattern', params: { ...spiral, width: -4 } }, /width/],
    ['parameters by position', [1, 2], /job\.submit/],
  ])('refuses %s, and names the field or the method', async (_, params, names) => {
    const { body } = await post(call('job.submit', params))
    expect(body.error).toMatchObject({ code: -32602, data: { code: 'ERR_PARAMS' } })
    expect(body.error.message).toMatch(names)
  })

  it('queues all jobs of submitAll or, when one is refused, none', async () => {
    const before = (await daemon.spool.list()).total
    const jobs = [
      { task: 'pattern', params: spiral },
      { task: 'pattern', params: { pattern: 'no such' } },
    ]
    expect((await post(call('job.submitAll', { jobs }))).body.error.data.code).toBe('ERR_PARAMS')
    expect((await daemon.spool.list()).total).toBe(before)
    const two = await post(call('job.submitAll', { jobs: [jobs[0], jobs[0]] }))
    expect(two.body.result).toHaveLength(2)
  })

  it('reports composed and missing characters of a text, and refuses a strict text that cannot be drawn as written', async () => {
    const params = { recipient: 'Zoë', message: '“Bravo” 🎂', greeting: '', greetingFont: 'rowmans' }
    const { body } = await post(call('job.submit', { task: 'postcard', params, hold: true }))
    expect(body.result).toMatchObject({
      status: 'held',
      notes: [
        { code: 'composed-glyph', message: expect.stringContaining('recipient: “ë” (U+00EB, character 3)') },
        { code: 'missing-glyph', message: expect.stringContaining('“🎂” (U+1F382, character 9)'), count: 1 },
        { code: 'composed-glyph', count: 2 },
      ],
    })
    const before = (await daemon.spool.list()).total
    const refused = await post(call('job.submit', { task: 'postcard', params: { ...params, strict: true } }))
    expect(refused.body.error).toMatchObject({
      message: expect.stringContaining('“🎂” (U+1F382, character 9)'),
      data: { code: 'ERR_PARAMS', detail: { issues: [{ field: 'message', value: '🎂', line: 1, column: 9 }] } },
    })
    expect((await daemon.spool.list()).total).toBe(before)
  })

  it('lists the tasks when a task is unknown', async () => {
    const { body } = await post(call('job.submit', { task: 'patern', params: {} }))
    expect(body.error).toMatchObject({ code: -32000, data: { code: 'ERR_TASK_UNKNOWN', detail: { task: 'patern' } } })
    expect(body.error.message).toContain('pattern')
  })

  it('answers a batch with an array, even for one call', async () => {
    expect((await post([call('server.info')])).body).toHaveLength(1)
    const { body } = await post([call('server.info', {}, 'a'), call('no.such', {}, 'b'), call('task.list', {}, 'c')])
    expect(body.map(({ id }: { id: string }) => id)).toEqual(['a', 'b', 'c'])
  })

  it('executes notifications and answers nothing', async () => {
    const before = (await daemon.spool.list()).total
    const { status, body } = await post({ jsonrpc: '2.0', method: 'job.submit', params: submitSpiral.params })
    expect([status, body]).toEqual([204, undefined])
    expect((await daemon.spool.list()).total).toBe(before + 1)
  })

  it.each([
    ['a text that is not JSON', '{"jsonrpc":', -32700, 'ERR_PROTOCOL'],
    ['an object that is no request', { hello: 1 }, -32600, 'ERR_PROTOCOL'],
    ['an empty batch', [], -32600, 'ERR_PROTOCOL'],
    ['a batch beyond the limit', Array(6).fill(call('server.info')), -32000, 'ERR_LIMIT'],
    ['an unknown method', call('job.submitt'), -32601, 'ERR_PROTOCOL'],
    ['a prototype’s name as method', call('__proto__'), -32601, 'ERR_PROTOCOL'],
    ['nesting beyond the limit', `${'['.repeat(10_000)}${']'.repeat(10_000)}`, -32000, 'ERR_LIMIT'],
    ['a subscription, which needs a WebSocket', call('events.subscribe'), -32600, 'ERR_PROTOCOL'],
  ])('refuses %s', async (_, message, code, name) => {
    const { body } = await post(message)
    expect(body.error.code).toBe(code)
    expect(body.error.data?.code).toBe(name)
  })

  it('does not count brackets inside strings as nesting', async () => {
    const { body } = await post(call('job.get', { id: `\\"${'['.repeat(50)}` }))
    expect(body.error.data.code).toBe('ERR_JOB_UNKNOWN')
  })

  it('refuses a message beyond the limit', async () => {
    const { status, body } = await post(call('job.get', { id: 'x'.repeat(30_000) }))
    expect([status, body.error.data.code]).toEqual([413, 'ERR_LIMIT'])
  })

  it('omits parameters, which may be a whole SVG, from job.list, and returns them from job.get', async () => {
    const { id } = (await post(submitSpiral)).body.result
    const listed = (await post(call('job.list', { limit: 1, sort: 'newest' }))).body.result
    expect(listed.jobs[0]).not.toHaveProperty('params')
    expect((await post(call('job.get', { id }))).body.result.params).toMatchObject(spiral)
  })

  it('has recorded no internal error in the tests above', () => {
    expect(daemon.bugs).toEqual([])
  })
})
