/** A number of seats and a line of waiting callers. */
export class Seats {
  readonly #size: number
  #taken = 0
  #queue: (() => void)[] = []

  constructor(size: number) {
    this.#size = size
  }

  get free(): number {
    return this.#size - this.#taken
  }

  /** Resolves with a seat, which the caller leaves. @throws the signal's reason as soon as that is aborted */
  async take(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted()
    if (this.free > 0) this.#taken++
    else await this.#turn(signal)
  }

  /** Frees the seat for the next caller. */
  leave(): void {
    const next = this.#queue.shift()
    if (next) next()
    else this.#taken--
  }

  /** Runs in a seat. @throws what it throws, and the signal's reason when that is aborted first */
  async run<R>(act: () => Promise<R>, signal?: AbortSignal): Promise<R> {
    await this.take(signal)
    try {
      return await act()
    } finally {
      this.leave()
    }
  }

  #turn(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const go = (): void => {
        signal?.removeEventListener('abort', onAbort)
        resolve()
      }
      const onAbort = (): void => {
        signal?.removeEventListener('abort', onAbort)
        this.#queue = this.#queue.filter((each) => each !== go)
        reject(signal?.reason)
      }
      signal?.addEventListener('abort', onAbort)
      this.#queue.push(go)
    })
  }
}
