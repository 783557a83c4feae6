/**
 * The choice that a misspelled word most likely means: the one with the fewest insertions, deletions, substitutions and
 * transpositions (optimal string alignment, Damerau 1964). Undefined when the edits are more than one, and more than a
 * third of the word's letters. The number of edits does not matter when the word has three letters or more, and the
 * nearest choice begins with the word.
 */
export function nearest(word: string, choices: readonly string[]): string | undefined {
  const input = word.toLowerCase().slice(0, 40)
  const ranked = choices
    .map((choice) => ({ choice, distance: edits(input, choice.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance)
  const [best] = ranked
  if (!best) return undefined
  const isPrefix = best.choice.toLowerCase().startsWith(input) && input.length >= 3
  return best.distance <= Math.max(1, input.length / 3) || isPrefix ? best.choice : undefined
}

/** The number of edits that turn one word into the other. */
function edits(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)]
  const cell = (i: number, j: number) => rows[i]?.[j] ?? Infinity
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    rows.push(row)
    for (let j = 1; j <= b.length; j++) {
      const substitution = a[i - 1] === b[j - 1] ? 0 : 1
      const swap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? cell(i - 2, j - 2) + 1 : Infinity
      row.push(Math.min(cell(i - 1, j) + 1, cell(i, j - 1) + 1, cell(i - 1, j - 1) + substitution, swap))
    }
  }
  return cell(a.length, b.length)
}
