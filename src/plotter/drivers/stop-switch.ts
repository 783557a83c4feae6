import { PlotdError } from '../../errors.ts'

/** What a driver's `stop` ends: whatever it is doing at that moment. */
export class StopSwitch {
  #current = new AbortController()

  /** A signal for what begins now: aborted by `stop`, or with the caller's own signal. */
  begin(signal?: AbortSignal): AbortSignal {
    this.#current = new AbortController()
    return signal ? AbortSignal.any([signal, this.#current.signal]) : this.#current.signal
  }

  stop(): void {
    this.#current.abort(new PlotdError('ERR_PLOTTER_STATE', 'stopped'))
  }
}
