import type { PrepareOptions } from './options.ts'

/** The thread of a long computation: looked at often, it stops it, hurries it, and tells how far it is. */
export class Work {
  readonly #options: Pick<PrepareOptions, 'signal' | 'expired' | 'onProgress'>

  constructor(options: Pick<PrepareOptions, 'signal' | 'expired' | 'onProgress'> = {}) {
    this.#options = options
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
    this.#options.onProgress?.(Math.min(1, done))
  }
}
