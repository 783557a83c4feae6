/** Runs actions with the same name one after another. Actions with different names do not wait for each other. */
export class KeyedTurns {
  /** The last action of each name. */
  readonly #last = new Map<string, Promise<unknown>>()

  /** Runs the action after all earlier actions of that name have ended, even with an error. */
  async take<T>(name: string, act: () => Promise<T>): Promise<T> {
    const turn = (this.#last.get(name) ?? Promise.resolve()).then(act, act)
    this.#last.set(name, turn)
    try {
      return await turn
    } finally {
      if (this.#last.get(name) === turn) this.#last.delete(name)
    }
  }
}
