import type { Spool } from '../../spool/spool.ts'
import { packageVersion } from '../../threads.ts'
import type { LoginCodes, Tokens } from '../auth/index.ts'
import type { Config } from '../config/schema.ts'
import type { TaskCatalog } from '../custom-tasks/index.ts'
import { type Batches, type Hub, JobWaits } from '../events/index.ts'
import type { Uploads } from '../files/index.ts'
import type { Dispatcher, Station } from '../plotting/index.ts'
import type { WirePlotter } from '../protocol/index.ts'
import type { ThreadPools } from '../render/index.ts'
import { batchHandlers } from './batches.ts'
import type { Handlers } from './handlers.ts'
import { type HostParts, hostHandlers } from './hosts.ts'
import { jobHandlers } from './jobs.ts'
import { plotterHandlers } from './plotters.ts'
import { serverHandlers } from './server.ts'
import { tokenHandlers } from './tokens.ts'

export interface HandlerParts {
  readonly config: Config
  readonly tokens: Tokens
  readonly codes: LoginCodes
  /** The address of the page. */
  readonly page: () => string
  readonly spool: Spool
  readonly hub: Hub
  readonly batches: Batches
  readonly catalog: TaskCatalog
  readonly uploads: Uploads
  readonly threads: ThreadPools
  readonly dispatcher: Dispatcher
  readonly stations: readonly Station[]
  readonly view: (station: Station) => WirePlotter
  readonly hosts: HostParts
}

export function allHandlers(parts: HandlerParts): Handlers {
  const { tokens, codes, page, spool, batches, dispatcher, stations, view, hosts } = parts
  const handlers: Handlers = {
    ...jobHandlers({ ...parts, control: dispatcher, waits: new JobWaits(spool) }),
    ...batchHandlers(spool, batches, (id) => dispatcher.pauseJob(id, true)),
    ...plotterHandlers(spool, dispatcher, stations, view),
    ...tokenHandlers(tokens, codes, page),
    ...hostHandlers(hosts, () => handlers),
    ...serverHandlers({ ...parts, control: dispatcher, version: packageVersion() }),
  }
  return handlers
}
