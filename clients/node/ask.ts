import type { MethodName, Params, Result } from '../../src/daemon/protocol/index.ts'
import { PlotdError } from '../../src/errors.ts'
import { discover, type Where } from './discover.ts'
import { errorOf } from './rpc.ts'

interface Answer {
  readonly id: number
  readonly result?: unknown
  readonly error?: Parameters<typeof errorOf>[0]
}

/** Asks once by HTTP: nothing stays open, so a program that asks and is done can end. */
export async function ask<M extends MethodName>(method: M, params: Params<M>, where: Where = {}): Promise<Result<M>> {
  const [answer] = await askAll([[method, params]], where)
  return answer as Result<M>
}

/** Several calls in one request. @throws PlotdError of the first that was refused, or ERR_DAEMON_AWAY */
export async function askAll(calls: readonly (readonly [MethodName, unknown])[], where: Where): Promise<unknown[]> {
  const address = await discover(where)
  const batch = calls.map(([method, params], id) => ({ jsonrpc: '2.0', id, method, params }))
  const response = await fetch(`${address.url}/rpc`, {
    method: 'POST',
    body: JSON.stringify(batch),
    headers: { 'content-type': 'application/json', authorization: `Bearer ${address.token}` },
  }).catch((cause: unknown) => {
    throw new PlotdError('ERR_DAEMON_AWAY', `no daemon answers at ${address.url}`, { url: address.url }, cause)
  })
  const body = (await response.json().catch(() => ({}))) as Answer[] | Pick<Answer, 'error'>
  if (!Array.isArray(body)) throw errorOf(body.error ?? { code: 0, message: `HTTP ${response.status}` })
  return batch.map(({ id }) => {
    const { result, error } = body.find((each) => each.id === id) ?? {}
    if (error) throw errorOf(error)
    return result
  })
}
