import type {
  MethodName,
  Notification,
  NotificationName,
  Params,
  Result,
  Topic,
  WireJob,
} from '../../src/daemon/protocol/index.ts'
import { PlotdError } from '../../src/errors.ts'
import { Connection, type ConnectionOptions } from './connection.ts'
import { Feed, type FeedEvent, type FeedListener } from './feed.ts'
import { Files } from './files.ts'
import { FINAL, withKey } from './job.ts'
import { type WaitOptions, waitFor } from './wait.ts'
import type { Address, Transport } from './wire.ts'

/** Pause after the daemon refused to send its events, ms. */
const FOLLOW_AGAIN_MS = 1000

export interface ClientOptions extends ConnectionOptions {
  /** Called each time the connection is lost. The client then connects again by itself, unless `reconnect` is false. */
  readonly onLost?: (why: string) => void
  /**
   * Called after each reconnect, when the listeners get events again. The listeners have a new snapshot already, or the
   * daemon now sends the events that they missed.
   */
  readonly onCaughtUp?: () => void
  /** The topics of the events; all when absent. */
  readonly topics?: readonly Topic[]
  /** Maximum number of jobs in a snapshot. */
  readonly limit?: number
}

/**
 * A client of one daemon. This file and its imports run in Node and in browsers; only the transport differs.
 *
 * @example
 * await using plotd = await connect()
 * const { id } = await plotd.submit({ task: 'text', params: { text: 'Hello' } })
 * for await (const job of plotd.watch(id)) console.log(job.status)
 */
export class PlotdClient {
  readonly address: Address
  readonly #connection: Connection
  readonly #feed: Feed
  readonly #files: Files
  /**
   * Aborted when the client is closed, or when an error stops the client from connecting again. This error is the
   * reason of the abort.
   */
  readonly #end = new AbortController()
  #followTimer: ReturnType<typeof setTimeout> | undefined

  constructor(address: Address, { dial, send }: Transport, options: ClientOptions = {}) {
    const { onLost, onCaughtUp, topics, limit, ...connectionOptions } = options
    this.address = address
    this.#files = new Files(send)
    const subscription = { ...(topics && { topics }), ...(limit !== undefined && { limit }) }
    this.#feed = new Feed((since) => this.call('events.subscribe', { ...subscription, ...(since && { since }) }))
    this.#connection = new Connection(
      dial,
      {
        onNotification: (method, params) =>
          this.#feed.notify(method as NotificationName, params as Notification<NotificationName>),
        onReconnect: () => this.#follow(onCaughtUp),
        onLoss: (why) => {
          clearTimeout(this.#followTimer)
          this.#feed.handleLoss()
          onLost?.(why)
        },
        onGiveUp: (error) => this.#end.abort(error),
      },
      connectionOptions,
    )
  }

  /** Opens the first connection. @throws PlotdError as `Dial` */
  open(): Promise<void> {
    return this.#connection.open()
  }

  /** Closes the connection. Calls without an answer fail with ERR_DAEMON_AWAY, and streams of events end. */
  close(): void {
    clearTimeout(this.#followTimer)
    this.#connection.close()
    this.#end.abort()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close()
  }

  /**
   * Calls a method of docs/protocol.md. While the connection is lost, a call that changes nothing waits for the next
   * connection, and so does a submit with a key. Every other call fails immediately, because a plotter must not move
   * later than the user expects.
   *
   * @throws PlotdError with the daemon's code; ERR_DAEMON_AWAY; ERR_LIMIT when the message is too long
   */
  async call<M extends MethodName>(method: M, params: Params<M>): Promise<Result<M>> {
    return (await this.#connection.call(method, params)) as Result<M>
  }

  /**
   * Queues a job. When the promise resolves, the job is on the disk. A job without a key gets one, so that a lost
   * connection cannot queue the job twice. Throws as `call` does.
   */
  submit(job: Params<'job.submit'>): Promise<Result<'job.submit'>> {
    return this.call('job.submit', withKey(job))
  }

  /**
   * Calls the listener with a snapshot, then with each event. After a reconnect the listener gets the events that it
   * missed, or a new snapshot.
   */
  async subscribe(listener: FeedListener): Promise<{ close(): void }> {
    await this.#feed.add(listener)
    return { close: () => this.#unsubscribe(listener) }
  }

  /**
   * The events of `subscribe` as a stream: `for await (const event of client.events())`. Ends when the client is
   * closed.
   *
   * @throws PlotdError as `call`, when the stream begins; the error that stops the client from connecting again.
   *   ERR_DAEMON_AWAY stops the client only when `reconnect` is false.
   */
  async *events(): AsyncGenerator<FeedEvent, void, void> {
    const { signal } = this.#end
    const buffer: FeedEvent[] = []
    let wake = () => {}
    const onEnd = () => wake()
    const subscription = await this.subscribe((event) => {
      buffer.push(event)
      wake()
    })
    signal.addEventListener('abort', onEnd)
    try {
      while (buffer.length > 0 || !signal.aborted) {
        const next = buffer.shift()
        if (next !== undefined) {
          yield next
          continue
        }
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
      if (signal.reason instanceof PlotdError) throw signal.reason
    } finally {
      signal.removeEventListener('abort', onEnd)
      subscription.close()
    }
  }

  /**
   * A job now and after each change, progress included, until it is final or removed.
   *
   * @throws PlotdError ERR_JOB_UNKNOWN, also when the job was removed before a later snapshot; and as `events`
   */
  async *watch(id: string): AsyncGenerator<WireJob, void, void> {
    let job: WireJob | undefined
    for await (const event of this.events()) {
      if (event.type === 'job.removed' && event.id === id) return
      if (event.type === 'snapshot') job = event.jobs.find((candidate) => candidate.id === id) ?? (await this.#get(id))
      else if (event.type === 'job.changed' && event.job.id === id) job = event.job
      else if (event.type === 'job.progress' && event.id === id && job) job = { ...job, progress: event.progress }
      else continue
      yield job
      if (FINAL.has(job.status)) return
    }
  }

  /**
   * Waits until all these jobs have ended, or are in a state of `until`. The wait continues after a reconnect, and has
   * no time limit.
   *
   * @returns the jobs in the order of `ids`
   * @throws PlotdError ERR_JOB_UNKNOWN, and as `call`; the reason of `options.signal` when that signal ends the wait
   */
  wait(ids: readonly string[], options: WaitOptions = {}): Promise<WireJob[]> {
    return waitFor((params) => this.call('job.wait', params), ids, options)
  }

  /**
   * Uploads a file; tasks take it by its hash.
   *
   * @throws PlotdError ERR_LIMIT, ERR_FILE when the daemon could not store the file, and as `Send`
   */
  upload(bytes: Uint8Array<ArrayBuffer> | string): Promise<{ sha256: string; bytes: number }> {
    return this.#files.upload(bytes)
  }

  /** The SVG of a job, by `job.result.path`. @throws PlotdError ERR_FILE, ERR_OUTPUT_PATH, and as `Send` */
  output(path: string): Promise<Uint8Array<ArrayBuffer>> {
    return this.#files.output(path)
  }

  /**
   * The plan file of a rendered job: strokes in drawing order.
   *
   * @throws PlotdError ERR_JOB_UNKNOWN, ERR_JOB_STATE while the job is not rendered, the errors of planning, and as
   *   `output`
   */
  plan(id: string): Promise<Uint8Array<ArrayBuffer>> {
    return this.#files.plan(id)
  }

  /** Subscribes again after a reconnect. A daemon whose store is away refuses, so the client then asks again. */
  #follow(onCaughtUp?: () => void): void {
    this.#feed.resume().then(
      () => onCaughtUp?.(),
      () => {
        if (this.#end.signal.aborted) return
        clearTimeout(this.#followTimer)
        this.#followTimer = setTimeout(() => this.#follow(onCaughtUp), FOLLOW_AGAIN_MS)
      },
    )
  }

  async #get(id: string): Promise<WireJob> {
    const { params: _, ...job } = await this.call('job.get', { id })
    return job
  }

  #unsubscribe(listener: FeedListener): void {
    this.#feed.remove(listener)
    // If this call fails, the daemon goes on sending events, and no listener gets them.
    if (this.#feed.isIdle) this.call('events.unsubscribe', {}).catch(() => {})
  }
}
