import { type Blocks, emptyBlocks } from './blocks.ts'
import { type Gentle, pushRamp, rampBlocks } from './s-curve.ts'

/** A lookup table of the speeds along a ramp. `set` refills it for another ramp. */
export class RampTable {
  readonly #blocks: Blocks
  readonly #ends: Float64Array<ArrayBuffer>
  #peak = 0

  /** @param gentle the limits whose ramps have the most blocks; the table's size follows from these limits */
  constructor(gentle: Gentle) {
    this.#blocks = emptyBlocks(rampBlocks(gentle))
    this.#ends = new Float64Array(rampBlocks(gentle))
  }

  /** Fills the table with the ramp from `speed` to `peak`, mm/s. */
  set(speed: number, peak: number, gentle: Gentle): void {
    const blocks = this.#blocks
    blocks.length = 0
    this.#peak = peak
    pushRamp(blocks, speed, peak, gentle)
    for (let b = 0, end = 0; b < blocks.length; b++) {
      end += blocks.dx[b] as number
      this.#ends[b] = end
    }
  }

  /** Speed after `way` mm, mm/s; the peak after the ramp's end. */
  speedAt(way: number): number {
    const { dx, entry, exit, length } = this.#blocks
    const ends = this.#ends
    let low = 0
    let high = length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((ends[middle] as number) < way) low = middle + 1
      else high = middle
    }
    if (low === length) return this.#peak
    const u0 = (entry[low] as number) ** 2
    const u1 = (exit[low] as number) ** 2
    return Math.sqrt(Math.max(0, u1 - ((u1 - u0) * ((ends[low] as number) - way)) / (dx[low] as number)))
  }
}
