import { expect, it } from 'vitest'
import { FAULTS, type Fault, farmRounds } from '../../bench/faults/farm-rounds.ts'
import { trials } from '../support/fuzz.ts'
import { newDatabase, startPostgres, WITHOUT_POSTGRES } from '../support/postgres.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { WireProxy } from '../support/wire-proxy.ts'

/** 8 faults in `npm run test:long`, and 100 with PLOTD_FUZZ=4. */
const ROUNDS: readonly Fault[] = Array.from({ length: trials(25, 4) }, (_, i) => FAULTS[i % 4] ?? 'kill')

it.skipIf(WITHOUT_POSTGRES !== undefined)(
  `hosts that die, freeze or are cut off, and a database that dies, lose no job and ink no stroke twice (${WITHOUT_POSTGRES ?? 'PostgreSQL'})`,
  async () => {
    const server = await startPostgres()
    try {
      const url = await newDatabase(server)
      const report = await farmRounds(
        {
          folder: tempFolder(),
          url,
          wire: async () => {
            const wire = await WireProxy.to(server.port)
            const through = new URL(url)
            through.port = String(wire.port)
            return Object.assign(wire, { url: through.href })
          },
          restart: async () => {
            server.kill()
            await server.start()
          },
        },
        ROUNDS,
      )
      expect(report.wrong).toEqual([])
      expect(report.interrupted).toBeGreaterThan(0)
      expect(report.strokes).toBeGreaterThan(20 * ROUNDS.length)
    } finally {
      await server.stop()
    }
  },
  1_800_000,
)
