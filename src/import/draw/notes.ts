import type { ImportNote } from '../importer.ts'

/** The notes of one import. Equal notes become one, with the sum of their counts. */
export class Notes {
  readonly #notes = new Map<string, { code: ImportNote['code']; message: string; count: number }>()

  /** @param count  number of parts of the file that the note is about; absent for a note about the whole file */
  add(code: ImportNote['code'], message: string, count = 0): void {
    const before = this.#notes.get(`${code} ${message}`)
    if (before === undefined) this.#notes.set(`${code} ${message}`, { code, message, count })
    else before.count += count
  }

  clear(): void {
    this.#notes.clear()
  }

  /** The notes in the order in which `add` first got them. A message about several parts says how many they are. */
  list(): ImportNote[] {
    return Array.from(this.#notes.values(), ({ code, message, count }) => {
      if (count === 0) return { code, message }
      return { code, message: count > 1 ? `${message} (${count} ×)` : message, count }
    })
  }
}
