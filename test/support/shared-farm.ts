import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { connect, type PlotdClient } from '../../clients/node/index.ts'
import { type ConfigInput, configSchema } from '../../src/daemon/config/schema.ts'
import { type Daemon, startDaemon } from '../../src/daemon/daemon.ts'
import { removeFolder } from './remove-folder.ts'
import { sharedStore } from './shared-store.ts'
import { sharedThreads } from './shared-threads.ts'

export interface FarmHost {
  readonly name: string
  readonly daemon: Daemon
  readonly client: PlotdClient
  readonly output: string
  readonly state: string
  close(): Promise<void>
}

/** Hosts in this process that share one store, each with a daemon, folders and a client of its own. */
export async function sharedFarm() {
  const folder = await mkdtemp(join(tmpdir(), 'plotd-farm-'))
  const store = sharedStore()
  const hosts: FarmHost[] = []
  return {
    store,
    async host(name: string, settings: Partial<ConfigInput> = {}): Promise<FarmHost> {
      const [state, output] = [join(folder, name, 'state'), join(folder, name, 'output')]
      const config = configSchema.parse({ port: 0, state, output, farm: { name }, ...settings })
      const daemon = await startDaemon(config, pino({ level: process.env['FARM_LOG'] ?? 'silent' }), {
        ...{ spool: store.spoolOf(name), ...sharedThreads(settings) },
      })
      const client = await connect({ url: daemon.url, token: daemon.token })
      const host = {
        ...{ name, daemon, client, output, state },
        close: async () => {
          client.close()
          await daemon.close({ now: true })
        },
      }
      hosts.push(host)
      return host
    },
    async close(): Promise<void> {
      for (const host of hosts) await host.close().catch(() => {})
      removeFolder(folder)
    },
  }
}
