import type { Clock } from '../link/clock.ts'
import type { PlotOptions } from './driver.ts'

const ASK_EVERY_MS = 40

/**
 * Polls `hold` and turns it into a signal. Pass `signal` to every wait of the driver. It is aborted when a pause is requested,
 * and when the plot is aborted.
 */
export class PauseRequest {
  readonly signal: AbortSignal
  readonly #controller = new AbortController()
  readonly #reason = new Error('held')
  #cancel = () => {}

  constructor(clock: Clock, { hold, signal }: PlotOptions) {
    this.signal = AbortSignal.any([signal, this.#controller.signal])
    const ask = () => {
      if (hold?.()) this.#controller.abort(this.#reason)
      else this.#cancel = clock.after(ASK_EVERY_MS, ask)
    }
    if (hold) ask()
  }

  /** Whether this pause caused the error, not a failure. */
  isCauseOf(error: unknown): boolean {
    return error === this.#reason
  }

  end(): void {
    this.#cancel()
  }
}
