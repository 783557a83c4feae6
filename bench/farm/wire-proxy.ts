import { connect, createServer, type Server, type Socket } from 'node:net'

/** A TCP proxy in front of a server on this machine. A test can hold the bytes or cut the connections. */
export class WireProxy {
  readonly #server: Server
  readonly #pairs = new Set<readonly [Socket, Socket]>()
  #held: 'nothing' | 'answers' | 'all' = 'nothing'
  #cutAfter: string | undefined

  private constructor(server: Server) {
    this.#server = server
  }

  /** @param ip  address on which the proxy listens */
  static async to(port: number, ip = '127.0.0.1'): Promise<WireProxy> {
    const server = createServer()
    const proxy = new WireProxy(server)
    server.on('connection', (client) => proxy.#join(client, connect(port, '127.0.0.1')))
    await new Promise<void>((resolve) => server.listen(0, ip, resolve))
    return proxy
  }

  get port(): number {
    const address = this.#server.address()
    return typeof address === 'object' && address !== null ? address.port : 0
  }

  /** Holds bytes in both directions until `release`. New connections get no answer either. */
  hold(): void {
    this.#held = 'all'
    this.holdPresent()
  }

  /** Holds the bytes of the present connections until `release`. New connections work. */
  holdPresent(): void {
    for (const pair of this.#pairs) for (const socket of pair) socket.pause()
  }

  /** Passes requests to the server and holds its answers until `release`. */
  holdAnswers(): void {
    this.#held = 'answers'
    for (const [, server] of this.#pairs) server.pause()
  }

  release(): void {
    this.#held = 'nothing'
    for (const pair of this.#pairs) for (const socket of pair) socket.resume()
  }

  cut(): void {
    for (const pair of this.#pairs) for (const socket of pair) socket.destroy()
  }

  /** Cuts the wire after the next message with this text. The message reaches the server, but its answer is lost. */
  cutAfter(text: string): void {
    this.#cutAfter = text
  }

  close(): Promise<void> {
    this.cut()
    return new Promise((resolve) => {
      this.#server.close(() => resolve())
    })
  }

  #join(client: Socket, server: Socket): void {
    const pair = [client, server] as const
    this.#pairs.add(pair)
    for (const [from, to] of [pair, [server, client]] as const) {
      from.on('error', () => {})
      from.on('close', () => {
        this.#pairs.delete(pair)
        to.destroy()
      })
      if (this.#held === 'all' || (this.#held === 'answers' && from === server)) from.pause()
    }
    let received = ''
    client.on('data', (bytes) => {
      // The text may be divided among several chunks.
      received = this.#cutAfter === undefined ? '' : received + bytes.toString('latin1')
      const isLast = this.#cutAfter !== undefined && received.includes(this.#cutAfter)
      if (!isLast) {
        server.write(bytes)
        return
      }
      this.#cutAfter = undefined
      server.removeAllListeners('data')
      server.write(bytes)
      // The server answers after it has executed the request.
      server.once('data', () => this.cut())
      server.resume()
    })
    server.on('data', (bytes) => client.write(bytes))
  }
}
