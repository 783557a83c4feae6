import { describe, it } from 'vitest'
import { openPostgres } from '../../../src/spool/postgres/index.ts'
import { aSpool, type OpenSpool } from '../../contracts/spool.ts'
import { itGivesClaims } from '../../contracts/spool-work.ts'
import { isLong } from '../../support/fuzz.ts'
import { WITHOUT_POSTGRES } from '../../support/postgres.ts'
import { emptySpool, PATIENT, sharedDatabase } from '../../support/postgres-shared.ts'

if (WITHOUT_POSTGRES === undefined) {
  const database = sharedDatabase()
  const parts = isLong ? undefined : [itGivesClaims]
  const open: OpenSpool = async (clock) => {
    const url = await database
    await emptySpool(url)
    const retention = { jobs: 20, days: 30 }
    return openPostgres({ url, host: 'A', machineId: 'here', clock, random: () => 0.5, retention, ...PATIENT })
  }
  aSpool('a spool on PostgreSQL', open, parts)
} else {
  describe('a spool on PostgreSQL', () => {
    it.skip(`keeps the contract: left out, ${WITHOUT_POSTGRES}`, () => {})
  })
}
