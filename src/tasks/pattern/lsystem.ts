/**
 * Rewrites a word `times` times by the rules (Lindenmayer 1968). Letters without a rule stay.
 *
 * @throws RangeError when the word grows beyond two million letters
 */
export function rewrite(axiom: string, rules: Readonly<Record<string, string>>, times: number): string {
  let word = axiom
  for (let i = 0; i < times; i++) {
    word = Array.from(word, (letter) => rules[letter] ?? letter).join('')
    if (word.length > 2_000_000) throw new RangeError(`the word has grown to ${word.length} letters`)
  }
  return word
}

/**
 * The line of a turtle. Letters in `forward` draw a step of 1, and + and - turn by `degrees`. Returns x, y interleaved.
 */
export function turtleLine(word: string, forward: string, degrees: number): number[] {
  let x = 0
  let y = 0
  let heading = 0
  const line = [x, y]
  for (const letter of word) {
    if (letter === '+') heading += degrees
    else if (letter === '-') heading -= degrees
    else if (forward.includes(letter)) {
      x += Math.cos((heading * Math.PI) / 180)
      y += Math.sin((heading * Math.PI) / 180)
      line.push(x, y)
    }
  }
  return line
}
