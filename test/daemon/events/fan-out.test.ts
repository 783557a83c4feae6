import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { FanOut } from '../../../src/daemon/events/fan-out.ts'

describe('the fan-out', () => {
  /** Calling one follower takes a millisecond on this clock. */
  function fanOut() {
    let clock = 0
    const received: number[] = []
    const all = new FanOut(() => clock)
    const follow = (name: number) =>
      all.follow(() => {
        clock++
        received.push(name)
      })
    return { all, follow, received }
  }

  it('calls a thousand followers in slices, and lets the event loop turn between them', async () => {
    const { all, follow, received } = fanOut()
    for (let i = 0; i < 1000; i++) follow(i)
    all.announce()
    expect(received).toEqual([])
    const sizes: number[] = []
    for (let before = 0; received.length < 1000; before = received.length) {
      await turn()
      sizes.push(received.length - before)
    }
    expect(Math.max(...sizes)).toBe(4)
    expect(received).toEqual(Array.from({ length: 1000 }, (_, i) => i))
  })

  it('calls every follower once more after any number of announcements that come during a round of calls', async () => {
    const { all, follow, received } = fanOut()
    for (let i = 0; i < 6; i++) follow(i)
    all.announce()
    await turn()
    for (let i = 0; i < 50; i++) all.announce()
    for (let i = 0; i < 10; i++) await turn()
    expect(received).toEqual([0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5])
  })

  it('skips a follower that left before its turn', async () => {
    const { all, follow, received } = fanOut()
    const leave = Array.from({ length: 8 }, (_, i) => follow(i))
    all.announce()
    await turn()
    leave[6]?.()
    for (let i = 0; i < 5; i++) await turn()
    expect(received).toEqual([0, 1, 2, 3, 4, 5, 7])
  })

  it.each(['before', 'after'])(
    'calls nobody after its close, even for news that was announced %s the close',
    async (when) => {
      const { all, follow, received } = fanOut()
      follow(0)
      if (when === 'before') all.announce()
      all.close()
      if (when === 'after') all.announce()
      await all.delivered()
      await turn()
      expect(received).toEqual([])
    },
  )
})
