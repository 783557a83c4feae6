import { type Affine, apply } from '../../../geometry/affine.ts'
import { StrokeWriter } from '../../../geometry/stroke-writer.ts'
import type { Declared } from '../css/cascade.ts'
import { splitOutside } from '../css/lengths.ts'
import { fontSize } from '../css/style.ts'
import { pointLimit } from '../reading/options.ts'
import type { Frame, Walker } from '../reading/reading.ts'
import { FONT_METRICS } from './line.ts'
import type { Place } from './places.ts'

/** How far below the letters' feet each line runs, in ems. */
const LINES: Readonly<Record<string, number>> = {
  underline: 0.1,
  overline: -FONT_METRICS.ascent,
  'line-through': -FONT_METRICS.ascent / 3,
}
/** A word of the value: one of the lines, or what is for those who paint. */
const WORD = /^(?:[a-z-]+|#[\da-f]+|[\d.]+[a-z%]*|[a-z]+\(.*\))$/

/** A line along letters, of the element that asked for it. */
export interface Decoration {
  /** User units below the feet of letters that stand at 0. */
  readonly below: number
  readonly frame: Frame
}

/**
 * The lines that an element asks for.
 *
 * @param lowered  how far below the `y` of the text its own letters stand, user units
 */
export function decorationsOf({ 'text-decoration': text }: Declared, frame: Frame, lowered: number): Decoration[] {
  const words =
    text === undefined ? [] : splitOutside(text.trim().toLowerCase(), ' \t\n\r\f').filter((word) => word !== '')
  if (!words.every((word) => WORD.test(word))) return []
  return Object.entries(LINES).flatMap(([line, ems]) =>
    words.includes(line) ? [{ below: lowered + ems * fontSize(frame.style), frame }] : [],
  )
}

type Segment = [ax: number, ay: number, bx: number, by: number]

/** Gathers the lines along the letters of a text, piece by piece, and draws each as long as it runs straight on. */
export class DecorationLines {
  readonly #segments = new Map<Decoration, Segment[]>()

  /** The piece of each line that belongs to one letter, of which the matrix is the place. */
  add({ char, advance }: Place, matrix: Affine): void {
    if (char.frame.style.visibility !== 'visible') return
    for (const decoration of char.decorations) {
      const segments = this.#segments.get(decoration) ?? []
      this.#segments.set(decoration, segments)
      const below = decoration.below - char.lowered
      const segment: Segment = [...apply(matrix, 0, below), ...apply(matrix, advance, below)]
      if (!goesOn(segments.at(-1), segment)) segments.push(segment)
    }
  }

  draw(walker: Walker): void {
    for (const [{ frame }, segments] of this.#segments) {
      const lines = new StrokeWriter(pointLimit(walker.reading.settings.limits.points))
      for (const [ax, ay, bx, by] of segments) {
        lines.moveTo(ax, ay)
        lines.lineTo(bx, by)
      }
      walker.sink.glyphs(lines, frame)
    }
  }
}

/** Makes the line before longer, at whichever end the piece meets it. Says whether the two are one straight line. */
function goesOn(line: Segment | undefined, [ax, ay, bx, by]: Segment): boolean {
  if (line === undefined) return false
  const [cx, cy, dx, dy] = line
  const near = 1e-6 * (Math.abs(cx) + Math.abs(cy) + Math.abs(dx) + Math.abs(dy) + 1)
  const meets = (px: number, py: number, qx: number, qy: number): boolean => Math.hypot(px - qx, py - qy) < near
  const isStraight = Math.abs((dx - cx) * (by - ay) - (dy - cy) * (bx - ax)) < near * Math.hypot(bx - ax, by - ay)
  if (!isStraight) return false
  if (meets(dx, dy, ax, ay)) line.splice(2, 2, bx, by)
  else if (meets(cx, cy, bx, by)) line.splice(0, 2, ax, ay)
  else return false
  return true
}
