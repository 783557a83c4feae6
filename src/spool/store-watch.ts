import { deliver } from './deliver.ts'
import type { StoreState } from './spool.ts'

/** The state of the store, and its listeners. */
export class StoreWatch {
  #state: StoreState = { is: 'here' }
  readonly #listeners = new Set<(state: StoreState) => void>()

  get state(): StoreState {
    return this.#state
  }

  /** Announces a change between 'here' and 'away'. */
  set(state: StoreState): void {
    if (state.is === this.#state.is) return
    this.#state = state
    for (const listener of this.#listeners) deliver(listener, state)
  }

  listen(listener: (state: StoreState) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}
