import { readFileSync } from 'node:fs'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { systemdWakeLock } from '../../src/plotter/wake-lock.ts'
import { until } from '../support/desk.ts'

/** Says what it was asked for, runs the command as the real one does, and says when that has ended. */
const INHIBIT = `#!/bin/sh
echo "asked: $*" >> "$INHIBIT_LOG"
for last; do :; done
"$last" > /dev/null
echo released >> "$INHIBIT_LOG"
`

describe.runIf(process.platform === 'linux')('the lock that keeps a computer awake', () => {
  let folder: string
  let log: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'plotd-wake-'))
    log = join(folder, 'log')
    await writeFile(log, '')
    vi.stubEnv('INHIBIT_LOG', log)
  })
  afterEach(async () => {
    vi.unstubAllEnvs()
    await rm(folder, { recursive: true, force: true })
  })
  const said = () => readFileSync(log, 'utf8')

  it('is held by systemd-inhibit from when it is taken until it is released', async () => {
    await writeFile(join(folder, 'systemd-inhibit'), INHIBIT)
    await chmod(join(folder, 'systemd-inhibit'), 0o755)
    vi.stubEnv('PATH', `${folder}${delimiter}${process.env['PATH']}`)
    const release = systemdWakeLock()
    await until(() => said().includes('asked'))
    expect(said()).toMatch(/^asked: --what=sleep:idle --who=plotd .*--mode=block cat\n$/)
    release()
    await until(() => said().includes('released'))
  })

  it('is nothing where there is no systemd', () => {
    vi.stubEnv('PATH', folder)
    expect(() => systemdWakeLock()()).not.toThrow()
  })
})
