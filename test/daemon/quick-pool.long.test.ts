import { existsSync, readFileSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { connect } from '../../clients/node/index.ts'
import { type StartedDaemon, startedDaemon } from '../support/daemon.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { until } from '../support/until.ts'

/** A task that records that it has begun, and never ends. */
const endless = (begun: string) => `
import { appendFileSync } from 'node:fs'
export default ({ z }) => ({
  name: 'endless',
  schema: z.strictObject({ mayBlock: z.boolean().default(false) }),
  title: () => 'Endless',
  outputName: () => 'endless.svg',
  render() { appendFileSync(${JSON.stringify(begun)}, 'x'); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0) },
  check({ mayBlock }) { if (mayBlock) this.render(); return [] },
})`
const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="20mm" height="20mm"><path d="M1 1L9 9"/></svg>'
const LONG = { task: 'endless', params: {} }
const SHORT = { task: 'svg', params: { svg } }

describe('while a long preview or a long check runs', () => {
  let plotd: StartedDaemon
  let begun: string
  beforeAll(async () => {
    const tasks = tempFolder()
    begun = join(tempFolder(), 'begun')
    await writeFile(join(tasks, 'endless.mjs'), endless(begun))
    plotd = await startedDaemon({ tasks, render: { workers: 1 } })
  })
  beforeEach(() => rmSync(begun, { force: true }))
  afterAll(() => plotd.close())

  const hasBegun = (times = 1) => until(() => existsSync(begun) && readFileSync(begun, 'utf8').length === times)
  const preview = (what: { task: string; params: object }) => plotd.client.call('preview.render', what)
  const someoneElse = () => connect({ url: plotd.daemon.url, token: plotd.daemon.token })

  it('the daemon queues, renders and checks jobs', async () => {
    const other = await someoneElse()
    other.call('preview.render', LONG).catch(() => {})
    await hasBegun()
    const { id } = await plotd.client.submit(SHORT)
    await until(async () => (await plotd.client.call('job.get', { id })).status === 'finished')
    await plotd.client.call('job.check', { jobs: [SHORT] })
    const refused = plotd.client.submit({ task: 'svg', params: { svg: 'none' } })
    await expect(refused).rejects.toMatchObject({ code: 'ERR_SVG_INVALID' })
    other.close()
  })

  it('the preview ends when its client disconnects, and a waiting preview of that client never begins', async () => {
    const other = await someoneElse()
    other.call('preview.render', LONG).catch(() => {})
    await hasBegun()
    other.call('preview.render', LONG).catch(() => {})
    other.close()
    expect(await preview(SHORT)).toMatchObject({ strokes: 1 })
    expect(readFileSync(begun, 'utf8')).toHaveLength(1)
  })

  it('a check ends when its client disconnects, so that a submit of the same task need not wait for it', async () => {
    const other = await someoneElse()
    other.call('job.check', { jobs: [{ task: 'endless', params: { mayBlock: true } }] }).catch(() => {})
    await hasBegun()
    const submitted = plotd.client.submit({ ...LONG, hold: true })
    other.close()
    const { id } = await submitted
    await plotd.client.call('job.cancel', { id })
  })

  it('the preview ends when its HTTP request is aborted', async () => {
    const { url, token } = plotd.daemon
    const stop = new AbortController()
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'preview.render', params: LONG })
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const aborted = fetch(`${url}/rpc`, { method: 'POST', headers, body, signal: stop.signal }).catch(() => 'given up')
    await hasBegun()
    stop.abort()
    expect(await aborted).toBe('given up')
    expect(await preview(SHORT)).toMatchObject({ strokes: 1 })
  })
})
