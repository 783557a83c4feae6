import { at, type Strokes } from '../geometry/drawing.ts'
import { StrokeWriter } from '../geometry/stroke-writer.ts'
import type { Glyph } from './font.ts'

/** A glyph with its origin on the paper, mm. */
export interface PlacedCell {
  readonly char: string
  readonly glyph: Glyph
  readonly x: number
  readonly y: number
}

/** The strokes of placed glyphs in reading order. @param slant  horizontal run per unit of height */
export function inkOf(cells: readonly PlacedCell[], scale: number, slant: number): Strokes {
  const ink = new StrokeWriter()
  for (const { glyph, x, y } of cells) {
    const { points, starts } = glyph.strokes
    for (let s = 0; s + 1 < starts.length; s++) {
      for (let i = at(starts, s); i < at(starts, s + 1); i++) {
        const py = at(points, 2 * i + 1) * scale
        const px = x + at(points, 2 * i) * scale - slant * py
        if (i === at(starts, s)) ink.moveTo(px, y + py)
        else ink.lineTo(px, y + py)
      }
    }
  }
  return ink.take()
}
