import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { PlotdError } from '../../src/errors.ts'
import { connectTo } from '../node/connect.ts'
import type { PlotdClient } from '../node/index.ts'
import type { Caller } from './caller.ts'
import { Refusal } from './ipp/codes.ts'

/** Maximum number of clients with tokens that stay connected to plotd between requests. */
const MAX_CLIENTS = 20
/** Maximum number of connections with tokens that this class opens in one second. */
const MAX_TRIES = 10

/** The client of a token. */
interface Connection {
  readonly client: Promise<PlotdClient>
  /** Number of requests that use the client. */
  uses: number
  /** Whether no further request may use the client. The client closes when the last request has its answer. */
  isDropped: boolean
}

/** Identifies the sender of a request by its password. */
export class Callers {
  readonly #own: PlotdClient
  readonly #needsPassword: boolean
  readonly #connectTo: typeof connectTo
  readonly #connections = new Map<string, Connection>()
  #second = 0
  #tries = 0

  /** @param own  the client of senders that need no password */
  constructor(own: PlotdClient, needsPassword: boolean, connect = connectTo) {
    this.#own = own
    this.#needsPassword = needsPassword
    this.#connectTo = connect
  }

  /**
   * The sender of a request.
   *
   * @throws Refusal `forbidden` when a page in a browser may have sent the request, `busy` after too many tries;
   *   PlotdError when the daemon cannot check the token
   */
  async callerOf({ headers }: IncomingMessage): Promise<Caller> {
    const token = passwordOf(headers.authorization)
    if (token !== undefined && token !== '') return this.#byToken(token)
    if (this.#needsPassword) return { is: 'unknown' }
    // In DNS rebinding, a web page points its own host name at this machine. The browser still sends that name as Host.
    if (!/^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/i.test(headers.host ?? '')) {
      throw new Refusal('forbidden', `${String(headers.host)} is not this machine: use localhost`)
    }
    return { is: 'local', client: this.#own }
  }

  close(): void {
    for (const connection of this.#connections.values()) closeClient(connection)
    this.#own.close()
  }

  async #byToken(token: string): Promise<Caller> {
    const key = createHash('sha256').update(token).digest('hex')
    const connection = this.#connections.get(key) ?? this.#connect(key, token)
    connection.uses++
    const release = () => {
      if (--connection.uses === 0 && connection.isDropped) closeClient(connection)
    }
    try {
      const client = await connection.client
      await client.call('server.info', {})
      return { is: 'token', client, key: key.slice(0, 16), release }
    } catch (thrown) {
      if (this.#connections.get(key) === connection) this.#drop(key, connection)
      release()
      if (thrown instanceof PlotdError && thrown.code === 'ERR_UNAUTHORIZED') return { is: 'unknown' }
      throw thrown
    }
  }

  #countTry(): void {
    const second = Math.floor(Date.now() / 1000)
    if (second !== this.#second) this.#tries = 0
    this.#second = second
    if (++this.#tries > MAX_TRIES) throw new Refusal('busy', 'clients try too many passwords: wait a second')
  }

  #connect(key: string, token: string): Connection {
    this.#countTry()
    const { url, socket } = this.#own.address
    const connection = { client: this.#connectTo({ url, socket, token }), uses: 0, isDropped: false }
    const [oldest] = this.#connections
    if (this.#connections.size >= MAX_CLIENTS && oldest) this.#drop(...oldest)
    this.#connections.set(key, connection)
    return connection
  }

  #drop(key: string, connection: Connection): void {
    this.#connections.delete(key)
    connection.isDropped = true
    if (connection.uses === 0) closeClient(connection)
  }
}

function closeClient({ client }: Connection): void {
  client.then((connected) => connected.close()).catch(() => {})
}

/** The password of HTTP's Basic scheme. The user name may be anything. */
function passwordOf(authorization: string | undefined): string | undefined {
  const [, encoded] = /^Basic +([\w+/=-]{1,2000})$/i.exec(authorization ?? '') ?? []
  if (encoded === undefined) return undefined
  const text = Buffer.from(encoded, 'base64').toString()
  const colon = text.indexOf(':')
  return colon < 0 ? undefined : text.slice(colon + 1)
}
