import { lengthTo } from '../../geometry/measure.ts'
import type { Clock } from '../link/clock.ts'
import type { PlotOptions } from './driver.ts'

const POLL_EVERY_MS = 40

/**
 * Polls `hold` and turns its result into a signal. Pass `signal` to each wait that a pause may end early. A requested
 * pause aborts `signal`, and so does an abort of the plot.
 */
export class PauseRequest {
  readonly signal: AbortSignal
  /** Whether a button or a door holds the board, which then does not lower its pen. */
  isHeld = false
  /** Whether the pen is on its way down for a dot. */
  #isDotFalling = false
  readonly #controller = new AbortController()
  readonly #reason = new Error('a pause was requested')
  #cancel = () => {}

  constructor(clock: Clock, { hold, signal }: PlotOptions) {
    this.signal = AbortSignal.any([signal, this.#controller.signal])
    const poll = () => {
      if ((this.isHeld || !this.#isDotFalling) && hold?.()) this.#controller.abort(this.#reason)
      else this.#cancel = clock.after(POLL_EVERY_MS, poll)
    }
    if (hold) poll()
  }

  /**
   * Resolves when the pen is down for a stroke. If the stroke is a dot, a requested pause waits meanwhile. A pause
   * during the fall would draw the dot again, also when the falling pen had touched the paper.
   */
  async untilLowered(points: Float64Array, lowering: Promise<void>): Promise<void> {
    this.#isDotFalling = lengthTo(points, points.length / 2 - 1) === 0
    await lowering
    this.#isDotFalling = false
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
