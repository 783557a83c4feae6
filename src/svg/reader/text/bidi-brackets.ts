import type { Work } from '../../../geometry/work.ts'
import { type Stretch, side } from './bidi-kinds.ts'

const OPENING = '([{⟨⟦⁅〈'
const CLOSING = ')]}⟩⟧⁆〉'
/** UAX 9, BD16. */
const MOST_OPEN = 63

/** Pairs of brackets get one direction, by what is in them and before them (UAX 9, rule N0). */
export function resolveBrackets({ kinds, texts, before, embedding }: Stretch, work: Work): void {
  for (const [open, close] of pairsOf(texts, (i) => kinds[i] === 'ON')) {
    work.spend(10 * close)
    const inside = kinds.slice(open + 1, close).map(side)
    const other = embedding === 'L' ? 'R' : 'L'
    if (inside.includes(embedding)) kinds[open] = kinds[close] = embedding
    else if (inside.includes(other)) {
      const context = kinds.slice(0, open).map(side).findLast(Boolean) ?? before
      kinds[open] = kinds[close] = context === other ? other : embedding
    }
  }
}

/** Places of the brackets that belong together, by their opening ones. */
function pairsOf(texts: readonly string[], isNeutral: (i: number) => boolean): [open: number, close: number][] {
  const pairs: [number, number][] = []
  const stack: { readonly i: number; readonly which: number }[] = []
  for (const [i, text] of texts.entries()) {
    if (text === '' || !isNeutral(i)) continue
    if (OPENING.includes(text)) {
      if (stack.length === MOST_OPEN) break
      stack.push({ i, which: OPENING.indexOf(text) })
    } else if (CLOSING.includes(text)) {
      const at = stack.findLastIndex(({ which }) => which === CLOSING.indexOf(text))
      if (at < 0) continue
      pairs.push([stack[at]?.i ?? 0, i])
      stack.length = at
    }
  }
  return pairs.sort(([a], [b]) => a - b)
}
