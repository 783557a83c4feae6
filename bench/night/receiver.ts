import { createServer, type Server } from 'node:http'
import { signature } from '../../clients/notify/channels/webhook.ts'

export interface Notification {
  readonly id: string
  readonly type: string
  readonly title: string
  readonly text: string
  readonly plotter: string | undefined
  readonly job: string | undefined
}

/** An endpoint for webhooks, in place of the operator's phone. A notification that comes again has the same id. */
export class Receiver {
  /** Notifications in the order in which they came, each once. */
  readonly notifications: Notification[] = []
  /** Number of notifications that came again. */
  repeats = 0
  /** Number of requests that came while the endpoint was down. */
  refused = 0
  forged = 0
  isDown = false
  readonly #server: Server
  readonly #ids = new Set<string>()
  readonly #secret: string
  #arrived = () => {}

  private constructor(server: Server, secret: string) {
    this.#server = server
    this.#secret = secret
    server.on('request', async (request, response) => {
      let body = ''
      for await (const chunk of request) body += String(chunk)
      if (this.isDown) {
        this.refused++
        response.writeHead(503).end()
        return
      }
      const header = (name: string) => String(request.headers[name] ?? '')
      const [id, seconds] = [header('webhook-id'), Number(header('webhook-timestamp'))]
      if (header('webhook-signature') !== signature(this.#secret, id, seconds, body)) this.forged++
      else if (this.#ids.has(id)) this.repeats++
      else this.#take(id, body)
      response.writeHead(204).end()
    })
  }

  static async start(secret: string): Promise<Receiver> {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return new Receiver(server, secret)
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as { port: number }).port}/`
  }

  /**
   * Resolves with the next notification that the operator has to answer, or with undefined if `end` resolves first.
   *
   * @param from  number of notifications that the operator has answered
   */
  async next(from: number, end: Promise<void>): Promise<Notification | undefined> {
    while (this.notifications.length <= from) {
      const arrived = new Promise<'arrived'>((resolve) => {
        this.#arrived = () => resolve('arrived')
      })
      if ((await Promise.race([arrived, end])) !== 'arrived') return undefined
    }
    return this.notifications[from]
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #take(id: string, body: string): void {
    this.#ids.add(id)
    const { type, data } = JSON.parse(body) as { type: string; data: Omit<Notification, 'id' | 'type'> }
    const { title, text, plotter, job } = data
    this.notifications.push({ id, type: type.replace(/^plotd\./, ''), title, text, plotter, job })
    this.#arrived()
  }
}
