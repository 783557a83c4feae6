/**
 * The room `protocol`: the schema of every method and event, roles, errors on the wire, and the names of the files by
 * which clients find the daemon. `connections` limits the connections of a server: of the daemon, and of the printer in
 * `clients/`. `standstill` notices that the process stood still.
 *
 * Clients and other rooms of the daemon may import any file of this room. `protocol` imports nothing from clients or
 * from other rooms of the daemon.
 */
import type { z } from 'zod'
import { BATCH_METHODS } from './batch-methods.ts'
import { JOB_METHODS } from './job-methods.ts'
import { PLOTTER_METHODS } from './plotter-methods.ts'
import type { Role } from './roles.ts'
import { SERVER_METHODS } from './server-methods.ts'
import { TOKEN_METHODS } from './token-methods.ts'

export { CORNERS, type Corner, PROTOCOL } from './constants.ts'
export { type Notification, type NotificationName, type Snapshot, TOPIC, type Topic } from './events.ts'
export { isTouched, receipt, summary, type WireJob, whole } from './job.ts'
export type { WirePlotter } from './plotter.ts'
export { permits, type Role } from './roles.ts'
export { refuseLosses } from './warnings.ts'

/**
 * Every method of the daemon, with the schemas of its parameters and its result. Types, validation, docs/protocol.md
 * and the OpenRPC document all come from here.
 */
export const METHODS = {
  ...JOB_METHODS,
  ...BATCH_METHODS,
  ...PLOTTER_METHODS,
  ...SERVER_METHODS,
  ...TOKEN_METHODS,
} as const satisfies Readonly<Record<string, { readonly role: Role; readonly cost?: number }>>

export type MethodName = keyof typeof METHODS
/** The parameters as a caller sends them. */
export type Params<M extends MethodName> = z.input<(typeof METHODS)[M]['params']>
/** The parameters after validation: with defaults, and with durations such as '2m' converted to ms. */
export type Parsed<M extends MethodName> = z.output<(typeof METHODS)[M]['params']>
export type Result<M extends MethodName> = z.output<(typeof METHODS)[M]['result']>
