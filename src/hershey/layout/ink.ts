import { at, type Strokes, strokeCount } from '../../geometry/drawing.ts'
import { StrokeWriter } from '../../geometry/stroke-writer.ts'
import type { Glyph, StrokeFont } from '../fonts/font.ts'
import { spaceAdvance } from '../glyphs/resolve.ts'
import { type Unevenness, unevennessOf } from './hand.ts'
import { joinedFrom, joiningStroke, joinsAfter } from './joins.ts'
import type { LetterOptions } from './options.ts'
import { rounded } from './smooth.ts'
import { type Wander, wanderOf } from './wander.ts'

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
  /** Its width as a multiple of the glyph's; 1 when absent. */
  readonly wide?: number
}

/** Horizontal shift per unit of height. */
export const leanOf = ({ slant = 0 }: LetterOptions): number => Math.tan((slant * Math.PI) / 180)

/** Longest chord of handwriting, in cap heights. Longer chords would show its curves as kinks. */
const LONGEST_CHORD = 0.1

type Point = readonly [x: number, y: number]

/** How the points of glyphs come to paper. */
interface Paper {
  /** mm per font unit. */
  readonly scale: number
  readonly lean: number
  readonly uneven: Unevenness | undefined
}

/**
 * The strokes of placed glyphs in the order in which they are written: letter by letter, joined where the font joins, and the
 * dots and bars of a word after the word where the font says so.
 *
 * @param scale  mm per font unit
 * @param size   cap height, mm
 */
export function inkOf(
  cells: readonly PlacedCell[],
  scale: number,
  size: number,
  options: LetterOptions,
  font: StrokeFont,
): Strokes {
  const { hand } = options
  const paper = { scale, lean: leanOf(options), uneven: hand && unevennessOf(hand, size) }
  const longest = hand ? (LONGEST_CHORD * size) / scale : Infinity
  const space = spaceAdvance(font) * scale
  const separates = font.info.style !== 'script' && font.isCursive !== true
  const wander = hand && wanderOf(cells, hand, font.metrics.xHeight * scale, space, separates)
  const joins = font.faces ? joinsAfter(cells, hand?.seed ?? 1, font) : []
  const ink = new StrokeWriter()
  let late: (() => void)[] = []
  const finishWord = () => {
    for (const draw of late) draw()
    late = []
  }
  cells.forEach((cell, i) => {
    if (late.length > 0 && (cell.glyph.strokes.points.length === 0 || cell.line !== cells[i - 1]?.line)) finishWord()
    // Handwriting has round curves, and most fonts have chords.
    const isRound = (options.smooth || hand) && !font.faces
    const strokes = isRound ? rounded(cell.glyph, size / scale / 3) : cell.glyph.strokes
    const place = placing(cell, paper, wander?.[i])
    const { mains = strokeCount(strokes) } = cell.glyph
    for (let s = 0; s < mains; s++) {
      const isJoined = s === 0 && joins[i - 1] === true
      drawStroke(ink, strokes, s, place, longest, isJoined ? joinedFirst(cells[i - 1], strokes, font) : undefined)
    }
    if (mains < strokeCount(strokes)) {
      late.push(() => {
        for (let s = mains; s < strokeCount(strokes); s++) drawStroke(ink, strokes, s, place, longest)
      })
    }
  })
  finishWord()
  return ink.take()
}

/** Maps points of a glyph to the paper. */
function placing(cell: PlacedCell, { scale, lean, uneven }: Paper, wander?: Wander): (gx: number, gy: number) => Point {
  const [cos, sin] = [Math.cos(cell.angle ?? 0), Math.sin(cell.angle ?? 0)]
  const own = scale * (wander?.size ?? 1)
  const { wide = 1 } = cell
  const slope = lean + (wander?.lean ?? 0)
  return (gx, gy) => {
    let down = gy * own
    let right = gx * own * wide - slope * down
    if (wander) {
      right += wander.aside
      down += wander.down
    }
    if (uneven) {
      const [dx, dy] = uneven(cell.along + right, down, cell.line)
      right += dx
      down += dy
    }
    return [cell.x + cos * right - sin * down, cell.y + sin * right + cos * down]
  }
}

/** The first point of a glyph that goes on from the glyph before. */
function joinedFirst(
  before: PlacedCell | undefined,
  { points, starts }: Strokes,
  { metrics, isCursive }: StrokeFont,
): number {
  if (!before || isCursive) return 0
  const { strokes, mains = strokeCount(strokes) } = before.glyph
  const tip = at(strokes.points, 2 * at(strokes.starts, mains) - 1)
  return joinedFrom(points, 0, at(starts, 1), tip, metrics.capHeight)
}

/** Draws one stroke of a glyph. @param joined  first vertex of a stroke that goes on from the stroke that was drawn last */
function drawStroke(
  ink: StrokeWriter,
  { points, starts }: Strokes,
  s: number,
  place: (gx: number, gy: number) => Point,
  longest: number,
  joined?: number,
): void {
  const [from, end] = [joined ?? at(starts, s), at(starts, s + 1)]
  const put = (gx: number, gy: number) => ink.lineTo(...place(gx, gy))
  const start = place(at(points, 2 * from), at(points, 2 * from + 1))
  if (joined !== undefined && end - from > 1) {
    const last = ink.line(ink.strokes - 1)
    const [before, tip]: [Point, Point] = [
      [at(last, last.length - 4), at(last, last.length - 3)],
      [at(last, last.length - 2), at(last, last.length - 1)],
    ]
    const after = place(at(points, 2 * from + 2), at(points, 2 * from + 3))
    for (const [px, py] of joiningStroke(before, tip, start, after)) ink.lineTo(px, py)
    ink.lineTo(...start)
  } else ink.moveTo(...start)
  for (let i = from + 1; i < end; i++) {
    const [bx, by] = [at(points, 2 * i), at(points, 2 * i + 1)]
    if (longest < Infinity) {
      const [ax, ay] = [at(points, 2 * i - 2), at(points, 2 * i - 1)]
      const steps = Math.max(1, Math.ceil(Math.hypot(bx - ax, by - ay) / longest))
      for (let k = 1; k < steps; k++) put(ax + ((bx - ax) * k) / steps, ay + ((by - ay) * k) / steps)
    }
    put(bx, by)
  }
}
