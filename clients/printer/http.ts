import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { setTimeout } from 'node:timers/promises'
import { Connections } from '../../src/daemon/protocol/connections.ts'
import { hostInUrl } from '../../src/daemon/protocol/host-names.ts'
import { inTime } from '../../src/in-time.ts'
import { type Caller, mayRead } from './caller.ts'
import { type Compression, receive } from './document.ts'
import { DocumentPlaces } from './document-places.ts'
import { ICON } from './icon.ts'
import { Refusal, STATUS, type Status } from './ipp/codes.ts'
import { decode } from './ipp/decode.ts'
import { encode } from './ipp/encode.ts'
import type { Message } from './ipp/values.ts'
import { type Context, type Operations, response } from './operations.ts'
import type { Identity } from './printer-attributes.ts'
import { printerAt } from './request.ts'
import { refusalOf } from './submit.ts'

/** The parts of the printers that the HTTP server needs. */
export interface HttpOptions {
  readonly tls: { readonly cert: Buffer; readonly key: Buffer } | undefined
  readonly operations: Operations
  /** @throws as `Callers.callerOf` */
  readonly callerOf: (request: IncomingMessage) => Promise<Caller>
  /** @param base  host and port at which the client reaches this server, such as '127.0.0.1:8631' */
  readonly identityOf: (printer: string, base: string) => Identity
  /** Maximum number of bytes of a document, before and after decompression. */
  readonly mostBytes: number
  readonly log: (message: string) => void
}

/** Maximum number of bytes of the attributes of a request. A print dialog sends about one KiB. */
const MAX_HEAD = 64 * 1024
/** Maximum number of documents that the server receives at the same time. Each document is in memory as a whole. */
const MAX_DOCUMENTS = 4
/** Maximum number of connections of unknown senders (`anonymous`), and of all others (`clients`). */
const PLACES = { anonymous: 200, clients: 200 }
/** The server disconnects a client that neither sends nor reads for this time, ms. */
const IDLE_MS = 300_000
/** Time limits of Node's HTTP server, ms. The limits leave time for a large document over a slow network. */
const TIMEOUTS = { headersTimeout: 120_000, requestTimeout: 900_000, keepAliveTimeout: 120_000 }
/** The server reads at most this many further bytes of a request that it has answered already (`finish`). */
const MAX_DRAINED = 4 * 1024 * 1024
const IPP = 'application/ipp'
const STOPPING = 'plotd is stopping'

/**
 * The HTTP server of the printers (RFC 8010, section 4). The server takes IPP by POST, and answers GET with an icon or
 * one line of text.
 */
export function httpServer(options: HttpOptions): Server {
  const server = options.tls ? createTlsServer({ ...TIMEOUTS, ...options.tls }) : createServer(TIMEOUTS)
  server.timeout = IDLE_MS
  const callerOf: HttpOptions['callerOf'] = async (request) => {
    const caller = await options.callerOf(request)
    if (mayRead(caller)) connections.authenticated(request.socket, { name: 'print', role: 'operate' })
    return caller
  }
  const handler = new RequestHandler({ ...options, callerOf }, () => closing.get(server))
  server.on('request', (request, response) => void handler.serve(request, response))
  // Refuses before the client sends a document.
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    if (handler.refusal(request) === undefined) response.writeContinue()
    void handler.serve(request, response)
  })
  // `Connections` counts requests of `checkContinue` only if the listener above exists already.
  const connections = new Connections(server, PLACES)
  return server
}

/** A closing server refuses new requests of IPP. In the state `late`, it also refuses documents that still arrive. */
type Closing = 'begun' | 'late'
const closing = new WeakMap<Server, Closing>()
/** Minimum time for which a closing server answers new requests of IPP with a refusal, ms. */
const NOTICE_MS = 200
/** Time after which a closing server is late, and then the time for the last answers, ms. */
const ANSWER_MS = 2000

/**
 * Ends the server. First the server refuses new requests of IPP with `service-unavailable`, so CUPS tries again later.
 * After `limitMs` the server also refuses documents that are still arriving. After twice `limitMs` the server closes
 * all connections. If a connection ends without an answer, CUPS counts a document as printed, or stops its queue.
 *
 * @param isExpecting  whether a client is about to send a document. Its connection then stays open, at most `limitMs`
 */
export async function closeServer(server: Server, isExpecting: () => boolean, limitMs = ANSWER_MS): Promise<void> {
  const closed = once(server, 'close')
  const isClosedIn = (ms: number) =>
    inTime(closed, ms, () => new Error('an answer is late')).then(
      () => true,
      () => false,
    )
  closing.set(server, 'begun')
  await setTimeout(NOTICE_MS)
  let waited = NOTICE_MS
  for (; isExpecting() && waited < limitMs; waited += NOTICE_MS) await setTimeout(NOTICE_MS)
  server.close()
  if (await isClosedIn(limitMs - waited)) return
  closing.set(server, 'late')
  if (!(await isClosedIn(limitMs))) server.closeAllConnections()
}

class RequestHandler {
  readonly #options: HttpOptions
  readonly #closing: () => Closing | undefined
  readonly #places = new DocumentPlaces(MAX_DOCUMENTS)

  /** @param closing  undefined while the server does not close */
  constructor(options: HttpOptions, closing: () => Closing | undefined) {
    this.#options = options
    this.#closing = closing
  }

  /** Checks a request before its body is read. @returns the HTTP status and message of a refusal */
  refusal({ method, url = '', headers }: IncomingMessage): readonly [number, string] | undefined {
    if (method !== 'POST') return [405, 'expected POST']
    if (headers['content-type']?.split(';')[0]?.trim().toLowerCase() !== IPP) return [415, `expected ${IPP}`]
    // Only a browser sends an origin. A web page must not print in the name of the browser's user.
    if (headers.origin !== undefined) return [403, 'a web page may not print']
    if (url !== '/' && printerAt(url) === undefined) return [404, 'expected a path like /ipp/print/any']
    if (Number(headers['content-length'] ?? 0) > this.#options.mostBytes + MAX_HEAD) {
      return [413, `a document may have at most ${this.#options.mostBytes} bytes`]
    }
    return undefined
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    request.on('error', () => {})
    response.on('error', () => {})
    try {
      if (request.method === 'GET' || request.method === 'HEAD') return show(request, response)
      const refusal = this.refusal(request)
      if (refusal) return sendLine(request, response, ...refusal)
      await this.#ipp(request, response)
    } catch (error) {
      if (request.destroyed && !request.complete) return
      this.#options.log(`a bug: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
      if (!response.headersSent) sendLine(request, response, 500, 'a bug of plotd')
    }
  }

  async #ipp(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = request.iterator({ destroyOnReturn: false }) as AsyncIterator<Uint8Array>
    const head = await firstBytes(body)
    const answer = await this.#answer(request, response, head, body)
    await body.return?.()
    if (answer.code === STATUS['not-authenticated']) {
      response.setHeader('WWW-Authenticate', 'Basic realm="plotd", charset="UTF-8"')
      response.statusCode = 401
    }
    const bytes = encode(answer)
    response.setHeader('Content-Type', IPP)
    response.setHeader('Content-Length', bytes.length)
    if (this.#closing()) response.setHeader('Connection', 'close')
    finish(request, response, bytes)
  }

  async #answer(
    request: IncomingMessage,
    answer: ServerResponse,
    head: Buffer,
    body: AsyncIterator<Uint8Array>,
  ): Promise<Message> {
    const { operations, callerOf, identityOf } = this.#options
    if (this.#closing()) return refusalMessage(head, 'service-unavailable', STOPPING)
    try {
      const { message, end } = decode(head, MAX_HEAD)
      const base = baseOf(request)
      const caller = await callerOf(request)
      const context: Context = {
        caller,
        identityOf: (printer) => identityOf(printer, base),
        document: (compression) => this.#document(request, head.subarray(end), body, compression),
        isSent: new Promise((resolve) => answer.once('close', () => resolve(answer.writableFinished))),
      }
      try {
        return await operations.answer(message, context)
      } finally {
        if (caller.is === 'token') caller.release()
      }
    } catch (thrown) {
      const { status, message: why } = refusalOf(thrown)
      return refusalMessage(head, status, why)
    }
  }

  async #document(
    request: IncomingMessage,
    first: Uint8Array,
    rest: AsyncIterator<Uint8Array>,
    compression: Compression,
  ) {
    const place = this.#places.take(() => {
      this.#options.log('a new document took the place of one that took too long to arrive')
      request.destroy()
    })
    const count = (bytes: number): void => {
      if (this.#closing() === 'late') throw new Refusal('service-unavailable', STOPPING)
      place.count(bytes)
    }
    count(first.length)
    try {
      return await receive(first, counted(rest, count), { compression, most: this.#options.mostBytes })
    } finally {
      place.leave()
    }
  }
}

/** The later parts of a body. Counts the bytes of each part first. */
async function* counted(body: AsyncIterator<Uint8Array>, count: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  for (let next = await body.next(); !next.done; next = await body.next()) {
    count(next.value.length)
    yield next.value
  }
}

/** Maximum number of parts of a body that are kept before they are joined. */
const MAX_PARTS = 100

/** The first bytes of a body, which hold the attributes and the beginning of the document. Exported for tests. */
export async function firstBytes(body: AsyncIterator<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = []
  let length = 0
  while (length < MAX_HEAD) {
    const next = await body.next()
    if (next.done) break
    parts.push(next.value)
    length += next.value.length
    // A client may send each byte by itself, and a part takes more memory than its bytes.
    if (parts.length === MAX_PARTS) parts.splice(0, MAX_PARTS, Buffer.concat(parts))
  }
  return Buffer.concat(parts)
}

/**
 * The answer to a request that was refused before its operation, for example because its bytes are no message of IPP.
 * The answer repeats the version of the request if plotd supports that version, and the number of the request if plotd
 * can read the number.
 */
function refusalMessage(head: Buffer, status: Status, why: string): Message {
  const isReadable = head.length >= 8
  const version = isReadable ? ([head.readUInt8(0), head.readUInt8(1)] as const) : ([1, 1] as const)
  const requestId = isReadable ? Math.max(1, head.readInt32BE(4)) : 1
  return response({ version, requestId }, { status, message: why.slice(0, 250) })
}

/**
 * The host and port in the request's header `Host`. When the header is absent or invalid, the socket's address and
 * port.
 */
function baseOf({ headers: { host = '' }, socket }: IncomingMessage): string {
  if (/^([\w.-]{1,255}|\[[\da-f:.]{2,45}\])(:\d{1,5})?$/i.test(host)) return host
  const { localAddress = '127.0.0.1', localPort = 0 } = socket
  return `${hostInUrl(localAddress)}:${localPort}`
}

function show(request: IncomingMessage, response: ServerResponse): void {
  if (request.url === '/icon.png') {
    response.setHeader('Content-Type', 'image/png')
    return void response.end(request.method === 'HEAD' ? undefined : ICON)
  }
  const isHome = request.url === '/' || printerAt(request.url ?? '') !== undefined
  const line = isHome ? 'plotd is a printer here: add it by its ipp address (docs/printer.md)' : 'nothing is here'
  sendLine(request, response, isHome ? 200 : 404, line)
}

function sendLine(request: IncomingMessage, response: ServerResponse, status: number, line: string): void {
  response.statusCode = status
  response.setHeader('Content-Type', 'text/plain; charset=utf-8')
  finish(request, response, Buffer.from(`${line}\n`))
}

/**
 * Sends the answer, and reads the rest of the request up to a limit, because many clients read no answer before they
 * have sent their request.
 */
function finish(request: IncomingMessage, response: ServerResponse, bytes: Uint8Array): void {
  response.setHeader('X-Content-Type-Options', 'nosniff')
  if (request.complete) return void response.end(bytes)
  response.setHeader('Connection', 'close')
  let bytesLeft = MAX_DRAINED
  request.on('data', (chunk: Buffer) => {
    bytesLeft -= chunk.length
    if (bytesLeft < 0) request.destroy()
  })
  request.resume()
  response.end(bytes)
}
