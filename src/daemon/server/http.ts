import { open } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Logger } from 'pino'
import { PlotdError, toPlotdError } from '../../errors.ts'
import type { Identity, LoginCodes, Tokens } from '../auth/index.ts'
import type { Config } from '../config/schema.ts'
import { OUTPUT_HEADERS, openOutput, outputType, type Uploads } from '../files/index.ts'
import { requireAlive } from '../methods/index.ts'
import { permits, type Role } from '../protocol/roles.ts'
import type { Standstill } from '../protocol/standstill.ts'
import { httpStatus, wireError } from '../protocol/wire-error.ts'
import type { Place } from '../render/index.ts'
import type { Access } from './access.ts'
import { getHostFile, type HostFiles, putHostCopy } from './host-files.ts'
import {
  body,
  type Exchange,
  expectJson,
  goneSignal,
  json,
  limitReading,
  PLAIN,
  sendBytes,
  sendFile,
} from './http-messages.ts'
import { getHello, getSession, postSession } from './login.ts'
import type { MessageMemory } from './message-memory.ts'
import { Bucket } from './rate-limit.ts'
import type { Rpc } from './rpc.ts'

/** The state of the daemon for monitoring. */
export interface Health {
  /** Resolves with the metrics in Prometheus' text format. */
  readonly metrics: () => Promise<string>
  /** The reason why the daemon accepts no jobs; undefined while it accepts them. */
  readonly away: () => string | undefined
}

/** The parts of the daemon that the HTTP routes use. */
export interface HttpParts {
  readonly config: Config
  readonly access: Access
  /** Called for each request that needs a token and has a valid token. @throws PlotdError ERR_LIMIT */
  readonly authenticated: (request: IncomingMessage, identity: Identity) => void
  readonly tokens: Tokens
  readonly codes: LoginCodes
  readonly rpc: Rpc
  readonly memory: MessageMemory
  readonly standstill: Pick<Standstill, 'isJustOver'>
  readonly uploads: Uploads
  /** Serves a file of the page. @returns false when the page has no such file */
  readonly page: (request: IncomingMessage, response: ServerResponse) => boolean
  /** Resolves with the path of a job's plan file. @param id  of the job */
  readonly plan: (id: string) => Promise<string>
  /** Finds an SVG of any host, and keeps a copy here. @throws PlotdError ERR_FILE when no host that answers has it */
  readonly findOutput: (path: string) => Promise<Place>
  readonly hostFiles: HostFiles
  readonly health: Health
  readonly log: Logger
  readonly onBug: (error: PlotdError, method: string) => void
}

interface Parts extends HttpParts {
  /**
   * The rate limit of a token or page session. Its HTTP requests may come on any connection, so the daemon counts them
   * together.
   */
  readonly bucketOf: (identity: Identity) => Bucket
}

/** A request with a valid token, whose role permits the route. */
export interface RouteRequest extends Exchange {
  readonly identity: Identity
  /** The path after the route's prefix. */
  readonly rest: string
}

interface Route {
  readonly verb: 'GET' | 'POST' | 'PUT'
  readonly path: RegExp
  readonly role: Role
  readonly serve: (parts: Parts, request: RouteRequest) => Promise<void>
}

/** Answers all HTTP requests except WebSocket handshakes. GET and HEAD change no job and no plotter. */
export function httpHandler(parts: HttpParts): (request: IncomingMessage, response: ServerResponse) => void {
  const buckets = new WeakMap<Identity, Bucket>()
  const bucketOf = (identity: Identity): Bucket => {
    const bucket = buckets.get(identity) ?? new Bucket(parts.config.limits.messagesPerSecond, performance.now())
    buckets.set(identity, bucket)
    return bucket
  }
  const allParts: Parts = { ...parts, bucketOf }
  return (request, response) => {
    if (parts.standstill.isJustOver) return void request.socket.destroy()
    limitReading(response)
    route(allParts, request, response).catch((thrown: unknown) => {
      if (request.destroyed && isGone(thrown)) {
        const { method, url } = request
        parts.log.debug({ method, url }, 'the client went away before its request was complete')
        return
      }
      const error = toPlotdError(thrown)
      if (error.code === 'ERR_INTERNAL') parts.onBug(error, `${request.method} ${request.url}`)
      refuse(response, error)
    })
  }
}

const GONE: ReadonlySet<unknown> = new Set(['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE'])

/** Whether the client closed the connection during its request. That is no error of the daemon. */
function isGone(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false
  return GONE.has((thrown as NodeJS.ErrnoException).code) || isGone(thrown.cause)
}

/** The routes that need a token, with the role of each. `POST /rpc` checks the role of each method. */
const ROUTES: readonly Route[] = [
  { verb: 'POST', path: /^\/rpc$/, role: 'watch', serve: postRpc },
  { verb: 'GET', path: /^\/session$/, role: 'watch', serve: getSession },
  { verb: 'PUT', path: /^\/uploads$/, role: 'submit', serve: putUpload },
  { verb: 'GET', path: /^\/metrics$/, role: 'watch', serve: getMetrics },
  { verb: 'GET', path: /^\/output\/(.*)$/s, role: 'watch', serve: getOutput },
  { verb: 'GET', path: /^\/plan\/(.*)$/s, role: 'watch', serve: getPlan },
  { verb: 'GET', path: /^\/host\/((?:plan|upload|svg)\/[0-9a-f]{64})$/, role: 'operate', serve: getHostFile },
  { verb: 'PUT', path: /^\/host\/copy\/((?:plan|svg)\/[0-9a-f]{64})$/, role: 'operate', serve: putHostCopy },
]

async function route(parts: Parts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { access } = parts
  access.checkSource(request)
  const path = pathOf(request)
  const verb = request.method === 'HEAD' ? 'GET' : (request.method ?? '')
  if (verb === 'GET' && path === '/healthz') return json(response, 200, { ok: true })
  if (verb === 'GET' && path === '/readyz') return getReadiness(parts, response)
  if (verb === 'GET' && path === '/hello') return getHello(parts, request, response)
  if (verb === 'POST' && path === '/session') return postSession(parts, request, response)
  if (verb === 'GET' && path === '/metrics' && isOpen(parts, request)) return getMetrics(parts, { response })
  const match = ROUTES.find((each) => each.path.test(path))
  if (verb === 'GET' && !match) {
    const origin = access.properOrigin(request)
    if (origin !== undefined) return void response.writeHead(307, { ...PLAIN, location: origin + request.url }).end()
    if (parts.page(request, response)) return
  }
  const identity = access.identify(request)
  parts.authenticated(request, identity)
  const bucket = parts.bucketOf(identity)
  if (!bucket.take(performance.now())) throw bucket.refusal
  if (match?.verb !== verb) {
    const notFound = new PlotdError(
      'ERR_PROTOCOL',
      `there is no ${verb} ${path}; docs/protocol.md lists the addresses for clients`,
    )
    return json(response, 404, failed(notFound))
  }
  if (!permits(identity.role, match.role)) {
    throw new PlotdError('ERR_FORBIDDEN', `${verb} ${path} needs the role ${match.role}`, { needs: match.role })
  }
  return match.serve(parts, { request, response, identity, rest: match.path.exec(path)?.[1] ?? '' })
}

async function postRpc(
  { config, tokens, rpc, memory, bucketOf }: Parts,
  { request, response, identity }: RouteRequest,
): Promise<void> {
  expectJson(request)
  const { promise: dropped, reject: drop } = withRejection()
  const held = memory.open(identity, drop)
  try {
    const message = await body(request, config.limits.messageBytes, (bytes) => held.receive(bytes), dropped)
    held.complete(message.length)
    // Many requests may arrive before the daemon knows the cost of the first one.
    const bucket = bucketOf(identity)
    if (bucket.isInDebt) throw bucket.refusal
    const answer = await rpc.answer(message, {
      identity,
      isAlive: () => tokens.isAlive(identity),
      gone: goneSignal(request, response),
      owe: (cost) => bucket.owe(cost),
    })
    response.writeHead(answer === undefined ? 204 : 200, { ...PLAIN, 'content-type': 'application/json' })
    sendAnswer({ request, response }, answer, config.limits.outgoingBytes)
  } finally {
    held.close()
  }
}

/** Bytes of the answers that each connection has not sent yet. */
const unsent = new WeakMap<Socket, number>()

/**
 * Sends an answer to a call. Disconnects a client that sends requests and does not read. Several unsent answers
 * together may have at most `most` bytes.
 */
function sendAnswer({ request: { socket }, response }: Exchange, answer: Buffer | undefined, most: number): void {
  const bytes = answer?.length ?? 0
  const before = unsent.get(socket) ?? 0
  if (before > 0 && before + bytes > most) return void socket.destroy()
  unsent.set(socket, before + bytes)
  response.once('close', () => unsent.set(socket, (unsent.get(socket) ?? 0) - bytes))
  response.end(answer)
}

function withRejection(): { readonly promise: Promise<never>; readonly reject: (why: PlotdError) => void } {
  let reject: (why: PlotdError) => void = () => {}
  const promise = new Promise<never>((_, no) => {
    reject = no
  })
  // When the body is complete, no code waits for the promise, and an unhandled rejection would end the process.
  promise.catch(() => {})
  return { promise, reject }
}

/** With `openMetrics`, Prometheus on this computer needs no token. */
const isOpen = ({ config }: HttpParts, { socket }: IncomingMessage): boolean =>
  config.openMetrics && /^(::ffff:)?127\.|^::1$/.test(socket.remoteAddress ?? '')

async function getMetrics({ health }: HttpParts, { response }: Pick<RouteRequest, 'response'>): Promise<void> {
  const text = await health.metrics()
  response.writeHead(200, { ...PLAIN, 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }).end(text)
}

/**
 * Answers whether the daemon accepts jobs. The answer gives no reason, because its readers need no token. The log has
 * the reason.
 */
function getReadiness({ health }: HttpParts, response: ServerResponse): void {
  const isReady = health.away() === undefined
  json(response, isReady ? 200 : 503, { ready: isReady })
}

async function putUpload(
  { uploads, hostFiles, tokens }: HttpParts,
  { request, response, identity }: RouteRequest,
): Promise<void> {
  // The token may end while the bytes arrive.
  const check = (): void => requireAlive({ identity, isAlive: () => tokens.isAlive(identity) })
  const upload = await uploads.put(request, Number(request.headers['content-length'] ?? 0), check)
  if (!identity.isHost) await hostFiles.copyUpload(upload.sha256)
  json(response, 201, upload)
}

async function getOutput({ config, findOutput }: HttpParts, to: RouteRequest): Promise<void> {
  const { rest, identity } = to
  // A host that looks for an SVG asks every host itself, so this host asks no other host.
  const here = await openOutput(config.output, rest).catch((thrown: unknown) => {
    if (identity.isHost || toPlotdError(thrown).code !== 'ERR_FILE') throw thrown
    return undefined
  })
  const { file, type } = here ?? (await openCopy(await findOutput(rest), rest))
  await sendFile(file, { ...OUTPUT_HEADERS, 'content-type': type }, to)
}

async function getPlan({ plan }: HttpParts, to: RouteRequest): Promise<void> {
  await sendBytes(await open(await plan(to.rest)), to)
}

/** Opens a copy of an SVG. A hash is the name of the copy, so the requested name decides the type of the answer. */
async function openCopy({ folder, path }: Place, requestedName: string) {
  const { file } = await openOutput(folder, path)
  return { file, type: outputType(requestedName) }
}

function pathOf({ url = '/' }: IncomingMessage): string {
  try {
    return decodeURIComponent(url.split('?', 1)[0] ?? '/')
  } catch {
    throw new PlotdError('ERR_PROTOCOL', 'the address is not valid percent-encoding')
  }
}

const failed = (error: PlotdError) => ({ error: wireError(error) })

/** Refuses a request and closes the connection, because the server does not read the rest of the body. */
function refuse(response: ServerResponse, error: PlotdError): void {
  if (response.headersSent) return void response.destroy()
  response.setHeader('connection', 'close')
  json(response, httpStatus(error), failed(error))
}
