import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Moment, Permission } from '../../../src/plotter/link/permission.ts'
import { runs } from '../../support/fuzz.ts'

const VALID_MS = 3000

/** A permission on clocks that the test moves. */
function onClocks() {
  let now: Moment = { monotonic: 1000, uptime: 50_000, wall: 1_700_000_000_000 }
  const permission = new Permission(VALID_MS, () => now)
  return { permission, shift: (by: Partial<Moment>) => (now = sum(now, by)) }
}

const sum = (now: Moment, { monotonic = 0, uptime = 0, wall = 0 }: Partial<Moment>): Moment => ({
  monotonic: now.monotonic + monotonic,
  uptime: now.uptime + uptime,
  wall: now.wall + wall,
})

describe('the permission to begin a stroke', () => {
  it.each([
    ['time passes', { monotonic: VALID_MS, uptime: VALID_MS, wall: VALID_MS }],
    ['the computer sleeps, so that one clock stands still', { uptime: 3_600_000, wall: 3_600_000 }],
    ['the computer sleeps, and its wall clock is set back after that', { uptime: 3_600_000, wall: -60_000 }],
    ['the wall clock is set back while time passes', { monotonic: VALID_MS, uptime: VALID_MS, wall: -3_600_000 }],
    ['only the wall clock advances', { wall: 3_600_000 }],
  ])('ends when %s', (_, passed) => {
    const { permission, shift } = onClocks()
    expect(permission.isValid).toBe(true)
    shift(passed)
    expect(permission.isValid).toBe(false)
  })

  it('holds for its time, even if the wall clock is set back', () => {
    const { permission, shift } = onClocks()
    shift({ monotonic: VALID_MS - 1, uptime: VALID_MS - 1, wall: -3_600_000 })
    expect(permission.isValid).toBe(true)
  })

  it('ends when it has expired by the monotonic clock or by the uptime', () => {
    const step = fc.integer({ min: -5000, max: 5000 })
    const forward = fc.integer({ min: 0, max: 2000 })
    fc.assert(
      fc.property(fc.array(fc.tuple(forward, forward, step), { maxLength: 20 }), (steps) => {
        const { permission, shift } = onClocks()
        const passed = { monotonic: 0, uptime: 0 }
        for (const [monotonic, uptime, wall] of steps) {
          shift({ monotonic, uptime, wall })
          passed.monotonic += monotonic
          passed.uptime += uptime
          if (Math.max(passed.monotonic, passed.uptime) >= VALID_MS) expect(permission.isValid).toBe(false)
        }
      }),
      runs(200),
    )
  })

  it('reads the clocks of this computer by default', () => {
    expect(new Permission(3_600_000).isValid).toBe(true)
    expect(new Permission(0).isValid).toBe(false)
  })
})
