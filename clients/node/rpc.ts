import { type ErrorCode, PlotdError } from '../../src/errors.ts'

interface Answer {
  readonly id?: number | string | null
  readonly result?: unknown
  readonly error?: {
    readonly message: string
    readonly data?: { code?: string; detail?: { readonly limit?: unknown } }
  }
}

/** The PlotdError that the daemon threw, from the error object of an answer. */
export function errorOf(error: NonNullable<Answer['error']>): PlotdError {
  const { code = 'ERR_PROTOCOL', detail = {} } = error.data ?? {}
  return new PlotdError(code as ErrorCode, error.message, { ...detail })
}

/** The error in the body of an HTTP answer; undefined when the body has no error of the daemon. */
export function errorIn(body: unknown): PlotdError | undefined {
  const { error } = (body ?? {}) as { readonly error?: Partial<NonNullable<Answer['error']>> | null }
  const { message, data } = error ?? {}
  return typeof message === 'string' ? errorOf({ message, ...(data ? { data } : {}) }) : undefined
}

/** The error in the text of an HTTP answer; undefined when the text is not JSON, or has no error of the daemon. */
export function errorInText(text: string): PlotdError | undefined {
  try {
    return errorIn(JSON.parse(text))
  } catch {
    return undefined
  }
}

/** Puts an id into a queue of ascending ids. */
function putInOrder(queue: number[], id: number): void {
  const place = queue.findIndex((other) => other > id)
  queue.splice(place < 0 ? queue.length : place, 0, id)
}

interface Pending {
  readonly text: string
  /** The queue that the call is sent from. */
  readonly queue: number[]
  readonly isRepeatable: boolean
  isSent: boolean
  resolve(result: unknown): void
  reject(error: Error): void
}

/** Maximum number of calls on their way, besides long polls: about a quarter of the default `limits.batch`. */
const MAX_SENT = 256
/** Maximum number of long polls on their way. A count of their own keeps long polls from delaying other calls. */
const MAX_WAITS = 64

/**
 * The client's side of JSON-RPC 2.0: the pending calls, by id. While `MAX_SENT` sent calls have no answer, the next
 * call is not sent. `MAX_WAITS` limits long polls in the same way.
 */
export class Calls {
  readonly #pending = new Map<number, Pending>()
  /** Ids of calls that are not sent yet, the next one first. Subscriptions come before other calls. */
  readonly #queues: { readonly events: number[]; readonly others: number[]; readonly waits: number[] } = {
    events: [],
    others: [],
    waits: [],
  }
  #sent = 0
  #waits = 0
  #lastId = 0

  /**
   * @param isRepeatable  whether the call may be sent again when the connection is lost before its answer
   * @returns the result of the answer
   */
  add(method: string, params: unknown, isRepeatable: boolean): Promise<unknown> {
    const id = ++this.#lastId
    const text = JSON.stringify({ jsonrpc: '2.0', id, method, params })
    const queue = this.#queueOf(method)
    queue.push(id)
    return new Promise((resolve, reject) =>
      this.#pending.set(id, { text, queue, isRepeatable, isSent: false, resolve, reject }),
    )
  }

  /** The next message to send; undefined when none may be sent now. */
  next(): string | undefined {
    const { events, others, waits } = this.#queues
    let id: number | undefined
    if (this.#sent < MAX_SENT) id = events.shift() ?? others.shift()
    if (this.#waits < MAX_WAITS) id ??= waits.shift()
    const call = id === undefined ? undefined : this.#pending.get(id)
    if (!call) return undefined
    call.isSent = true
    this.#count(call, 1)
    return call.text
  }

  /**
   * Passes an answer to its call.
   *
   * @returns 'refused by the rate limit' when the daemon did not take the call: the call is then in its queue again,
   *   before all later calls
   */
  settle({ id, result, error }: Answer): 'settled' | 'refused by the rate limit' {
    const call = typeof id === 'number' ? this.#pending.get(id) : undefined
    if (!call?.isSent) return 'settled'
    this.#count(call, -1)
    if (error?.data?.detail?.limit === 'messagesPerSecond') {
      call.isSent = false
      putInOrder(call.queue, Number(id))
      return 'refused by the rate limit'
    }
    this.#pending.delete(Number(id))
    if (error) call.reject(errorOf(error))
    else call.resolve(result)
    return 'settled'
  }

  /** Queues repeatable calls again after a lost connection. The other calls fail, sent or not. */
  handleLoss(why: string): void {
    this.#empty()
    for (const [id, call] of this.#pending) {
      if (call.isRepeatable) call.queue.push(id)
      else {
        this.#pending.delete(id)
        const when = call.isSent ? 'before the answer came' : 'before the call was sent'
        call.reject(new PlotdError('ERR_DAEMON_AWAY', `the connection was lost ${when} (${why})`))
      }
      call.isSent = false
    }
    this.#sent = 0
    this.#waits = 0
  }

  /**
   * Fails the longest of the sent calls. Call this method when the daemon closed the connection because a message was
   * too long.
   */
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

  #queueOf(method: string): number[] {
    const { events, others, waits } = this.#queues
    if (method.startsWith('events.')) return events
    return method === 'job.wait' ? waits : others
  }

  #count({ queue }: Pending, change: 1 | -1): void {
    if (queue === this.#queues.waits) this.#waits += change
    else this.#sent += change
  }

  #empty(): void {
    for (const queue of Object.values(this.#queues)) queue.length = 0
  }
}
