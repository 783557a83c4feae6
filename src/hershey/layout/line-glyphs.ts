import { BLANK, type Glyph, glyphOf, type StrokeFont } from '../fonts/font.ts'
import { row } from '../fonts/parts.ts'
import { cellsAlong, type LineChar, type MissingCharacter } from '../glyphs/cells.ts'
import { formChooser } from './forms.ts'

/** The glyph of a character in font units. */
export interface LineGlyph extends Glyph {
  readonly missing: MissingCharacter | undefined
}

/** The glyph of a later character of a ligature. It has no ink, because the first character has all the ink. */
const PART_OF_LIGATURE: LineGlyph = { ...glyphOf(0, BLANK), missing: undefined }

/** Whether the glyph of a letter in this font depends on its neighbours. */
export const dependsOnNeighbors = ({ shaper, faces, ligatures }: StrokeFont): boolean =>
  shaper !== undefined || faces !== undefined || ligatures !== undefined

/**
 * Chooses the glyphs of one line: ligatures, joined letters, other forms. The caller places the glyphs. The first
 * character of a ligature has all the ink and the width of the ligature. With a shaper, the advances contain the
 * kerning.
 *
 * @param chars  in the order of the text
 * @param seed   chooses forms in a font with several forms of each letter
 */
export function lineGlyphs(chars: readonly LineChar[], font: StrokeFont, seed: number): readonly LineGlyph[] {
  const { cells, missing } = cellsAlong(chars, font)
  const chosen = formChooser(font, seed)?.(cells) ?? cells
  const glyphs = chars.map(() => PART_OF_LIGATURE)
  let index = 0
  let beyond = chars[0]?.text.length ?? 0
  let place = 0
  for (const { char, glyph } of chosen) {
    while (place >= beyond && index + 1 < chars.length) beyond += chars[++index]?.text.length ?? 0
    const before = glyphs[index] ?? PART_OF_LIGATURE
    const whole = before === PART_OF_LIGATURE ? glyph : row([before, glyph])
    glyphs[index] = { ...whole, missing: before.missing ?? missing.get(char) }
    place += char.length
  }
  return glyphs
}
