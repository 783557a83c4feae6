import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import { expect, it } from 'vitest'
import { configSchema } from '../../src/daemon/config/schema.ts'
import { startDaemon } from '../../src/daemon/daemon.ts'
import { systemError } from '../support/memory-disk.ts'
import { replaceFunctions } from '../support/replace-functions.ts'
import { sharedThreads } from '../support/shared-threads.ts'
import { tempFolder } from '../support/temp-folder.ts'

replaceFunctions('node:fs/promises', (real) => {
  const rm: typeof real.rm = async (path, options) => {
    if (/plans|\.part$/.test(String(path))) throw systemError('EIO', String(path))
    await real.rm(path, options)
  }
  return { rm }
})

it('the daemon starts although an old plan and half an upload cannot be removed', async () => {
  const state = tempFolder()
  mkdirSync(join(state, 'plans'))
  writeFileSync(join(state, 'plans', '0'.repeat(64)), 'a plan')
  mkdirSync(join(state, 'uploads'))
  writeFileSync(join(state, 'uploads', '.half.part'), 'half an upload')
  const lines: string[] = []
  const log = pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) })
  const config = configSchema.parse({ port: 0, state, output: join(state, 'output') })
  const daemon = await startDaemon(config, log, sharedThreads({}))
  expect((await fetch(`${daemon.url}/readyz`)).status).toBe(200)
  expect(lines.join('')).toContain('old plans could not be removed')
  expect(existsSync(join(state, 'uploads', '.half.part'))).toBe(true)
  await daemon.close()
})
