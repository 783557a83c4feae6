import { at, strokesOf } from '../../geometry/drawing.ts'
import { type Glyph, glyphOf } from './font.ts'
import { linesOf, mapped, moved } from './parts.ts'

const FLOAT = 3
/** A hyphen as long as this, in units of 21 to the cap height, is a minus sign. */
const LONGEST_HYPHEN = 14
const HYPHEN = 0.55

const code = (char: string): number => char.codePointAt(0) ?? 0

/**
 * Two things that hurt the eye in text and come from the files' other uses, mended in place: in some of them full
 * stop, comma and colons float three units above the baseline, and nearly all have a minus sign for a hyphen. The
 * long stroke stays as minus and en dash.
 */
export function mendPunctuation(glyphs: Map<number, Glyph>): void {
  if (glyphs.get(code('.'))?.box.maxY === -FLOAT) {
    for (const char of '.,:;') replace(glyphs, char, (glyph) => glyphOf(glyph.advance, moved(glyph.strokes, 0, FLOAT)))
  }
  const dash = glyphs.get(code('-'))
  if (!dash || dash.box.maxX - dash.box.minX < LONGEST_HYPHEN) return
  glyphs.set(code('−'), dash).set(code('–'), dash)
  replace(glyphs, '-', (glyph) => mapped(glyph, [HYPHEN, 0, 0, 1, 0, 0]))
}

/** Two slanting ticks are no quotation marks: without them the comma's shape is used, which is one. */
export function mendQuotes(glyphs: Map<number, Glyph>): void {
  for (const char of '“”') {
    const { starts } = glyphs.get(code(char))?.strokes ?? {}
    if (starts?.length === 3 && starts[1] === 2 && starts[2] === 4) glyphs.delete(code(char))
  }
}

/** Strokes this far out are slips of the digitizer's, in ems. */
const ASTRAY = 2
/** Signs whose advance in the EMS fonts is a fraction of their ink. */
const CRAMPED = '¢¦ª±²³·¹°º¼½¾÷'
const BEARING = 0.06

/** Signs of the EMS fonts that would overlap their neighbours get bearings; what lies far outside is left out. */
export function mendSigns(glyphs: Map<number, Glyph>, unitsPerEm: number): void {
  for (const char of CRAMPED) {
    replace(glyphs, char, (glyph) => {
      const { minX, maxX } = glyph.box
      if (maxX - glyph.advance < BEARING * unitsPerEm && minX < 0.2 * unitsPerEm) return glyph
      const edge = BEARING * unitsPerEm
      return glyphOf(maxX - minX + 2 * edge, moved(glyph.strokes, edge - minX, 0))
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
