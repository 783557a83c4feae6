import { afterEach, describe, expect, it, vi } from 'vitest'
import { Checkpoints, CONTACT_MS, PERMISSION_MS } from '../../../src/daemon/plotting/checkpoints.ts'
import { Permission } from '../../../src/plotter/link/permission.ts'
import { claimed, start } from '../../support/claimed-plot.ts'

describe('a permission to begin a stroke', () => {
  /** A clock that the test sets, and a disk whose durable writes take `delays`, ms. */
  async function slowDisk(delays: readonly number[]) {
    const { spool, claim } = await claimed()
    let now = 0
    let sent: number[] = []
    const progress = spool.progress.bind(spool)
    vi.spyOn(spool, 'progress').mockImplementation(async (target, update, durable) => {
      if (durable) sent.push(now)
      await progress(target, update, durable)
      if (durable) now += delays[sent.length - 1] ?? 0
    })
    const clocks = () => ({ monotonic: now, uptime: now, wall: now })
    const checkpoints = new Checkpoints(spool, claim, start, () => new Permission(PERMISSION_MS, clocks))
    await checkpoints.start()
    sent = []
    return { checkpoints, sent, pass: (ms: number) => (now += ms), at: () => now }
  }

  it('is requested again when its answer comes late, so that the stroke begins with a valid permission', async () => {
    const { checkpoints, sent, at } = await slowDisk([PERMISSION_MS, 20 * PERMISSION_MS, 5])
    const permission = await checkpoints.begin(0)
    expect(permission.isValid).toBe(true)
    expect(at() - (sent[2] ?? 0)).toBeLessThan(PERMISSION_MS)
  })

  it('is requested again when it has ended before the pen reaches the stroke', async () => {
    const { checkpoints, sent, pass } = await slowDisk([])
    await checkpoints.begin(0)
    await checkpoints.settled()
    const before = sent.length
    pass(PERMISSION_MS)
    expect((await checkpoints.begin(1)).isValid).toBe(true)
    expect(sent.length).toBeGreaterThan(before)
  })

  it('is given up after three late answers in a row: the plot gets an error, and may request the permission again', async () => {
    const { checkpoints, sent } = await slowDisk([1, 1, 1, 1].map(() => PERMISSION_MS))
    const message = expect.stringMatching(/^3 times in a row, the store took longer than 3 s .*: check the disk/)
    await expect(checkpoints.begin(0)).rejects.toMatchObject({ code: 'ERR_SPOOL_WRITE', message })
    expect(sent).toHaveLength(3)
    expect((await checkpoints.begin(0)).isValid).toBe(true)
  })

  it('is given without an error when fewer than three answers in a row are late', async () => {
    const late = PERMISSION_MS
    const { checkpoints, sent, pass } = await slowDisk([late, late, 1, late, late, 1])
    expect((await checkpoints.begin(3)).isValid).toBe(true)
    pass(late)
    expect((await checkpoints.begin(3)).isValid).toBe(true)
    expect(sent).toHaveLength(6)
  })

  it('begins when its write is sent, also when the write had to wait for an earlier write', async () => {
    const { spool, claim } = await claimed()
    let now = 0
    const progress = spool.progress.bind(spool)
    const clocks = () => ({ monotonic: now, uptime: now, wall: now })
    const checkpoints = new Checkpoints(spool, claim, start, () => new Permission(PERMISSION_MS, clocks))
    await checkpoints.start()
    let writes = 0
    vi.spyOn(spool, 'progress').mockImplementation(async (held, change, durable) => {
      await progress(held, change, durable)
      if (++writes === 1) now += 10 * PERMISSION_MS // the previous checkpoint hangs
    })
    checkpoints.executed(1)
    expect((await checkpoints.begin(1)).isValid).toBe(true)
    expect(writes).toBe(2)
  })
})

describe('the first checkpoint of a plot that resumes', () => {
  it.each([
    ['within a stroke', { fromMm: 3 }],
    ['at the start of a stroke that may have begun before', { hasBegun: true }],
  ])('%s records that this stroke may have begun', async (_, place) => {
    const { spool, claim, job } = await claimed()
    await new Checkpoints(spool, claim, { ...start, from: 1, ...place }).start()
    expect((await job())?.progress).toMatchObject({ done: 1, begun: 2 })
  })
})

describe('the contact with the store during a long stroke', () => {
  /** A store whose answers the test can stop, and a clock that the test sets. */
  async function longStroke() {
    const { spool, claim } = await claimed()
    let now = 0
    let answers = true
    const waiting: (() => void)[] = []
    const progress = spool.progress.bind(spool)
    const write = vi.spyOn(spool, 'progress').mockImplementation(async (target, update, durable) => {
      if (!answers) await new Promise<void>((resolve) => waiting.push(resolve))
      await progress(target, update, durable)
    })
    const clocks = () => ({ monotonic: now, uptime: now, wall: now })
    const checkpoints = new Checkpoints(
      spool,
      claim,
      start,
      () => new Permission(PERMISSION_MS, clocks),
      () => new Permission(CONTACT_MS, clocks),
    )
    await checkpoints.start()
    const silent = vi.fn()
    return {
      ...{ checkpoints, silent, write },
      /** Lets this time pass, and checks the contact as the timer of `watch` does. */
      checkAfter: async (ms: number, isMoving = true) => {
        now += ms
        vi.setSystemTime(now)
        vi.spyOn(performance, 'now').mockReturnValue(1e9 + now)
        checkpoints.checkContact(() => isMoving, silent)
        await Promise.resolve()
      },
      hang: () => {
        answers = false
      },
      answer: async () => {
        answers = true
        for (const resolve of waiting.splice(0)) resolve()
        await checkpoints.settled()
      },
    }
  }
  afterEach(() => {
    vi.useRealTimers()
    vi.restoreAllMocks()
  })

  it('is kept by a write every few seconds, so that a stroke may take minutes', async () => {
    const { checkpoints, silent, checkAfter, write } = await longStroke()
    const before = write.mock.calls.length
    for (let second = 0; second < 60; second += 3) {
      await checkAfter(3000)
      await checkpoints.settled()
    }
    expect(silent).not.toHaveBeenCalled()
    expect(write.mock.calls.length - before).toBe(20)
  })

  it('lets the stroke continue 11 s after the latest answered write, but not 13 s after it', async () => {
    const { checkpoints, checkAfter, hang } = await longStroke()
    hang()
    await checkAfter(CONTACT_MS + 1000)
    expect(checkpoints.mayContinue()).toBe(true) // there is time to lift the pen
    await checkAfter(2000)
    expect(checkpoints.mayContinue()).toBe(false)
  })

  it('ends ten seconds after the latest answered write was sent, and the plot is then told that the store is silent', async () => {
    const { silent, checkAfter, hang } = await longStroke()
    hang()
    await checkAfter(CONTACT_MS - 1)
    expect(silent).not.toHaveBeenCalled()
    await checkAfter(1)
    expect(silent).toHaveBeenCalledOnce()
  })

  it('is not renewed by an answer to a write that was sent long ago', async () => {
    const { silent, checkAfter, hang, answer } = await longStroke()
    hang()
    await checkAfter(5000)
    await checkAfter(2 * CONTACT_MS)
    await answer()
    await checkAfter(1)
    expect(silent).toHaveBeenCalledTimes(2)
  })

  it('is not checked while the pen is up', async () => {
    const { silent, checkAfter, hang, write } = await longStroke()
    hang()
    const before = write.mock.calls.length
    await checkAfter(10 * CONTACT_MS, false)
    expect(silent).not.toHaveBeenCalled()
    expect(write.mock.calls.length).toBe(before)
  })
})
