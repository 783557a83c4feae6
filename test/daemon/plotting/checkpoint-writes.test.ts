import { afterEach, describe, expect, it, vi } from 'vitest'
import { Checkpoints, CONTACT_MS, PERMISSION_MS } from '../../../src/daemon/plotting/checkpoints.ts'
import { PlotdError } from '../../../src/errors.ts'
import { Permission } from '../../../src/plotter/link/permission.ts'
import type { Progress } from '../../../src/spool/index.ts'
import { claimed, start } from '../../support/claimed-plot.ts'

/** A sheet whose strokes take `seconds` each, on a store whose answers the test can stop or replace by an error. */
async function slowStrokes(seconds = 10, layers = start.plan.layers) {
  const { spool, claim, job } = await claimed()
  let now = 0
  let store: 'answers' | 'hangs' | Error = 'answers'
  const waiting: (() => void)[] = []
  const disk: Progress[] = []
  const progress = spool.progress.bind(spool)
  vi.spyOn(spool, 'progress').mockImplementation(async (target, update, durable) => {
    if (durable) disk.push(update)
    if (durable && store === 'hangs') await new Promise<void>((resolve) => waiting.push(resolve))
    if (durable && store instanceof Error) throw store
    await progress(target, update, durable)
  })
  vi.spyOn(performance, 'now').mockImplementation(() => now)
  const clocks = () => ({ monotonic: now, uptime: now, wall: now })
  const times = { timesOf: async () => [0, 1, 2, 3, 4, 4].map((strokes) => strokes * seconds), follow: () => {} }
  const checkpoints = new Checkpoints(
    spool,
    claim,
    { ...start, times, plan: { ...start.plan, layers } },
    () => new Permission(PERMISSION_MS, clocks),
    () => new Permission(CONTACT_MS, clocks),
  )
  await checkpoints.start()
  await checkpoints.settled()
  disk.length = 0
  return {
    ...{ spool, claim, job, checkpoints, disk },
    pass: (ms: number) => {
      now += ms
    },
    hang: () => {
      store = 'hangs'
    },
    fail: (error: Error) => {
      store = error
    },
    answer: () => {
      store = 'answers'
      for (const resolve of waiting.splice(0)) resolve()
    },
  }
}

describe('the permissions of a sheet', () => {
  afterEach(() => void vi.restoreAllMocks())

  it.each([
    ['of ten seconds: one by one, each later one during the stroke before it', 10, [[1, 2], [3], [4], []]],
    ['of a quarter of a second: two at a time, the next two during the second stroke', 0.25, [[2], [4], [], []]],
    ['of a twentieth of a second: all in one write', 0.05, [[4], [], [], []]],
  ])('are written for strokes %s', async (_, seconds, begun) => {
    const { checkpoints, disk } = await slowStrokes(seconds)
    const written: (number | undefined)[][] = []
    for (let stroke = 0; stroke < 4; stroke++) {
      await checkpoints.begin(stroke)
      await checkpoints.settled()
      written.push(disk.splice(0).map((progress) => progress.begun))
    }
    expect(written).toEqual(begun)
  })

  it('end with a layer, because the plot may stop before the next layer for another pen or side', async () => {
    const layers = [0, 2].map((first) => ({ name: '', pen: 1, first, count: 2, options: {} }))
    const { checkpoints, disk } = await slowStrokes(0.05, layers)
    for (const stroke of [0, 1]) await checkpoints.begin(stroke)
    await checkpoints.settled()
    expect(disk.map(({ begun }) => begun)).toEqual([2])
    await checkpoints.begin(2)
    expect(disk.at(-1)?.begun).toBe(4)
  })

  it('are written once, also when the pen reaches a stroke before the disk has answered', async () => {
    const { checkpoints, disk } = await slowStrokes()
    await checkpoints.begin(0)
    await checkpoints.begin(1)
    await checkpoints.settled()
    expect(disk.map(({ begun }) => begun)).toEqual([1, 2, 3])
  })

  it('let the next stroke begin while the disk is slow', async () => {
    const { checkpoints, hang } = await slowStrokes()
    await checkpoints.begin(0)
    await checkpoints.settled()
    hang()
    expect((await checkpoints.begin(1)).isValid).toBe(true)
  })
})

describe('the checkpoints of a sheet', () => {
  afterEach(() => void vi.restoreAllMocks())

  it('are written at most five times a second, however often a stroke is reported', async () => {
    const { checkpoints, disk, pass } = await slowStrokes()
    for (let ms = 0; ms < 1000; ms += 50) {
      checkpoints.executed(1)
      await checkpoints.settled()
      pass(50)
    }
    expect(disk).toHaveLength(5)
  })

  it('need no second write right after the write of a permission', async () => {
    const { checkpoints, disk } = await slowStrokes(0.1)
    await checkpoints.begin(0)
    checkpoints.executed(1)
    await checkpoints.settled()
    expect(disk).toHaveLength(1)
  })

  it('do not queue up behind a slow disk', async () => {
    const { checkpoints, disk, pass, hang, answer } = await slowStrokes()
    hang()
    for (let count = 1; count <= 4; count++) {
      checkpoints.executed(count)
      await Promise.resolve()
      pass(1000)
    }
    answer()
    await checkpoints.settled()
    expect(disk).toMatchObject([{ done: 1 }])
  })

  it('count each drawn stroke as begun', async () => {
    const { checkpoints, disk } = await slowStrokes()
    checkpoints.executed(3)
    await checkpoints.settled()
    expect(disk).toMatchObject([{ done: 3, begun: 3 }])
  })

  it('may fail: the next checkpoint replaces the failed one', async () => {
    const { checkpoints, disk, pass, fail, answer } = await slowStrokes()
    fail(new Error('the disk is full'))
    checkpoints.executed(1)
    await checkpoints.settled()
    answer()
    pass(1000)
    checkpoints.executed(2)
    await checkpoints.settled()
    expect(disk).toMatchObject([{ done: 1 }, { done: 2 }])
  })

  it('report a lost claim: `settled` rejects with ERR_CLAIM_LOST', async () => {
    const { checkpoints, fail } = await slowStrokes()
    fail(new PlotdError('ERR_CLAIM_LOST'))
    checkpoints.executed(1)
    await expect(checkpoints.settled()).rejects.toMatchObject({ code: 'ERR_CLAIM_LOST' })
  })

  it('record a pause as soon as a store that was away is back', async () => {
    const { checkpoints, fail, answer, pass, job } = await slowStrokes()
    fail(new PlotdError('ERR_SPOOL_WRITE'))
    checkpoints.paused('operator', undefined, 1)
    await expect(checkpoints.settled()).rejects.toMatchObject({ code: 'ERR_SPOOL_WRITE' })
    answer()
    pass(2500)
    checkpoints.checkContact(
      () => false,
      () => expect.unreachable(),
    )
    await expect.poll(async () => (await job())?.status).toBe('paused')
  })

  it('end without an error when the store was away during a pause and is back', async () => {
    const { checkpoints, fail, answer, job } = await slowStrokes()
    fail(new PlotdError('ERR_SPOOL_WRITE'))
    checkpoints.paused('operator', undefined, 1)
    await expect(checkpoints.settled()).rejects.toMatchObject({ code: 'ERR_SPOOL_WRITE' })
    answer()
    checkpoints.resumed()
    checkpoints.executed(4)
    await checkpoints.settled()
    expect(await job()).toMatchObject({ status: 'plotting', progress: { done: 4 } })
  })

  it('come before the report of the ink of a canceled job', async () => {
    const { spool, checkpoints, hang, answer } = await slowStrokes()
    const report = vi.spyOn(spool, 'reportInk').mockResolvedValue(undefined as never)
    hang()
    checkpoints.executed(1)
    const canceled = checkpoints.canceled(2, 3)
    await new Promise(setImmediate)
    expect(report).not.toHaveBeenCalled()
    answer()
    await canceled
    expect(report.mock.calls.map(([, progress]) => progress)).toMatchObject([{ done: 2, begun: 3 }])
  })

  it('name the plotter and its host', async () => {
    const { spool, claim, job } = await claimed()
    await new Checkpoints(spool, claim, { ...start, host: 'shed' }).start()
    expect((await job())?.progress).toMatchObject({ plotter: 'axi', host: 'shed' })
  })
})

describe('the checkpoints during a long stroke', () => {
  afterEach(() => {
    vi.useRealTimers()
    vi.restoreAllMocks()
  })

  it('are written every two and a half seconds, however often the contact is checked', async () => {
    const { checkpoints, disk, pass } = await slowStrokes()
    for (let ms = 0; ms < 25_000; ms += 500) {
      pass(500)
      checkpoints.checkContact(
        () => true,
        () => expect.unreachable(),
      )
      await checkpoints.settled()
    }
    expect(disk).toHaveLength(10)
  })

  it('do not queue up while the store is silent', async () => {
    const { checkpoints, disk, pass, hang, answer } = await slowStrokes()
    hang()
    for (let ms = 0; ms < CONTACT_MS - 1000; ms += 500) {
      pass(500)
      checkpoints.checkContact(
        () => true,
        () => expect.unreachable(),
      )
      await Promise.resolve()
    }
    answer()
    await checkpoints.settled()
    expect(disk).toHaveLength(1)
  })

  it('may fail: the contact lasts its full time, and the plot gets no error', async () => {
    const { checkpoints, disk, pass, fail, answer } = await slowStrokes()
    const silent = vi.fn()
    fail(new Error('the disk is full'))
    pass(CONTACT_MS - 1)
    checkpoints.checkContact(() => true, silent)
    await checkpoints.settled()
    expect(silent).not.toHaveBeenCalled()
    pass(1)
    checkpoints.checkContact(() => true, silent)
    expect(silent).toHaveBeenCalledOnce()
    answer()
    checkpoints.executed(1)
    await checkpoints.settled()
    expect(disk.at(-1)).toMatchObject({ done: 1 })
  })

  it('do not count as missing right after a long pause', async () => {
    const { checkpoints, pass } = await slowStrokes()
    checkpoints.paused('operator', undefined, 1)
    await checkpoints.settled()
    pass(100 * CONTACT_MS)
    checkpoints.resumed()
    checkpoints.checkContact(
      () => true,
      () => expect.unreachable(),
    )
    await checkpoints.settled()
    expect(checkpoints.mayContinue()).toBe(true)
  })

  it('are reported as missing until the watch ends', async () => {
    const { checkpoints, pass } = await slowStrokes()
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const silent = vi.fn()
    const endWatch = checkpoints.watch(() => true, silent)
    pass(CONTACT_MS)
    vi.advanceTimersToNextTimer()
    expect(silent).toHaveBeenCalledOnce()
    endWatch()
    expect(vi.getTimerCount()).toBe(0)
  })
})
