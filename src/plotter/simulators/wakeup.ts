import type { Clock } from '../link/clock.ts'

/** The timer of a board: wakes the board for each event, when the event is due. */
export class Wakeup {
  readonly #clock: Clock
  readonly #next: () => number
  readonly #wake: () => void
  #cancel: () => void = () => {}

  /** @param next  the time of the next event on the clock, ms; Infinity when there is none */
  constructor(clock: Clock, next: () => number, wake: () => void) {
    this.#clock = clock
    this.#next = next
    this.#wake = wake
  }

  /** Sets the timer for the next event. Call `set` after each change of the next event. */
  set(): void {
    this.#cancel()
    const next = this.#next()
    if (!Number.isFinite(next)) return
    this.#cancel = this.#clock.after(next - this.#clock.now(), () => {
      this.#wake()
      this.set()
    })
  }
}
