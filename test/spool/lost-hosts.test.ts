import { describe, expect, it } from 'vitest'
import { LostHosts } from '../../src/spool/postgres/lost-hosts.ts'

const EVERY_MS = 5_000
const LOSS_MS = 20_000
const beat = (beats: number, life = 'one', tick = 0) => ({ id: 'B', life, beats: String(beats), tick: String(tick) })

/**
 * Queries the counts every 5 s from `start` on. An answer takes 10 ms, and a late answer takes 5 s.
 *
 * @returns the time of the query that finds the host lost, ms; undefined when no query finds it lost
 */
function timeOfLoss(hosts: LostHosts, start: number, beats: readonly (number | string)[]): number | undefined {
  for (const [i, each] of beats.entries()) {
    const time = start + i * EVERY_MS
    if (each === 'failed') {
      hosts.restart()
      continue
    }
    const isLate = each === 'late'
    const [lost] = hosts.update([beat(typeof each === 'number' ? each : 1)], time, time + (isLate ? EVERY_MS : 10))
    if (lost !== undefined) return time
  }
  return undefined
}

describe('a host', () => {
  it('is lost when its count of heartbeats stands still for 20 s', () => {
    expect(timeOfLoss(new LostHosts(EVERY_MS, LOSS_MS), 0, [1, 1, 1, 1, 1, 1])).toBe(25_000)
  })

  it('is not lost while its count rises, even slowly', () => {
    expect(timeOfLoss(new LostHosts(EVERY_MS, LOSS_MS), 0, [1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3])).toBeUndefined()
  })

  it('counts as silent only until the last query, because the querying host may have stood still since then', () => {
    const hosts = new LostHosts(EVERY_MS, LOSS_MS)
    timeOfLoss(hosts, performance.now() - 600_000, [1, 1, 1])
    expect(hosts.silentMs('B')).toBe(9990)
  })

  it('is not lost when it has started again', () => {
    const hosts = new LostHosts(EVERY_MS, LOSS_MS)
    timeOfLoss(hosts, 0, [1, 1, 1, 1])
    expect(hosts.update([beat(1, 'two')], 30_000, 30_010)).toEqual([])
  })

  it('is not lost while it writes progress, and stays lost when another host ends its claims', () => {
    const hosts = new LostHosts(EVERY_MS, LOSS_MS)
    const lostAt = [998, 999, 1000, 1000, 1000, 1000, 1000, 1000, 0].flatMap((tick, i) => {
      const time = i * EVERY_MS
      return hosts.update([beat(1, 'one', tick)], time, time + 10).map(() => time)
    })
    expect(lostAt).toEqual([35_000, 40_000])
  })

  it.each([
    ['a query failed', [1, 1, 1, 1, 'failed', 1, 1, 1]],
    ['an answer came late, because the database hangs and every count stands still', [1, 1, 1, 1, 'late', 1, 1, 1]],
  ] as const)('is observed anew, and not lost, when %s', (_, beats) => {
    expect(timeOfLoss(new LostHosts(EVERY_MS, LOSS_MS), 0, beats)).toBeUndefined()
  })

  it('is not lost when the querying host itself stood still', () => {
    const hosts = new LostHosts(EVERY_MS, LOSS_MS)
    timeOfLoss(hosts, 0, [1, 1, 1])
    expect(hosts.update([beat(1)], 3_600_000, 3_600_010)).toEqual([])
    expect(timeOfLoss(hosts, 3_605_000, [1, 1, 1, 1, 1])).toBe(3_625_000)
  })

  it('is not lost before three further queries have read the same count', () => {
    const hosts = new LostHosts(EVERY_MS, 1)
    expect(timeOfLoss(hosts, 0, [1, 1, 1, 1])).toBe(15_000)
  })
})
