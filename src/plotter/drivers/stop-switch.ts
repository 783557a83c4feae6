import { PlotdError } from '../../errors.ts'

/** Aborts the present work of a driver when the driver's `stop` is called. */
export class StopSwitch {
  #current = new AbortController()

  /** Returns a signal for the work that begins now. `stop` aborts it, and so does the caller's own signal. */
  begin(signal?: AbortSignal): AbortSignal {
    this.#current = new AbortController()
    return signal ? AbortSignal.any([signal, this.#current.signal]) : this.#current.signal
  }

  stop(): void {
    this.#current.abort(new PlotdError('ERR_PLOTTER_STATE', 'stopped'))
  }
}
