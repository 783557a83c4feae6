/**
 * Passes on at most one value per key and interval: the first at once, then the latest when the interval is over.
 * What is superseded is never told.
 */
export class Throttle<T> {
  readonly #intervalMs: number
  readonly #emit: (key: string, value: T) => void
  readonly #waiting = new Map<string, { timer: NodeJS.Timeout; next?: { value: T } }>()

  constructor(intervalMs: number, emit: (key: string, value: T) => void) {
    this.#intervalMs = intervalMs
    this.#emit = emit
  }

  push(key: string, value: T): void {
    const waiting = this.#waiting.get(key)
    if (waiting) waiting.next = { value }
    else this.#pass(key, value)
  }

  /** Forgets what waits: something newer was told by another way. */
  drop(key: string): void {
    const waiting = this.#waiting.get(key)
    if (waiting) delete waiting.next
  }

  close(): void {
    for (const { timer } of this.#waiting.values()) clearTimeout(timer)
    this.#waiting.clear()
  }

  #pass(key: string, value: T): void {
    const timer = setTimeout(() => this.#over(key), this.#intervalMs)
    timer.unref()
    this.#waiting.set(key, { timer })
    this.#emit(key, value)
  }

  #over(key: string): void {
    const next = this.#waiting.get(key)?.next
    this.#waiting.delete(key)
    if (next) this.#pass(key, next.value)
  }
}
