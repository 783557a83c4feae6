import { setImmediate as settled } from 'node:timers/promises'
import { beforeEach, describe, expect, it } from 'vitest'
import { Semaphore } from '../../../src/spool/render/semaphore.ts'

describe('a semaphore', () => {
  let semaphore: Semaphore
  let came: string[]
  beforeEach(() => {
    semaphore = new Semaphore(1)
    came = []
  })

  const waits = (name: string, signal?: AbortSignal): void => {
    semaphore.acquire(signal).then(
      () => came.push(name),
      (error: Error) => came.push(`${name}: ${error.message}`),
    )
  }

  it('lets as many callers work at a time as its size, and the others follow in the order of their calls', async () => {
    await semaphore.acquire()
    waits('first')
    waits('second')
    await settled()
    expect(came).toEqual([])
    semaphore.release()
    await settled()
    expect(came).toEqual(['first'])
    semaphore.release()
    await settled()
    expect(came).toEqual(['first', 'second'])
    semaphore.release()
    expect(semaphore.free).toBe(1)
  })

  it('skips a caller that gave up', async () => {
    const stop = new AbortController()
    await semaphore.acquire()
    waits('canceled', stop.signal)
    waits('patient')
    stop.abort(new Error('no more'))
    await settled()
    expect(came).toEqual(['canceled: no more'])
    semaphore.release()
    await settled()
    expect(came).toEqual(['canceled: no more', 'patient'])
  })
})
