import { BLANK, glyphOf } from '../fonts/font.ts'

/** The glyph of what has neither ink nor width. */
export const NO_INK = glyphOf(0, BLANK)

/** What a character is in a line: a place where it may end, or ink. */
export const kindOf = (char: string): 'ink' | 'space' =>
  char === ' ' || /^[\u2000-\u200B\u205F\u3000]$/.test(char) ? 'space' : 'ink'
