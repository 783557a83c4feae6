import { chmod, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { systemdNotifier } from '../../../src/daemon/host/systemd-notify.ts'
import { packageRoot } from '../../../src/threads.ts'
import { node } from '../../support/processes.ts'
import { removeFolder } from '../../support/remove-folder.ts'
import { until } from '../../support/until.ts'

it('the notifier sends nothing without systemd', () => {
  const sent: unknown[] = []
  systemdNotifier({}, () => (words) => sent.push(words)).ready('x')
  expect(sent).toEqual([])
})

it('the notifier reports that the daemon is ready, that it lives, and that it stops', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'plotd-notify-'))
  const log = join(folder, 'heard')
  await writeFile(join(folder, 'systemd-notify'), `#!/bin/sh\nshift\necho "$@" >> ${log}\n`)
  await chmod(join(folder, 'systemd-notify'), 0o755)
  const flags = { port: 0, state: join(folder, 'state'), output: join(folder, 'output') }
  const run = `
    import { serve } from './src/daemon/main.js'
    process.exitCode = await serve({ flags: ${JSON.stringify(flags)}, env: {}, onReady: () => console.log('ready') })`
  const path = `${folder}:${process.env['PATH']}`
  const daemon = node(run, { PATH: path, NOTIFY_SOCKET: '/nowhere', WATCHDOG_USEC: '200000' })
  await daemon.line()
  const words = () => readFile(log, 'utf8').catch(() => '')
  await until(async () => (await words()).split('WATCHDOG=1').length > 3)
  expect(await daemon.kill('SIGTERM')).toBe(0)
  await until(async () => /STOPPING=1/.test(await words()))
  expect(await words()).toMatch(/^READY=1 STATUS=http:\/\/127.*; 0 renders cut off, 0 plots interrupted\nWATCHDOG=1\n/)
  removeFolder(folder)
})

it.each(['plotd.service', 'plotd-user.service'])(
  'the unit %s waits for READY, sets a watchdog, gives strokes time to end, restarts after a failure, and forbids new privileges',
  async (file) => {
    const unit = await readFile(join(packageRoot, 'examples/deploy', file), 'utf8')
    for (const line of [
      'Type=notify',
      'WatchdogSec=30',
      'TimeoutStopSec=120',
      'NoNewPrivileges=yes',
      'Restart=on-failure',
    ]) {
      expect(unit).toContain(`\n${line}\n`)
    }
  },
)
