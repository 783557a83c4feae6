/** The number behind a letter of a line. */
export type Value = (letter: string) => number | undefined

/** A line's command, such as `G1` or `SET_SERVO`, and its numbers. */
export function parsed(text: string): { readonly word: string; readonly value: Value } {
  const [word = ''] = /^([A-Z]\d+|[A-Z_]+)/.exec(text) ?? []
  const value = (letter: string): number | undefined => {
    const number = new RegExp(`${letter} *(-?\\d*\\.?\\d+)`).exec(text.slice(word.length))?.[1]
    return number === undefined ? undefined : Number(number)
  }
  return { word, value }
}
