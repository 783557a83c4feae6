/**
 * Emits at most one value for each key and interval: the first value at once, then the latest value at a later tick of
 * the timer. All keys share one timer, so that a thousand clients get their events together. A value that a newer value
 * replaces is never emitted.
 */
export class Throttle<T> {
  readonly #intervalMs: number
  readonly #emit: (key: string, value: T) => void
  readonly #keys = new Map<string, Waiting<T>>()
  #timer: NodeJS.Timeout | undefined

  constructor(intervalMs: number, emit: (key: string, value: T) => void) {
    this.#intervalMs = intervalMs
    this.#emit = emit
  }

  push(key: string, value: T): void {
    const waiting = this.#keys.get(key)
    if (waiting) {
      waiting.next = { value }
      return
    }
    // When the timer runs already, its next tick comes too soon after this value, so this key skips that tick.
    this.#keys.set(key, { skipsTick: this.#timer !== undefined })
    this.#timer ??= setTimeout(() => this.#tick(), this.#intervalMs).unref()
    this.#emit(key, value)
  }

  /** Drops the waiting value, because the caller sends a newer value itself. */
  drop(key: string): void {
    if (this.#keys.size === 0) return
    const waiting = this.#keys.get(key)
    if (waiting) delete waiting.next
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#keys.clear()
  }

  #tick(): void {
    this.#timer = undefined
    const due: (readonly [string, T])[] = []
    for (const [key, waiting] of this.#keys) {
      if (waiting.skipsTick) waiting.skipsTick = false
      else if (waiting.next) {
        due.push([key, waiting.next.value])
        delete waiting.next
      } else this.#keys.delete(key)
    }
    if (this.#keys.size > 0) this.#timer = setTimeout(() => this.#tick(), this.#intervalMs).unref()
    for (const [key, value] of due) this.#emit(key, value)
  }
}

interface Waiting<T> {
  next?: { readonly value: T }
  skipsTick: boolean
}
