import { describe, expect, it, vi } from 'vitest'
import type { Daemon } from '../../../../clients/cli/io/daemon.ts'
import type { Io } from '../../../../clients/cli/io/io.ts'
import type { Host } from '../../../../clients/cli/setup/host.ts'
import { askService, type FlagAnswers, Questions } from '../../../../clients/cli/setup/questions.ts'
import { stop } from '../../../../clients/cli/setup/service.ts'
import { PlotdError } from '../../../../src/errors.ts'
import { replaceFunctions } from '../../../support/replace-functions.ts'

replaceFunctions('node:timers/promises', ({ setImmediate }) => ({ setTimeout: (_, value) => setImmediate(value) }))

/** A daemon that answers this many calls. */
function answeringTo(calls: number): Daemon {
  let left = calls
  const call = async (method: string): Promise<unknown> => {
    if (left-- <= 0) throw new PlotdError('ERR_DAEMON_AWAY', 'away')
    return method === 'server.info' ? { pid: 4_000_000 } : []
  }
  return { fresh: () => ({ call }) } as unknown as Daemon
}

describe('a stop of the daemon', () => {
  it('gives true for a daemon that ended, and false for a daemon that still answers after 60 s', async () => {
    const kill = vi.spyOn(process, 'kill').mockReturnValue(true)
    expect(await stop(answeringTo(20), 4_000_000)).toBe(true)
    expect(await stop(answeringTo(Number.POSITIVE_INFINITY), 4_000_000)).toBe(false)
    expect(kill.mock.calls).toEqual(Array(2).fill([4_000_000, 'SIGTERM']))
  })
})

describe('the choice of the service', () => {
  const host = { services: ['user', 'background'] } as unknown as Host
  const chosen = (service?: string) =>
    askService(host, { service } as FlagAnswers, new Questions({ isInteractive: false } as Io, true))

  it.each([
    ['--service system', 'system', undefined],
    ['PLOTD_SERVICE=system', undefined, 'system'],
  ])('names its source when this user cannot run the service: %s', async (source, flag, variable) => {
    vi.stubEnv('PLOTD_SERVICE', variable)
    await expect(chosen(flag)).rejects.toThrow(`${source}: expected one of user, background, which`)
    vi.unstubAllEnvs()
  })

  it('is the first one when PLOTD_SERVICE is empty', async () => {
    vi.stubEnv('PLOTD_SERVICE', '')
    expect(await chosen()).toBe('user')
    vi.unstubAllEnvs()
  })
})

it('a question with no choice is not asked, as when setup looks for the plotter of a daemon that has none', async () => {
  const note = () => expect.fail('asked')
  const questions = new Questions({ isInteractive: true, note } as unknown as Io, false)
  expect(await questions.choice('Which plotter?', [])).toBe('')
})
