import type { Clock } from '../link/clock.ts'
import type { PlotOptions } from './driver.ts'

const POLL_EVERY_MS = 40

/**
 * Polls `hold` and turns its result into a signal. Pass `signal` to each wait that a pause may end early. A requested
 * pause aborts `signal`, and so does an abort of the plot.
 */
export class PauseRequest {
  readonly signal: AbortSignal
  readonly #controller = new AbortController()
  readonly #reason = new Error('a pause was requested')
  #cancel = () => {}

  constructor(clock: Clock, { hold, signal }: PlotOptions) {
    this.signal = AbortSignal.any([signal, this.#controller.signal])
    const poll = () => {
      if (hold?.()) this.#controller.abort(this.#reason)
      else this.#cancel = clock.after(POLL_EVERY_MS, poll)
    }
    if (hold) poll()
  }

  /** Whether the requested pause caused the error. */
  isCauseOf(error: unknown): boolean {
    return error === this.#reason
  }

  /** Stops polling. */
  end(): void {
    this.#cancel()
  }
}
