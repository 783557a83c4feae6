import type { NotDrawn } from './options.ts'

/** Counts what is found and will not be drawn, by kind. */
export class Tally {
  readonly #found = new Map<string, { count: number; detail: string | undefined }>()

  /** All that was counted. */
  total = 0

  add(what: string, detail?: string): void {
    this.total++
    const entry = this.#found.get(what)
    if (entry === undefined) this.#found.set(what, { count: 1, detail })
    else entry.count++
  }

  list(): NotDrawn[] {
    return [...this.#found].map(([what, { count, detail }]) =>
      detail === undefined ? { what, count } : { what, count, detail },
    )
  }
}
