import type { MethodName, Params, Result } from '../../src/daemon/protocol/index.ts'
import { PlotdError } from '../../src/errors.ts'
import { discover, type Where } from './discover.ts'
import { errorIn, errorOf } from './rpc.ts'
import { sendNode } from './send-node.ts'
import type { Address } from './wire.ts'

interface Answer {
  readonly id: number
  readonly result?: unknown
  readonly error?: Parameters<typeof errorOf>[0]
}

/**
 * Sends one request by HTTP and leaves no connection open, so that the program can end after the answer.
 *
 * @throws PlotdError as `askAll` does, ERR_FILE
 */
export async function ask<M extends MethodName>(method: M, params: Params<M>, where: Where = {}): Promise<Result<M>> {
  const [answer] = await askAll([[method, params]], await discover(where))
  return answer as Result<M>
}

/**
 * Sends the calls in one request. A single call is not sent as a batch, because the answers to a batch have a lower
 * limit.
 *
 * @returns the result of each call, in the order of `calls`
 * @throws PlotdError of the first call that the daemon refused; ERR_DAEMON_AWAY, also when `signal` aborts;
 *   ERR_UNAUTHORIZED, ERR_STATE_UNSAFE
 */
export async function askAll(
  calls: readonly (readonly [MethodName, unknown])[],
  address: Address,
  signal?: AbortSignal,
): Promise<readonly unknown[]> {
  const messages = calls.map(([method, params], id) => ({ jsonrpc: '2.0', id, method, params }))
  const send = sendNode(address)
  const body = JSON.stringify(messages.length === 1 ? messages[0] : messages)
  const request = { method: 'POST', path: '/rpc', type: 'application/json', body } as const
  const response = await send({ ...request, ...(signal && { signal }) })
  const { url } = address
  const stranger = `a program other than plotd answers at ${url} (HTTP ${response.status})`
  const answered = parseBody(response.body)
  const answers = [answered].flat() as readonly (Answer | null | undefined)[]
  return messages.map(({ id }) => {
    const answer = answers.find((candidate) => candidate?.id === id)
    if (!answer) throw errorIn(answered) ?? new PlotdError('ERR_DAEMON_AWAY', stranger, { url })
    if (answer.error) throw errorOf(answer.error)
    return answer.result
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
