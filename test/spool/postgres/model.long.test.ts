import { expect, it } from 'vitest'
import { openPostgres, type PostgresSpool } from '../../../src/spool/postgres/index.ts'
import { runs } from '../../support/fuzz.ts'
import { sql, WITHOUT_POSTGRES } from '../../support/postgres.ts'
import { emptySpool, sharedDatabase } from '../../support/postgres-shared.ts'
import { agreesWithAList, CRASHED_IN, type Store } from '../../support/spool-commands.ts'

/**
 * At a crash, the host opens another spool, and leaves its earlier spools open. For 'cut', the earlier spools first
 * lose their connections.
 */
async function onServer(url: string): Promise<Store> {
  await emptySpool(url)
  const all: PostgresSpool[] = []
  const open = async (): Promise<PostgresSpool> => {
    const spool = await openPostgres({ url, host: 'A', machineId: 'here', retention: { jobs: 1e6, days: 1e4 } })
    all.push(spool)
    return spool
  }
  return {
    open,
    crash: async (how) => {
      if (how === 'cut') await sql(url, CUT)
      return open()
    },
    tidy: () => sql(url, 'VACUUM plotd.job').then(() => {}),
    close: async () => void (await Promise.all(all.map((spool) => spool.close()))),
  }
}

const CUT = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE datname = current_database() AND application_name = 'plotd A'`

it.skipIf(WITHOUT_POSTGRES !== undefined)(
  `a spool on a server behaves as a plain list does, however often its host crashes (${WITHOUT_POSTGRES ?? 'PostgreSQL'})`,
  async () => {
    const url = await sharedDatabase()
    const struck = await agreesWithAList(() => onServer(url), runs(150, 150))
    expect([...struck]).toEqual(expect.arrayContaining([...CRASHED_IN]))
  },
)
