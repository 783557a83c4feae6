import { type ErrorCode, PlotdError } from '../../src/errors.ts'

interface Answer {
  readonly id?: number | string | null
  readonly result?: unknown
  readonly error?: {
    readonly code: number
    readonly message: string
    readonly data?: { code?: string; detail?: { readonly limit?: unknown } }
  }
}

/** The daemon's refusal as the error that it was there. */
export function errorOf(error: NonNullable<Answer['error']>): PlotdError {
  const { code = 'ERR_PROTOCOL', detail = {} } = error.data ?? {}
  return new PlotdError(code as ErrorCode, error.message, { ...detail })
}

interface Pending {
  readonly text: string
  /** Where it waits to be sent. */
  readonly queue: number[]
  readonly again: boolean
  isSent: boolean
  resolve(result: unknown): void
  reject(error: Error): void
}

/** Calls on their way at a time: far fewer than the daemon lets wait, enough to keep it busy. */
const MOST_SENT = 256

/**
 * The calls that wait for an answer, by id: JSON-RPC 2.0 from the asking side. A thousand calls made at once go out as
 * fast as answers come back, so that none is refused for being one too many.
 */
export class Calls {
  readonly #pending = new Map<number, Pending>()
  /** Ids of calls that are to be sent, the next one first. What is told must not wait for what is asked. */
  readonly #queues: { readonly events: number[]; readonly others: number[] } = { events: [], others: [] }
  #sent = 0
  #lastId = 0

  /**
   * Takes a call into the queue.
   *
   * @param again  whether the call may be sent a second time when the connection is lost before its answer
   * @returns the answer to come
   */
  make(method: string, params: unknown, again: boolean): Promise<unknown> {
    const id = ++this.#lastId
    const text = JSON.stringify({ jsonrpc: '2.0', id, method, params })
    const queue = method.startsWith('events.') ? this.#queues.events : this.#queues.others
    queue.push(id)
    return new Promise((resolve, reject) =>
      this.#pending.set(id, { text, queue, again, isSent: false, resolve, reject }),
    )
  }

  /** The next text to send, if there is one that may go now. */
  next(): string | undefined {
    if (this.#sent >= MOST_SENT) return undefined
    const { events, others } = this.#queues
    const call = this.#pending.get(events.shift() ?? others.shift() ?? 0)
    if (!call) return undefined
    call.isSent = true
    this.#sent++
    return call.text
  }

  /** @returns whether the call was put off because the daemon takes no more this second: it is first in the queue again */
  settle({ id, result, error }: Answer): 'settled' | 'put off' {
    const call = typeof id === 'number' ? this.#pending.get(id) : undefined
    if (!call?.isSent) return 'settled'
    this.#sent--
    if (error?.data?.detail?.limit === 'messagesPerSecond') {
      call.isSent = false
      call.queue.unshift(Number(id))
      return 'put off'
    }
    this.#pending.delete(Number(id))
    if (error) call.reject(errorOf(error))
    else call.resolve(result)
    return 'settled'
  }

  /** After a lost connection: what may be sent again is queued; the rest fails, since nobody knows if it was done. */
  afterLoss(why: string): void {
    this.#empty()
    for (const [id, call] of this.#pending) {
      if (call.isSent && !call.again) {
        this.#pending.delete(id)
        call.reject(new PlotdError('ERR_DAEMON_AWAY', `the connection was lost before the answer came (${why})`))
      } else call.queue.push(id)
      call.isSent = false
    }
    this.#sent = 0
  }

  /** The connection was closed because of a message beyond the daemon's limit: the longest of those that were sent. */
  refuseLongest(): void {
    const sent = [...this.#pending].filter(([, { isSent }]) => isSent)
    const [longest] = sent.sort(([, a], [, b]) => b.text.length - a.text.length)
    if (!longest) return
    const [id, call] = longest
    this.#pending.delete(id)
    const message = `a call of ${call.text.length} characters is more than the daemon takes in one message`
    call.reject(new PlotdError('ERR_LIMIT', message, { limit: 'messageBytes' }))
  }

  failAll(error: Error): void {
    for (const call of this.#pending.values()) call.reject(error)
    this.#pending.clear()
    this.#empty()
  }

  #empty(): void {
    for (const queue of Object.values(this.#queues)) queue.length = 0
  }
}
