import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { connect, type PlotdClient, type WireJob } from '../../clients/node/index.ts'
import { type ConfigInput, configSchema } from '../../src/daemon/config/schema.ts'
import { type Daemon, startDaemon } from '../../src/daemon/daemon.ts'
import { removeFolder } from './remove-folder.ts'
import { sharedThreads } from './shared-threads.ts'

/** Waits for the end of a job. @returns the ended job */
export async function ended(client: PlotdClient, id: string): Promise<WireJob> {
  let last: WireJob | undefined
  for await (const job of client.watch(id)) last = job
  if (last === undefined) throw new Error(`job ${id} was forgotten`)
  return last
}

/** A daemon in this process, with its own folder, on a free port. `sharedThreads` says when threads are shared. */
export async function startedDaemon(settings: Partial<ConfigInput> = {}, log = pino({ level: 'silent' })) {
  const folder = await mkdtemp(join(tmpdir(), 'plotd-'))
  const config = configSchema.parse({
    port: 0,
    state: join(folder, 'state'),
    output: join(folder, 'output'),
    render: { workers: 1 },
    ...settings,
  })
  let daemon: Daemon = await startDaemon(config, log, sharedThreads(settings))
  let client: PlotdClient = await connect({ url: daemon.url, token: daemon.token })
  const stop = async () => {
    client.close()
    await daemon.close()
  }
  return {
    config,
    folder,
    get client() {
      return client
    },
    get daemon() {
      return daemon
    },
    /** @param between  runs while no daemon runs */
    async restart(between = () => {}): Promise<void> {
      await stop()
      between()
      daemon = await startDaemon(config, log, sharedThreads(settings))
      client = await connect({ url: daemon.url, token: daemon.token })
    },
    async close(): Promise<void> {
      await stop()
      removeFolder(folder)
    },
  }
}

export type StartedDaemon = Awaited<ReturnType<typeof startedDaemon>>
