import { PlotdError } from '../../errors.ts'

/** One line of G-code: its words and its comments. */
export interface Block {
  readonly words: readonly Word[]
  readonly comment: string
  /** For a command with a name, which plotd ignores: the name of the first such command in the file. */
  readonly command: string | undefined
  /** What the line is, when plotd does not draw it; undefined for a line that plotd draws. */
  readonly notDrawn: string | undefined
}

/** A letter and its number: 'X12.5'. */
export interface Word {
  readonly letter: string
  readonly value: number
}

/**
 * Matches a line that computes: it has a variable (`#1`), a formula (`[1+2]`) or a word of control (`o1 call`). The
 * signs of a formula may also stand in the text of a message (M117, M118).
 */
const COMPUTES = /^(?!(?:N\d+)?M11[78])(?:.*[#[]|O.*?(?:CALL|DO|IF|REPEAT|SUB|WHILE))/

/** Matches a word whose number has a decimal comma. */
const HAS_COMMA = /[A-Z][+-]?\d{0,9},\d/
/** Matches a line that shows a message. */
const MESSAGE = /^(?:N\d+)?M11[78]/

/**
 * Matches a word whose number has an exponent, as programs write it: `1e-05` or `1E-05`. In `1E-5` a word E for an
 * extruder begins.
 */
const HAS_EXPONENT = /([A-Z])([+-]?(?:\d{1,99}\.?\d{0,99}|\.\d{1,99})(?:e[+-]?\d{1,3}|E[+-]0\d(?![\d.])))/g
/**
 * After a letter in lower case, one digit stands before the decimal point, and an exponent has a sign and two digits:
 * `6.123e-17`. Any other `e` begins a word E, for example in `x20e-10`.
 */
const HAS_EXPONENT_LOWER = /([a-z])([+-]?\d(?:\.\d{0,99})?[eE][+-]\d\d(?![\d.]))/g
const decimals = new Intl.NumberFormat('en', { useGrouping: false, maximumFractionDigits: 9 })
/** Writes a word without an exponent. */
const withDecimals = (_: string, letter: string, number: string): string => letter + decimals.format(Number(number))

/** Matches the name of a command of Klipper or of a macro, such as PEN_UP or _PARK. */
const NAME = /^(?:_|[A-Z][A-Z_])\w{0,30}/i

/** Limit on the characters of one line before a `;`. */
const MAX_LINE = 4096

/**
 * Splits G-code into blocks: words and comments, without line numbers and checksums. Letters may be upper or lower
 * case, and blanks may stand anywhere. Lines that begin with `%`, `$` (a setting of grbl) or `//` (a comment) are
 * skipped.
 *
 * @throws PlotdError ERR_DOCUMENT for a line of more than 4,096 characters before a `;`
 */
export function* blocksOf(text: string): Generator<Block> {
  let command: string | undefined
  for (const line of linesOf(text)) {
    if (/^(?:[%$]|\/\/)/.test(line)) continue
    const block = blockOf(line)
    if (block.command !== undefined) {
      command ??= block.command
      yield { ...block, command, words: [] }
    } else if (block.words.length > 0 || block.comment !== '' || block.notDrawn !== undefined) yield block
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
    .replace(HAS_EXPONENT, withDecimals)
    .replace(HAS_EXPONENT_LOWER, withDecimals)
    .replace(/\*\s*\d+\s*$/, '')
    .replaceAll(/\s+/g, '')
    .toUpperCase()
    // Marlin's command for the servo replaces Klipper's.
    .replace(/^SET_SERVO.*ANGLE=([\d.]+).*$/, 'M280S$1')
  const words: Word[] = []
  for (const [, letter = '', digits = ''] of code.matchAll(/([A-Z])([+-]?(?:\d+\.?\d*|\.\d+))/g))
    if (letter !== 'N') words.push({ letter, value: Number(digits) })
  const notDrawn = reasonNotToDraw(code, words)
  const isIgnored = notDrawn === undefined && !code.startsWith('M280')
  return { words, comment: comments.join(' '), command: isIgnored ? NAME.exec(line)?.[0] : undefined, notDrawn }
}

function reasonNotToDraw(code: string, words: readonly Word[]): string | undefined {
  // A switch of the machine may skip lines that begin with `/`. The file does not say how the switch is set.
  if (code.startsWith('/') && words.length > 0) return 'a line that begins with /, which a machine may leave out'
  if (HAS_COMMA.test(code) && !MESSAGE.test(code)) return 'a line with a comma in a number'
  return COMPUTES.test(code) ? 'a line with a variable, a formula or a subprogram' : undefined
}
