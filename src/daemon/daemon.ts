import { readFileSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from 'pino'
import type { PlotdError } from '../errors.ts'
import { PlotterSession } from '../plotter/session.ts'
import { profileNamed } from '../plotter/profiles/index.ts'
import { type EmbeddedSpool, openSpool } from '../spool/index.ts'
import { packageRoot } from '../threads.ts'
import type { Config } from './config-schema.ts'
import { Dispatcher, profileBehind } from './dispatcher.ts'
import { writeDurably } from './durable.ts'
import { jobHandlers } from './handlers-jobs.ts'
import { plotterHandlers } from './handlers-plotters.ts'
import { serverHandlers } from './handlers-server.ts'
import { Hub } from './hub.ts'
import { DAEMON_FILE } from './protocol/places.ts'
import { rpc } from './rpc.ts'
import { listen } from './server.ts'
import { Station } from './station.ts'
import { registryWith } from './thread-work.ts'
import { stateToken } from './token.ts'
import { Uploads } from './uploads.ts'
import { Workshop } from './workshop.ts'

export interface Daemon {
  readonly url: string
  readonly token: string
  /** What the start found: renders done again, plots that were cut. */
  readonly recovery: EmbeddedSpool['recovery']
  /** Plotters finish their stroke and lift the pen. With `now`, they lift it at once. */
  close(options?: { readonly now?: boolean }): Promise<void>
}
