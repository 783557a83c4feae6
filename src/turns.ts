/** Work that must not overlap: each piece begins when all earlier pieces have ended. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve()

  run<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work)
    this.#last = result.catch(() => {})
    return result
  }

  /** Resolves when all earlier work has ended. */
  async end(): Promise<void> {
    await this.#last
  }
}
