import { type Affine, apply } from '../../../geometry/affine.ts'
import { StrokeWriter } from '../../../geometry/stroke-writer.ts'
import type { Declared } from '../css/cascade.ts'
import { splitAtBlanks } from '../css/lengths.ts'
import { fontSize } from '../css/style.ts'
import { pointLimit } from '../reading/options.ts'
import type { Frame, Walker } from '../reading/reading.ts'
import { FONT_METRICS } from './line.ts'
import type { Place } from './places.ts'

/** Distance of each line below the baseline, in ems. */
const LINES: Readonly<Record<string, number>> = {
  underline: 0.1,
  overline: -FONT_METRICS.ascent,
  'line-through': -FONT_METRICS.ascent / 3,
}
/** A valid word of `text-decoration`: a line, a style, a colour or a thickness. */
const WORD = /^(?:[a-z-]+|#[\da-f]+|[\d.]+[a-z%]*|[a-z]+\(.*\))$/

export interface Decoration {
  /** Distance from the `y` of the text down to the line, user units. */
  readonly below: number
  readonly frame: Frame
}

/**
 * The decoration lines that an element declares.
 *
 * @param drop  distance from the `y` of the text down to the baseline of the element's own letters, user units
 */
export function decorationsOf({ 'text-decoration': text }: Declared, frame: Frame, drop: number): Decoration[] {
  const words = text === undefined ? [] : splitAtBlanks(text.toLowerCase())
  if (!words.every((word) => WORD.test(word))) return []
  return Object.entries(LINES).flatMap(([line, ems]) =>
    words.includes(line) ? [{ below: drop + ems * fontSize(frame.style), frame }] : [],
  )
}

type Segment = [ax: number, ay: number, bx: number, by: number]

/** Collects decoration lines letter by letter, and joins pieces that continue in a straight line. */
export class DecorationLines {
  readonly #segments = new Map<Decoration, Segment[]>()

  /** Adds the piece of each line along one letter. @param matrix  the place of the letter */
  add({ char, advance }: Place, matrix: Affine): void {
    if (char.frame.style.visibility !== 'visible') return
    for (const decoration of char.decorations) {
      const segments = this.#segments.get(decoration) ?? []
      this.#segments.set(decoration, segments)
      const below = decoration.below - char.drop
      const segment: Segment = [...apply(matrix, 0, below), ...apply(matrix, advance, below)]
      if (!tryExtend(segments.at(-1), segment)) segments.push(segment)
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

/**
 * Extends a line by a piece, at either end. @returns false, without a change, when the piece does not continue the line
 */
function tryExtend(line: Segment | undefined, [ax, ay, bx, by]: Segment): boolean {
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
