import { type Strokes, stroke, strokeCount, x, y } from '../../src/geometry/drawing.ts'

/** Number of lines in a drawing. The lines are too far apart to be joined. */
export const LINES = 5
/** Number of consecutive drawings that all begin at different places. */
const KINDS = 256
/** Distance between the beginnings of two consecutive drawings, mm. */
const APART_MM = 0.2
/** Length of a line, mm. */
const LENGTH = 12
/** Tolerance for a place on the paper, mm. */
const CLOSE_MM = 0.06
/** Length that may be missing at the start of a line after a stop, mm. */
const LATE_MM = 0.5

/** The x at which all lines of drawing `n` begin, mm. It differs between any two of 256 consecutive drawings. */
const start = (n: number): number => 5 + (n % KINDS) * APART_MM
const height = (i: number) => 5 + 4 * i

/** An SVG of five lines whose place on the paper shows the number of the drawing, modulo 256. */
export function drawing(n: number): string {
  const paths = Array.from(
    { length: LINES },
    (_, i) => `<path d="M${start(n)} ${height(i)}h${LENGTH}" fill="none" stroke="black"/>`,
  )
  return `<svg xmlns="http://www.w3.org/2000/svg" width="75mm" height="30mm" viewBox="0 0 75 30">${paths.join('')}</svg>`
}

interface Piece {
  readonly from: number
  readonly to: number
}

/** The ink on a sheet, compared with the lines of its drawing. */
export interface InkByLine {
  /** The ink of each line, piece by piece. */
  readonly lines: readonly (readonly Piece[])[]
  /** Strokes of ink that lie on none of the lines. */
  readonly strays: number
}

/** Whether the ink begins where drawing `n` begins. */
export function looksLike(ink: Strokes, n: number): boolean {
  const { points } = ink
  let left = Infinity
  for (let i = 0; i < points.length / 2; i++) left = Math.min(left, x(points, i))
  return Math.abs(left - start(n)) < CLOSE_MM
}

/**
 * Whether the ink is one stroke that may be a part of the first line of drawing `n`. The stroke begins less than
 * `LATE_MM` after the beginning of the line, and ends more than `LATE_MM` before the end of the line.
 */
export function beganLate(ink: Strokes, n: number): boolean {
  if (strokeCount(ink) !== 1) return false
  const { from, to, y: lineY } = extent(ink.points)
  const isOnLine = Math.abs(lineY - height(0)) < CLOSE_MM && to < start(n) + LENGTH - LATE_MM
  return isOnLine && from > start(n) && from < start(n) + LATE_MM
}

export function inkByLine(ink: Strokes, n: number): InkByLine {
  const from = start(n)
  const lines: Piece[][] = Array.from({ length: LINES }, () => [])
  let strays = 0
  for (let s = 0; s < strokeCount(ink); s++) {
    const piece = extent(stroke(ink, s))
    const i = Math.round((piece.y - height(0)) / 4)
    const isOn = Math.abs(piece.y - height(i)) < CLOSE_MM && piece.thick < CLOSE_MM
    const isWithin = piece.from > from - CLOSE_MM && piece.to < from + LENGTH + CLOSE_MM
    const line = lines[i]
    if (line && isOn && isWithin) line.push(piece)
    else strays++
  }
  return { lines, strays }
}

function extent(points: Float64Array): Piece & { readonly y: number; readonly thick: number } {
  let [from, to, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity]
  for (let i = 0; i < points.length / 2; i++) {
    from = Math.min(from, x(points, i))
    to = Math.max(to, x(points, i))
    top = Math.min(top, y(points, i))
    bottom = Math.max(bottom, y(points, i))
  }
  return { from, to, y: (top + bottom) / 2, thick: bottom - top }
}

/** The fraction of a line that has ink at least once: 0 to about 1, because ink may end `CLOSE_MM` beyond the line. */
function covered(pieces: readonly Piece[], n: number): number {
  let [reach, sum] = [start(n), 0]
  for (const piece of [...pieces].sort((a, b) => a.from - b.from)) {
    sum += Math.max(0, piece.to - Math.max(reach, piece.from))
    reach = Math.max(reach, piece.to)
  }
  return sum / LENGTH
}

/** A line counts as whole when at least this fraction of it has ink. */
const WHOLE = 0.99

/** Number of complete lines before the first incomplete line. An operator resumes the drawing at that line. */
export function wholeLines({ lines }: InkByLine, n: number): number {
  const first = lines.findIndex((pieces) => covered(pieces, n) < WHOLE)
  return first < 0 ? LINES : first
}

/**
 * The faults of a sheet that is taken off.
 *
 * @param redrawn  the number of a line, from 0, for each time that the plotter drew the line again after a resume
 * @param finished  whether the job is reported as finished
 */
export function faults(ink: InkByLine, n: number, redrawn: readonly number[], finished: boolean): string[] {
  const wrong = ink.lines.flatMap((pieces, i) => {
    const length = pieces.reduce((sum, { from, to }) => sum + to - from, 0)
    const allowed = 1 + redrawn.filter((line) => line === i).length
    const problems: string[] = []
    if (length > allowed * (LENGTH + 2 * CLOSE_MM))
      problems.push(`line ${i} is inked ${(length / LENGTH).toFixed(2)} times`)
    if (finished && covered(pieces, n) < WHOLE) problems.push(`line ${i} of a finished job is incomplete`)
    return problems
  })
  if (ink.strays > 0) wrong.push(`strokes that belong to no line: ${ink.strays}`)
  return wrong
}
