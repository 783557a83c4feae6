import { PlotdError } from '../../errors.ts'

/** One line of G-code: its words and its comments. */
export interface Block {
  readonly words: readonly Word[]
  readonly comment: string
  /** Whether the line computes: it has a variable (`#1`), a formula (`[1+2]`) or a word of control (`o1 call`). */
  readonly isComputed: boolean
}

/** A letter and its number: 'X12.5'. */
export interface Word {
  readonly letter: string
  readonly value: number
}

/** Matches a line that computes. The signs of a formula may also stand in the text of a message (M117, M118). */
const COMPUTES = /^(?!(?:N\d+)?M11[78])(?:.*[#[]|O.*?(?:CALL|DO|IF|REPEAT|SUB|WHILE))/

/** Limit on the characters of one line before a `;`. */
const MAX_LINE = 4096

/**
 * Splits G-code into blocks: words and comments, without line numbers and checksums. Letters may be upper or lower
 * case, and blanks may stand anywhere. Lines that begin with `/`, `%` or `$` (a setting of grbl) are skipped.
 *
 * @throws PlotdError ERR_DOCUMENT for a line of more than 4,096 characters before a `;`
 */
export function* blocksOf(text: string): Generator<Block> {
  for (const line of linesOf(text)) {
    if (/^[/%$]/.test(line)) continue
    const block = blockOf(line)
    if (block.words.length > 0 || block.comment !== '' || block.isComputed) yield block
  }
}

function* linesOf(text: string): Generator<string> {
  for (const [whole] of text.matchAll(/[^\r\n]+/g)) {
    const { length } = whole
    const line = whole.slice(0, MAX_LINE + 1)
    if (length > MAX_LINE && !line.includes(';')) {
      throw new PlotdError(
        'ERR_DOCUMENT',
        `a line of the G-code has ${length} characters: expected at most ${MAX_LINE}`,
      )
    }
    yield line.trim()
  }
}

function blockOf(line: string): Block {
  const comments: string[] = []
  const code = line
    .replace(/\(([^)]*)\)?/g, (_, comment: string) => {
      comments.push(comment.trim())
      return ''
    })
    .replace(/;(.*)$/, (_, comment: string) => {
      comments.push(comment.trim())
      return ''
    })
    .replace(/\*\s*\d+\s*$/, '')
    .replaceAll(/\s+/g, '')
    .toUpperCase()
    // Marlin's command for the servo replaces Klipper's.
    .replace(/^SET_SERVO.*ANGLE=([\d.]+).*$/, 'M280S$1')
  const words: Word[] = []
  for (const [, letter = '', digits = ''] of code.matchAll(/([A-Z])([+-]?(?:\d+\.?\d*|\.\d+))/g))
    if (letter !== 'N') words.push({ letter, value: Number(digits) })
  return { words, comment: comments.join(' '), isComputed: COMPUTES.test(code) }
}
