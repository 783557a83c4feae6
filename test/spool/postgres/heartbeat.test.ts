import type pg from 'pg'
import { afterEach, expect, it, vi } from 'vitest'
import type { Context } from '../../../src/spool/postgres/context.ts'
import { Heartbeat } from '../../../src/spool/postgres/heartbeat.ts'

afterEach(() => {
  vi.useRealTimers()
})

it('a host sends heartbeats while it takes the jobs of a lost host, and makes one attempt at a time', async () => {
  vi.useFakeTimers()
  const calls = { beats: 0, takings: 0 }
  const query = async (sql: string) => {
    if (sql.startsWith('UPDATE')) calls.beats++
    return { rowCount: 1, rows: [{ id: 'B', life: 'b', beats: '1', tick: '0', now: Date.now() }] }
  }
  const taking: ((error: Error) => void)[] = []
  const context = {
    host: 'A',
    life: 'a',
    pool: { query } as unknown as pg.Pool,
    writer: {
      do: () => {
        calls.takings++
        return new Promise((_, reject) => taking.push(reject))
      },
    },
  } as unknown as Context
  const parts = { onLost: () => {}, onFenced: () => {}, onClock: () => {} }
  const heartbeat = new Heartbeat(context, { beatMs: 100, lossMs: 400, ...parts })
  await vi.advanceTimersByTimeAsync(2000)
  expect(calls.beats).toBeGreaterThan(15)
  expect(calls.takings).toBe(1)
  taking[0]?.(new Error('the database does not answer'))
  await vi.advanceTimersByTimeAsync(2000)
  expect(calls.takings).toBe(2)
  await heartbeat.close()
})

it('a host repeats a failed heartbeat after half a second, and does not wait for the time of the next one', async () => {
  vi.useFakeTimers()
  const beats: number[] = []
  const query = async (sql: string) => {
    if (!sql.startsWith('UPDATE')) return { rowCount: 0, rows: [] }
    beats.push(Date.now())
    // After a suspension the server has ended the connection.
    if (beats.length === 2) throw Object.assign(new Error('terminating connection'), { code: '57P05' })
    return { rowCount: 1, rows: [] }
  }
  const context = { host: 'A', life: 'a', pool: { query } as unknown as pg.Pool } as unknown as Context
  const parts = { onLost: () => {}, onFenced: () => {}, onClock: () => {} }
  const heartbeat = new Heartbeat(context, { beatMs: 5000, lossMs: 20_000, ...parts })
  await vi.advanceTimersByTimeAsync(11_000)
  const [first = 0] = beats
  expect(beats.map((at) => at - first)).toEqual([0, 5000, 5500, 10_500])
  await heartbeat.close()
})
