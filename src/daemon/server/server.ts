import { once } from 'node:events'
import { type Server as HttpServer, type IncomingMessage, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { PlotdError, toPlotdError } from '../../errors.ts'
import type { Identity } from '../auth/index.ts'
import type { Config } from '../config/schema.ts'
import type { Hub } from '../events/index.ts'
import { Connections, TokenPlaces } from '../protocol/connections.ts'
import { REVOKED, SUBPROTOCOL } from '../protocol/constants.ts'
import { Standstill } from '../protocol/standstill.ts'
import { httpStatus, wireError } from '../protocol/wire-error.ts'
import { type Access, namesOf, namesOfUrl, networkAccess, socketFileAccess } from './access.ts'
import { type HttpParts, httpHandler } from './http.ts'
import { PLAIN } from './http-messages.ts'
import { listenOnAddress, plainServer } from './listener.ts'
import { listenLocally } from './local-socket.ts'
import { MessageMemory } from './message-memory.ts'
import { PacedSocket, Pacer } from './paced-socket.ts'
import { page } from './page.ts'
import { Client } from './websocket-client.ts'

/** The parts of the daemon that its servers use. */
export interface ServerParts extends Omit<HttpParts, 'access' | 'authenticated' | 'memory' | 'standstill' | 'page'> {
  /** Path of the socket file for programs of this user; undefined when there can be none (`socketPath`). */
  readonly socket: string | undefined
  readonly hub: Hub
}

/** The servers of a daemon. */
export interface Server {
  /** The address for clients, such as 'http://127.0.0.1:7475'. */
  readonly url: string
  /** Path of the socket file, by which programs of this user connect without the network; undefined without one. */
  readonly socket: string | undefined
  close(): Promise<void>
}

/**
 * Listens on the network address and on the socket file.
 *
 * @throws PlotdError ERR_CONFIG when the address is not free, or the certificate or its key cannot be used
 */
export async function listen(parts: ServerParts): Promise<Server> {
  const { config, tokens, log } = parts
  const { server, address, port, url } = await listenOnAddress(config)
  const find = (secret: string): Identity | undefined => tokens.find(secret)
  const sockets = webSockets(config)
  const identities = new WeakMap<WebSocket, Identity>()
  tokens.onRevoked((revoked) => {
    for (const ws of sockets.clients)
      if (identities.get(ws) === revoked) ws.close(REVOKED, 'the token is no longer valid')
  })
  const scheme = config.tls ? 'https' : 'http'
  const access = networkAccess(
    namesOf(config.host, [...config.hosts, ...farmNames(config)]),
    { address, port, scheme },
    find,
  )
  const memory = new MessageMemory(config.limits)
  const servers = [server]
  const standstill = new Standstill((ms) => {
    log.warn(
      { seconds: Math.round(ms / 1000) },
      'this process stood still: it disconnects clients, whose calls may be old',
    )
    for (const ws of sockets.clients) ws.terminate()
    for (const each of servers) each.closeAllConnections()
  })
  const shared: Shared = { sockets, identities, memory, standstill, page: page(), parts }
  serveClients(server, access, shared)
  const local = await listenOnSocketFile()
  if (local) servers.push(local.server)
  let closed: Promise<void> | undefined
  return {
    url,
    socket: local?.path,
    close: () => {
      standstill.close()
      closed ??= close(servers, sockets)
      return closed
    },
  }

  /** Some file systems have no sockets. On such a file system the daemon starts without the socket file. */
  async function listenOnSocketFile(): Promise<{ server: HttpServer; path: string } | undefined> {
    const path = parts.socket
    if (path === undefined) return undefined
    const second = plainServer()
    serveClients(second, socketFileAccess(find), shared)
    try {
      await listenLocally(second, path)
    } catch (error) {
      second.close()
      const message = 'no socket file could be made: programs of this computer must use the network address'
      log.warn({ error, socket: path }, message)
      return undefined
    }
    return { server: second, path }
  }
}

const webSockets = ({ limits }: Config): WebSocketServer =>
  new WebSocketServer({
    noServer: true,
    maxPayload: limits.messageBytes,
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
  })

/** The names by which the other hosts reach this host. */
const farmNames = ({ farm }: Config): string[] => (farm.url === undefined ? [] : namesOfUrl(farm.url))

/**
 * Maximum number of connections without a token. Node accepts up to 511 waiting connections in one turn. This limit is
 * higher, so that the server reads from each of the 511 before it closes one.
 */
const ANONYMOUS = 512
/** Connections for HTTP requests with a token, besides the connections of WebSockets. */
const HTTP_CONNECTIONS = 100

/** Divides the reading time among all WebSockets of the process. */
const pacer = new Pacer()

/** The parts that the servers of the network address and of the socket file share. */
interface Shared {
  readonly sockets: WebSocketServer
  readonly identities: WeakMap<WebSocket, Identity>
  readonly memory: MessageMemory
  readonly standstill: Standstill
  readonly page: HttpParts['page']
  readonly parts: ServerParts
}

/** Answers the requests and WebSockets of one server, as its access allows. */
function serveClients(server: HttpServer, access: Access, shared: Shared): void {
  const { sockets, identities, memory, standstill, page, parts } = shared
  const { config, tokens, rpc, hub, log } = parts
  const connections = new Connections(server, {
    anonymous: ANONYMOUS,
    clients: config.limits.connections + HTTP_CONNECTIONS,
  })
  const authenticated = ({ socket }: IncomingMessage, identity: Identity): void =>
    connections.authenticated(socket, identity)
  // Each server has a limit of its own, so that clients of the network cannot use up the limit of the socket file.
  const webSocketPlaces = new TokenPlaces(config.limits.connections)
  // When no file descriptor is free, new connections fail. Open connections and the plotters continue.
  server.on('error', (error) => log.warn({ error }, 'a connection could not be accepted'))
  // A connection that waited during a standstill may carry an old call.
  server.on('connection', (socket) => {
    if (standstill.isJustOver) socket.destroy()
  })
  server.on('request', httpHandler({ ...parts, access, authenticated, memory, standstill, page }))
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy())
    let identity: Identity
    try {
      identity = identifyHandshake(request, access)
      authenticated(request, identity)
      socket.once('close', webSocketPlaces.take(identity))
    } catch (thrown) {
      return refuse(socket, toPlotdError(thrown))
    }
    const paced = new PacedSocket(socket, pacer)
    sockets.handleUpgrade(request, paced, head, (ws) => {
      identities.set(ws, identity)
      const caller = { identity, isAlive: () => tokens.isAlive(identity) }
      const client = new Client({
        socket: ws,
        stream: paced,
        rpc,
        hub,
        caller,
        memory,
        standstill,
        limits: config.limits,
        log,
      })
      // Counts bytes before the WebSocket reads them, because they may complete a message.
      paced.prependListener('data', ({ length }: Buffer) => client.countBytes(length))
    })
  })
}

async function close(servers: readonly HttpServer[], sockets: WebSocketServer): Promise<void> {
  for (const ws of sockets.clients) ws.close(1001, 'the daemon stops')
  setTimeout(() => {
    for (const ws of sockets.clients) ws.terminate()
    for (const server of servers) server.closeAllConnections()
  }, 500).unref()
  const closing = servers.map((server) => {
    server.close()
    server.closeIdleConnections()
    return once(server, 'close')
  })
  await Promise.all(closing)
}

/**
 * Identifies the client of a WebSocket handshake.
 *
 * @throws PlotdError ERR_FORBIDDEN, ERR_UNAUTHORIZED, ERR_PROTOCOL for another path, or another protocol than WebSocket
 */
function identifyHandshake(request: IncomingMessage, access: Access): Identity {
  access.checkSource(request)
  // `curl --http2` and Java offer HTTP/2 with a usual request.
  if (request.headers.upgrade?.toLowerCase() !== 'websocket')
    throw new PlotdError(
      'ERR_PROTOCOL',
      'plotd speaks HTTP/1.1: leave out the header `Upgrade`, as `curl --http1.1` does',
    )
  const identity = access.identify(request)
  if (request.url?.split('?', 1)[0] !== '/v1') throw new PlotdError('ERR_PROTOCOL', 'the WebSocket is at /v1')
  return identity
}

function refuse(socket: Duplex, error: PlotdError): void {
  const status = httpStatus(error)
  const body = JSON.stringify({ error: wireError(error) })
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    ...Object.entries(PLAIN).map(([name, value]) => `${name}: ${value}`),
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ]
  // The client may never close its half of the connection.
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy())
}
