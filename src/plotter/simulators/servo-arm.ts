/**
 * Duration of a frame, ms. A hobby servo gets a pulse in each frame, so it follows a new position from the next frame
 * on.
 */
const FRAME_MS = 20

/**
 * A servo's arm: it turns at a constant rate to the position of the last pulse. Positions are in the firmware's own
 * unit.
 */
export class ServoArm {
  readonly #perMs: number
  #from: number
  #to: number
  #since = 0

  /** @param perMs turn in a millisecond, in the unit of the position */
  constructor(position: number, perMs: number) {
    this.#from = this.#to = position
    this.#perMs = perMs
  }

  /** Sends the arm to a position. @param now  ms */
  move(to: number, now: number): void {
    this.#from = this.at(now)
    this.#to = to
    this.#since = Math.ceil(now / FRAME_MS) * FRAME_MS
  }

  /** The arm's position at a time, ms. */
  at(ms: number): number {
    const delta = this.#to - this.#from
    const turn = Math.min(Math.abs(delta), this.#perMs * Math.max(0, ms - this.#since))
    return this.#from + Math.sign(delta) * turn
  }

  /** Time at which the arm passes `level` after `now`, ms; Infinity when it does not. */
  passes(level: number, now: number): number {
    const delta = this.#to - this.#from
    const share = delta === 0 ? -1 : (level - this.#from) / delta
    const ms = this.#since + (Math.abs(delta) * share) / this.#perMs
    return share < 0 || share > 1 || ms <= now ? Infinity : ms
  }
}
