import { at, type Strokes, strokeCount, x, y } from '../../geometry/drawing.ts'
import { StrokeWriter } from '../../geometry/stroke-writer.ts'
import type { Glyph, StrokeFont } from '../fonts/font.ts'
import { firstDrawnPoint, joiningStroke, joinsAfter } from './joins.ts'

/** A point on the paper, mm. */
export type Point = readonly [x: number, y: number]

/** A glyph of a text, before it is drawn. */
export interface PlacedGlyph {
  readonly glyph: Pick<Glyph, 'strokes' | 'mains' | 'joins'>
  /** Number of the line. Letters of different lines are not joined. */
  readonly line: number
  /** Direction of the baseline, radians clockwise; 0 when absent. */
  readonly angle?: number
}

/** The facts about a font, and the choices of the caller, that decide how the strokes of a text are written. */
export interface Manner extends Pick<StrokeFont, 'isCursive' | 'lifts'> {
  /** Height of capitals, in the units of the glyphs. */
  readonly capHeight: number
  /** Whether letters may be joined. */
  readonly joinsLetters: boolean
  /** A number that chooses where the pen lifts. */
  readonly seed: number
  /** Longest line between two vertices, in the units of the glyphs. Longer lines are divided. Infinity when absent. */
  readonly longest?: number
}

/** The strokes of a glyph, and the function that gives the places of its points. */
export interface GlyphStrokes {
  readonly strokes: Strokes
  readonly place: (gx: number, gy: number) => Point
}

/**
 * The strokes of a text in the order of writing: letter by letter, joined where the font joins. The strokes of a glyph
 * after its first `mains`, such as dots and bars, follow the word.
 *
 * @param strokesOf  gives the strokes of a glyph, and the places of their points
 */
export function writtenStrokes<T extends PlacedGlyph>(
  cells: readonly T[],
  manner: Manner,
  strokesOf: (cell: T, index: number) => GlyphStrokes,
): Strokes {
  const joins = manner.joinsLetters ? joinsAfter(cells, manner.seed, manner) : []
  const { longest = Infinity } = manner
  const ink = new StrokeWriter()
  let lateLines: (() => void)[] = []
  const finishWord = () => {
    for (const draw of lateLines) draw()
    lateLines = []
  }
  cells.forEach((cell, i) => {
    if (lateLines.length > 0 && (cell.glyph.strokes.points.length === 0 || cell.line !== cells[i - 1]?.line))
      finishWord()
    const { strokes, place } = strokesOf(cell, i)
    const { mains = strokeCount(strokes) } = cell.glyph
    for (let s = 0; s < mains; s++) {
      const isJoined = s === 0 && joins[i - 1] === true
      drawStroke(ink, strokes, s, place, longest, isJoined ? firstVertex(cells[i - 1], strokes, manner) : undefined)
    }
    if (mains < strokeCount(strokes)) {
      lateLines.push(() => {
        for (let s = mains; s < strokeCount(strokes); s++) drawStroke(ink, strokes, s, place, longest)
      })
    }
  })
  finishWord()
  return ink.take()
}

/** Index of the first drawn vertex of a glyph that is joined to the previous glyph. */
function firstVertex(
  before: PlacedGlyph | undefined,
  { points, starts }: Strokes,
  { capHeight, isCursive }: Manner,
): number {
  if (!before || isCursive) return 0
  const { strokes, mains = strokeCount(strokes) } = before.glyph
  const tip = at(strokes.points, 2 * at(strokes.starts, mains) - 1)
  return firstDrawnPoint(points, at(starts, 1), tip, capHeight)
}

/** @param joined  first vertex of a stroke that continues the last drawn stroke */
function drawStroke(
  ink: StrokeWriter,
  { points, starts }: Strokes,
  s: number,
  place: GlyphStrokes['place'],
  longest: number,
  joined?: number,
): void {
  const from = joined ?? at(starts, s)
  const end = at(starts, s + 1)
  const drawTo = (gx: number, gy: number) => ink.lineTo(...place(gx, gy))
  const start = place(x(points, from), y(points, from))
  if (joined !== undefined && end - from > 1) {
    const last = ink.line(ink.strokes - 1)
    const before: Point = [at(last, last.length - 4), at(last, last.length - 3)]
    const tip: Point = [at(last, last.length - 2), at(last, last.length - 1)]
    const after = place(x(points, from + 1), y(points, from + 1))
    for (const [px, py] of joiningStroke(before, tip, start, after)) ink.lineTo(px, py)
    ink.lineTo(...start)
  } else ink.moveTo(...start)
  for (let i = from + 1; i < end; i++) {
    const bx = x(points, i)
    const by = y(points, i)
    if (longest < Infinity) {
      const ax = x(points, i - 1)
      const ay = y(points, i - 1)
      const steps = Math.max(1, Math.ceil(Math.hypot(bx - ax, by - ay) / longest))
      for (let k = 1; k < steps; k++) drawTo(ax + ((bx - ax) * k) / steps, ay + ((by - ay) * k) / steps)
    }
    drawTo(bx, by)
  }
}
