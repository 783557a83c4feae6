import { describe, expect, it, vi } from 'vitest'
import { idleStation } from '../../support/idle-station.ts'
import { renderedJob } from '../../support/rendered-job.ts'
import { until } from '../../support/until.ts'

/** A plotter that a user pauses on the way home from the sheet of a job, while another job waits. */
async function pausedOnTheWayHome(how: { gate?: boolean; sheets?: number; button?: boolean }) {
  const options = { speed: 4, gate: how.gate ?? true, isQueuePaused: true }
  const { station, spool, board, is, statusOf, homeward } = await idleStation(undefined, options)
  const next = await renderedJob(spool)
  const isHomeward = homeward()
  await spool.resumeQueue('axi')
  station.wake()
  if (how.gate !== false) await station.ready('ada', how.sheets === undefined ? {} : { sheets: how.sheets })
  await isHomeward
  if (how.button) board.pressButton()
  else await station.pause(false)
  await is('finished')
  return { station, next, nextIs: (status: string) => until(async () => (await statusOf(next)) === status) }
}

describe('a pause on the way home', () => {
  it.each([
    ['the grant has a sheet left', { sheets: 2 }],
    ['the gate is off', { gate: false }],
    ['the user presses the button of the board', { sheets: 2, button: true }],
  ])('applies to the next job when %s', async (_, how) => {
    const { station, next, nextIs } = await pausedOnTheWayHome(how)
    await nextIs('paused')
    expect(station.state).toMatchObject({ is: 'paused', job: next.id, why: 'operator' })
    await station.resumePlot('ada')
    await nextIs('finished')
  })

  it('ends with the grant, so that the job of the next grant begins', async () => {
    const { station, nextIs } = await pausedOnTheWayHome({})
    await until(() => station.state.is === 'idle')
    await station.ready('bob', {})
    await nextIs('finished')
  })
})

describe('a pause under a grant, before the job can be claimed', () => {
  async function granted() {
    const parts = await idleStation()
    const claim = vi.spyOn(parts.spool, 'claim').mockResolvedValue(undefined)
    await parts.station.ready('ada', {})
    const begin = () => {
      claim.mockRestore()
      parts.station.wake()
    }
    return { ...parts, begin }
  }

  it('comes before the first stroke of the job', async () => {
    const { station, is, begin } = await granted()
    await station.pause(false)
    expect(station.view(false).willPause).toBe(true)
    begin()
    await is('paused')
    expect(station.view(false)).not.toHaveProperty('willPause')
    await station.resumePlot('ada')
    await is('finished')
  })

  it('can end before the job is claimed', async () => {
    const { station, is, begin } = await granted()
    await station.pause(false)
    await station.resumePlot('ada')
    expect(station.view(false)).not.toHaveProperty('willPause')
    begin()
    await is('finished')
  })

  it('is refused without a grant', async () => {
    const { station } = await granted()
    station.unready()
    await expect(station.pause(false)).rejects.toThrow('nothing to pause')
  })
})
