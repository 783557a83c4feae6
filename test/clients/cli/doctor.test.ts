import { expect, it } from 'vitest'
import { daemonAnswers } from '../../../clients/cli/doctor/daemon-checks.ts'
import type { Io } from '../../../clients/cli/io/io.ts'
import { PlotdError } from '../../../src/errors.ts'
import { packageVersion } from '../../../src/threads.ts'
import { wirePlotter } from '../../support/wire.ts'

/** What `plotd doctor` says of a daemon of this version, with a plotter that is offline for this reason. */
async function doctorOf(version: string, why: string) {
  const plotter = wirePlotter({ is: 'offline', why }, { url: 'serial:/dev/ttyACM0?speed=2' })
  const answers = { 'server.info': { version, pid: 7 }, 'plotter.list': [plotter] }
  const call = async (method: keyof typeof answers) => answers[method]
  return daemonAnswers.run({ daemon: { call } } as unknown as Io)
}

it('plotd doctor names `fuser` for a port that another program has open, and `plotd ports` for a missing device', async () => {
  const why = '/dev/ttyACM0 could not be opened: another program has it open'
  const { state, remedy } = await doctorOf(packageVersion(), why)
  expect([state, remedy]).toEqual(['warn', expect.stringMatching(/^fuser \/dev\/ttyACM0 /)])
  const { remedy: unplugged } = await doctorOf(packageVersion(), '/dev/ttyACM0: there is no such device')
  expect(unplugged).toMatch(/^plotd ports /)
})

it('plotd doctor warns of a daemon that still runs after an upgrade', async () => {
  const { state, message, remedy } = await doctorOf('0.0.1', '')
  expect(message).toBe(`plotd 0.0.1 answers, process 7, and this command is plotd ${packageVersion()}.`)
  expect([state, remedy]).toEqual(['warn', 'restart the daemon when no plotter draws'])
})

it('when no daemon answers, plotd doctor gives the remedy of the error; for an error without one, `plotd serve`', async () => {
  const remedyOf = async (detail: Readonly<Record<string, string>>) => {
    const call = () => Promise.reject(new PlotdError('ERR_DAEMON_AWAY', 'no daemon answers', detail))
    return (await daemonAnswers.run({ daemon: { call } } as unknown as Io)).remedy
  }
  expect(await remedyOf({ remedy: 'To accept your own certificate, …' })).toBe('To accept your own certificate, …')
  expect(await remedyOf({})).toBe('plotd serve')
})
