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
    return { rowCount: 1, rows: [{ id: 'B', life: 'b', beats: '1', now: Date.now() }] }
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
