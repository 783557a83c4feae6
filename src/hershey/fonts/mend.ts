import { moveStrokes } from '../../geometry/affine.ts'
import { at, strokesOf } from '../../geometry/drawing.ts'
import { type Glyph, glyphOf } from './font.ts'
import { linesOf, transformGlyph } from './parts.ts'

/** Units of the JHF grid by which the punctuation of some files floats above the baseline. */
const FLOAT = 3
/** A hyphen of at least this length, units of the JHF grid, is a minus sign. */
const MAX_HYPHEN = 14
/** Length of a hyphen as a fraction of the minus sign. */
const HYPHEN = 0.55

const code = (char: string): number => char.codePointAt(0) ?? 0

/**
 * Corrects two faults of the Hershey files in place. In some files the signs . , : ; float above the baseline; this
 * function moves the signs down. In all files with letters, the hyphen is as long as a minus sign. The hyphen gets a
 * shorter stroke, and the long stroke becomes the minus sign and the en dash.
 */
export function mendPunctuation(glyphs: Map<number, Glyph>): void {
  if (glyphs.get(code('.'))?.box.maxY === -FLOAT) {
    for (const char of '.,:;')
      replace(glyphs, char, (glyph) => glyphOf(glyph.advance, moveStrokes(glyph.strokes, 0, FLOAT)))
  }
  const dash = glyphs.get(code('-'))
  if (!dash || dash.box.maxX - dash.box.minX < MAX_HYPHEN) return
  glyphs.set(code('−'), dash).set(code('–'), dash)
  replace(glyphs, '-', (glyph) => transformGlyph(glyph, [HYPHEN, 0, 0, 1, 0, 0]))
}

/**
 * Removes double quotes that are two straight ticks. Quotes are then composed from the comma, which has the right
 * shape.
 */
export function mendQuotes(glyphs: Map<number, Glyph>): void {
  for (const char of '“”') {
    const { starts } = glyphs.get(code(char))?.strokes ?? {}
    if (starts?.length === 3 && starts[1] === 2 && starts[2] === 4) glyphs.delete(code(char))
  }
}

/** Distance to the right of the advance, ems. A stroke that begins farther out is an error of the digitization. */
const ASTRAY = 2
/** Signs whose advance in the EMS fonts is much smaller than their ink. */
const CRAMPED = '¢¦ª±²³·¹°º¼½¾÷'
/** White at each side of a cramped sign, ems. */
const BEARING = 0.06

/**
 * Gives new bearings to those cramped signs of the EMS fonts whose ink lies too far right. In all glyphs, removes the
 * strokes that begin far to the right of the advance.
 */
export function mendSigns(glyphs: Map<number, Glyph>, unitsPerEm: number): void {
  for (const char of CRAMPED) {
    replace(glyphs, char, (glyph) => {
      const { minX, maxX } = glyph.box
      if (maxX - glyph.advance < BEARING * unitsPerEm && minX < 0.2 * unitsPerEm) return glyph
      const edge = BEARING * unitsPerEm
      return glyphOf(maxX - minX + 2 * edge, moveStrokes(glyph.strokes, edge - minX, 0))
    })
  }
  for (const [code, glyph] of glyphs) {
    if (glyph.box.maxX > glyph.advance + ASTRAY * unitsPerEm) {
      const near = linesOf(glyph).filter((line) => at(line, 0) < glyph.advance + ASTRAY * unitsPerEm)
      glyphs.set(code, glyphOf(glyph.advance, strokesOf(...near.map((line) => [...line]))))
    }
  }
}

function replace(glyphs: Map<number, Glyph>, char: string, change: (glyph: Glyph) => Glyph): void {
  const glyph = glyphs.get(code(char))
  if (glyph) glyphs.set(code(char), change(glyph))
}
