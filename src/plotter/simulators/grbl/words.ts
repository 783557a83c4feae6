/** A G-code word, such as `X10.5`. */
export interface Word {
  readonly letter: string
  readonly value: number
}

/** Refuses a line with grbl's error number. */
export class GrblError extends Error {
  readonly number: number

  constructor(number: number) {
    super(`error:${number}`)
    this.number = number
  }
}

const LONGEST_LINE = 80

/**
 * A line as the parser gets it: without blanks, slashes and comments, in upper case (grbl's protocol.c).
 *
 * @throws GrblError 11 when the line is longer than 80 characters
 */
export function withoutComments(line: string): string {
  if (line.length > LONGEST_LINE) throw new GrblError(11)
  return line
    .replace(/\([^)]*\)?/g, '')
    .replace(/;.*$/, '')
    .replace(/[\s/]/g, '')
    .toUpperCase()
}

/** The words of a line. @throws GrblError 1 when a letter was expected, 2 when its number cannot be read */
export function wordsOf(line: string): Word[] {
  const words: Word[] = []
  let rest = line
  while (rest !== '') {
    const letter = rest.charAt(0)
    if (letter < 'A' || letter > 'Z') throw new GrblError(1)
    const number = /^[A-Z]([-+]?(?:\d+\.?\d*|\.\d+))/.exec(rest)?.[1]
    if (number === undefined) throw new GrblError(2)
    words.push({ letter, value: Number(number) })
    rest = rest.slice(1 + number.length)
  }
  return words
}
