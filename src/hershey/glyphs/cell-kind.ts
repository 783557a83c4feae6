import { BLANK, glyphOf } from '../fonts/font.ts'

/** The glyph of a character without ink and width. */
export const NO_INK = glyphOf(0, BLANK)

/** 'space' for a space at which a line may break; 'ink' for every other character, also for a no-break space. */
export const kindOf = (char: string): 'ink' | 'space' =>
  char === ' ' || /^[\u2000-\u2006\u2008-\u200B\u205F\u3000]$/.test(char) ? 'space' : 'ink'
