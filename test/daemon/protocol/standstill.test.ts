import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Standstill } from '../../../src/daemon/protocol/standstill.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** The computer is suspended: the time of day goes on, and no timer fires. */
const suspend = (ms: number): unknown => vi.setSystemTime(Date.now() + ms)

it('a suspended computer is noticed at the first message, or else within a second', () => {
  const ends: number[] = []
  const standstill = new Standstill((ms) => ends.push(ms))
  vi.advanceTimersByTime(60_000)
  expect(standstill.isJustOver).toBe(false)
  suspend(3_600_000)
  expect(standstill.isJustOver).toBe(true)
  expect(ends).toEqual([3_600_000])
  vi.advanceTimersByTime(5000)
  suspend(20_000)
  vi.advanceTimersByTime(1000)
  expect(ends).toEqual([3_600_000, 21_000])
  standstill.close()
})

it('for one second after a standstill, and no longer, a message counts as possibly sent during the standstill', () => {
  const standstill = new Standstill(() => {})
  suspend(30_000)
  expect(standstill.isJustOver).toBe(true)
  vi.advanceTimersByTime(999)
  expect(standstill.isJustOver).toBe(true)
  vi.advanceTimersByTime(1)
  expect(standstill.isJustOver).toBe(false)
  standstill.close()
})

it('a process that is busy for less than 20 s, and a clock that is set back, are no standstill', () => {
  const ends: number[] = []
  const standstill = new Standstill((ms) => ends.push(ms))
  suspend(18_900)
  vi.advanceTimersByTime(1000)
  suspend(-86_400_000)
  expect(standstill.isJustOver).toBe(false)
  vi.advanceTimersByTime(60_000)
  expect(ends).toEqual([])
  standstill.close()
})
