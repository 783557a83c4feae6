import { at, type Strokes } from '../../geometry/drawing.ts'
import { StrokeWriter } from '../../geometry/stroke-writer.ts'
import type { Glyph } from '../fonts/font.ts'
import { unevennessOf } from './hand.ts'
import type { LetterOptions } from './options.ts'
import { rounded } from './smooth.ts'

/** A glyph and its place on the paper, mm. */
export interface PlacedCell {
  readonly char: string
  readonly glyph: Glyph
  /** The glyph's origin. */
  readonly x: number
  readonly y: number
  /** Direction of the baseline, radians clockwise; 0 when absent. */
  readonly angle?: number
  /** Distance of the origin along its line. */
  readonly along: number
  /** Number of the line, from 0. */
  readonly line: number
}

/** Horizontal shift per unit of height. */
export const leanOf = ({ slant = 0 }: LetterOptions): number => Math.tan((slant * Math.PI) / 180)

/** Longest chord of handwriting, in cap heights. Longer chords would show its curves as kinks. */
const LONGEST_CHORD = 0.1

/**
 * The strokes of placed glyphs in reading order.
 *
 * @param scale  mm per font unit
 * @param size   cap height, mm
 */
export function inkOf(cells: readonly PlacedCell[], scale: number, size: number, options: LetterOptions): Strokes {
  const lean = leanOf(options)
  const uneven = options.hand && unevennessOf(options.hand, size)
  const longest = uneven ? (LONGEST_CHORD * size) / scale : Infinity
  const ink = new StrokeWriter()
  for (const cell of cells) {
    const cos = Math.cos(cell.angle ?? 0)
    const sin = Math.sin(cell.angle ?? 0)
    // Handwriting has round curves, and most fonts have chords.
    const { points, starts } = options.smooth || uneven ? rounded(cell.glyph, size / scale / 3) : cell.glyph.strokes
    const put = (gx: number, gy: number, first: boolean) => {
      let down = gy * scale
      let right = gx * scale - lean * down
      if (uneven) {
        const [dx, dy] = uneven(cell.along + right, down, cell.line)
        right += dx
        down += dy
      }
      const px = cell.x + cos * right - sin * down
      const py = cell.y + sin * right + cos * down
      if (first) ink.moveTo(px, py)
      else ink.lineTo(px, py)
    }
    for (let s = 0; s + 1 < starts.length; s++) {
      const from = at(starts, s)
      put(at(points, 2 * from), at(points, 2 * from + 1), true)
      for (let i = from + 1; i < at(starts, s + 1); i++) {
        const bx = at(points, 2 * i)
        const by = at(points, 2 * i + 1)
        if (longest < Infinity) {
          const ax = at(points, 2 * i - 2)
          const ay = at(points, 2 * i - 1)
          const steps = Math.max(1, Math.ceil(Math.hypot(bx - ax, by - ay) / longest))
          for (let k = 1; k < steps; k++) put(ax + ((bx - ax) * k) / steps, ay + ((by - ay) * k) / steps, false)
        }
        put(bx, by, false)
      }
    }
  }
  return ink.take()
}
