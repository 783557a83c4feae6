import { describe, expect, it, vi } from 'vitest'
import type { Station } from '../../../src/daemon/plotting/station.ts'
import { PlotdError } from '../../../src/errors.ts'
import type { Job } from '../../../src/spool/job.ts'
import { blank, cut, idleStation } from '../../support/idle-station.ts'
import { renderedJob } from '../../support/rendered-job.ts'
import { slowClaims } from '../../support/slow-claims.ts'
import { slowPlan } from '../../support/slow-plan.ts'
import { until } from '../../support/until.ts'

describe('a grant', () => {
  it('ends when its job is removed', async () => {
    const { station, job, spool } = await idleStation()
    vi.spyOn(spool, 'claim').mockResolvedValue(undefined)
    await station.ready('ada', {})
    expect(station.state).toMatchObject({ ready: true })
    station.jobRemoved(job.id)
    expect(station.state).toMatchObject({ ready: false })
  })

  it('begins its job when the first claim fails and no event follows', async () => {
    const { station, spool, is } = await idleStation()
    vi.spyOn(spool, 'claim').mockRejectedValueOnce(new PlotdError('ERR_SPOOL_WRITE', 'the database is full'))
    await station.ready('ada', {})
    await is('finished')
  })

  it('ends when the queue does not answer during the call that gave it', async () => {
    const { station, spool } = await idleStation()
    vi.spyOn(spool, 'claim').mockResolvedValue(undefined)
    vi.spyOn(spool, 'get').mockRejectedValue(new PlotdError('ERR_SPOOL_WRITE', 'the database does not answer'))
    await expect(station.ready('ada', {})).rejects.toThrow('the database does not answer')
    expect(station.state).toMatchObject({ ready: false })
  })

  it('stays valid when an earlier call, whose grant it replaced, fails later', async () => {
    const { station, spool } = await idleStation()
    vi.spyOn(spool, 'claim').mockResolvedValue(undefined)
    let fail = (_error: PlotdError) => {}
    const answer = new Promise<never>((_, reject) => {
      fail = reject
    })
    const get = vi.spyOn(spool, 'get').mockReturnValue(answer)
    const first = station.ready('ada', {})
    await until(() => get.mock.calls.length === 2) // one call by the claim, one by `ready`
    get.mockRestore()
    await station.ready('bob', {})
    fail(new PlotdError('ERR_SPOOL_WRITE', 'the database does not answer'))
    await expect(first).rejects.toThrow('the database does not answer')
    expect(station.session.grant).toMatchObject({ by: 'bob' })
  })

  it('ends when the plotter is taken out of service, and no job is claimed before another grant', async () => {
    const { station, spool, memory } = await idleStation()
    const claim = vi.spyOn(spool, 'claim').mockResolvedValue(undefined)
    await station.ready('ada', {})
    await station.maintain('ada', 'a new belt')
    expect(station.state).toMatchObject({ ready: false })
    expect(memory.maintenance).toMatchObject({ reason: 'a new belt' })
    claim.mockClear()
    await station.maintain('ada', undefined)
    station.wake()
    expect(claim).not.toHaveBeenCalled()
  })

  describe.each([
    ['takes it back', async (station: Station) => station.unready()],
    ['takes the plotter out of service', (station: Station) => station.maintain('ada', 'a new belt')],
  ])('is not given when a user %s', (_, withdraw) => {
    it.each(['before its checks have ended', 'while it waits behind another command'])('%s', async (when) => {
      const { station, spool } = await idleStation()
      const claim = vi.spyOn(spool, 'claim').mockResolvedValue(undefined)
      const given = vi.spyOn(station.session, 'ready')
      let mayGo = false
      const going = station.session.goTo(() => until(() => mayGo).then(() => ({ x: 50, y: 0 })))
      const granting = station.ready('ada', {})
      if (when.startsWith('while')) await until(() => given.mock.calls.length === 1)
      await withdraw(station)
      mayGo = true
      await expect(granting).rejects.toMatchObject({ code: 'ERR_PLOTTER_STATE' })
      await going
      expect(station.state).toMatchObject({ is: 'idle', ready: false })
      await station.maintain('ada', undefined)
      claim.mockClear()
      station.wake()
      expect(claim).not.toHaveBeenCalled()
    })
  })

  it('that ends while a plan is made returns the job to the queue, and leaves the sheet of an interrupted job blank', async () => {
    const { makePlan, finish } = slowPlan()
    const { station, memory, is, job } = await idleStation(makePlan)
    station.jobChanged(blank as Job)
    await station.ready('ada', {})
    await is('plotting')
    expect(station.view(false).job).toBe(job.id)
    station.unready()
    expect(station.view(false).job).toBeUndefined()
    finish()
    await is('rendered')
    expect(memory.off).toBeUndefined()
    expect(memory.plot).toBeUndefined()
  })

  it('is used up by its plot, which draws on the blank sheet of an interrupted job', async () => {
    const { station, memory, is } = await idleStation()
    station.jobChanged(blank as Job)
    await station.ready('ada', {})
    await is('finished')
    expect(memory.off).toEqual(['blank'])
    await until(() => station.job === undefined)
    expect(station.state).toMatchObject({ is: 'idle', ready: false })
  })
})

describe('a plotter without a gate', () => {
  it('claims nothing in maintenance, and works again after it', async () => {
    const { station, spool, is } = await idleStation(undefined, { gate: false })
    await is('finished')
    await until(() => station.job === undefined)
    const claim = vi.spyOn(spool, 'claim').mockResolvedValue(undefined)
    await station.maintain('ada', 'a new belt')
    claim.mockClear()
    station.wake()
    expect(claim).not.toHaveBeenCalled()
    await station.maintain('ada', undefined)
    await until(() => claim.mock.calls.length > 0)
  })

  it('taken out of service begins neither a sheet whose plan is being made nor a further copy, until it is back', async () => {
    const { makePlan, finish } = slowPlan()
    const { station, spool, is, job, homeward } = await idleStation(makePlan, { gate: false, speed: 4 })
    await is('plotting')
    await station.maintain('ada', 'a new belt')
    finish()
    await is('rendered')
    await spool.cancel(job.id)
    await station.maintain('ada', undefined)
    const { id } = await renderedJob(spool, { plot: { plotter: 'axi', copies: 2 } })
    const second = async () => (await spool.get(id)) ?? job
    station.wake()
    await until(async () => (await second()).status === 'plotting')
    const isHomeward = homeward()
    finish()
    await isHomeward
    await station.maintain('ada', 'a new belt')
    await until(async () => (await second()).status === 'paused')
    expect(station.state.is).toBe('idle')
    await station.maintain('ada', undefined)
    await until(async () => (await second()).status === 'finished')
  })

  it('draws nothing over the sheet of an interrupted job', async () => {
    const { station, spool, statusOf, is } = await idleStation(undefined, { gate: false })
    await is('finished')
    await until(() => station.job === undefined)
    station.jobChanged(cut('one'))
    expect(station.state).toMatchObject({ ready: false })
    const next = await renderedJob(spool)
    const claim = vi.spyOn(spool, 'claim')
    station.wake()
    expect(claim).not.toHaveBeenCalled()
    expect(await statusOf(next)).toBe('rendered')
  })
})

describe('the sheet of an interrupted job', () => {
  it('keeps every other job off the plotter until its job is removed', async () => {
    const { station, is } = await idleStation()
    station.jobChanged(cut('one'))
    await expect(station.ready('ada', {})).rejects.toMatchObject({ code: 'ERR_PLOTTER_STATE' })
    station.jobRemoved('one')
    await station.ready('ada', {})
    await is('finished')
  })

  it('lets another interrupted job continue only when the user has put that job’s sheet back', async () => {
    const { station, memory } = await idleStation()
    for (const id of ['one', 'two']) station.jobChanged(cut(id))
    await expect(station.resume(cut('one'), { cut: 'skip', atHome: true })).rejects.toMatchObject({
      code: 'ERR_PLOTTER_STATE',
      message: expect.stringContaining('job two'),
    })
    expect(memory.off).toBeUndefined()
    // The spool does not know this job.
    await expect(station.resume(cut('one'), { sheetBack: true, atHome: true })).rejects.toThrow()
    expect(memory.off).toEqual(['two'])
  })
})

describe('a claim without a job', () => {
  /** A station whose first claim waits for `answer` and finds no job. */
  async function claiming() {
    const { station, spool } = await idleStation()
    let answer = () => {}
    const claim = vi.spyOn(spool, 'claim').mockResolvedValue(undefined)
    claim.mockImplementationOnce(
      () =>
        new Promise((resolve) => {
          answer = () => resolve(undefined)
        }),
    )
    await station.session.ready()
    await until(() => claim.mock.calls.length === 1)
    return { station, claim, answer: () => answer() }
  }

  it('is repeated when the spool has changed meanwhile, or changes later', async () => {
    const { station, claim, answer } = await claiming()
    station.wake()
    answer()
    await until(() => claim.mock.calls.length === 2)
    await new Promise(setImmediate)
    station.wake()
    expect(claim).toHaveBeenCalledTimes(3)
  })

  it('is not repeated when the grant has ended meanwhile', async () => {
    const { station, claim, answer } = await claiming()
    station.wake()
    station.session.unready()
    answer()
    await station.stop(true)
    expect(claim).toHaveBeenCalledOnce()
  })
})

describe('a station that stops', () => {
  it('does not wait for a plan: the job goes back to the queue before the stop ends', async () => {
    const { makePlan } = slowPlan()
    const { station, statusOf, job, is } = await idleStation(makePlan)
    await station.ready('ada', {})
    await is('plotting')
    await station.stop(false)
    expect(await statusOf(job)).toBe('rendered')
  })

  it('gives back a claim that is under way: no operator has to resume the job', async () => {
    const { station, spool, statusOf, job, is } = await idleStation(() =>
      Promise.reject(new PlotdError('ERR_DAEMON_AWAY')),
    )
    const answer = slowClaims(spool)
    await station.session.ready()
    await is('plotting')
    const stopped = station.stop(false)
    setTimeout(answer)
    await stopped
    expect(await statusOf(job)).toBe('rendered')
  })

  it('first waits for a resume that is under way', async () => {
    let answer = () => {}
    const fetchPlan = () =>
      new Promise<void>((_, reject) => {
        answer = () => reject(new PlotdError('ERR_FILE'))
      })
    const { station } = await idleStation(undefined, { fetchPlan })
    const { progress, ...job } = cut('one')
    const order: string[] = []
    const resumed = station
      .resume({ ...job, progress: { ...progress, planHash: 'p' } } as Job, { cut: 'skip', atHome: true })
      .catch(() => order.push('resume'))
    const stopped = station.stop(true).then(() => order.push('stop'))
    await station.session.close(true)
    await new Promise(setImmediate)
    answer()
    await Promise.all([resumed, stopped])
    expect(order).toEqual(['resume', 'stop'])
  })

  it('interrupts its plot before the stop ends', async () => {
    const { station, statusOf, job } = await idleStation(undefined, { speed: 1 })
    await station.ready('ada', {})
    await until(() => station.state.is === 'plotting')
    await station.stop(true)
    expect(await statusOf(job)).toBe('interrupted')
  })
})

describe('a job on a plotter', () => {
  it('ends the making of its plan when it is canceled, and draws nothing', async () => {
    const { makePlan, isAborted } = slowPlan()
    const { station, spool, memory, job, is } = await idleStation(makePlan)
    await station.ready('ada', {})
    await is('plotting')
    await spool.cancel(job.id)
    await until(() => station.job === undefined)
    expect(isAborted()).toBe(true)
    expect(memory.plot).toBeUndefined()
  })

  it('is interrupted when its plot ends by an unexpected error', async () => {
    const { station, spool, job, is } = await idleStation()
    vi.spyOn(spool, 'complete').mockRejectedValue(new PlotdError('ERR_INTERNAL', 'no last point'))
    await station.ready('ada', {})
    await is('interrupted')
    expect(await spool.get(job.id)).toMatchObject({ reason: { code: 'device-fault', message: 'no last point' } })
  })

  it('cannot be paused after it was canceled, while its ink is recorded', async () => {
    const { station, spool, job } = await idleStation(undefined, { speed: 1 })
    let isRecorded = false
    vi.spyOn(spool, 'reportInk').mockImplementation(() => until(() => isRecorded).then(() => job))
    await station.ready('ada', {})
    await until(() => station.state.is === 'plotting')
    await spool.cancel(job.id)
    await until(() => station.state.is === 'idle')
    const pausing = station.pause(false)
    isRecorded = true
    await expect(pausing).rejects.toMatchObject({ code: 'ERR_PLOTTER_STATE' })
  })

  it('keeps a user from resuming another job on the same plotter', async () => {
    const { makePlan, finish } = slowPlan()
    const { station, is } = await idleStation(makePlan)
    await station.ready('ada', {})
    await is('plotting')
    await expect(station.resume(blank as Job, { atHome: true })).rejects.toMatchObject({ code: 'ERR_PLOTTER_STATE' })
    finish()
    await is('finished')
  })

  it('is interrupted again when the motors are freed while the plan of its resume is made', async () => {
    const { makePlan, finish } = slowPlan()
    const { station, spool, memory, job, is } = await idleStation(makePlan)
    const claim = await spool.claim({ stage: 'plot', holder: 'here/axi', plotters: ['axi'] })
    if (claim) await spool.interrupt(claim, 'restart')
    await station.resume((await spool.get(job.id)) ?? job, { atHome: true })
    await is('plotting')
    await station.session.motors(false)
    finish()
    await is('interrupted')
    expect(await spool.get(job.id)).toMatchObject({ reason: { message: expect.stringContaining('motors were freed') } })
    expect(memory.plot).toBeUndefined()
  })

  it('waits before its second sheet when a user paused it on the way home from the first', async () => {
    const { station, spool, job, homeward } = await idleStation(undefined, { speed: 4 })
    await spool.cancel(job.id)
    const { id } = await renderedJob(spool, { plot: { plotter: 'axi', copies: 2 } })
    const isHomeward = homeward()
    await station.ready('ada', { sheets: 2 })
    await isHomeward
    await station.pause(false)
    await until(() => station.state.is === 'paused')
    expect((await spool.get(id))?.progress).toMatchObject({ done: 0, copiesDone: 1 })
    await station.resumePlot('ada')
    await until(async () => (await spool.get(id))?.status === 'finished')
  })

  it('is paused after its claim when a user paused it during the claim', async () => {
    const { station, spool, is } = await idleStation()
    const answer = slowClaims(spool)
    await station.session.ready()
    await is('plotting')
    await station.pause(false)
    answer()
    await is('paused')
    await station.resumePlot('ada')
    await is('finished')
  })

  it('does not wait when the pause ended before the plan was made', async () => {
    const { makePlan, finish } = slowPlan()
    const { station, is } = await idleStation(makePlan)
    await station.ready('ada', {})
    await is('plotting')
    await station.pause(false)
    await station.resumePlot('ada')
    finish()
    await is('finished')
  })

  it('keeps the grant of several sheets when a pause ends before the plan is made', async () => {
    const { makePlan, finish } = slowPlan()
    const { station, is } = await idleStation(makePlan)
    await station.ready('ada', { sheets: 3 })
    await is('plotting')
    await station.pause(false)
    await station.resumePlot('bob')
    expect(station.session.grant).toMatchObject({ by: 'ada', for: { sheets: 3 } })
    finish()
    await is('finished')
    expect(station.session.grant).toMatchObject({ by: 'ada', for: { sheets: 2 } })
  })

  it('waits before its first stroke when a user paused it while its plan was made', async () => {
    const { makePlan, finish } = slowPlan()
    const { station, memory, is } = await idleStation(makePlan)
    await station.ready('ada', {})
    await is('plotting')
    await station.pause(false)
    finish()
    await is('paused')
    expect(memory.stop).toBeUndefined()
    await station.resumePlot('ada')
    await is('finished')
  })
})
