import type { PrepareOptions } from './options.ts'

/** The thread of a long computation: looked at often, it stops it, hurries it, and tells how far it is. */
export class Work {
  readonly #options: Pick<PrepareOptions, 'signal' | 'expired' | 'onProgress'>
  readonly #from: number
  readonly #to: number

  constructor(options: Pick<PrepareOptions, 'signal' | 'expired' | 'onProgress'> = {}, from = 0, to = 1) {
    this.#options = options
    this.#from = from
    this.#to = to
  }

  /** A part of it, from one share done to another, which counts its own progress from 0 to 1. */
  part(from: number, to: number): Work {
    const within = (share: number): number => this.#from + share * (this.#to - this.#from)
    return new Work(this.#options, within(from), within(to))
  }

  /** @throws the signal's reason once it is aborted */
  check(): void {
    const { signal } = this.#options
    if (signal?.aborted) throw signal.reason ?? new DOMException('This operation was aborted', 'AbortError')
  }

  /** Whether to make do with what there is. */
  expired(): boolean {
    this.check()
    return this.#options.expired?.() ?? false
  }

  progress(done: number): void {
    this.#options.onProgress?.(this.#from + Math.min(1, done) * (this.#to - this.#from))
  }
}
