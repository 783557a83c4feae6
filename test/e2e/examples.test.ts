import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cancelJob, enqueue, getJobStatus } from '../../src/index.ts'
import { type StartedDaemon, startedDaemon } from '../support/daemon.ts'
import { type Child, node } from '../support/processes.ts'
import { removeFolder } from '../support/remove-folder.ts'

let folder: string
let daemon: StartedDaemon | undefined
let artboards: Child
let url: string
let env: { PLOTD_STATE: string }

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plotd-examples-'))
  env = { PLOTD_STATE: join(folder, 'state') }
  artboards = node("await import('./examples/artboard.js')", env)
  url = (await artboards.line()).replace('artboards at ', '')
})
afterAll(async () => {
  await artboards.kill('SIGKILL')
  await daemon?.close()
  removeFolder(folder)
})

async function create(request: object): Promise<Record<string, string>> {
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(request) })
  return (await response.json()) as Record<string, string>
}
const size = { width: 120, height: 90 }

describe('examples/artboard', () => {
  it('answers a request for a simple drawing at once, with its SVG', async () => {
    expect(await create({ id: 'a', ...size, complexity: 'simple' })).toMatchObject({
      status: 'finished',
      svg: expect.stringContaining('<rect'),
    })
  })

  it('renders complex patterns itself while the daemon is away', async () => {
    const { status, svg } = await create({ id: 'b', ...size, pattern: 'grid' })
    expect(status).toBe('finished')
    expect(svg).toContain('width="120mm"')
  })

  it('queues complex patterns when the daemon is there, and reports when the file is ready', async () => {
    daemon = await startedDaemon({ state: env.PLOTD_STATE, output: join(folder, 'output') })
    const { job = '' } = await create({ id: 'c', ...size, urgent: true })
    const ask = async () => (await (await fetch(`${url}/${job}`)).json()) as { ready: boolean; path: string }
    await expect.poll(async () => (await ask()).ready).toBe(true)
    const { path } = await ask()
    expect(path).toBe(join(folder, 'output', 'artboard_c.svg'))
    expect(await readFile(path, 'utf8')).toContain('width="120mm"')
  })
})

describe('enqueue, cancelJob and getJobStatus', () => {
  it('submit jobs for a later time, with a time limit or after a job, cancel one, and report states', async () => {
    const where = { daemon: { state: env.PLOTD_STATE } }
    const params = { pattern: 'spiral' }
    const later = await enqueue('pattern', params, { at: new Date(Date.now() + 3_600_000), timeout: '2m', ...where })
    expect(later).toMatchObject({ status: 'scheduled', timeoutMs: 120_000, priority: 50 })
    const child = await enqueue('pattern', params, { dependsOn: [later.id], priority: 'low', ...where })
    expect(child).toMatchObject({ status: 'scheduled', priority: 25 })

    await cancelJob(later.id, where.daemon)
    expect(await getJobStatus(later.id, where.daemon)).toMatchObject({ status: 'canceled', result: null })
    expect(await getJobStatus(child.id, where.daemon)).toMatchObject({ status: 'failed', error: expect.any(String) })
    expect(await getJobStatus('01ARZ3NDEKTSV4RRFFQ69G5FAV', where.daemon)).toEqual({
      id: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
      status: 'not_found',
      result: null,
      error: null,
      createdAt: null,
      startedAt: null,
      endedAt: null,
    })
  })
})
