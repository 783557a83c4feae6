/** What decides which way a character is read. */
export interface Directed {
  readonly text: string
  /** How deep in texts of the other direction: odd runs from right to left (Unicode Bidirectional Algorithm, BD2). */
  readonly level: number
  /** `unicode-bidi: bidi-override`: whatever the character itself would have. */
  readonly overridden: boolean
}

const RIGHT_TO_LEFT = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u
const LEFT_TO_RIGHT = /[\p{L}\p{N}]/u

/** The next level of a direction inside of another (UBA, X2 to X5). */
export const deeper = (level: number, direction: string): number =>
  level + (level % 2 === (direction === 'rtl' ? 1 : 0) ? 2 : 1)

/**
 * Indices of characters from left to right: the Unicode Bidirectional Algorithm for letters, numbers and all that takes
 * its direction from what is around it; brackets and separators of numbers are not looked at closer.
 */
export function visualOrder(chars: readonly Directed[]): number[] {
  const order = chars.map((_, i) => i)
  const levels = levelsOf(chars)
  const most = levels.reduce((highest, level) => Math.max(highest, level), 0)
  // Rule L2: from the deepest level to the first, what is at it or deeper turns round.
  for (let level = most; level > 0; level--) turnRound(order, levels, level)
  return order
}

/** Brackets that show their other side where text runs from right to left. */
const MIRRORED: Readonly<Record<string, string>> = {
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

/** What is to be drawn for each character. */
export function shownTexts(chars: readonly Directed[]): string[] {
  const levels = levelsOf(chars)
  return chars.map(({ text }, i) => ((levels[i] ?? 0) % 2 === 1 ? (MIRRORED[text] ?? text) : text))
}

function levelsOf(chars: readonly Directed[]): number[] {
  const own = chars.map((char) => (char.overridden ? char.level % 2 : strong(char.text)))
  return chars.map(({ level }, i) => {
    const parity = own[i] ?? neutral(chars, own, i)
    return parity === level % 2 ? level : level + 1
  })
}

/** 0 or 1; undefined for what has no direction of its own. */
function strong(text: string): number | undefined {
  if (RIGHT_TO_LEFT.test(text)) return 1
  return LEFT_TO_RIGHT.test(text) ? 0 : undefined
}

/** As what is on both sides, if that is one direction; else as the text around (rules N1 and N2). */
function neutral(chars: readonly Directed[], own: readonly (number | undefined)[], i: number): number {
  const level = chars[i]?.level ?? 0
  const beside = (step: number): number => {
    let k = i + step
    while (own[k] === undefined && chars[k]?.level === level) k += step
    return chars[k]?.level === level ? (own[k] ?? level % 2) : Math.max(level, chars[k]?.level ?? level) % 2
  }
  const [before, after] = [beside(-1), beside(1)]
  return before === after ? before : level % 2
}

function turnRound(order: number[], levels: readonly number[], level: number): void {
  const isDeep = (k: number): boolean => k < order.length && (levels[order[k] ?? 0] ?? 0) >= level
  for (let k = 0; k < order.length; k++) {
    if (!isDeep(k)) continue
    let end = k
    while (isDeep(end)) end++
    order.splice(k, end - k, ...order.slice(k, end).reverse())
    k = end
  }
}
