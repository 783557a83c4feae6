/** How a pen hangs on a grbl machine. */
export type PenWiring =
  /** A servo on the spindle output: the pen touches at values below this (or, reversed, above it); off is up. */
  | { readonly kind: 'spindle'; readonly downBelow?: number; readonly downAbove?: number }
  /** The Z axis, machine mm: the pen touches at this height or lower. */
  | { readonly kind: 'z'; readonly touchesAt: number }

/** Whether the pen touches the paper, from what the machine does. */
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
