/** Edit distance of two words; swapped neighbours count as one edit (optimal string alignment). */
export function distance(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1]
      let best = Math.min((row[j - 1] ?? 0) + 1, (last[j] ?? 0) + 1, (last[j - 1] ?? 0) + (isSame ? 0 : 1))
      if (a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, (beforeLast[j - 2] ?? 0) + 1)
      row.push(best)
    }
    beforeLast = last
    last = row
  }
  return last[b.length] ?? 0
}

/**
 * The known words that begin with `word` or are a few edits away from it: at most `most`, nearest first. For a `word`
 * of one letter, only the edits count.
 */
export function nearest(word: string, known: readonly string[], most = 3): string[] {
  const lower = word.toLowerCase()
  const bound = Math.max(1, Math.floor(lower.length / 3))
  return known
    .map((name) => ({
      name,
      edits: name.startsWith(lower) && lower.length > 1 ? 0 : distance(lower, name.toLowerCase()),
    }))
    .filter(({ edits }) => edits <= bound)
    .sort((a, b) => a.edits - b.edits)
    .slice(0, most)
    .map(({ name }) => name)
}

/** A suggestion for a misspelt word: 'Did you mean `list` or `lift`?'; '' when no known word is near. */
export function didYouMean(word: string, known: readonly string[], prefix = ''): string {
  const names = nearest(word, known).map((name) => `\`${prefix}${name}\``)
  const last = names.pop()
  if (last === undefined) return ''
  return `Did you mean ${names.length > 0 ? `${names.join(', ')} or ${last}` : last}?`
}
