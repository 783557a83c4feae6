import { setImmediate as settled } from 'node:timers/promises'
import { beforeEach, describe, expect, it } from 'vitest'
import { Seats } from '../../../src/spool/render/seats.ts'

describe('seats', () => {
  let seats: Seats
  let came: string[]
  beforeEach(() => {
    seats = new Seats(1)
    came = []
  })

  const waits = (name: string, signal?: AbortSignal): void => {
    seats.take(signal).then(
      () => came.push(name),
      (error: Error) => came.push(`${name}: ${error.message}`),
    )
  }

  it('are had at once while there are any, and then in the order of coming', async () => {
    await seats.take()
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

  it('are not for those who left the queue', async () => {
    const stop = new AbortController()
    await seats.take()
    waits('canceled', stop.signal)
    waits('patient')
    stop.abort(new Error('no more'))
    await settled()
    expect(came).toEqual(['canceled: no more'])
    seats.leave()
    await settled()
    expect(came).toEqual(['canceled: no more', 'patient'])
  })
})
