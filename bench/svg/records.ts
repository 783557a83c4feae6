import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import type { Agreement } from './agreement.ts'

/**
 * Verdicts of earlier runs, one JSON line for each verdict. So a run over thousands of files can be stopped and
 * continued, and costs little when only a few drawings have changed.
 */
export class Records {
  readonly #path: string | undefined
  readonly #known = new Map<string, Agreement>()

  /** @param path  file of the verdicts; without a path, no verdict is read or written */
  constructor(path: string | undefined) {
    this.#path = path
    if (path === undefined || !existsSync(path)) return
    for (const line of readFileSync(path, 'utf8').split('\n').filter(Boolean)) {
      const agreement = JSON.parse(line) as Agreement
      this.#known.set(agreement.key, agreement)
    }
  }

  find = (key: string): Agreement | undefined => this.#known.get(key)

  add(agreement: Agreement): void {
    if (agreement.key === '' || this.#known.has(agreement.key)) return
    this.#known.set(agreement.key, agreement)
    if (this.#path !== undefined) appendFileSync(this.#path, `${JSON.stringify(agreement)}\n`)
  }
}
