/** The two clocks of a computer, in ms. */
export interface Clocks {
  /** Never goes back, and stands still while the computer is suspended. */
  readonly monotonic: () => number
  /** Goes on while the computer is suspended, and may be set. */
  readonly wall: () => number
}

export const systemClocks: Clocks = { monotonic: () => performance.now(), wall: () => Date.now() }

/**
 * Counts time that passes, suspension included: between two looks it takes the clock that went further. A wall clock that
 * is set back loses nothing; one that is set forward makes more time pass, which ends a permission early and never late.
 */
export class Stopwatch {
  readonly #clocks: Clocks
  #passed = 0
  #monotonic: number
  #wall: number

  constructor(clocks: Clocks = systemClocks) {
    this.#clocks = clocks
    this.#monotonic = clocks.monotonic()
    this.#wall = clocks.wall()
  }

  /** Since it was made, ms. */
  look(): number {
    const [monotonic, wall] = [this.#clocks.monotonic(), this.#clocks.wall()]
    this.#passed += Math.max(0, monotonic - this.#monotonic, wall - this.#wall)
    this.#monotonic = monotonic
    this.#wall = wall
    return this.#passed
  }
}
