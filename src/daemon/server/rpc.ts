import {
  createJSONRPCErrorResponse,
  createJSONRPCSuccessResponse,
  isJSONRPCID,
  isJSONRPCRequest,
  JSONRPCErrorCode,
  type JSONRPCID,
  type JSONRPCResponse,
} from 'json-rpc-2.0'
import type { z } from 'zod'
import { PlotdError, toPlotdError } from '../../errors.ts'
import { quickSchema, validate } from '../../tasks/index.ts'
import type { Caller, Handlers } from '../methods/handlers.ts'
import { METHODS, type MethodName, permits, type Role } from '../protocol/index.ts'
import { METHOD_NOT_FOUND, PARSE_ERROR, wireError } from '../protocol/wire-error.ts'
import { asJson, asJsonList } from './encoded.ts'
import { parseJson } from './json.ts'

export interface RpcLimits {
  readonly depth: number
  /** Calls in one message. */
  readonly batch: number
  /** That the answers to one message may have together. */
  readonly outgoingBytes: number
}

export interface Rpc {
  /** What to send back for a message: undefined when it held notifications only. Never throws. */
  answer(text: string, caller: Caller): Promise<string | Buffer | undefined>
  /** What to send back for a message whose calls are not done: to each by its id, where it can be found. */
  refuse(text: string, error: PlotdError): string
}

/**
 * JSON-RPC 2.0 over any carrier of text. Each method's parameters pass its schema, and whatever goes wrong comes
 * back with a stable code.
 *
 * @param onBug  told of errors that are not on purpose
 */
export function rpc(handlers: Handlers, limits: RpcLimits, onBug: (error: PlotdError, method: string) => void): Rpc {
  const methods = new Map(Object.entries(METHODS).map(([name, method]) => [name, methodOf(name, method, handlers)]))

  /** What the handler gives, or a promise of it. @throws PlotdError */
  function call(name: string, params: unknown, caller: Caller): unknown {
    const method = methods.get(name)
    if (method === undefined) throw unknownMethod(name)
    admit(method, caller)
    return method.handle(validate(method, params), caller)
  }

  /** A failure as it is told, and known to us when it is our own. */
  function failed(id: JSONRPCID, thrown: unknown, method: string): string | Buffer {
    const error = toPlotdError(thrown)
    if (error.code === 'ERR_INTERNAL') onBug(error, method)
    return asJson(failure(id, error, methods.has(method) ? undefined : METHOD_NOT_FOUND))
  }

  /**
   * The library knows the grammar, and its server is left out: the promises that it makes for each call cost more
   * than everything else between the socket and the method. Undefined when nobody waits for an answer.
   */
  function single(message: unknown, caller: Caller): Promise<string | Buffer | undefined> {
    if (typeof message !== 'object' || message === null || Array.isArray(message)) {
      const expected = 'expected a call: an object with jsonrpc, id, method, params'
      return Promise.resolve(asJson(failure(null, new PlotdError('ERR_PROTOCOL', expected))))
    }
    if (!isJSONRPCRequest(message)) return Promise.resolve(asJson(invalid(message)))
    const { id, method, params } = message
    try {
      return answered(id, method, call(method, params, caller))
    } catch (thrown) {
      return answered(id, method, Promise.reject(thrown))
    }
  }

  /** Apart from the message, which is let go of while the result is waited for. */
  async function answered(id: JSONRPCID | undefined, method: string, coming: unknown) {
    try {
      const result = await coming
      return id === undefined ? undefined : asJson(createJSONRPCSuccessResponse(id, result))
    } catch (thrown) {
      const answer = failed(id ?? null, thrown, method)
      return id === undefined ? undefined : answer
    }
  }

  /** A batch is answered by an array, be it of one; the library would unwrap that. */
  async function batch(calls: readonly unknown[], caller: Caller): Promise<string | Buffer | undefined> {
    const wrong = unanswerable(calls, limits)
    if (wrong) return asJson(failure(null, wrong))
    caller.owe?.(calls.length - 1)
    let room = limits.outgoingBytes
    const answers = await Promise.all(
      calls.map(async (each) => {
        const json = await single(each, caller)
        if (json === undefined) return undefined
        room -= json.length
        // Each waits for all the others: a thousand large ones would be more than there is memory for.
        return room < 0 && onlyReads(each) ? asJson(failure(idOf(each), tooMuch(limits))) : json
      }),
    )
    const given = answers.filter((answer) => answer !== undefined)
    return given.length === 0 ? undefined : asJsonList(given)
  }

  return {
    answer(text, caller) {
      let message: unknown
      try {
        message = parseJson(text, limits.depth)
      } catch (thrown) {
        return Promise.resolve(unread(text, thrown, limits))
      }
      return Array.isArray(message) ? batch(message, caller) : single(message, caller)
    },
    refuse: (text, error) => refused(text, error, limits),
  }
}

interface Method {
  readonly name: string
  readonly role: Role
  readonly schema: z.ZodType
  readonly handle: (params: unknown, caller: Caller) => unknown
}

function methodOf(name: string, { role, params }: { role: Role; params: z.ZodType }, handlers: Handlers): Method {
  return { name, role, schema: quickSchema(params), handle: handlers[name as MethodName] as Method['handle'] }
}

/** What is said of a message that could not be read. */
function unread(text: string, thrown: unknown, limits: RpcLimits): string {
  const error = toPlotdError(thrown)
  return error.code === 'ERR_LIMIT' ? refused(text, error, limits) : JSON.stringify(failure(null, error, PARSE_ERROR))
}

function unanswerable(calls: readonly unknown[], { batch }: RpcLimits): PlotdError | undefined {
  if (calls.length === 0) return new PlotdError('ERR_PROTOCOL', 'the batch is empty')
  if (calls.length <= batch) return undefined
  return new PlotdError('ERR_LIMIT', `a batch holds at most ${batch} calls`, { limit: 'batch' })
}

/** Who asked for something that is done must hear that it is, or would ask again. */
function onlyReads(message: unknown): boolean {
  const { method } = message as { readonly method?: unknown }
  if (typeof method !== 'string' || !isMethod(method) || method === 'events.subscribe') return false
  return METHODS[method].role === 'watch'
}

const tooMuch = ({ outgoingBytes }: RpcLimits): PlotdError =>
  new PlotdError('ERR_LIMIT', `the answers to a batch hold at most ${outgoingBytes} bytes: ask for less at a time`, {
    limit: 'outgoingBytes',
    maxBytes: outgoingBytes,
  })

/** Who asked must hear it, or would wait for ever. */
function refused(text: string, error: PlotdError, { batch, depth }: RpcLimits): string {
  const message = parsed(text, depth)
  const calls = Array.isArray(message) && message.length <= batch ? message : [message]
  const ids = calls.map(idOf).filter((id) => id !== null)
  if (ids.length === 0) return JSON.stringify(failure(null, error))
  const answers = ids.map((id) => failure(id, error))
  return JSON.stringify(Array.isArray(message) ? answers : answers[0])
}

/** For ids only, so that a deep value harms nobody, unless megabytes of it fill the memory. */
function parsed(text: string, depth: number): unknown {
  try {
    return parseJson(text, text.length > 65_536 ? depth : Number.POSITIVE_INFINITY)
  } catch {
    return undefined
  }
}

/** The one place where roles are checked; a method without one is for nobody. @throws PlotdError */
function admit({ name, role }: Method, { grant, isAlive }: Caller): void {
  if (!isAlive()) throw new PlotdError('ERR_UNAUTHORIZED', `the token ${grant.name} was revoked`, { token: grant.name })
  if (permits(grant.role, role)) return
  const message = `${name} needs the role ${role}; the token ${grant.name} has ${grant.role}`
  throw new PlotdError('ERR_FORBIDDEN', message, { method: name, needs: role, has: grant.role })
}

function failure(id: JSONRPCID, thrown: unknown, rpcCode?: number) {
  const { code, message, data } = wireError(toPlotdError(thrown), rpcCode)
  return createJSONRPCErrorResponse(id, code, message, data)
}

const invalid = (message: object): JSONRPCResponse =>
  createJSONRPCErrorResponse(idOf(message), JSONRPCErrorCode.InvalidRequest, 'Invalid Request')

function idOf(message: unknown): JSONRPCID {
  const id: unknown = typeof message === 'object' && message !== null && 'id' in message ? message.id : null
  return isJSONRPCID(id) ? id : null
}

const isMethod = (method: string): method is MethodName => Object.hasOwn(METHODS, method)

function unknownMethod(method: string): PlotdError {
  const known = `there is no method ${JSON.stringify(method)}; docs/protocol.md lists all`
  return new PlotdError('ERR_PROTOCOL', known, { method, methods: Object.keys(METHODS) })
}
