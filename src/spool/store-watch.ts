import type { PlotdError } from '../errors.ts'
import { deliver } from './deliver.ts'
import type { StoreState } from './spool.ts'

/** The state of the store, and its listeners. */
export class StoreWatch {
  #state: StoreState = { is: 'here' }
  #isEnded = false
  readonly #listeners = new Set<(state: StoreState) => void>()

  get state(): StoreState {
    return this.#state
  }

  /** Whether the store stays away until the next start. */
  get isEnded(): boolean {
    return this.#isEnded
  }

  /** Announces a change between 'here' and 'away'. */
  set(state: StoreState): void {
    if (!this.#isEnded && state.is !== this.#state.is) this.#announce(state)
  }

  /** Announces that the store stays away until the next start. */
  end(why: PlotdError): void {
    this.#isEnded = true
    this.#announce({ is: 'away', why })
  }

  #announce(state: StoreState): void {
    this.#state = state
    for (const listener of this.#listeners) deliver(listener, state)
  }

  listen(listener: (state: StoreState) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}
