import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type SleepInhibitor, sleepInhibitor } from '../../../src/daemon/host/systemd-inhibit.ts'
import { INHIBIT, inhibitFolder } from '../../support/inhibit.ts'
import { node } from '../../support/processes.ts'
import { until } from '../../support/until.ts'

const REFUSES = `#!/bin/sh
echo asked >> "$INHIBIT_LOG"
echo 'Failed to inhibit: Access denied' >&2
exit 1
`

describe.runIf(process.platform === 'linux')('the sleep inhibitor', () => {
  let program: Awaited<ReturnType<typeof inhibitFolder>>
  let inhibitor: SleepInhibitor | undefined
  beforeEach(async () => {
    program = await inhibitFolder()
  })
  afterEach(() => {
    inhibitor?.close()
    inhibitor = undefined
    program.remove()
  })
  const output = () => program.output()
  const times = (word: 'asked' | 'released') => program.times(word)
  const inhibit = (script: string) => program.put('systemd-inhibit', script)
  const opened = (trouble: (why: string) => void = () => {}) => {
    inhibitor = sleepInhibitor(trouble)
    return inhibitor
  }

  it('is held by systemd-inhibit until it is released', async () => {
    await inhibit(INHIBIT)
    const release = opened().lock()
    await until(() => output().includes('asked'))
    expect(output()).toMatch(/^asked: --what=sleep:idle --who=plotd --why=a plotter is drawing --mode=block .*\n$/)
    release()
    await until(() => output().includes('released'))
  })

  it('is taken anew for each plot', async () => {
    await inhibit(INHIBIT)
    const { lock } = opened()
    for (let plot = 1; plot <= 3; plot++) {
      const release = lock()
      await until(() => times('asked') === plot)
      release()
      await until(() => times('released') === plot)
    }
  })

  it('is one lock for all plotters, until the last plot has ended', async () => {
    await inhibit(INHIBIT)
    const { lock } = opened()
    const [first, second] = [lock(), lock()]
    await until(() => output().includes('asked'))
    first()
    first()
    second()
    lock()
    await until(() => times('asked') === 2)
    expect(output().match(/asked|released/g)).toEqual(['asked', 'released', 'asked'])
  })

  it('tries again for the next plot when it could start no shell', async () => {
    await inhibit(INHIBIT)
    const problems: string[] = []
    const path = process.env['PATH'] ?? ''
    vi.stubEnv('PATH', '/no/such/folder')
    const { lock } = opened((why) => problems.push(why))
    await until(() => problems.length > 0)
    vi.stubEnv('PATH', path)
    lock()
    await until(() => output().includes('asked'))
    expect(problems).toEqual(['spawn sh ENOENT'])
  })

  it('does not outlive a daemon that is killed', async () => {
    await inhibit(INHIBIT)
    const daemon = node(`
      import { sleepInhibitor } from './src/daemon/host/index.js'
      sleepInhibitor(console.error).lock()
      setInterval(() => {}, 1000)
    `)
    await until(() => output().includes('asked'))
    expect(output()).not.toContain('released')
    await daemon.kill('SIGKILL')
    await until(() => output().includes('released'))
  })

  it('is released when the daemon stops', async () => {
    await inhibit(INHIBIT)
    opened().lock()
    await until(() => output().includes('asked'))
    inhibitor?.close()
    await until(() => output().includes('released'))
  })

  it('is requested for every plot when systemd refuses it, and the refusal is reported once', async () => {
    await inhibit(REFUSES)
    const problems: string[] = []
    const { lock } = opened((why) => problems.push(why))
    for (let plot = 1; plot <= 3; plot++) {
      const release = lock()
      await until(() => times('asked') === plot && problems.length > 0)
      release()
    }
    expect(problems).toEqual(['Failed to inhibit: Access denied'])
  })

  it('is requested again after the shell that runs systemd-inhibit was killed', async () => {
    await inhibit('#!/bin/sh\necho asked >> "$INHIBIT_LOG"\nkill -9 $PPID\n')
    const { lock } = opened()
    await until(() => {
      lock()()
      return times('asked') >= 2
    })
  })

  it('is absent without systemd, and the reason is reported', async () => {
    const shell = spawnSync('sh', ['-c', 'command -v sh'], { encoding: 'utf8' }).stdout.trim()
    await program.put('sh', `#!${shell}\nexec ${shell} "$@"\n`)
    vi.stubEnv('PATH', program.folder)
    const problems: string[] = []
    const release = opened((why) => problems.push(why)).lock()
    await until(() => problems.length > 0)
    expect(problems[0]).toMatch(/systemd-inhibit.*not found/)
    expect(release).not.toThrow()
  })

  it('is absent without a shell, and the reason is reported', async () => {
    vi.stubEnv('PATH', join(program.folder, 'nowhere'))
    const problems: string[] = []
    const release = opened((why) => problems.push(why)).lock()
    await until(() => problems.length > 0)
    expect(release).not.toThrow()
  })
})
