import type { MissingCharacter } from '../../../hershey/index.ts'

/** What was drawn of text, and what no font had. */
export class TextTally {
  readonly #missing = new Map<string, MissingCharacter>()
  count = 0

  miss(characters: readonly MissingCharacter[]): void {
    for (const found of characters) {
      const before = this.#missing.get(found.char)?.count ?? 0
      this.#missing.set(found.char, { ...found, count: before + found.count })
    }
  }

  get missing(): readonly MissingCharacter[] {
    return [...this.#missing.values()]
  }
}
