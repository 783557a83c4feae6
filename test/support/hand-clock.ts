import type { Clock } from '../../src/spool/clock.ts'

/** A clock that the test sets. Timers fire as time passes, and not when the test sets the wall clock. */
export class HandClock implements Clock {
  #elapsed = 0
  #wall: number
  readonly #timers = new Map<symbol, { readonly at: number; readonly run: () => void }>()

  constructor(wall = 1_700_000_000_000) {
    this.#wall = wall
  }

  now(): number {
    return this.#wall
  }

  after(ms: number, run: () => void): () => void {
    const timer = Symbol('timer')
    this.#timers.set(timer, { at: this.#elapsed + ms, run })
    return () => void this.#timers.delete(timer)
  }

  /** Lets time pass: the timers that are due fire in order, at their time. */
  pass(ms: number): void {
    const end = this.#elapsed + ms
    for (let next = this.#due(end); next !== undefined; next = this.#due(end)) {
      const [timer, { at, run }] = next
      this.#timers.delete(timer)
      this.#wall += at - this.#elapsed
      this.#elapsed = at
      run()
    }
    this.#wall += end - this.#elapsed
    this.#elapsed = end
  }

  /** Sets the wall clock forward or back. No time passes. */
  set(wall: number): void {
    this.#wall = wall
  }

  #due(end: number): [symbol, { readonly at: number; readonly run: () => void }] | undefined {
    return [...this.#timers].filter(([, { at }]) => at <= end).sort(([, a], [, b]) => a.at - b.at)[0]
  }
}
