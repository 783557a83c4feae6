import { createJSONRPCErrorResponse, type JSONRPCID, type JSONRPCRequest, JSONRPCServer } from 'json-rpc-2.0'
import type { z } from 'zod'
import { PlotdError, toPlotdError } from '../errors.ts'
import { validate } from '../tasks/index.ts'
import type { Caller, Handlers } from './handlers.ts'
import { parseJson } from './json.ts'
import { METHODS, type MethodName, permits } from './protocol/index.ts'
import { METHOD_NOT_FOUND, PARSE_ERROR, wireError } from './protocol/wire-error.ts'

export interface RpcLimits {
  readonly depth: number
  /** Calls in one message. */
  readonly batch: number
}

export interface Rpc {
  /** What to send back for a message: undefined when it held notifications only. Never throws. */
  answer(text: string, caller: Caller): Promise<string | undefined>
}

/**
 * JSON-RPC 2.0 over any carrier of text. Each method's parameters pass its schema, and whatever goes wrong comes
 * back with a stable code.
 *
 * @param onBug  told of errors that are not on purpose
 */
export function rpc(handlers: Handlers, limits: RpcLimits, onBug: (error: PlotdError, method: string) => void): Rpc {
  const server = new JSONRPCServer<Caller>({ errorListener: () => {} })
  server.mapErrorToJSONRPCErrorResponse = failure
  server.handleMethodNotFound = async ({ id, method }) => (id === undefined ? null : unknownMethod(id, method))
  for (const method of Object.keys(METHODS) as MethodName[]) {
    server.addMethod(method, (params, caller) => call(method, params, caller))
  }

  async function call(method: MethodName, params: unknown, caller: Caller): Promise<unknown> {
    try {
      admit(method, caller)
      const handler = handlers[method] as (params: unknown, caller: Caller) => unknown
      return await handler(validate({ name: method, schema: METHODS[method].params as z.ZodType }, params), caller)
    } catch (thrown) {
      const error = toPlotdError(thrown)
      if (error.code === 'ERR_INTERNAL') onBug(error, method)
      throw error
    }
  }

  /** The library looks into what it is given before it asks whether that is an object. */
  async function single(message: unknown, caller: Caller): Promise<unknown> {
    if (typeof message === 'object' && message !== null && !Array.isArray(message))
      return server.receive(message as JSONRPCRequest, caller)
    return failure(null, new PlotdError('ERR_PROTOCOL', 'expected a call: an object with jsonrpc, id, method, params'))
  }

  /** A batch is answered by an array, be it of one; the library would unwrap that. */
  async function batch(calls: readonly unknown[], caller: Caller): Promise<unknown> {
    if (calls.length === 0) return failure(null, new PlotdError('ERR_PROTOCOL', 'the batch is empty'))
    if (calls.length > limits.batch) {
      return failure(
        null,
        new PlotdError('ERR_LIMIT', `a batch holds at most ${limits.batch} calls`, { limit: 'batch' }),
      )
    }
    const answers = await Promise.all(calls.map((each) => single(each, caller)))
    const given = answers.filter((answer) => answer !== null)
    return given.length === 0 ? null : given
  }

  return {
    async answer(text, caller) {
      let message: unknown
      try {
        message = parseJson(text, limits.depth)
      } catch (thrown) {
        const error = toPlotdError(thrown)
        return JSON.stringify(failure(null, error, error.code === 'ERR_PROTOCOL' ? PARSE_ERROR : undefined))
      }
      const answer = Array.isArray(message) ? await batch(message, caller) : await single(message, caller)
      return answer === null ? undefined : JSON.stringify(answer)
    },
  }
}

/** The one place where roles are checked; a method without one is for nobody. @throws PlotdError */
function admit(method: MethodName, { grant, isAlive }: Caller): void {
  if (!isAlive()) throw new PlotdError('ERR_UNAUTHORIZED', `the token ${grant.name} was revoked`, { token: grant.name })
  const { role } = METHODS[method]
  if (permits(grant.role, role)) return
  throw new PlotdError('ERR_FORBIDDEN', `${method} needs the role ${role}; the token ${grant.name} has ${grant.role}`, {
    method,
    needs: role,
    has: grant.role,
  })
}

function failure(id: JSONRPCID, thrown: unknown, rpcCode?: number) {
  const { code, message, data } = wireError(toPlotdError(thrown), rpcCode)
  return createJSONRPCErrorResponse(id, code, message, data)
}

function unknownMethod(id: JSONRPCID, method: string) {
  const names = Object.keys(METHODS)
  const detail = { method, methods: names }
  const known = `there is no method ${JSON.stringify(method)}; docs/protocol.md lists all`
  return failure(id, new PlotdError('ERR_PROTOCOL', known, detail), METHOD_NOT_FOUND)
}
