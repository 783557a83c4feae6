import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Logger, pino } from 'pino'
import { PlotdClient } from '../../clients/node/client.ts'
import { nodeTransport } from '../../clients/node/connect.ts'
import type { ConnectionOptions } from '../../clients/node/connection.ts'
import { LoginCodes, type TokenStore, Tokens } from '../../src/daemon/auth/index.ts'
import { type Config, type ConfigInput, configSchema } from '../../src/daemon/config/schema.ts'
import { Batches } from '../../src/daemon/events/batches.ts'
import { Hub } from '../../src/daemon/events/hub.ts'
import { JobWaits } from '../../src/daemon/events/job-waits.ts'
import { Uploads } from '../../src/daemon/files/uploads.ts'
import { batchHandlers } from '../../src/daemon/methods/batches.ts'
import type { Handlers } from '../../src/daemon/methods/handlers.ts'
import { jobHandlers } from '../../src/daemon/methods/jobs.ts'
import { serverHandlers } from '../../src/daemon/methods/server.ts'
import { tokenHandlers } from '../../src/daemon/methods/tokens.ts'
import type { WirePlotter } from '../../src/daemon/protocol/index.ts'
import { admitOnThread, type JobRequest } from '../../src/daemon/render/accept-jobs.ts'
import { checkJobs } from '../../src/daemon/render/check-jobs.ts'
import type { Health } from '../../src/daemon/server/http.ts'
import { rpc } from '../../src/daemon/server/rpc.ts'
import { listen, type Server } from '../../src/daemon/server/server.ts'
import { PlotdError } from '../../src/errors.ts'
import { DEFAULT_PROFILE, profileNamed } from '../../src/plotter/profiles/index.ts'
import type { SpoolEvent } from '../../src/spool/index.ts'
import { memorySpool } from '../../src/spool/memory.ts'
import type { Engine } from '../../src/spool/queue/engine.ts'
import { tasks } from '../../src/tasks/index.ts'
import { removeFolder } from './remove-folder.ts'

export const TOKEN = 'the-token-of-these-tests'

const forgetful: TokenStore = { saveMaster: async () => {}, saveOthers: async () => {} }

const notHere = () => {
  throw new PlotdError('ERR_PLOTTER_UNKNOWN', 'no plotter here')
}

const MACHINE = { name: 'axi', profile: profileNamed(DEFAULT_PROFILE), pace: 1 }

/**
 * Lets the first subscriber of a spool miss events, as a lost connection to a database does. From `begin` to `end` the
 * subscriber gets no events. At `end` the spool announces that events are missing.
 */
function breakable(spool: Engine) {
  const subscribe = spool.subscribe.bind(spool)
  let isSilent = false
  let announce: (event: SpoolEvent) => void = () => {}
  spool.subscribe = (listener) => {
    announce = listener
    spool.subscribe = subscribe
    return subscribe((event) => {
      if (!isSilent) listener(event)
    })
  }
  return {
    begin: (): void => {
      isSilent = true
    },
    end: (): void => {
      isSilent = false
      announce({ type: 'reset', paused: [], jobs: [] })
    },
  }
}

/**
 * The daemon's server over a spool in memory: HTTP and WebSocket are real, but there is no thread and no plotter.
 * The test itself does what a render loop or a plotter would do.
 */
export async function memoryServer(
  settings: Partial<ConfigInput> = {},
  store: TokenStore = forgetful,
  log: Logger = pino({ level: 'silent' }),
) {
  const folder = await mkdtemp(join(tmpdir(), 'plotd-server-'))
  const config: Config = configSchema.parse({ port: 0, state: folder, output: join(folder, 'output'), ...settings })
  const spool = memorySpool()
  const gap = breakable(spool)
  const plotters: WirePlotter[] = []
  const hub = new Hub(spool, () => plotters)
  await hub.start()
  const bugs: PlotdError[] = []
  const control = {
    pauseJob: notHere,
    resumeJob: notHere,
    placeOf: notHere,
    traceJob: notHere,
    checkPlot: () => {},
    checkName: notHere,
  }
  const stopped: string[] = []
  const stop = async (job: string): Promise<void> => {
    stopped.push(job)
    notHere()
  }
  const uploads = await Uploads.open(join(folder, 'uploads'), config.limits)
  const parts = {
    spool,
    uploads,
    hub,
    catalog: { tasks, unusable: [] },
    config,
    control,
    waits: new JobWaits(spool),
    version: '0.0.0-test',
    threads: {
      check: ({ jobs }: { jobs: readonly { task: string; params?: unknown }[] }) =>
        checkJobs({
          maxQuick: 0,
          jobs: jobs.map(({ task, params }) => ({
            task,
            params,
            machines: [MACHINE],
            uploads: join(folder, 'uploads'),
          })),
        }),
      admit: (jobs: readonly JobRequest[]) => admitOnThread({ jobs, uploads: join(folder, 'uploads') }),
      accept: notHere,
      inkResult: notHere,
      preview: notHere,
      describe: notHere,
    },
  }
  const tokens = new Tokens(TOKEN, [], store)
  const codes = new LoginCodes(tokens)
  const health: Health = { metrics: async () => 'plotd_jobs 0\n', away: () => undefined }
  const hosts = { call: (): Promise<unknown> => notHere() }
  const handlers = {
    ...tokenHandlers(tokens, codes, () => server.url),
    ...jobHandlers(parts),
    ...batchHandlers(spool, new Batches(spool), stop),
    ...serverHandlers(parts),
    'plotter.list': () => plotters,
    'host.list': () => ({ hosts: [] }),
    'host.call': () => hosts.call(),
  } as unknown as Handlers
  const server: Server = await listen({
    socket: undefined,
    config,
    tokens,
    codes,
    rpc: rpc(handlers, config.limits, (bug) => bugs.push(bug)),
    hub,
    uploads,
    plan: notHere,
    findOutput: () => Promise.reject(new PlotdError('ERR_FILE', 'there is no such output')),
    hostFiles: { path: () => join(folder, 'none'), take: notHere, copyUpload: async () => {} },
    health,
    log,
    onBug: (bug) => bugs.push(bug),
  })
  const clients: PlotdClient[] = []
  const address = { url: server.url, token: TOKEN }
  return {
    url: server.url,
    address,
    port: Number(new URL(server.url).port),
    config,
    hosts,
    spool,
    uploads,
    hub,
    gap,
    /** The jobs whose plots a method has stopped. */
    stopped,
    bugs,
    health,
    tokens,
    codes,
    async client(options: ConnectionOptions = {}, transport = nodeTransport(address)): Promise<PlotdClient> {
      const client = new PlotdClient(address, transport, options)
      await client.open()
      clients.push(client)
      return client
    },
    async close(): Promise<void> {
      for (const client of clients) client.close()
      hub.close()
      await server.close()
      await spool.close()
      removeFolder(folder)
    },
  }
}

export type MemoryServer = Awaited<ReturnType<typeof memoryServer>>

export const spiral = { pattern: 'spiral', width: 60, height: 60 }
