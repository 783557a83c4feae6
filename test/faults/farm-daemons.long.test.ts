import { expect, it } from 'vitest'
import { sweep } from '../../bench/farm/sweep.ts'
import { WITHOUT_POSTGRES } from '../support/postgres.ts'

it.skipIf(WITHOUT_POSTGRES !== undefined)(
  `random faults of the hosts and of the database break no rule in a farm of whole daemons (${WITHOUT_POSTGRES ?? 'PostgreSQL'})`,
  async () => {
    const { ledger } = await sweep({ rounds: 4, seed: 1 })
    expect(ledger.violations).toEqual([])
    expect(ledger.counts['sheets judged']).toBeGreaterThan(5)
  },
  1_800_000,
)
