/** How the pen is connected to a grbl machine. */
export type PenWiring =
  /** A servo on the spindle output. The pen touches below `downBelow` or above `downAbove`; it is up when the output is off. */
  | { readonly kind: 'spindle'; readonly downBelow?: number; readonly downAbove?: number }
  /** On the Z axis. The pen touches at this height or lower, machine mm. */
  | { readonly kind: 'z'; readonly touchesAt: number }

/** Whether the pen touches the paper, from the spindle output or the Z axis. */
export class PenOnMachine {
  readonly #wiring: PenWiring
  #z = Infinity
  #value: number | undefined

  constructor(wiring: PenWiring) {
    this.#wiring = wiring
  }

  get touches(): boolean {
    if (this.#wiring.kind === 'z') return this.#z <= this.#wiring.touchesAt + 1e-6
    const { downBelow, downAbove } = this.#wiring
    if (this.#value === undefined) return false
    return downAbove === undefined ? this.#value < (downBelow ?? 500) : this.#value > downAbove
  }

  spindle(on: boolean, value: number): void {
    this.#value = on ? value : undefined
  }

  height(z: number): void {
    this.#z = z
  }
}
