import { describe, expect, it, vi } from 'vitest'
import { Checkpoints, PERMISSION_MS } from '../../../src/daemon/plotting/checkpoints.ts'
import { Permission } from '../../../src/plotter/link/permission.ts'
import { claimed, start } from '../../support/claimed-plot.ts'

describe('a permission whose answer comes late', () => {
  /** Clocks that the test turns, and a disk that takes as long over each durable write as the test says. */
  async function slowDisk(delays: readonly number[]) {
    const { spool, claim } = await claimed()
    let now = 0
    let sent: number[] = []
    const progress = spool.progress.bind(spool)
    vi.spyOn(spool, 'progress').mockImplementation(async (held, made, durable) => {
      if (durable) sent.push(now)
      await progress(held, made, durable)
      if (durable) now += delays[sent.length - 1] ?? 0
    })
    const clocks = () => ({ monotonic: now, uptime: now, wall: now })
    const checkpoints = new Checkpoints(spool, claim, start, () => new Permission(PERMISSION_MS, clocks))
    await checkpoints.start()
    sent = []
    return { checkpoints, sent, pass: (ms: number) => (now += ms), at: () => now }
  }

  it('is asked for again: a stroke is never begun by one whose write was sent too long ago', async () => {
    const { checkpoints, sent, at } = await slowDisk([PERMISSION_MS, 20 * PERMISSION_MS, 5])
    const permission = await checkpoints.begin(0)
    expect(permission.isValid).toBe(true)
    expect(at() - (sent[2] ?? 0)).toBeLessThan(PERMISSION_MS)
  })

  it('is asked for again when the pen comes to a stroke long after it was allowed ahead', async () => {
    const { checkpoints, sent, pass } = await slowDisk([])
    await checkpoints.begin(0)
    await checkpoints.settled()
    const before = sent.length
    pass(PERMISSION_MS)
    expect((await checkpoints.begin(1)).isValid).toBe(true)
    expect(sent.length).toBeGreaterThan(before)
  })

  it('is not waited for without end: after three late answers the plot is told, and may ask again', async () => {
    const { checkpoints, sent } = await slowDisk([1, 1, 1, 1].map(() => PERMISSION_MS))
    await expect(checkpoints.begin(0)).rejects.toMatchObject({ code: 'ERR_SPOOL_WRITE' })
    expect(sent).toHaveLength(3)
    expect((await checkpoints.begin(0)).isValid).toBe(true)
  })

  it('is measured from the sending of the write, also where it had to wait for its turn', async () => {
    const { spool, claim } = await claimed()
    let now = 0
    const progress = spool.progress.bind(spool)
    const clocks = () => ({ monotonic: now, uptime: now, wall: now })
    const checkpoints = new Checkpoints(spool, claim, start, () => new Permission(PERMISSION_MS, clocks))
    await checkpoints.start()
    let made = 0
    vi.spyOn(spool, 'progress').mockImplementation(async (held, told, durable) => {
      await progress(held, told, durable)
      if (++made === 1) now += 10 * PERMISSION_MS // the checkpoint before it hangs
    })
    checkpoints.executed(1)
    expect((await checkpoints.begin(1)).isValid).toBe(true)
    expect(made).toBe(2)
  })
})
