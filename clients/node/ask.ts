import type { MethodName, Params, Result } from '../../src/daemon/protocol/index.ts'
import { PlotdError } from '../../src/errors.ts'
import { discover, type Where } from './discover.ts'
import { errorIn } from './rpc.ts'
import { sendNode } from './send-node.ts'
import type { Address } from './wire.ts'

const ID = 0

/**
 * Sends one request by HTTP and leaves no connection open, so that the program can end after the answer.
 *
 * @throws PlotdError as `askAt` does, ERR_FILE
 */
export async function ask<M extends MethodName>(method: M, params: Params<M>, where: Where = {}): Promise<Result<M>> {
  return askAt(await discover(where), method, params)
}

/**
 * Sends one request, like `ask`, to a known address. The call is not sent as a batch, because the answer to a single
 * call may be longer.
 *
 * @throws PlotdError of the daemon when it refused the call; ERR_DAEMON_AWAY, also when `signal` aborts;
 *   ERR_UNAUTHORIZED, ERR_STATE_UNSAFE
 */
export async function askAt<M extends MethodName>(
  address: Address,
  method: M,
  params: Params<M>,
  signal?: AbortSignal,
): Promise<Result<M>> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: ID, method, params })
  const request = { method: 'POST', path: '/rpc', type: 'application/json', body } as const
  const response = await sendNode(address)({ ...request, ...(signal && { signal }) })
  const answer = parseBody(response.body) as { readonly id?: unknown; readonly result?: Result<M> } | null | undefined
  const error = errorIn(answer)
  if (error) throw error
  if (answer?.id === ID) return answer.result as Result<M>
  const { url } = address
  throw new PlotdError('ERR_DAEMON_AWAY', `a program other than plotd answers at ${url} (HTTP ${response.status})`, {
    url,
  })
}

/** The JSON value of a body; undefined when the body is not JSON. */
function parseBody(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString())
  } catch {
    return undefined
  }
}
