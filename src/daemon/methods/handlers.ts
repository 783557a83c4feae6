import { PlotdError } from '../../errors.ts'
import type { Identity } from '../auth/index.ts'
import type { Encoded } from '../protocol/encoded.ts'
import type { MethodName, Parsed, Result, Topic } from '../protocol/index.ts'

/** The client of a call. Only a WebSocket can receive events. */
export interface Caller {
  readonly identity: Identity
  /** Whether the token or page session of the client is still valid. */
  readonly isAlive: () => boolean
  /** Whether another host passed on the call in the name of its client. */
  readonly isPassedOn?: true
  /** Aborted when the client has left. */
  readonly gone?: AbortSignal
  /** Called with the further cost of a message, in calls. The rate limit has counted one call already. */
  readonly owe?: (cost: number) => void
  /** Subscribes to the events after number `seq`, in place of an earlier subscription. */
  readonly follow?: (topics: ReadonlySet<Topic>, seq: number) => void
  readonly unfollow?: () => void
}

/** @throws PlotdError ERR_UNAUTHORIZED when the token or page session of the client is no longer valid */
export function requireAlive({ identity: { name }, isAlive }: Caller): void {
  if (isAlive()) return
  throw new PlotdError('ERR_UNAUTHORIZED', `the token ${name} is no longer valid`, { token: name })
}

/** The error that ends the work for a client that has left. */
export const clientLeft = (): PlotdError =>
  new PlotdError('ERR_TASK_FAILED', 'the client that made the request has disconnected')

/**
 * The answer to `preview.render` has a whole drawing, so a thread encodes this answer. The answer to `rpc.discover` is
 * always the same, so it is encoded once.
 */
type Answer<M extends MethodName> = M extends 'preview.render' | 'rpc.discover' ? Encoded : Result<M>

/** One function for each method. The parameters have passed the schema of the method. */
export type Handlers = {
  readonly [M in MethodName]: (params: Parsed<M>, caller: Caller) => Answer<M> | Promise<Answer<M>>
}
