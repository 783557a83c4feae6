/** Lets `size` callers work at a time. Further callers wait in the order of their calls. */
export class Semaphore {
  readonly #size: number
  #active = 0
  #queue: (() => void)[] = []

  constructor(size: number) {
    this.#size = size
  }

  /** The number of further callers that would not wait. */
  get free(): number {
    return this.#size - this.#active
  }

  /**
   * Resolves when it is the caller's turn. The caller ends its turn by `release`.
   *
   * @throws the signal's reason when the signal aborts first
   */
  async acquire(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted()
    if (this.free > 0) this.#active++
    else await this.#turn(signal)
  }

  /** Ends a turn. The next waiting caller begins. */
  release(): void {
    const next = this.#queue.shift()
    if (next) next()
    else this.#active--
  }

  /** Calls `act` when it is the caller's turn. @throws the error of `act`; the reason of a signal that aborts first */
  async run<R>(act: () => Promise<R>, signal?: AbortSignal): Promise<R> {
    await this.acquire(signal)
    try {
      return await act()
    } finally {
      this.release()
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
