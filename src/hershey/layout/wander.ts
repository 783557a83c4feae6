import { normal, placeOf } from '../fonts/chance.ts'
import type { Hand } from './options.ts'

/**
 * The deviation of one letter from its place and shape. `aside` and `down` are in mm, `size` is a factor, and `lean` is
 * a horizontal shift per unit of height.
 */
export interface Wander {
  readonly aside: number
  readonly down: number
  readonly size: number
  readonly lean: number
}

/** The character and the line of a letter. */
interface Place {
  readonly char: string
  readonly line: number
}

/** Standard deviations of words: `down` in x-heights, the size, the lean, and `aside` in spaces. */
const WORD = { down: 0.05, size: 0.02, lean: 0.026, aside: 0.1 } as const
/**
 * Greatest fraction of a space by which a word comes closer to the word before it, so that the two do not become one.
 */
const CLOSER = 0.3
/** Fraction of a word's `down`, `size` and `lean` that the next word keeps. */
const KEPT = 0.6
/** Standard deviations of letters, in the units of `WORD`. */
const LETTER = { down: 0.06, size: 0.033, lean: 0.022 } as const
/**
 * Standard deviations of characters, in the units of `WORD`. A character such as `a` has the same deviation wherever it
 * stands in the text.
 */
const HABIT = { down: 0.035, size: 0.02, lean: 0.012 } as const

/**
 * The deviations of a hand in addition to the smooth ones of `unevennessOf`. Words stand higher and lower, and each
 * word keeps a part of the height, size and lean of the word before. Letters differ one by one. Each character has a
 * deviation of its own for the whole hand.
 *
 * @param xHeight    height of small letters, mm
 * @param space      width of a space, mm
 * @param separates  whether letters may deviate one by one; false for fonts whose letters touch. With false, a whole
 *   word deviates as one, and the size of the word stays the same.
 */
export function wanderOf(
  cells: readonly Place[],
  { seed, amount = 1 }: Hand,
  xHeight: number,
  space: number,
  separates: boolean,
): readonly Wander[] {
  const word = { down: 0, size: 0, lean: 0, aside: 0 }
  const random = (salt: number, index: number) => normal(seed + 977 * salt, index)
  const next = (before: number, salt: number, index: number) =>
    KEPT * before + Math.sqrt(1 - KEPT ** 2) * random(salt, index)
  // Lines that are drawn one at a time must not all get the same deviations.
  const first = placeOf(cells[0]?.line ?? 0, 0)
  let words = first
  let startsWord = true
  let line = -1
  return cells.map((cell, i) => {
    if (startsWord || cell.line !== line) {
      words++
      word.down = next(word.down, 1, words)
      word.size = next(word.size, 2, words)
      word.lean = next(word.lean, 3, words)
      const least = word.aside - CLOSER / (amount * WORD.aside)
      word.aside = cell.line === line ? Math.max(random(4, words), least) : 0
      line = cell.line
    }
    startsWord = /^\s$/.test(cell.char)
    const code = cell.char.codePointAt(0) ?? 0
    const level = (name: 'down' | 'size' | 'lean', salt: number) =>
      WORD[name] * word[name] +
      (separates ? LETTER[name] * random(salt, first + i) + HABIT[name] * random(salt + 10, code) : 0)
    return {
      aside: amount * space * WORD.aside * word.aside,
      down: amount * xHeight * level('down', 5),
      size: separates ? 1 + amount * level('size', 6) : 1,
      lean: amount * level('lean', 7),
    }
  })
}
