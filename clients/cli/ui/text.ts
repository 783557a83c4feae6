import { stripVTControlCharacters } from 'node:util'

const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303f\uff01-\uff60]/u
const NOTHING = /[\p{Mn}\p{Me}\p{Cf}]/u

/** Width of a text in terminal cells. Escapes and combining marks have 0 cells, East Asian characters and emoji 2. */
export function width(text: string): number {
  let cells = 0
  for (const char of stripVTControlCharacters(text)) cells += cellsOf(char)
  return cells
}

function cellsOf(char: string): number {
  if (char < '\u0300') return 1
  if (NOTHING.test(char)) return 0
  return WIDE.test(char) ? 2 : 1
}

/** Cuts an uncoloured text to `cells`, with an ellipsis. */
export function clip(text: string, cells: number): string {
  if (width(text) <= cells) return text
  let shortened = ''
  let used = 1
  for (const char of text) {
    used += cellsOf(char)
    if (used > cells) break
    shortened += char
  }
  return cells < 1 ? '' : `${shortened.trimEnd()}…`
}

export function pad(text: string, cells: number, align: 'left' | 'right' = 'left'): string {
  const space = ' '.repeat(Math.max(0, cells - width(text)))
  return align === 'left' ? text + space : space + text
}

/** Breaks a text into lines of at most `cells`. A longer word gets a line of its own. */
export function wrap(text: string, cells: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/\s+/)) {
    if (line !== '' && width(line) + 1 + width(word) > cells) {
      lines.push(line)
      line = word
    } else {
      line = line === '' ? word : `${line} ${word}`
    }
  }
  return [...lines, line]
}

/** Like `wrap`, but keeps the gaps within a line, and indents every line after the first. */
export function hang(text: string, cells: number, indent = 2): string[] {
  const lines: string[] = []
  let line = ''
  for (const [, gap = '', word = ''] of text.matchAll(/(\s*)(\S+)/g)) {
    if (line.trim() !== '' && width(line) + width(gap) + width(word) > cells) {
      lines.push(line)
      line = ' '.repeat(indent) + word
    } else line += gap + word
  }
  return [...lines, line]
}

/**
 * Removes the characters by which a title or a message of another user could control a terminal or change the direction
 * of a line. Colours stay.
 */
export const harmless = (text: string): string =>
  text
    .split(COLOR)
    .map((part, i) => (i % 2 === 1 ? part : stripVTControlCharacters(part).replaceAll(CONTROLS, '')))
    .join('')

/** The separator that splits a text so that the escapes of colours have odd indices. */
const COLOR = new RegExp(`(${String.fromCharCode(27)}\\[[\\d;]*m)`)
const CONTROLS = /(?![\n\t])[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu
