import type { PlotterEvent } from './next-state.ts'

/**
 * The gate of one plotter. While the gate is open, a sheet may begin without a grant. The gate is open if the
 * configuration turns the gate off, and neither `block` nor a fault makes the next sheet wait for `ready`. A plotter
 * with limit switches must also know its position.
 */
export class Gate {
  /** Whether the configuration turns the gate off. */
  readonly isOff: boolean
  readonly #mustHome: () => boolean
  /** Whether the next sheet waits for `ready`, although the gate is off. */
  #isBlocked = false
  /** Whether the next sheet waits for `home` alone. */
  #waitsForHome = false

  /** @param mustHome  whether the plotter has limit switches and does not know its position */
  constructor(isOff: boolean, mustHome: () => boolean) {
    this.isOff = isOff
    this.#mustHome = mustHome
  }

  get isOpen(): boolean {
    return this.isOff && !this.#isBlocked && !this.#mustHome()
  }

  /** Whether a sheet may begin. @param isGranted  whether a grant permits the sheet */
  lets(isGranted: boolean): boolean {
    return this.isOpen || (isGranted && !this.#mustHome())
  }

  /** Makes the next sheet wait for `ready`, until `unblock`. */
  block(): void {
    this.#isBlocked = true
  }

  unblock(): void {
    this.#isBlocked = false
  }

  /**
   * Records an event of the plotter. After a fault the next sheet waits for `ready`. Neither `home` nor a new
   * connection is enough.
   */
  note({ type }: PlotterEvent): void {
    if (type === 'fault') this.#isBlocked = true
    this.#waitsForHome = this.isOff && !this.#isBlocked && this.#mustHome()
  }

  /**
   * Whether an idle plotter must change its state, with the gate off. A plotter whose position was found becomes ready.
   * When the gate is no longer open, a ready plotter becomes not ready.
   */
  mustChange(isReady: boolean): boolean {
    return this.isOff && (isReady ? !this.isOpen : this.#waitsForHome && this.isOpen)
  }
}
