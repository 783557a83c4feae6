import { StringDecoder } from 'node:string_decoder'
import { setImmediate } from 'node:timers/promises'
import { z } from 'zod'
import { PlotdError, toPlotdError } from '../../errors.ts'
import { isSliceOver, nextSlice } from '../../slices.ts'
import { compiledSchema, validate } from '../../tasks/index.ts'
import { type Caller, type Handlers, requireAlive } from '../methods/index.ts'
import { asJson, asJsonList, Encoded, hasLongList, inPieces } from '../protocol/encoded.ts'
import { METHODS, type MethodName, permits, type Role } from '../protocol/index.ts'
import { INVALID_REQUEST, METHOD_NOT_FOUND, PARSE_ERROR, wireError } from '../protocol/wire-error.ts'
import { type JsonLimits, parseJson } from './json.ts'
import { costOf } from './rate-limit.ts'

/** The limits of a message and of its answer. */
export interface RpcLimits extends JsonLimits {
  /** Maximum number of calls in one message. */
  readonly batch: number
  /** Maximum number of bytes of all answers to the read-only calls of one message together. */
  readonly outgoingBytes: number
}

/** Answers messages of JSON-RPC 2.0. */
export interface Rpc {
  /** Carries out the calls of a message. Resolves with undefined when all are notifications. Never rejects. */
  answer(bytes: Buffer, caller: Caller): Promise<Buffer | undefined>
  /**
   * The answer to a message that the daemon does not carry out: an error for each id that the daemon finds in the
   * message, else one error with the id null.
   */
  refuse(bytes: Buffer, error: PlotdError): Buffer
}

type Id = string | number | null

interface Call {
  /** Undefined for a notification, which has no answer. */
  readonly id: Id | undefined
  readonly method: string
  readonly params: unknown
}

/**
 * Maximum number of bytes of the answers to the read-only calls of a batch, added up. A client that needs more sends
 * several messages.
 */
const BATCH_BYTES = 1 << 20
/** Maximum number of characters of an error besides its id. */
const ERROR_CHARS = 65_536
/** Every error may have this many characters, also when the answers to a batch leave no space. */
const SHORT_ERROR = 400

/** Maximum number of bytes of the answer to a call, and maximum number of characters of an error. */
interface MaxLengths {
  readonly answer: number
  readonly error: number
}

/**
 * JSON-RPC 2.0 over any carrier of text. Each method validates its parameters by its schema, and every failure has a
 * stable code. `caller.owe` receives the cost of a message and of its answer, less one call, which the carrier counts.
 *
 * @param onBug  called with each unexpected error
 */
export function rpc(handlers: Handlers, limits: RpcLimits, onBug: (error: PlotdError, method: string) => void): Rpc {
  const methods = new Map(
    Object.entries(METHODS).map(([name, method]) => [name, prepareMethod(name, method, handlers)]),
  )
  const alone: MaxLengths = { answer: limits.outgoingBytes, error: ERROR_CHARS }

  /** @returns the result, or a promise for it @throws PlotdError */
  function call({ method: name, params }: Call, caller: Caller): unknown {
    const method = methods.get(name)
    if (method === undefined) throw unknownMethod(name)
    checkRole(method, caller)
    caller.owe?.(method.cost - 1)
    if (!isLong(params, method)) return method.handle(validate(method, params), caller)
    return validateLong(method, params).then((checked) => method.handle(checked, caller))
  }

  /** The answer to one call, in JSON. Undefined for a notification. */
  function single(message: unknown, caller: Caller, max: MaxLengths): Promise<Buffer | undefined> {
    const request = callOf(message)
    if (request instanceof PlotdError) return Promise.resolve(failure(idOf(message), request, max, INVALID_REQUEST))
    return answerTo(request.id, request.method, resultOf(request, caller), caller.owe, max)
  }

  function resultOf(request: Call, caller: Caller): Promise<unknown> {
    try {
      return Promise.resolve(call(request, caller))
    } catch (thrown) {
      return Promise.reject(toPlotdError(thrown))
    }
  }

  /**
   * Holds no reference to the request or the caller while it waits for the result, because the garbage collector copies
   * objects that are in use.
   */
  function answerTo(
    id: Call['id'],
    method: string,
    pending: Promise<unknown>,
    owe: Caller['owe'],
    max: MaxLengths,
  ): Promise<Buffer | undefined> {
    const counted = (answer: Buffer): Buffer | undefined => {
      owe?.(costOf(answer.length))
      return id === undefined ? undefined : answer
    }
    const failed = (thrown: unknown) => {
      const error = toPlotdError(thrown)
      if (error.code === 'ERR_INTERNAL') onBug(error, method)
      return counted(failure(id ?? null, error, max, methods.has(method) ? undefined : METHOD_NOT_FOUND))
    }
    return pending.then((result) => {
      if (hasLongList(result)) return longAnswer(id, method, result, max).then(counted, failed)
      try {
        return counted(shortAnswer(id, method, result ?? null, max))
      } catch (thrown) {
        return failed(thrown)
      }
    }, failed)
  }

  /** Answers a batch with an array. Calls that only read run one at a time, so that few answers wait. */
  async function batch(calls: readonly unknown[], caller: Caller): Promise<Buffer | undefined> {
    const wrong = unanswerable(calls, limits)
    if (wrong) return failure(null, wrong, alone)
    caller.owe?.(calls.length - 1)
    const most = Math.min(limits.outgoingBytes, BATCH_BYTES)
    const each = { answer: most, error: Math.trunc(most / calls.length) }
    let bytesLeft = most
    const answers: Promise<Buffer | undefined>[] = []
    for (const message of calls) {
      if (isSliceOver()) await nextSlice()
      if (!onlyReads(methodOf(message))) {
        answers.push(single(message, caller, each))
        // A call may fail immediately. This wait lets it write its error in the present slice.
        await Promise.resolve()
      } else {
        const answer = bytesLeft < 0 ? undefined : await single(message, caller, each)
        bytesLeft -= answer?.length ?? 0
        const isRefused = bytesLeft < 0 && !isNotification(message)
        answers.push(Promise.resolve(isRefused ? failure(idOf(message), tooMuch(most), each) : answer))
      }
    }
    const texts = (await Promise.all(answers)).filter((answer) => answer !== undefined)
    return texts.length === 0 ? undefined : asJsonList(texts)
  }

  return {
    answer(bytes, caller) {
      caller.owe?.(costOf(bytes.length))
      const reply = (message: unknown) =>
        Array.isArray(message) ? batch(message, caller) : single(message, caller, alone)
      const refusal = (thrown: unknown): Buffer => {
        const error = toPlotdError(thrown)
        return error.code === 'ERR_LIMIT' ? refusalOf(bytes, error, limits) : failure(null, error, alone, PARSE_ERROR)
      }
      try {
        // A short message is parsed at once, so that the rate limit counts it before the next message is read.
        const reading = bytes.length > DECODED ? parseLong(bytes, limits) : parseJson(bytes.toString(), limits)
        return reading instanceof Promise ? reading.then(reply, refusal) : reply(reading)
      } catch (thrown) {
        return Promise.resolve(refusal(thrown))
      }
    },
    refuse: (bytes, error) => refusalOf(bytes, error, limits),
  }
}

/** Number of bytes that one step decodes. A step takes 0.5 ms at most. */
const DECODED = 65_536

async function parseLong(bytes: Buffer, limits: JsonLimits): Promise<unknown> {
  return parseJson(await decode(bytes), limits)
}

async function decode(bytes: Buffer): Promise<string> {
  // Receiving many bytes has taken much of this turn, so the decoding begins in a later turn.
  await setImmediate()
  await nextSlice()
  const decoder = new StringDecoder('utf8')
  let text = ''
  for (let from = 0; from < bytes.length; from += DECODED) {
    if (isSliceOver()) await nextSlice()
    text += decoder.write(bytes.subarray(from, from + DECODED))
  }
  return text + decoder.end()
}

interface Method {
  readonly name: string
  readonly role: Role
  readonly schema: z.ZodType
  /** The parameter that is a long list, and its greatest length. */
  readonly list: { readonly name: string; readonly most: number } | undefined
  /** The cost of a call, as a multiple of the cost of a usual call. */
  readonly cost: number
  readonly handle: (params: unknown, caller: Caller) => unknown
}

type MethodShape = { readonly role: Role; readonly params: z.ZodObject; readonly cost?: number }

function prepareMethod(name: string, { role, params, cost = 1 }: MethodShape, handlers: Handlers): Method {
  const handle = handlers[name as MethodName] as Method['handle']
  return { name, role, schema: compiledSchema(params), list: listIn(params), cost, handle }
}

/** Number of entries of a long list that one step validates. */
const STEP = 20

/** The parameter that is a long list of objects. */
function listIn({ shape }: z.ZodObject): Method['list'] {
  for (const [name, field] of Object.entries(shape as Readonly<Record<string, z.ZodType>>)) {
    const array = withoutWrapper(field)
    if (!(array instanceof z.ZodArray && array.element instanceof z.ZodObject)) continue
    // Only a JSON schema contains the maximum. The JSON schemas of all methods would take 100 ms.
    const { maxItems = 0 } = z.toJSONSchema(array, { io: 'input', unrepresentable: 'any' })
    if (maxItems > STEP) return { name, most: maxItems }
  }
  return undefined
}

/** The type inside of `readonly()`, `optional()` and `default()`. */
function withoutWrapper(type: z.ZodType): z.ZodType {
  const isWrapper = type instanceof z.ZodReadonly || type instanceof z.ZodOptional || type instanceof z.ZodDefault
  return isWrapper ? withoutWrapper(type.unwrap() as z.ZodType) : type
}

type Params = Readonly<Record<string, unknown>>

/**
 * Whether the parameters have a list that takes long to validate. A list beyond its maximum is short work, because the
 * schema refuses it by its length.
 */
function isLong(params: unknown, { list }: Method): params is Params {
  if (list === undefined || typeof params !== 'object' || params === null) return false
  const entries = (params as Params)[list.name]
  return Array.isArray(entries) && entries.length > STEP && entries.length <= list.most
}

/** Validates a list in steps, and stops at the first step with an error. Between two steps, a slice may end. */
async function validateLong(method: Method, params: Params): Promise<Params> {
  const { name = '' } = method.list ?? {}
  const entries = params[name] as readonly unknown[]
  const checked: unknown[] = []
  let whole: Params = {}
  for (let from = 0; from < entries.length; from += STEP) {
    if (isSliceOver()) await nextSlice()
    whole = validate(method, { ...params, [name]: entries.slice(from, from + STEP) }, from) as Params
    checked.push(...(whole[name] as readonly unknown[]))
  }
  return { ...whole, [name]: checked }
}

function unanswerable(calls: readonly unknown[], { batch }: RpcLimits): PlotdError | undefined {
  if (calls.length === 0) return new PlotdError('ERR_PROTOCOL', 'the batch is empty')
  if (calls.length <= batch) return undefined
  return new PlotdError('ERR_LIMIT', `a batch holds at most ${batch} calls`, { limit: 'batch' })
}

async function longAnswer(id: Call['id'], method: string, result: unknown, max: MaxLengths): Promise<Buffer> {
  return shortAnswer(id, method, await inPieces(result, onlyReads(method) ? max.answer : Infinity), max)
}

function shortAnswer(id: Call['id'], method: string, result: unknown, max: MaxLengths): Buffer {
  if (result instanceof Encoded && result.length > max.answer && onlyReads(method)) throw tooMuch(max.answer)
  const answer = asJson({ jsonrpc: '2.0', id: id ?? null, result })
  if (onlyReads(method) && answer.length > max.answer) throw tooMuch(max.answer)
  return answer
}

/** Methods for other roles than `watch` whose answers have a limit, because the methods change nothing. */
const READERS: ReadonlySet<string> = new Set(['preview.render', 'document.describe', 'job.check'])

/**
 * Whether a method counts as read-only, so that its answer has a limit: `READERS`, and the methods for the role `watch`
 * except `events.subscribe`. The answer to a change has no limit, because a client that gets no answer sends the change
 * again. `session.code`, `session.end` and `events.unsubscribe` change something, but their answers are short.
 */
function onlyReads(method: string): boolean {
  if (!isMethod(method) || method === 'events.subscribe') return false
  return METHODS[method].role === 'watch' || READERS.has(method)
}

const tooMuch = (most: number): PlotdError =>
  new PlotdError('ERR_LIMIT', `the answers to a message hold at most ${most} bytes: ask for less at a time`, {
    limit: 'outgoingBytes',
    maxBytes: most,
  })

const REFUSAL: MaxLengths = { answer: 0, error: ERROR_CHARS }
/** Maximum number of bytes of a message that the daemon parses to refuse each call by its id. */
const PARSED_TO_REFUSE = 4096
/** Programs write the id of a call before its parameters or after them. */
const HEAD_ID =
  /^\s*\{\s*("jsonrpc"\s*:\s*"2\.0"\s*,\s*)?("method"\s*:\s*"[\w.]+"\s*,\s*)?"id"\s*:\s*(\d{1,15}|"[^"\\]{0,100}")/
const TAIL_ID = /,\s*"id"\s*:\s*(\d{1,15}|"[^"\\]{0,100}")\s*(,\s*"jsonrpc"\s*:\s*"2\.0"\s*)?\}\s*$/

function refusalOf(bytes: Buffer, error: PlotdError, { batch }: RpcLimits): Buffer {
  if (bytes.length > PARSED_TO_REFUSE) {
    const id = HEAD_ID.exec(bytes.toString('utf8', 0, 300))?.[3] ?? TAIL_ID.exec(bytes.subarray(-300).toString())?.[1]
    // The found id may be no JSON, such as 007 or a string with a line break.
    return failure(idOf({ id: parseOrNothing(id ?? 'null') }), error, REFUSAL)
  }
  const message = parseOrNothing(bytes.toString())
  const calls = Array.isArray(message) && message.length <= batch ? message : [message]
  const ids = calls.map(idOf).filter((id) => id !== null)
  if (ids.length === 0) return failure(null, error, REFUSAL)
  const answers = ids.map((id) => failure(id, error, REFUSAL))
  return Array.isArray(message) ? asJsonList(answers) : Buffer.concat(answers)
}

function parseOrNothing(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

/**
 * Checks that the caller's token is valid, and that its role permits the method.
 *
 * @throws PlotdError ERR_UNAUTHORIZED, ERR_FORBIDDEN
 */
function checkRole({ name, role }: Method, caller: Caller): void {
  requireAlive(caller)
  const { identity } = caller
  if (permits(identity.role, role)) return
  const message = `${name} needs the role ${role}; the token ${identity.name} has ${identity.role}`
  throw new PlotdError('ERR_FORBIDDEN', message, { method: name, needs: role, has: identity.role })
}

function failure(id: Id, error: PlotdError, { error: most }: MaxLengths, rpcCode?: number): Buffer {
  const { code, message, data } = wireError(error, rpcCode)
  let text = JSON.stringify({ code, message, data })
  if (text.length > Math.max(most, SHORT_ERROR)) {
    text = JSON.stringify({ code, message: message.slice(0, SHORT_ERROR / 2), data: { code: error.code, detail: {} } })
  }
  return Buffer.from(`{"jsonrpc":"2.0","id":${JSON.stringify(id)},"error":${text}}`)
}

function callOf(message: unknown): Call | PlotdError {
  if (typeof message === 'object' && message !== null && !Array.isArray(message)) {
    const { jsonrpc, id, method, params } = message as Readonly<Record<string, unknown>>
    if (jsonrpc === '2.0' && typeof method === 'string' && (id === undefined || isId(id))) return { id, method, params }
  }
  const expected = `expected a call: an object with jsonrpc '2.0', id (a number, or a text of at most ${ID_CHARS} characters), method and params`
  return new PlotdError('ERR_PROTOCOL', expected)
}

function isNotification(message: unknown): boolean {
  const call = callOf(message)
  return !(call instanceof PlotdError) && call.id === undefined
}

/** Maximum number of characters of an id, because each answer repeats it. */
const ID_CHARS = 200

const isId = (id: unknown): id is Id =>
  id === null || (typeof id === 'string' && id.length <= ID_CHARS) || typeof id === 'number'

function idOf(message: unknown): Id {
  const id: unknown = typeof message === 'object' && message !== null && 'id' in message ? message.id : null
  return isId(id) ? id : null
}

function methodOf(message: unknown): string {
  const method = typeof message === 'object' && message !== null && 'method' in message ? message.method : undefined
  return typeof method === 'string' ? method : ''
}

const isMethod = (method: string): method is MethodName => Object.hasOwn(METHODS, method)

function unknownMethod(method: string): PlotdError {
  const name = method.length > 64 ? `${method.slice(0, 63)}…` : method
  return new PlotdError(
    'ERR_PROTOCOL',
    `there is no method ${JSON.stringify(name)}; docs/protocol.md lists all methods`,
    {
      method: name,
      methods: Object.keys(METHODS),
    },
  )
}
