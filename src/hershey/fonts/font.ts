import { type Bounds, boundsOf } from '../../geometry/bounds.ts'
import { type Strokes, strokesOf } from '../../geometry/drawing.ts'
import type { Kerning } from './svg-kerning.ts'

/**
 * One character's strokes in font units: x from the left bearing, y down from the baseline.
 * The next character begins `advance` further on, so bearings are part of the glyph and never guessed from its ink.
 */
export interface Glyph {
  readonly advance: number
  readonly strokes: Strokes
  /** The ink's box; empty for a space. */
  readonly box: Bounds
}

export type FontStyle = 'sans' | 'serif' | 'script' | 'blackletter' | 'hand' | 'symbols' | 'japanese'

/** What is known of a font without reading its file. */
export interface FontInfo {
  /** As given to `loadFont`. */
  readonly name: string
  /** As shown to people. */
  readonly title: string
  readonly style: FontStyle
  /** Strokes that make one stem: 1 draws fastest, 2 and 3 look heavier. */
  readonly weight: 1 | 2 | 3
  readonly italic: boolean
  readonly licence: string
  /** A line that shows the font at its best; symbol sets show symbols. */
  readonly sample: string
}

/** Heights in font units, all positive: up from the baseline, `descent` down from it. */
export interface FontMetrics {
  readonly capHeight: number
  readonly xHeight: number
  readonly ascent: number
  readonly descent: number
  /** Baseline to baseline at line spacing 1. */
  readonly lineHeight: number
  /** Horizontal run per unit of height: 0 is upright, 0.3 a usual italic. */
  readonly slant: number
}

export interface StrokeFont {
  readonly info: FontInfo
  readonly metrics: FontMetrics
  /** By code point. */
  readonly glyphs: ReadonlyMap<number, Glyph>
  /** Left out where a font has no pairs. */
  readonly kerning?: Kerning
}

export const glyphOf = (advance: number, strokes: Strokes): Glyph => ({ advance, strokes, box: boundsOf(strokes) })

export const BLANK: Strokes = strokesOf()

/** Heights as the letters themselves have them: font files seldom tell, and often not the truth. */
export function makeFont(
  info: FontInfo,
  glyphs: ReadonlyMap<number, Glyph>,
  fallbackCap: number,
  kerning?: Kerning,
): StrokeFont {
  const top = (letters: string) => middle(boxes(glyphs, letters).map((box) => -box.minY))
  const capHeight = top('HEIFTLDBRP') ?? fallbackCap
  const descent = middle(boxes(glyphs, 'gpqyj').map((box) => box.maxY)) ?? capHeight / 3
  const ascent = Math.max(capHeight, top('bdfhkl') ?? 0)
  const metrics = {
    capHeight,
    xHeight: top('xzvwu') ?? (capHeight * 2) / 3,
    ascent,
    descent: Math.max(descent, 0),
    lineHeight: ascent + Math.max(descent, capHeight / 3) + capHeight / 4,
    slant: info.italic ? 0.3 : 0,
  }
  return { info, metrics, glyphs, ...(kerning && { kerning }) }
}

function boxes(glyphs: ReadonlyMap<number, Glyph>, letters: string): Bounds[] {
  return Array.from(letters).flatMap((letter) => {
    const glyph = glyphs.get(letter.codePointAt(0) ?? 0)
    return glyph && glyph.strokes.points.length > 0 ? [glyph.box] : []
  })
}

function middle(values: readonly number[]): number | undefined {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]
}
