import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { configSchema } from '../../../src/daemon/config/schema.ts'
import { ThreadPools } from '../../../src/daemon/render/thread-pools.ts'
import { DEFAULT_PROFILE, profileNamed } from '../../../src/plotter/profiles/index.ts'
import { tasks } from '../../../src/tasks/index.ts'
import { RESULT } from '../../support/job-result.ts'
import { tempFolder } from '../../support/temp-folder.ts'

const LINES = Array.from(
  { length: 50_000 },
  (_, i) => `<path d="M${i % 19} ${i % 17}L${i % 13} 9" stroke="#000"/>`,
).join('')
const LARGE = `<svg xmlns="http://www.w3.org/2000/svg" width="20mm" height="20mm">${LINES}</svg>`

function opened() {
  const folder = tempFolder()
  const config = configSchema.parse({ state: join(folder, 'state'), output: join(folder, 'output') })
  const threads = new ThreadPools(config, { tasks, unusable: [] }, () => [])
  return { threads, output: config.output }
}

describe('a daemon that stops', () => {
  it('reports the end to the running task and to later ones, and that is no bug', async () => {
    const { threads } = opened()
    const admit = () => threads.admit([{ task: 'svg', params: { svg: LARGE } }], 0)
    const stopping = { code: 'ERR_DAEMON_AWAY', message: 'plotd is stopping' }
    const underWay = expect(admit()).rejects.toMatchObject(stopping)
    await threads.close()
    await underWay
    await expect(admit()).rejects.toMatchObject(stopping)
  })
})

describe('ink', () => {
  it('does not wait for a plan that only a preview needs', async () => {
    const { threads, output } = opened()
    await mkdir(output)
    await writeFile(join(output, 'large.svg'), LARGE)
    await writeFile(join(output, 'small.svg'), LARGE.replaceAll(LINES, '<path d="M1 1L9 9" stroke="#000"/>'))
    const profile = profileNamed(DEFAULT_PROFILE)
    const plot = { plotter: 'any', copies: 1 }
    const small = () => threads.plan({ ...RESULT, path: 'small.svg' }, plot, profile)
    // Starts both threads: a start takes as long as a plan.
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
