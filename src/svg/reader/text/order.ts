import type { Work } from '../../../geometry/work.ts'
import { type BidiChar, levelsOf } from './bidi.ts'

/** The lowest level above `level` in which text runs in `direction` (UAX 9, X2 to X5). */
export const deeperLevel = (level: number, direction: string): number =>
  level + (level % 2 === (direction === 'rtl' ? 1 : 0) ? 2 : 1)

/** Indices of characters from left to right (UAX 9, rule L2). */
export function visualOrder(chars: readonly BidiChar[], work: Work): number[] {
  const order = chars.map((_, i) => i)
  const levels = levelsOf(chars, work)
  const most = levels.reduce((highest, level) => Math.max(highest, level), 0)
  // From the deepest level to level 1, reverse each sequence of that level or deeper.
  work.spend(3 * most * chars.length)
  for (let level = most; level > 0; level--) reverseRuns(order, levels, level)
  return order
}

/** The mirror image of each bracket, for text from right to left. */
const MIRROR_IMAGES: Readonly<Record<string, string>> = {
  '(': ')',
  ')': '(',
  '[': ']',
  ']': '[',
  '{': '}',
  '}': '{',
  '<': '>',
  '>': '<',
  '«': '»',
  '»': '«',
}

/** The text to draw for a character. Brackets are mirrored in text from right to left. */
export const mirroredText = (text: string, level: number): string =>
  level % 2 === 1 ? (MIRROR_IMAGES[text] ?? text) : text

function reverseRuns(order: number[], levels: readonly number[], level: number): void {
  const isDeep = (k: number): boolean => k < order.length && (levels[order[k] ?? 0] ?? 0) >= level
  for (let k = 0; k < order.length; k++) {
    if (!isDeep(k)) continue
    let end = k
    while (isDeep(end)) end++
    order.slice(k, end).forEach((index, i) => {
      order[end - 1 - i] = index
    })
    k = end
  }
}
