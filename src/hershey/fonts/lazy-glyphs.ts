import type { Glyph } from './font.ts'

/**
 * Glyphs by code point. Each glyph is made when it is looked up, because a large font has thousands and a text needs a
 * few.
 */
export class LazyGlyphs implements ReadonlyMap<number, Glyph> {
  readonly #codes: ReadonlySet<number>
  readonly #make: (code: number) => Glyph
  readonly #known = new Map<number, Glyph>()

  /** @param codes  the code points that have a glyph */
  constructor(codes: ReadonlySet<number>, make: (code: number) => Glyph) {
    this.#codes = codes
    this.#make = make
  }

  get size(): number {
    return this.#codes.size
  }

  has(code: number): boolean {
    return this.#codes.has(code)
  }

  get(code: number): Glyph | undefined {
    const known = this.#known.get(code)
    if (known !== undefined || !this.#codes.has(code)) return known
    const glyph = this.#make(code)
    this.#known.set(code, glyph)
    return glyph
  }

  forEach(visit: (glyph: Glyph, code: number, map: ReadonlyMap<number, Glyph>) => void): void {
    for (const [code, glyph] of this) visit(glyph, code, this)
  }

  keys(): SetIterator<number> {
    return this.#codes.keys()
  }

  *values(): Generator<Glyph, undefined, unknown> {
    for (const [, glyph] of this) yield glyph
    return undefined
  }

  *entries(): Generator<[number, Glyph], undefined, unknown> {
    for (const code of this.#codes) yield [code, this.get(code) as Glyph]
    return undefined
  }

  [Symbol.iterator](): Generator<[number, Glyph], undefined, unknown> {
    return this.entries()
  }
}
