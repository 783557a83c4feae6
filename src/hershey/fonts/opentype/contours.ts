import { reverseLine, type Strokes, strokesOf } from '../../../geometry/drawing.ts'

/**
 * The form in which a font stores its letters. `open` means single lines. The library that reads the file adds a
 * closing side, which the file does not have. `doubled` means contours that follow each line back and forth. `outline`
 * means contours around areas.
 */
export type LineKind = 'open' | 'doubled' | 'outline'

/** A contour as a library reads it: closed, so that its last point equals its first. Points are x, y interleaved. */
export interface Contour {
  readonly points: readonly number[]
  /** Whether the last side is a straight line that may be missing in the file. */
  readonly endsInLine: boolean
}

/** Characters of few lines that show the kind of a font. */
export const PROBES = 'Il|-/i1LTVZEFHKMN247'

/**
 * A glyph has no inside when twice its area, divided by its length, is less than this, ems. The thinnest outline fonts
 * have three times as much.
 */
const FLAT = 0.003
/** A contour is closed when its ends are at most this far apart, ems. */
const CLOSED = 0.01

/**
 * The form in which a font stores its lines.
 *
 * @param glyphs  the contours of each of `PROBES` that the font has, or of other characters when it has none
 * @param em      font units of an em
 */
export function lineKind(glyphs: readonly (readonly Contour[])[], em: number): LineKind {
  const flattest = Math.min(
    ...glyphs.filter((contours) => contours.length > 0).map((contours) => thickness(contours) / em),
  )
  if (!(flattest < FLAT)) return 'outline'
  let doubled = 0
  let single = 0
  for (const { points } of glyphs.flat()) {
    if (points.length < 8) continue // a line of two points looks the same when open and when doubled
    if (doubledShare(points) > 0.9) doubled++
    else single++
  }
  return doubled > single ? 'doubled' : 'open'
}

/**
 * The strokes of a glyph of a single-line font.
 *
 * @param em    font units of an em
 * @param gaps  distance in the file from the last point of each contour to its first point, font units; undefined when
 *   unknown
 */
export function strokesFrom(
  contours: readonly Contour[],
  kind: LineKind,
  em: number,
  gaps?: readonly number[],
): Strokes {
  if (kind === 'doubled') return strokesOf(...joinLines(singleSides(contours)))
  const known = gaps?.length === contours.length ? gaps : undefined
  const lines = contours.map((contour, i) => openContour(contour, em, known?.[i]))
  return strokesOf(...lines.filter((line) => line.length > 2))
}

/** A contour without the closing side, if the library added that side. */
function openContour({ points, endsInLine }: Contour, em: number, gap: number | undefined): readonly number[] {
  if (!endsInLine || points.length < 6) return points
  const [x = 0, y = 0, endX = 0, endY = 0] = points.slice(-4)
  return (gap ?? Math.hypot(endX - x, endY - y)) > CLOSED * em ? points.slice(0, -2) : points
}

/** Twice the area of all contours, divided by their length. */
function thickness(contours: readonly Contour[]): number {
  let area = 0
  let length = 0
  for (const { points } of contours) {
    eachSide(points, (ax, ay, bx, by) => {
      area += ax * by - bx * ay
      length += Math.hypot(bx - ax, by - ay)
    })
  }
  return length === 0 ? 0 : Math.abs(area) / length
}

function eachSide(points: readonly number[], visit: (ax: number, ay: number, bx: number, by: number) => void): void {
  for (let i = 0; i + 3 < points.length; i += 2) {
    const [ax = 0, ay = 0, bx = 0, by = 0] = points.slice(i, i + 4)
    if (ax !== bx || ay !== by) visit(ax, ay, bx, by)
  }
}

/** A key of a point. Points within an eighth of a font unit of each other can have the same key. */
const pointKey = (x: number, y: number): string => `${Math.round(8 * x)} ${Math.round(8 * y)}`

/** A key of a side that is the same in both directions. */
function sideKey(ax: number, ay: number, bx: number, by: number): string {
  const a = pointKey(ax, ay)
  const b = pointKey(bx, by)
  return a < b ? `${a}|${b}` : `${b}|${a}`
}

/** The fraction of a contour's length in sides that the contour follows more than once, in either direction. */
function doubledShare(points: readonly number[]): number {
  const lengths = new Map<string, number[]>()
  eachSide(points, (ax, ay, bx, by) => {
    const name = sideKey(ax, ay, bx, by)
    lengths.set(name, [...(lengths.get(name) ?? []), Math.hypot(bx - ax, by - ay)])
  })
  const total = [...lengths.values()].flat().reduce((sum, length) => sum + length, 0)
  const twice = [...lengths.values()].filter(({ length }) => length > 1).flat()
  return total === 0 ? 1 : twice.reduce((sum, length) => sum + length, 0) / total
}

/** All sides of a glyph, each once, as polylines. */
function singleSides(contours: readonly Contour[]): number[][] {
  const used = new Set<string>()
  const lines: number[][] = []
  for (const { points } of contours) {
    let line: number[] | undefined
    let isDot = true
    eachSide(points, (ax, ay, bx, by) => {
      isDot = false
      const name = sideKey(ax, ay, bx, by)
      if (used.has(name)) {
        line = undefined
        return
      }
      used.add(name)
      if (line === undefined) {
        line = [ax, ay]
        lines.push(line)
      }
      line.push(bx, by)
    })
    if (isDot && points.length >= 4) lines.push([...points.slice(0, 4)])
  }
  return lines
}

/** Joins polylines at points where exactly two ends meet. */
function joinLines(lines: readonly number[][]): number[][] {
  const chains = [...lines]
  for (let i = 0; i < chains.length; ) {
    const line = chains[i] as number[]
    const next = soleNeighbour(line, chains)
    if (next === undefined) {
      i++
      continue
    }
    chains[i] = joinTwo(line, next)
    chains.splice(chains.indexOf(next), 1)
    i = 0
  }
  return chains
}

const startOf = (line: readonly number[]): string => pointKey(line[0] ?? 0, line[1] ?? 0)
const endOf = (line: readonly number[]): string => pointKey(line.at(-2) ?? 0, line.at(-1) ?? 0)
const isLoop = (line: readonly number[]): boolean => startOf(line) === endOf(line)

/**
 * The only line that meets this line at one of its ends. Undefined when no end has exactly one such line, or when one
 * of the two lines is a loop.
 */
function soleNeighbour(line: number[], lines: readonly number[][]): number[] | undefined {
  if (isLoop(line)) return undefined
  for (const point of [endOf(line), startOf(line)]) {
    const others = lines.filter((other) => other !== line && (startOf(other) === point || endOf(other) === point))
    const [other] = others
    if (other && others.length === 1 && !isLoop(other)) return other
  }
  return undefined
}

function joinTwo(a: readonly number[], b: readonly number[]): number[] {
  if (endOf(a) === startOf(b)) return [...a, ...b.slice(2)]
  if (endOf(a) === endOf(b)) return [...a, ...reverseLine(b).slice(2)]
  if (startOf(a) === endOf(b)) return [...b, ...a.slice(2)]
  return [...reverseLine(a), ...b.slice(2)]
}
