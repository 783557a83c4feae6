import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type SeatOptions, Seats } from '../../../src/spool/render/seats.ts'

describe('seats', () => {
  let seats: Seats
  let came: string[]
  beforeEach(() => {
    vi.useFakeTimers()
    seats = new Seats(1)
    came = []
  })
  afterEach(() => vi.useRealTimers())

  const waits = (name: string, options?: SeatOptions): void => {
    seats.take(options).then(
      (isSeated) => came.push(isSeated ? name : `${name} gave up`),
      (error: Error) => came.push(`${name}: ${error.message}`),
    )
  }
  const settled = () => vi.advanceTimersByTimeAsync(0)

  it('are had at once while there are any, and then in the order of coming', async () => {
    expect(await seats.take()).toBe(true)
    waits('first')
    waits('second')
    await settled()
    expect(came).toEqual([])
    seats.leave()
    await settled()
    expect(came).toEqual(['first'])
    seats.leave()
    await settled()
    expect(came).toEqual(['first', 'second'])
    seats.leave()
    expect(seats.free).toBe(1)
  })

  it('go first to those who come ahead of others', async () => {
    await seats.take()
    waits('patient')
    waits('urgent', { ahead: true })
    seats.leave()
    await settled()
    expect(came).toEqual(['urgent'])
  })

  it('are given up by who waited for too long', async () => {
    await seats.take()
    waits('urgent', { withinMs: 250 })
    waits('patient')
    await vi.advanceTimersByTimeAsync(249)
    expect(came).toEqual([])
    await vi.advanceTimersByTimeAsync(1)
    expect(came).toEqual(['urgent gave up'])
    seats.leave()
    await settled()
    expect(came).toEqual(['urgent gave up', 'patient'])
  })

  it('are kept by who had one in time', async () => {
    await seats.take()
    waits('urgent', { withinMs: 250 })
    seats.leave()
    await settled()
    expect(came).toEqual(['urgent'])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('are not for those who left the queue', async () => {
    const stop = new AbortController()
    await seats.take()
    waits('canceled', { signal: stop.signal })
    waits('patient')
    stop.abort(new Error('no more'))
    await settled()
    expect(came).toEqual(['canceled: no more'])
    seats.leave()
    await settled()
    expect(came).toEqual(['canceled: no more', 'patient'])
  })
})
