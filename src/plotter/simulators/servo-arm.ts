/** A hobby servo gets a pulse in each frame of 20 ms, and takes up a new one at the next frame. */
const FRAME_MS = 20

/** A servo's arm: it turns at a constant rate to the position of the last pulse. Positions in the firmware's own unit. */
export class ServoArm {
  readonly #perMs: number
  #from: number
  #to: number
  #since = 0

  /** @param perMs  how far it turns in a millisecond */
  constructor(position: number, perMs: number) {
    this.#from = this.#to = position
    this.#perMs = perMs
  }

  move(to: number, now: number): void {
    this.#from = this.at(now)
    this.#to = to
    this.#since = Math.ceil(now / FRAME_MS) * FRAME_MS
  }

  at(ms: number): number {
    const way = this.#to - this.#from
    const turned = Math.min(Math.abs(way), this.#perMs * Math.max(0, ms - this.#since))
    return this.#from + Math.sign(way) * turned
  }

  /** When it passes `level` after `now`, ms; Infinity when it does not. */
  passes(level: number, now: number): number {
    const way = this.#to - this.#from
    const share = way === 0 ? -1 : (level - this.#from) / way
    const ms = this.#since + (Math.abs(way) * share) / this.#perMs
    return share < 0 || share > 1 || ms <= now ? Infinity : ms
  }
}
