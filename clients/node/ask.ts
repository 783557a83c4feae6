import type { MethodName, Params, Result } from '../../src/daemon/protocol/index.ts'
import { PlotdError, toPlotdError } from '../../src/errors.ts'
import { discover, type Where } from './discover.ts'
import { withKey } from './job.ts'
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
 * Sends one request, like `ask`, to a known address. In a submit, each job without a key gets a new key. So a submit
 * whose answer was lost is sent once more, and queues no job twice.
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
  const keyedParams = withKeys(method, params)
  if (keyedParams === undefined) return askOnce(address, method, params, signal)
  try {
    return await askOnce(address, method, keyedParams, signal)
  } catch (error) {
    if (!isLost(error)) throw error
    return await askOnce(address, method, keyedParams, signal).catch((again: unknown) => {
      throw inDoubt(toPlotdError(again))
    })
  }
}

/** The parameters of a submit with a key for each job; undefined for another method. */
function withKeys<M extends MethodName>(method: M, params: Params<M>): Params<M> | undefined {
  if (method === 'job.submit') return withKey(params as Params<'job.submit'>) as Params<M>
  if (method !== 'job.submitAll') return undefined
  const { jobs } = params as Params<'job.submitAll'>
  return { ...params, jobs: jobs.map(withKey) }
}

/** The codes of Node for a request that failed after the daemon may have got it. */
const LOST = /^(ECONNRESET|ECONNABORTED|EPIPE|ETIMEDOUT|ERR_STREAM_PREMATURE_CLOSE|HPE_\w+)$/

function isLost(error: unknown): boolean {
  const { code, cause } = toPlotdError(error)
  return code === 'ERR_DAEMON_AWAY' && LOST.test((cause as NodeJS.ErrnoException | undefined)?.code ?? '')
}

/** The error of a submit whose first answer was lost. */
function inDoubt({ code, message, detail, cause }: PlotdError): PlotdError {
  const { remedy } = detail
  const doubt = 'If the daemon runs, it may have queued the job: look at `plotd list` before you queue the job again.'
  const both = typeof remedy === 'string' ? `${remedy} ${doubt}` : doubt
  return new PlotdError(code, message, code === 'ERR_DAEMON_AWAY' ? { ...detail, remedy: both } : detail, cause)
}

/** Sends one request as a single call. The daemon permits a longer answer to a single call than to a batch. */
async function askOnce<M extends MethodName>(
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
