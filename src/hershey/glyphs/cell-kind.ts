import { BLANK, glyphOf } from '../fonts/font.ts'

/** The glyph of a character without ink and width. */
export const NO_INK = glyphOf(0, BLANK)

/** The kind of a character in a line: a place where the line may end, or ink. */
export const kindOf = (char: string): 'ink' | 'space' =>
  char === ' ' || /^[\u2000-\u200B\u205F\u3000]$/.test(char) ? 'space' : 'ink'
