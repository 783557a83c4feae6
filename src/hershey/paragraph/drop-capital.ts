/**
 * The first letter of a text, with any opening quote before it, and the text after it. Undefined for a text that does
 * not begin with a letter.
 */
export function dropCapital(text: string): { readonly letter: string; readonly rest: string } | undefined {
  const [letter] = /^["“‘„«'¿¡]?\p{L}\p{M}*/u.exec(text.trimStart()) ?? []
  return letter === undefined ? undefined : { letter, rest: text.trimStart().slice(letter.length).trimStart() }
}
