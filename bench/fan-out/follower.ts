import { once } from 'node:events'
import { request } from 'node:http'
import type { Socket } from 'node:net'

/**
 * A subscribed client that costs next to nothing, so that a thousand fit into one process and the daemon is what is
 * measured: its socket after the handshake, and a search for one event's name in the bytes that come.
 */
export class Follower {
  /** Messages' bytes so far. */
  bytes = 0
  readonly #socket: Socket
  readonly #name: Buffer
  readonly #seen: () => void
  #tail: Buffer = Buffer.alloc(0)

  private constructor(socket: Socket, event: string, seen: () => void) {
    this.#socket = socket
    this.#name = Buffer.from(`"method":"${event}"`)
    this.#seen = seen
    socket.on('data', (chunk: Buffer) => this.#look(chunk))
  }

  /** @param seen  called for each event of that name */
  static async open(url: string, token: string, event: string, seen: () => void): Promise<Follower> {
    const headers = {
      connection: 'Upgrade',
      upgrade: 'websocket',
      authorization: `Bearer ${token}`,
      'sec-websocket-version': '13',
      'sec-websocket-protocol': 'plotd',
      'sec-websocket-key': Buffer.alloc(16).toString('base64'),
    }
    const asked = request(`${url}/v1`, { headers })
    asked.end()
    const [, socket] = (await once(asked, 'upgrade')) as [unknown, Socket]
    const follower = new Follower(socket, event, seen)
    follower.call('events.subscribe', { limit: 0 })
    await once(socket, 'data')
    return follower
  }

  call(method: string, params: object): void {
    const text = Buffer.from(JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }))
    if (text.length > 125) throw new Error('too long for a short frame')
    // A text frame with a mask of zeros, which changes nothing.
    this.#socket.write(Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), text]))
  }

  close(): void {
    this.#socket.destroy()
  }

  #look(chunk: Buffer): void {
    this.bytes += chunk.length
    const bytes = this.#tail.length > 0 ? Buffer.concat([this.#tail, chunk]) : chunk
    let at = bytes.indexOf(this.#name)
    let end = 0
    for (; at >= 0; at = bytes.indexOf(this.#name, end)) {
      end = at + this.#name.length
      this.#seen()
    }
    this.#tail = bytes.subarray(Math.max(end, bytes.length - this.#name.length + 1))
  }
}
