import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { PlotdError } from '../../errors.ts'
import type { Role } from './roles.ts'

/** Maximum numbers of connections that a server keeps. */
export interface ConnectionLimits {
  /** Connections that have shown no valid token. */
  readonly anonymous: number
  /** Connections that have shown a valid token. */
  readonly clients: number
}

/** The owner of a connection: a token, or a page session with the token `by` that opened it. */
export interface Owner {
  readonly name: string
  readonly role: Role
  readonly by?: string
}

/**
 * Counts the places that tokens take. A token that may not operate gets at most half of all places, rounded up. So with
 * two places or more, no such token alone can keep the operator out.
 */
export class TokenPlaces {
  readonly #most: number
  readonly #countByToken = new Map<string, number>()
  #total = 0

  constructor(most: number) {
    this.#most = most
  }

  /** Takes a place. @returns a function that frees the place @throws PlotdError ERR_LIMIT */
  take({ name, role, by = name }: Owner): () => void {
    const ownCount = this.#countByToken.get(by) ?? 0
    if (this.#total >= this.#most) throw tooMany(`${this.#most} clients are connected already`)
    if (role !== 'operate' && ownCount >= this.#most / 2)
      throw tooMany(`the token ${by} has ${ownCount} connections already`)
    this.#total++
    this.#countByToken.set(by, ownCount + 1)
    return () => {
      this.#total--
      const remaining = (this.#countByToken.get(by) ?? 1) - 1
      if (remaining > 0) this.#countByToken.set(by, remaining)
      else this.#countByToken.delete(by)
    }
  }
}

const tooMany = (message: string): PlotdError => new PlotdError('ERR_LIMIT', message, { limit: 'connections' })

/** A connection that has shown no valid token. */
interface Anonymous {
  /** The socket of the connection. With TLS, the raw socket until the handshake is complete. */
  socket: Socket
  /** The number of requests without a complete answer. */
  requests: number
}

/**
 * The connections of a server. A connection is anonymous until a request on it shows a valid token. Anonymous
 * connections have few places. When no place is free, the server closes the oldest idle anonymous connection for the
 * new one. When no anonymous connection is idle, the server closes the oldest one. An anonymous connection may send a
 * handshake, half a request, a slow body or nothing: it never takes the place of a client with a token.
 */
export class Connections {
  readonly #limits: ConnectionLimits
  readonly #anonymous = new Map<unknown, Anonymous>()
  readonly #clients: TokenPlaces
  readonly #leave = new Map<unknown, () => void>()

  constructor(server: Server, limits: ConnectionLimits) {
    this.#limits = limits
    this.#clients = new TokenPlaces(limits.clients)
    server.on('connection', (socket: Socket) => this.#accept(socket))
    server.on('secureConnection', (socket: Socket) => {
      const anonymous = this.#anonymous.get(keyOf(socket))
      if (anonymous) anonymous.socket = socket
    })
    const answering = ({ socket }: IncomingMessage, response: ServerResponse): void => {
      const anonymous = this.#anonymous.get(keyOf(socket))
      if (anonymous === undefined) return
      anonymous.requests++
      response.once('close', () => anonymous.requests--)
    }
    server.on('request', answering)
    // With a listener for `checkContinue`, Node emits no `request` event for a request with `Expect: 100-continue`.
    if (server.listenerCount('checkContinue') > 0) server.on('checkContinue', answering)
  }

  /**
   * Gives an anonymous connection the place of a client. Call this method when a request on the connection has shown a
   * valid token.
   *
   * @throws PlotdError ERR_LIMIT
   */
  authenticated(socket: Socket, owner: Owner): void {
    const key = keyOf(socket)
    if (!this.#anonymous.has(key)) return
    this.#leave.set(key, this.#clients.take(owner))
    this.#anonymous.delete(key)
  }

  #accept(socket: Socket): void {
    const key = keyOf(socket)
    // When the server closes a connection during its TLS handshake, the handshake fails with an error.
    socket.on('error', () => {})
    socket.once('close', () => {
      this.#anonymous.delete(key)
      this.#leave.get(key)?.()
      this.#leave.delete(key)
    })
    if (this.#anonymous.size >= this.#limits.anonymous) {
      const [oldestKey, oldest] = this.#oldest()
      this.#anonymous.delete(oldestKey)
      oldest?.socket.destroy()
    }
    this.#anonymous.set(key, { socket, requests: 0 })
  }

  /** The oldest idle connection; when all are busy, the oldest connection. The map keeps the order of arrival. */
  #oldest(): readonly [unknown, Anonymous | undefined] {
    for (const entry of this.#anonymous) if (entry[1].requests === 0) return entry
    const [first] = this.#anonymous
    return first ?? [undefined, undefined]
  }
}

/** With TLS, a request and its connection have different socket objects, with the same remote address and port. */
const keyOf = (socket: Socket): unknown =>
  socket.remotePort === undefined ? socket : `${socket.remoteAddress} ${socket.remotePort}`
