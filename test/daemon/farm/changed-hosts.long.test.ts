import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, describe, expect, it } from 'vitest'
import { configSchema } from '../../../src/daemon/config/schema.ts'
import { type Daemon, startDaemon } from '../../../src/daemon/daemon.ts'
import { sql, WITHOUT_POSTGRES } from '../../support/postgres.ts'
import { sharedDatabase } from '../../support/postgres-shared.ts'
import { tempFolder } from '../../support/temp-folder.ts'

const running: Daemon[] = []
afterEach(async () => {
  for (const daemon of running.splice(0)) await daemon.close({ now: true })
})

const SIM = { url: 'sim:ebb?speed=200', profile: 'axidraw-v3' }

describe.skipIf(WITHOUT_POSTGRES !== undefined)(
  `hosts that change while they are stopped (${WITHOUT_POSTGRES ?? 'PostgreSQL'})`,
  () => {
    it('start with another version of a custom task, and with the plotter of a host that does not run', async () => {
      const folder = tempFolder()
      const spool = await sharedDatabase()
      const tasks = join(folder, 'tasks')
      mkdirSync(tasks)
      const writeTask = (version: number) =>
        writeFileSync(
          join(tasks, 'stars.mjs'),
          `export default ({ z }) => ({ name: 'stars', schema: z.object({}), render: () => '<svg/>' }) // ${version}`,
        )
      const start = async (name: string, plotters: readonly string[]) => {
        const [state, output] = [join(folder, name, 'state'), join(folder, name, 'output')]
        const own = plotters.map((plotter) => ({ name: plotter, ...SIM }))
        const config = configSchema.parse({ port: 0, state, output, tasks, spool, farm: { name }, plotters: own })
        const daemon = await startDaemon(config, pino({ level: 'silent' }))
        running.push(daemon)
        return daemon
      }
      writeTask(1)
      await start('east', ['ada'])
      await start('west', ['bob'])
      writeTask(2)
      const differs = { code: 'ERR_CONFIG', message: expect.stringContaining('stars here differs') }
      await expect(start('north', [])).rejects.toMatchObject(differs)
      for (const daemon of running.splice(0)) await daemon.close({ now: true })
      await start('east', ['ada', 'bob'])
      const hosts = await sql<{ id: string }>(spool, "SELECT id FROM plotd.host WHERE offer::text LIKE '%bob%'")
      expect(hosts.map(({ id }) => id)).toContain('east')
    })
  },
)
