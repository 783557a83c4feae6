import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { PlotdError } from '../../src/errors.ts'
import { connectTo } from '../node/connect.ts'
import type { PlotdClient } from '../node/index.ts'
import type { Caller } from './caller.ts'
import { Refusal } from './ipp/codes.ts'

/** Maximum number of clients with tokens that stay connected to plotd. */
const MAX_CLIENTS = 20
/** Maximum number of new tokens that this class checks in one second. */
const MAX_TRIES = 10

/** Identifies the sender of a request by its password. */
export class Callers {
  readonly #own: PlotdClient
  readonly #needsPassword: boolean
  readonly #clients = new Map<string, Promise<PlotdClient>>()
  #second = 0
  #tries = 0

  /** @param own  the client of senders that need no password */
  constructor(own: PlotdClient, needsPassword: boolean) {
    this.#own = own
    this.#needsPassword = needsPassword
  }

  /**
   * The sender of a request.
   *
   * @throws Refusal forbidden when a browser's page may have sent the request, busy after too many tries; PlotdError
   *   when the daemon cannot check the token
   */
  async callerOf({ headers }: IncomingMessage): Promise<Caller> {
    const token = passwordOf(headers.authorization)
    if (token !== undefined && token !== '') return this.#byToken(token)
    if (this.#needsPassword) return { is: 'unknown' }
    // DNS rebinding: a web page points its own host name at this machine. The browser still sends that name as Host.
    if (!/^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/i.test(headers.host ?? '')) {
      throw new Refusal('forbidden', `${String(headers.host)} is not this machine: use localhost`)
    }
    return { is: 'local', client: this.#own }
  }

  close(): void {
    for (const client of this.#clients.values()) client.then((plotd) => plotd.close()).catch(() => {})
    this.#own.close()
  }

  async #byToken(token: string): Promise<Caller> {
    const key = createHash('sha256').update(token).digest('hex')
    let connecting = this.#clients.get(key)
    if (!connecting) {
      this.#countTry()
      const { url, socket } = this.#own.address
      connecting = connectTo({ url, socket, token })
      this.#keep(key, connecting)
    }
    try {
      const client = await connecting
      await client.call('server.info', {})
      return { is: 'token', client, key: key.slice(0, 16) }
    } catch (thrown) {
      this.#drop(key)
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

  #keep(key: string, client: Promise<PlotdClient>): void {
    const [oldest] = this.#clients.keys()
    if (this.#clients.size >= MAX_CLIENTS && oldest !== undefined) this.#drop(oldest)
    this.#clients.set(key, client)
  }

  #drop(key: string): void {
    const client = this.#clients.get(key)
    this.#clients.delete(key)
    client?.then((connected) => connected.close()).catch(() => {})
  }
}

/** The password of HTTP's Basic scheme; the user name before it may be anything. */
function passwordOf(authorization: string | undefined): string | undefined {
  const [, encoded] = /^Basic +([\w+/=-]{1,2000})$/i.exec(authorization ?? '') ?? []
  if (encoded === undefined) return undefined
  const text = Buffer.from(encoded, 'base64').toString()
  const colon = text.indexOf(':')
  return colon < 0 ? undefined : text.slice(colon + 1)
}
