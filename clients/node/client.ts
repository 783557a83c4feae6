import type {
  MethodName,
  Notification,
  NotificationName,
  Params,
  Result,
  WireJob,
} from '../../src/daemon/protocol/index.ts'
import { Connection, type ConnectionOptions } from './connection.ts'
import { Feed, type FeedEvent, type FeedListener } from './feed.ts'
import { Files } from './files.ts'
import { FINAL } from './final.ts'
import { stream } from './stream.ts'
import type { Address, Transport } from './wire.ts'

/** A connected daemon. This file and what it imports run in Node and in browsers; only the transport differs. */
export class PlotdClient {
  readonly address: Address
  readonly #connection: Connection
  readonly #feed: Feed
  readonly #files: Files
  /** Aborted when it is closed, or with why the daemon will not be asked again. */
  readonly #over = new AbortController()

  constructor(
    address: Address,
    { dial, send }: Transport,
    options: ConnectionOptions & { onLost?: (why: string) => void } = {},
  ) {
    this.address = address
    this.#files = new Files(send)
    this.#feed = new Feed((since) => this.call('events.subscribe', since ? { since } : {}))
    this.#connection = new Connection(
      dial,
      {
        notification: (method, params) =>
          this.#feed.told(method as NotificationName, params as Notification<NotificationName>),
        reconnected: () => void this.#feed.resume().catch(() => {}),
        lost: (why) => {
          this.#feed.lost()
          options.onLost?.(why)
        },
        givenUp: (error) => this.#over.abort(error),
      },
      options,
    )
  }

  /** The first connection. @throws PlotdError ERR_DAEMON_AWAY, ERR_UNAUTHORIZED, ERR_FORBIDDEN */
  open(): Promise<void> {
    return this.#connection.open()
  }

  close(): void {
    this.#connection.close()
    this.#over.abort()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close()
  }

  /** Any method of docs/protocol.md. @throws PlotdError with the daemon's code, or ERR_DAEMON_AWAY */
  async call<M extends MethodName>(method: M, params: Params<M>): Promise<Result<M>> {
    return (await this.#connection.call(method, params)) as Result<M>
  }

  /** Queue a job; on the disk when this resolves. Carries a key, so that a lost connection cannot queue it twice. */
  submit(job: Params<'job.submit'>): Promise<Result<'job.submit'>> {
    return this.call('job.submit', { idempotencyKey: globalThis.crypto.randomUUID(), ...job })
  }

  /** All events from now on, the snapshot first, over reconnects. */
  async subscribe(listener: FeedListener): Promise<{ close(): void }> {
    await this.#feed.add(listener)
    return { close: () => this.#leave(listener) }
  }

  /**
   * The same as a stream: `for await (const event of client.events())`. It ends when the client is closed.
   *
   * @throws PlotdError why the daemon lets it in no more: ERR_UNAUTHORIZED, or without `reconnect` ERR_DAEMON_AWAY
   */
  events(): AsyncIterable<FeedEvent> {
    return stream((listener) => this.subscribe(listener), this.#over.signal)
  }

  /** A job as it is now and each time it changes, progress included, until it is final or forgotten. Throws as `events`. */
  async *watch(id: string): AsyncGenerator<WireJob, void, void> {
    let job: WireJob | undefined
    for await (const event of this.events()) {
      if (event.type === 'job.removed' && event.id === id) return
      if (event.type === 'snapshot') job = event.jobs.find((each) => each.id === id) ?? (await this.#get(id))
      else if (event.type === 'job.changed' && event.job.id === id) job = event.job
      else if (event.type === 'job.progress' && event.id === id && job) job = { ...job, progress: event.progress }
      else continue
      yield job
      if (FINAL.has(job.status)) return
    }
  }

  /** Put a file where tasks can read it; they take the hash. @throws PlotdError ERR_LIMIT */
  upload(bytes: Uint8Array<ArrayBuffer> | string): Promise<{ sha256: string; bytes: number }> {
    return this.#files.upload(bytes)
  }

  /** The bytes of an output, by `job.result.path`. @throws PlotdError ERR_FILE */
  output(path: string): Promise<Uint8Array<ArrayBuffer>> {
    return this.#files.output(path)
  }

  /** The plan file of a rendered job: what would be drawn, or is drawn now. @throws PlotdError ERR_JOB_STATE, ERR_FILE */
  plan(id: string): Promise<Uint8Array<ArrayBuffer>> {
    return this.#files.plan(id)
  }

  async #get(id: string): Promise<WireJob> {
    const { params: _, ...job } = await this.call('job.get', { id })
    return job
  }

  #leave(listener: FeedListener): void {
    this.#feed.remove(listener)
    if (this.#feed.idle) this.call('events.unsubscribe', {}).catch(() => {}) // it is told more than it needs, no worse
  }
}
