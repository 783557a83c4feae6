import { INVALID, MISSING, needComma, refuse } from './reply.ts'

/** Reads a command's parameters from left to right, as the firmware does. */
export class Arguments {
  #rest: string

  constructor(rest: string) {
    this.#rest = rest
  }

  get hasMore(): boolean {
    return this.#rest !== ''
  }

  /** A required whole number. @throws Refusal */
  number(low: number, high: number): number {
    if (!this.hasMore) return refuse(MISSING)
    return this.#take(low, high)
  }

  /** An optional whole number; undefined when there are no more parameters. @throws Refusal */
  optional(low: number, high: number): number | undefined {
    return this.hasMore ? this.#take(low, high) : undefined
  }

  /** A required word, such as a port letter or a nickname. @throws Refusal */
  word(pattern: RegExp): string {
    if (!this.hasMore) return refuse(MISSING)
    this.#comma()
    const word = this.#field()
    return pattern.test(word) ? word : refuse(INVALID)
  }

  /** Reads a sign and digits. A further parameter must begin with a comma directly after these digits. */
  #take(low: number, high: number): number {
    this.#comma()
    const [digits = ''] = /^[+-]?\d*/.exec(this.#rest) ?? []
    if (digits === '' && (this.#rest === '' || this.#rest[0] === ',')) return refuse(MISSING)
    if (!/\d/.test(digits)) return refuse(INVALID)
    this.#rest = this.#rest.slice(digits.length)
    const value = Number(digits)
    return value < low || value > high ? refuse(INVALID) : value
  }

  #comma(): void {
    if (this.#rest[0] !== ',') refuse(needComma(this.#rest[0] ?? ''))
    this.#rest = this.#rest.slice(1)
  }

  /** Reads up to the next comma. */
  #field(): string {
    const end = this.#rest.indexOf(',')
    const field = end < 0 ? this.#rest : this.#rest.slice(0, end)
    this.#rest = this.#rest.slice(field.length)
    return field
  }
}

export const INT32 = 2 ** 31 - 1
export const UINT32 = 2 ** 32 - 1
