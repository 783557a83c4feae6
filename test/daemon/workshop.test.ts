import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { configSchema } from '../../src/daemon/config-schema.ts'
import { Workshop } from '../../src/daemon/workshop.ts'
import { tasks } from '../../src/tasks/index.ts'
import { tempFolder } from '../support/temp-folder.ts'

const LINES = '<path d="M1 1L9 9"/>'.repeat(50_000)
const LARGE = `<svg xmlns="http://www.w3.org/2000/svg" width="20mm" height="20mm">${LINES}</svg>`

describe('a daemon that stops', () => {
  it('says so of what it was looking at, and of what comes later: that is no bug', async () => {
    const folder = tempFolder()
    const config = configSchema.parse({ state: join(folder, 'state'), output: join(folder, 'output') })
    const workshop = new Workshop(
      config,
      () => ({ tasks, unusable: [] }),
      () => undefined,
    )
    const admit = () => workshop.admit([{ task: 'svg', params: { svg: LARGE } }])
    const stopping = { code: 'ERR_DAEMON_AWAY', message: 'plotd is stopping' }
    const underWay = expect(admit()).rejects.toMatchObject(stopping)
    await workshop.close()
    await underWay
    await expect(admit()).rejects.toMatchObject(stopping)
  })
})
