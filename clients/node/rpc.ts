import { type ErrorCode, PlotdError } from '../../src/errors.ts'

interface Answer {
  readonly id?: number | string | null
  readonly result?: unknown
  readonly error?: {
    readonly code: number
    readonly message: string
    readonly data?: { code?: string; detail?: object }
  }
}

/** The daemon's refusal as the error that it was there. */
export function errorOf(error: NonNullable<Answer['error']>): PlotdError {
  const { code = 'ERR_PROTOCOL', detail = {} } = error.data ?? {}
  return new PlotdError(code as ErrorCode, error.message, { ...detail })
}

interface Pending {
  readonly text: string
  readonly again: boolean
  resolve(result: unknown): void
  reject(error: Error): void
}

/** The calls that wait for an answer, by id: JSON-RPC 2.0 from the asking side. */
export class Calls {
  readonly #pending = new Map<number, Pending>()
  #lastId = 0

  /**
   * @param again  whether the call may be sent a second time when the connection is lost before its answer
   * @returns the text to send, and the answer to come
   */
  make(method: string, params: unknown, again: boolean): { text: string; answer: Promise<unknown> } {
    const id = ++this.#lastId
    const text = JSON.stringify({ jsonrpc: '2.0', id, method, params })
    const answer = new Promise<unknown>((resolve, reject) => this.#pending.set(id, { text, again, resolve, reject }))
    return { text, answer }
  }

  settle({ id, result, error }: Answer): void {
    const call = typeof id === 'number' ? this.#pending.get(id) : undefined
    if (call === undefined) return
    this.#pending.delete(Number(id))
    if (error) call.reject(errorOf(error))
    else call.resolve(result)
  }

  /** After a lost connection: what may be sent again is returned; the rest fails, since nobody knows if it was done. */
  afterLoss(why: string): string[] {
    const lost = [...this.#pending].filter(([, call]) => !call.again)
    for (const [id, call] of lost) {
      this.#pending.delete(id)
      call.reject(new PlotdError('ERR_DAEMON_AWAY', `the connection was lost before the answer came (${why})`))
    }
    return [...this.#pending.values()].map(({ text }) => text)
  }

  failAll(error: Error): void {
    for (const call of this.#pending.values()) call.reject(error)
    this.#pending.clear()
  }
}
