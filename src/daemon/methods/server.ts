import { PlotdError } from '../../errors.ts'
import { fontNames } from '../../hershey/index.ts'
import type { Spool } from '../../spool/spool.ts'
import { type Config, hostName } from '../config/schema.ts'
import { catalogList, type TaskCatalog } from '../custom-tasks/index.ts'
import type { Hub } from '../events/index.ts'
import type { Dispatcher } from '../plotting/index.ts'
import { openRpc } from '../protocol/document.ts'
import { type Encoded, inPieces } from '../protocol/encoded.ts'
import { PROTOCOL, type Result } from '../protocol/index.ts'
import type { ThreadPools } from '../render/index.ts'
import type { Handlers } from './handlers.ts'

export interface ServerHandlerParts {
  readonly spool: Spool
  readonly hub: Hub
  readonly catalog: TaskCatalog
  readonly config: Config
  readonly version: string
  readonly threads: Pick<ThreadPools, 'preview' | 'describe'>
  readonly control: Pick<Dispatcher, 'checkPlot' | 'checkName'>
}

type OtherHandlers = Omit<Handlers, `${'job' | 'batch' | 'plotter' | 'token' | 'session' | 'host'}.${string}`>

export function serverHandlers(parts: ServerHandlerParts): OtherHandlers {
  const { spool, hub, catalog, config, version, threads, control } = parts
  const startedAt = Date.now()
  const { messageBytes, uploadBytes, depth, entries, values, messagesPerSecond, batch } = config.limits
  const info: Result<'server.info'> = {
    name: 'plotd',
    version,
    protocol: PROTOCOL,
    pid: process.pid,
    startedAt,
    host: hostName(config),
    output: config.output,
    state: config.state,
    ...(config.fonts !== undefined && { fonts: config.fonts }),
    limits: { messageBytes, uploadBytes, depth, entries, values, messagesPerSecond, batch },
  }
  const tasks = catalogList(catalog) // building the list takes 10 ms
  let discovered: Promise<Encoded> | undefined
  return {
    'queue.pause': async ({ plotter = '' }) => {
      if (plotter) control.checkName(plotter)
      await spool.pauseQueue(plotter)
      return { paused: hub.paused }
    },
    'queue.resume': async ({ plotter = '' }) => {
      if (plotter) control.checkName(plotter)
      await spool.resumeQueue(plotter)
      return { paused: hub.paused }
    },
    'task.list': () => ({ tasks }),
    'fonts.list': () => ({ fonts: fontNames() }),
    'preview.render': (request, { gone }) => {
      if (request.plot && request.plot.plotter !== 'any') control.checkPlot(request.plot)
      return threads.preview(request, gone)
    },
    'document.describe': (request, { gone }) => threads.describe(request, gone),
    'server.info': () => info,
    'rpc.discover': () => {
      // The answer is encoded once, so that many calls at a time take little time and memory.
      discovered ??= openRpc(version).then((document) => inPieces(document, Infinity))
      return discovered
    },
    'events.subscribe': subscribe(hub),
    'events.unsubscribe': (_, caller) => {
      caller.unfollow?.()
      return {}
    },
  }
}

function subscribe(hub: Hub): Handlers['events.subscribe'] {
  return async ({ topics = ['jobs', 'queue', 'plotters', 'fonts'], since, limit }, { follow }) => {
    if (!follow)
      throw new PlotdError('ERR_PROTOCOL', 'events.subscribe needs a WebSocket: a POST cannot receive later events')
    const { session } = hub
    if (since && hub.remembers(since)) {
      follow(new Set(topics), since.seq)
      return { session, seq: since.seq }
    }
    const { seq, snapshot } = await hub.snapshot(limit)
    follow(new Set(topics), seq)
    return { session, seq, snapshot }
  }
}
