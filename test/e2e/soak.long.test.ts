import { describe, expect, it } from 'vitest'
import { soak } from '../../bench/soak/soak.ts'

describe('a soak', () => {
  it('of 12 s or more breaks no rule under faults of daemons and plotters', async () => {
    const worlds = await soak({ seconds: 12, seed: 7475, sheets: 3 })
    for (const { ledger } of worlds) {
      expect(ledger.violations).toEqual([])
      expect(ledger.counts).toMatchObject({ acknowledged: expect.any(Number), faults: expect.any(Number) })
      expect(ledger.counts['finished']).toBeGreaterThan(5)
      expect(ledger.counts['sheets judged']).toBeGreaterThan(2)
    }
    expect(worlds.map(({ ledger }) => ledger.counts['starts'])).toEqual([1, expect.any(Number)])
  })
})
