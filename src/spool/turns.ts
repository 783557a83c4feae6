/** Acts on things of one name take turns; those of different names wait for nobody. */
export class Turns {
  /** What is done last with each name. */
  readonly #last = new Map<string, Promise<unknown>>()

  /** Does it when all that was asked before for that name is over, however it ended. */
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
