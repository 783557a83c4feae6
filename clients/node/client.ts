import type {
  MethodName,
  Notification,
  NotificationName,
  Params,
  Result,
  WireJob,
} from '../../src/daemon/protocol/index.ts'
import { PlotdError } from '../../src/errors.ts'
import { Connection, type ConnectionOptions } from './connection.ts'
import { Feed, type FeedEvent, type FeedListener } from './feed.ts'
import { Files } from './files.ts'
import { FINAL } from './final.ts'
import { stream } from './stream.ts'
import type { Address, Dial } from './wire.ts'

/** A connected daemon. This file and what it imports run in Node and in browsers; only the dialling differs. */
export class PlotdClient {
  readonly address: Address
  readonly #connection: Connection
  readonly #feed: Feed
  readonly #files: Files

  constructor(address: Address, dial: Dial, options: ConnectionOptions & { onLost?: (why: string) => void } = {}) {
    this.address = address
    this.#files = new Files(address)
    this.#feed = new Feed((since) => this.call('events.subscribe', since ? { since } : {}))
    this.#connection = new Connection(
      dial,
      {
        notification: (method, params) =>
          this.#feed.told(method as NotificationName, params as Notification<NotificationName>),
        reconnected: () => void this.#feed.resume().catch(() => {}),
        lost: options.onLost ?? (() => {}),
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

  /** The same as a stream: `for await (const event of client.events())`. */
  events(): AsyncIterable<FeedEvent> {
    return stream((listener) => this.subscribe(listener))
  }

  /** A job as it is now and each time it changes, progress included, until it is final or forgotten. */
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
    if (this.#feed.idle) this.call('events.unsubscribe', {}).catch((error) => this.#ignoreAway(error))
  }

  #ignoreAway(error: unknown): void {
    if (!(error instanceof PlotdError && error.code === 'ERR_DAEMON_AWAY')) throw error
  }
}
