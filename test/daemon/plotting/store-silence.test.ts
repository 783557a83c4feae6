import { expect, it, vi } from 'vitest'
import { Checkpoints } from '../../../src/daemon/plotting/checkpoints.ts'
import { idleStation } from '../../support/idle-station.ts'
import { until } from '../../support/until.ts'

it('a plot that pauses because the store is silent names this cause, and a later pause by a user does not', async () => {
  let onSilence: (() => void) | undefined
  vi.spyOn(Checkpoints.prototype, 'watch').mockImplementation((_, silent) => {
    onSilence = silent
    return () => {}
  })
  const { station, spool, job, is } = await idleStation(undefined, { speed: 0.5 })
  const reason = async () => (await spool.get(job.id))?.reason
  await station.ready('ada', {})
  await until(() => station.state.is === 'plotting')
  onSilence?.()
  await is('paused')
  expect(station.state).toMatchObject({ prompt: expect.stringMatching(/^the store did not answer for 10 s/) })
  expect(await reason()).toEqual({ code: 'operator', message: expect.stringMatching(/^the store did not answer/) })
  await station.resumePlot('ada')
  await is('plotting')
  await station.pause(true)
  await is('paused')
  expect(station.state).not.toHaveProperty('prompt')
  expect(await reason()).toEqual({ code: 'operator', message: 'paused by a user' })
})
