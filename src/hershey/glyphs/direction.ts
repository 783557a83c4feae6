import bidiFactory, { type Bidi } from 'bidi-js'

// The types of `bidi-js` describe the ES module. Node loads the CommonJS build, whose export is the factory itself.
const bidi = (bidiFactory as unknown as () => Bidi)()
const RIGHT_TO_LEFT = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u

/** Only letters of a right-to-left script make a text run from right to left: direction marks alone do not. */
const LETTER = /\p{L}/u

/** The directions of the characters of one paragraph (UAX 9). */
export interface Directions {
  /** Embedding level of each character; odd levels run from right to left. */
  readonly levels: readonly number[]
  /** Level of the paragraph. The first letter or direction mark of the paragraph decides the level. */
  readonly base: number
}

/** @returns undefined when no character is a letter of a right-to-left script */
export function directionsOf(chars: readonly string[]): Directions | undefined {
  if (!chars.some((char) => RIGHT_TO_LEFT.test(char) && LETTER.test(char))) return undefined
  const { levels, paragraphs } = bidi.getEmbeddingLevels(chars.join(''))
  let place = 0
  const byChar = chars.map((char) => {
    const level = levels[place] ?? 0
    place += char.length
    return level
  })
  return { levels: byChar, base: paragraphs[0]?.level ?? 0 }
}

/** The mirror image of a character in text from right to left; the character itself when it has none. */
export const mirrorOf = (char: string): string => bidi.getMirroredCharacter(char) ?? char

/** Indices of characters from left to right (UAX 9, rule L2). @returns undefined when no level is above 0 */
export function visualOrder(levels: readonly (number | undefined)[]): readonly number[] | undefined {
  const most = levels.reduce<number>((highest, level) => Math.max(highest, level ?? 0), 0)
  if (most === 0) return undefined
  let order = levels.map((_, i) => i)
  for (let level = most; level > 0; level--) {
    const next: number[] = []
    for (let k = 0; k < order.length; ) {
      let end = k
      while (end < order.length && (levels[order[end] ?? 0] ?? 0) >= level) end++
      next.push(...order.slice(k, end).reverse(), ...order.slice(end, end + 1))
      k = end + 1
    }
    order = next
  }
  return order
}
