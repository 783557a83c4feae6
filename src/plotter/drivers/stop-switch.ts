import { PlotdError } from '../../errors.ts'

/** Aborts the present work of a driver when its `stop` is called. */
export class StopSwitch {
  #current = new AbortController()

  /** A signal for the work that begins now. It is aborted by `stop` and with the caller's own signal. */
  begin(signal?: AbortSignal): AbortSignal {
    this.#current = new AbortController()
    return signal ? AbortSignal.any([signal, this.#current.signal]) : this.#current.signal
  }

  /** Aborts the present signal. */
  stop(): void {
    this.#current.abort(new PlotdError('ERR_PLOTTER_STATE', 'stopped'))
  }
}
