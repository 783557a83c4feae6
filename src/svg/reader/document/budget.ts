import { PlotdError } from '../../../errors.ts'
import type { Work } from '../../../geometry/work.ts'
import type { SvgElement } from './tree.ts'

/** Steps of work to visit any element. */
const VISIT = 20
/** One step of work pays for this much of an element's `size`, which counts weighted characters. */
const CHARACTERS = 8

/**
 * The work that one reading may do. Every loop whose length a file decides spends from the budget, so a small file
 * cannot take hours. Bounds on bytes and elements alone do not limit loops within loops.
 */
export class Budget implements Work {
  /** The element that is being read, which errors name. */
  at: SvgElement | undefined
  #spent = 0
  readonly #most: number

  constructor(most: number) {
    this.#most = most
  }

  get spent(): number {
    return this.#spent
  }

  /** Counts steps of work. @throws PlotdError ERR_SVG_LIMIT */
  spend(steps: number): void {
    this.#spent += steps
    if (!(this.#spent <= this.#most)) this.#refuse()
  }

  /**
   * Spends the work of reading an element's attributes, and names the element in later errors.
   *
   * @throws PlotdError ERR_SVG_LIMIT
   */
  visit(element: SvgElement): void {
    this.at = element
    this.spend(VISIT + element.size / CHARACTERS)
  }

  #refuse(): never {
    throw new PlotdError(
      'ERR_SVG_LIMIT',
      `reading the SVG takes more than ${this.#most} steps of work${this.place}: simplify the drawing, or raise svg.work`,
      { limit: 'work', most: this.#most, ...this.detail },
    )
  }

  /** ' at <path id="a"> in line 12', for a message; '' when no element is being read. */
  get place(): string {
    if (this.at === undefined) return ''
    const { id } = this.detail.element ?? {}
    return ` at <${this.at.name}${id === undefined ? '' : ` id="${id}"`}> in line ${this.at.line}`
  }

  get detail(): { element?: { name: string; line: number; id?: string } } {
    if (this.at === undefined) return {}
    const { name, line, attributes } = this.at
    const id = attributes['id']?.slice(0, 100)
    return { element: { name, line, ...(id === undefined ? {} : { id }) } }
  }
}

/**
 * Converts a RangeError to an error about the file. JavaScript throws a RangeError for a stack or an array that grew
 * too large. Only the file can be the cause.
 */
export function asLimit(thrown: unknown, budget: Budget): unknown {
  if (!(thrown instanceof RangeError)) return thrown
  return new PlotdError(
    'ERR_SVG_LIMIT',
    `the SVG takes too much memory or nests too deep${budget.place}: simplify it`,
    { limit: 'memory', ...budget.detail },
    thrown,
  )
}
