import type { PrepareOptions } from './options.ts'

/** Control of a long computation: abort, time limit and progress. */
export class Work {
  readonly #options: Pick<PrepareOptions, 'signal' | 'expired' | 'onProgress'>
  readonly #from: number
  readonly #to: number

  constructor(options: Pick<PrepareOptions, 'signal' | 'expired' | 'onProgress'> = {}, from = 0, to = 1) {
    this.#options = options
    this.#from = from
    this.#to = to
  }

  /** A part of the work between two fractions of progress. The part counts its own progress from 0 to 1. */
  part(from: number, to: number): Work {
    const within = (share: number): number => this.#from + share * (this.#to - this.#from)
    return new Work(this.#options, within(from), within(to))
  }

  /** @throws the signal's reason on abort */
  check(): void {
    const { signal } = this.#options
    if (signal?.aborted) throw signal.reason ?? new DOMException('This operation was aborted', 'AbortError')
  }

  /** Whether time is up. @throws the signal's reason on abort */
  expired(): boolean {
    this.check()
    return this.#options.expired?.() ?? false
  }

  /** Reports the fraction of this work that is done, 0 … 1. */
  progress(done: number): void {
    this.#options.onProgress?.(this.#from + Math.min(1, done) * (this.#to - this.#from))
  }
}
