import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type ConfigInput, configSchema } from '../../../src/daemon/config/schema.ts'
import { allHere } from '../../../src/daemon/render/contents.ts'
import { type ThreadPoolOptions, ThreadPools } from '../../../src/daemon/render/thread-pools.ts'
import { DEFAULT_PROFILE, profileNamed } from '../../../src/plotter/profiles/index.ts'
import type { Job } from '../../../src/spool/job.ts'
import { tasks } from '../../../src/tasks/index.ts'
import { RESULT } from '../../support/job-result.ts'
import { tempFolder } from '../../support/temp-folder.ts'

const LINES = Array.from({ length: 50_000 }, (_, i) => `<path d="M${i % 19} ${i % 17}L${i % 13} 9" stroke="#000"/>`)
const svgOf = (lines: readonly string[]): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="20mm" height="20mm">${lines.join('')}</svg>`
const LARGE = svgOf(LINES)

function opened(settings: Partial<ConfigInput> = {}, options: ThreadPoolOptions = {}) {
  const folder = tempFolder()
  const config = configSchema.parse({ state: join(folder, 'state'), output: join(folder, 'output'), ...settings })
  const threads = new ThreadPools(config, { tasks, unusable: [] }, () => [], options)
  return { threads, output: config.output }
}

describe('a daemon that stops', () => {
  it('ends the check that is under way, and refuses later checks with ERR_DAEMON_AWAY', async () => {
    const { threads } = opened()
    const admit = () => threads.admit([{ task: 'svg', params: { svg: LARGE } }], 0)
    const stopping = { code: 'ERR_DAEMON_AWAY', message: 'plotd is stopping' }
    const underWay = expect(admit()).rejects.toMatchObject(stopping)
    await threads.close()
    await underWay
    await expect(admit()).rejects.toMatchObject(stopping)
  })
})

it('a preview beyond the size limit of an answer is refused, and the error names the limit', async () => {
  const { threads } = opened({ limits: { outgoingBytes: 100_000 } })
  await expect(threads.preview({ task: 'svg', params: { svg: svgOf(LINES.slice(0, 3000)) } })).rejects.toMatchObject({
    code: 'ERR_LIMIT',
    message: expect.stringContaining('an answer has at most 100000'),
    detail: { limit: 'outgoingBytes', maxBytes: 100_000 },
  })
  await threads.close()
})

it('a check or a description of an upload counts as a run of foreign code, because the upload may be a PDF', async () => {
  const watched: [kind: unknown, isForeign: boolean][] = []
  const pool = {
    size: 1,
    run: async (input: unknown, { isForeign = false } = {}) => {
      watched.push([(input as { readonly kind: string }).kind, isForeign])
      return [] as never
    },
    close: async () => {},
  }
  const { threads } = opened({}, { newPool: () => pool })
  const upload = 'a'.repeat(64)
  for (const params of [{ upload }, { svg: '<svg/>' }]) {
    const jobs = [{ task: 'svg', params }]
    await threads.admit(jobs, 1)
    await threads.check({ jobs }, 1, new Map())
  }
  await threads.describe({ upload })
  const kinds = ['admit', 'warnings', 'check']
  expect(watched).toEqual([
    ...kinds.map((kind) => [kind, true]),
    ...kinds.map((kind) => [kind, false]),
    ['describe', true],
  ])
  await threads.close()
})

it('checks run one at a time, so that a thread is left for a submit', async () => {
  const begun: unknown[] = []
  const pool = {
    size: 3,
    run: (input: unknown) => {
      const { kind } = input as { readonly kind: string }
      begun.push(kind)
      return kind === 'check' ? new Promise<never>(() => {}) : Promise.resolve([] as never)
    },
    close: async () => {},
  }
  const { threads } = opened({}, { newPool: () => pool })
  const jobs = [{ task: 'text', params: { text: 'a' } }]
  for (let i = 0; i < 3; i++) threads.check({ jobs }, 1, new Map()).catch(() => {})
  await new Promise(setImmediate)
  await threads.admit(jobs, 0)
  expect(begun).toEqual(['check', 'admit'])
  await threads.close()
})

it('a check fetches the uploads that lie on another host', async () => {
  const begun: unknown[] = []
  const pool = { size: 1, run: async () => begun.push('check') as never, close: async () => {} }
  const contents = { ...allHere('output'), fetchUploads: async (params: unknown) => void begun.push(params) }
  const { threads } = opened({}, { contents, newPool: () => pool })
  const params = { upload: 'a'.repeat(64) }
  await threads.check({ jobs: [{ task: 'svg', params }] }, 1, new Map())
  expect(begun).toEqual([params, 'check'])
  await threads.close()
})

describe('ink', () => {
  it('is measured on the local copy of an SVG that another host rendered', async () => {
    const folder = tempFolder()
    await writeFile(join(folder, 'copy'), svgOf(['<path d="M1 1L9 9" stroke="#000"/>']))
    const contents = { ...allHere(folder), findRecord: async () => ({ folder, path: 'copy' }) }
    const { threads } = opened({}, { contents })
    const job = { result: { ...RESULT, path: 'away/a.svg' }, task: 'svg', timeoutMs: 60_000 } as Job
    expect(await threads.inkResult(job, { plotter: 'any', copies: 1 })).toMatchObject({
      path: 'away/a.svg',
      strokes: 1,
    })
    await threads.close()
  })

  it('does not wait for a plan that is only for display', async () => {
    const { threads, output } = opened()
    await mkdir(output)
    await writeFile(join(output, 'large.svg'), LARGE)
    await writeFile(join(output, 'small.svg'), svgOf(['<path d="M1 1L9 9" stroke="#000"/>']))
    const profile = profileNamed(DEFAULT_PROFILE)
    const plot = { plotter: 'any', copies: 1 }
    const small = () => threads.plan({ ...RESULT, path: 'small.svg' }, plot, profile)
    // Waits until both threads have started. A start takes as long as a plan, so a later start would delay the small
    // plan.
    await Promise.all([small(), threads.planToShow({ folder: output, path: 'small.svg' }, plot, profile, 600_000)])
    let isShown = false
    const plan = threads.planToShow({ folder: output, path: 'large.svg' }, plot, profile, 600_000).then(
      () => {
        isShown = true
      },
      () => {},
    )
    expect((await small()).hash).toMatch(/^[0-9a-f]{64}$/)
    expect(isShown).toBe(false)
    await threads.close()
    await plan
  })
})
