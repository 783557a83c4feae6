import { pino } from 'pino'
import { describe, expect, it, vi } from 'vitest'
import { NO_INHIBITOR } from '../../src/daemon/host/index.ts'
import { Station } from '../../src/daemon/plotting/station.ts'
import { allHere } from '../../src/daemon/render/contents.ts'
import { RenderLoop } from '../../src/daemon/render/render-loop.ts'
import type { ThreadPools } from '../../src/daemon/render/thread-pools.ts'
import { PlotdError } from '../../src/errors.ts'
import { profileNamed } from '../../src/plotter/profiles/index.ts'
import { memoryFrom } from '../../src/plotter/session/memory.ts'
import type { Job } from '../../src/spool/job.ts'
import { memorySpool } from '../../src/spool/memory.ts'
import { RESULT } from '../support/job-result.ts'
import { until } from '../support/until.ts'

/** A spool with one job. `claim` stores a claim at once, and returns it only after `answer`. */
async function slowToAnswer(plot?: Job['plot']) {
  const spool = memorySpool()
  const [job] = await spool.submit([{ task: 'text', params: {}, ...(plot && { plot }) }])
  const known = () => spool.get(job?.id ?? '')
  if (plot) {
    const rendering = await spool.claim({ stage: 'render', holder: 'test' })
    if (rendering) await spool.complete(rendering, RESULT)
  }
  let answer = () => {}
  const answered = new Promise<void>((resolve) => {
    answer = resolve
  })
  const claim = spool.claim.bind(spool)
  vi.spyOn(spool, 'claim').mockImplementation(async (request) => {
    const held = await claim(request)
    await answered
    return held
  })
  return { spool, known, answer }
}

const away = () => Promise.reject(new PlotdError('ERR_DAEMON_AWAY'))

describe('a claim under way when the daemon stops is given back before the stop ends', () => {
  it('by the render loop', async () => {
    const { spool, known, answer } = await slowToAnswer()
    const loop = new RenderLoop(
      spool,
      () => ({ stage: 'render', holder: 'here/render' }),
      away,
      1,
      (error) => expect.unreachable(String(error)),
    )
    loop.wake()
    await until(async () => (await known())?.status === 'started')
    const stopped = loop.stop()
    setTimeout(answer)
    await stopped
    expect(await known()).toMatchObject({ status: 'queued', attempts: 0 })
  })

  it('by a station: no operator has to resume the job', async () => {
    const { spool, known, answer } = await slowToAnswer({ plotter: 'axi', copies: 1 })
    const station = new Station({
      host: 'here',
      inFarm: false,
      config: { name: 'axi', url: 'sim:ebb?speed=50', profile: 'axidraw-v3', gate: true, tags: [] },
      grantMs: 60_000,
      interrupted: [],
      pens: [],
      isQueuePaused: () => false,
      owner: 'axi',
      profile: profileNamed('axidraw-v3'),
      spool,
      threads: { plans: 'nowhere', plan: away, contents: allHere('nowhere') } as unknown as ThreadPools,
      log: pino({ level: 'silent' }),
      memory: memoryFrom(undefined, async () => {}),
      wakeLock: NO_INHIBITOR.lock,
      changed: () => {},
    })
    await until(() => station.state.is === 'idle')
    await station.session.ready()
    await until(async () => (await known())?.status === 'plotting')
    const stopped = station.stop(false)
    setTimeout(answer)
    await stopped
    expect(await known()).toMatchObject({ status: 'rendered' })
  })
})
