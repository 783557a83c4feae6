import type { Clock } from '../link/clock.ts'
import type { PlotOptions } from './driver.ts'

const ASK_EVERY_MS = 40

/**
 * A wish to pause, as a signal: `hold` is asked again and again, whatever the driver is waiting for meanwhile. Hand
 * `signal` to everything that waits; it is aborted when the wish comes, and when the plot is.
 */
export class PauseWish {
  readonly signal: AbortSignal
  readonly #granted = new AbortController()
  readonly #reason = new Error('held')
  #cancel = () => {}

  constructor(clock: Clock, { hold, signal }: PlotOptions) {
    this.signal = AbortSignal.any([signal, this.#granted.signal])
    const ask = () => {
      if (hold?.()) this.#granted.abort(this.#reason)
      else this.#cancel = clock.after(ASK_EVERY_MS, ask)
    }
    if (hold) ask()
  }

  /** Is it this wish that ended the work, and not something worse? */
  explains(error: unknown): boolean {
    return error === this.#reason
  }

  end(): void {
    this.#cancel()
  }
}
