import { type Bitmap, distances, STEP, smoothStroke, strokesIn, thin } from '../../import/index.ts'

type Point = readonly [x: number, y: number]
type Line = readonly Point[]

/** Maximum distance of two ends that meet at a fork, and maximum length of a bridge, in widths of the line. */
const FORK = 1.2
/** Length over which `joinAtForks` measures the direction at an end, in widths of the line. */
const DIRECTION_LENGTH = 2
/** Two pieces that leave a fork may be one stroke if the cosine of the angle between them is below this. */
const OPPOSITE = -0.6
/** Thinning shortens a free end by about this fraction of the line's width. */
const SHORTENING = 0.5
/** Longest spur that is left out, in half widths of the line. The short bar of an f is longer. */
const SPUR = 0.5
/** A piece of one or two points is dirt when its width is below this fraction of the line's width. */
const DIRT = 0.5

/**
 * The strokes of a pen from its ink, in pixels: the centre lines, joined at forks where they continue straight. Order
 * and direction are from the top and from the left, as most people write.
 */
export function penStrokes(bitmap: Bitmap): Line[] {
  const edgeDistance = distances(bitmap, bitmap.ink)
  const centre = thin(bitmap, Math.max(bitmap.width, bitmap.height))
  const pieces = strokesIn(bitmap, centre, edgeDistance, SPUR).map((piece) => pointsOf(smoothStroke(piece, 3)))
  const width = lineWidth(centre, edgeDistance)
  const isDirt = (line: Line) => line.length <= 2 && widthAt(line[0], bitmap.width, edgeDistance) < width * DIRT
  const clean = pieces.filter((line) => !isDirt(line))
  const strokes = joinAtForks(withoutBridges(clean, FORK * width), FORK * width, DIRECTION_LENGTH * width)
  return strokes
    .map((line) => inWritingDirection(extendFreeEnds(line, SHORTENING * width, strokes)))
    .sort((a, b) => startOf(a) - startOf(b))
}

/** The points of a line. A line of two equal points is a dot, and becomes one point. */
function pointsOf(flat: Float64Array): Line {
  const line = Array.from({ length: flat.length / 2 }, (_, i): Point => [flat[2 * i] ?? 0, flat[2 * i + 1] ?? 0])
  return line.length === 2 && flat[0] === flat[2] && flat[1] === flat[3] ? line.slice(1) : line
}

/** The median width of the ink along its centre lines, pixels. */
function lineWidth(centre: Uint8Array, edgeDistance: Uint16Array): number {
  const widths = edgeDistance.filter((_, i) => centre[i] === 1).sort()
  return Math.max(1, (2 * (widths[widths.length >> 1] ?? STEP)) / STEP - 1)
}

function widthAt(point: Point | undefined, width: number, edgeDistance: Uint16Array): number {
  const [x, y] = point ?? [0, 0]
  return (2 * (edgeDistance[Math.floor(y) * width + Math.floor(x)] ?? 0)) / STEP
}

/**
 * Removes the bridges that thinning makes. Thinning turns a crossing into two forks with a short bridge between them.
 */
function withoutBridges(pieces: readonly Line[], longest: number): Line[] {
  const isAtFork = (end: Point | undefined, own: Line) =>
    pieces.some((other) => other !== own && [other[0], other.at(-1)].some((p) => p && end && distance(p, end) < 2))
  return pieces.filter(
    (line) => lengthOf(line) > longest || line.length < 2 || !isAtFork(line[0], line) || !isAtFork(line.at(-1), line),
  )
}

const distance = (a: Point, b: Point): number => Math.hypot(a[0] - b[0], a[1] - b[1])
const lengthOf = (line: Line): number => line.reduce((sum, point, i) => sum + distance(point, line[i - 1] ?? point), 0)

/** An end of a piece: the piece, and whether the end is its last point. */
interface End {
  readonly piece: number
  readonly isLast: boolean
  readonly at: Point
  /** Direction out of the piece. */
  readonly direction: Point
}

function joinAtForks(pieces: readonly Line[], near: number, reach: number): Line[] {
  const ends = pieces.flatMap((line, piece): End[] => {
    const first = line[0]
    const last = line.at(-1)
    if (!first || !last || line.length < 2) return []
    const back = [...line].reverse()
    return [
      { piece, isLast: false, at: first, direction: outward(line, reach) },
      { piece, isLast: true, at: last, direction: outward(back, reach) },
    ]
  })
  const pairs = ends
    .flatMap((a, i) =>
      ends.slice(i + 1).flatMap((b) => {
        const gap = distance(a.at, b.at)
        const cosine = a.direction[0] * b.direction[0] + a.direction[1] * b.direction[1]
        return gap <= near && cosine < OPPOSITE && a.piece !== b.piece ? [{ a, b, cosine }] : []
      }),
    )
    .sort((one, other) => one.cosine - other.cosine)
  const partner = new Map<End, End>()
  for (const { a, b } of pairs) {
    if (partner.has(a) || partner.has(b)) continue
    partner.set(a, b)
    partner.set(b, a)
  }
  return chains(pieces, ends, partner)
}

/** Follows the pairs of ends from piece to piece. */
function chains(pieces: readonly Line[], ends: readonly End[], partner: ReadonlyMap<End, End>): Line[] {
  const visited = new Set<number>()
  const endOf = (piece: number, isLast: boolean) => ends.find((end) => end.piece === piece && end.isLast === isLast)
  const follow = (from: number, backwards: boolean): Point[] => {
    const out: Point[] = []
    let piece = from
    let isReversed = backwards
    while (!visited.has(piece)) {
      visited.add(piece)
      const line = pieces[piece] ?? []
      out.push(...(isReversed ? [...line].reverse() : line))
      const end = endOf(piece, !isReversed)
      const next = end && partner.get(end)
      if (!next) break
      piece = next.piece
      isReversed = next.isLast
    }
    return out
  }
  const lines: Point[][] = []
  // Dots, and strokes that begin at an end without a partner, come first. The remaining strokes are closed.
  for (const isLast of [false, true]) {
    for (const piece of pieces.keys()) {
      const end = endOf(piece, isLast)
      if (visited.has(piece) || (end && partner.has(end))) continue
      lines.push(follow(piece, isLast))
    }
  }
  for (const piece of pieces.keys()) if (!visited.has(piece)) lines.push(follow(piece, false))
  return lines
}

/** The unit vector to the first point of a line from the next point of the line that is at least `reach` away. */
function outward(line: Line, reach: number): Point {
  const [x, y] = line[0] ?? [0, 0]
  const inside = line.find((point) => distance(point, [x, y]) >= reach) ?? line.at(-1) ?? [x, y]
  const length = Math.hypot(x - inside[0], y - inside[1]) || 1
  return [(x - inside[0]) / length, (y - inside[1]) / length]
}

/** Extends the free ends of a line by the length that thinning removed. Ends that meet another line stay. */
function extendFreeEnds(line: Line, by: number, all: readonly Line[]): Line {
  const first = line[0]
  const last = line.at(-1)
  if (!first || !last || line.length < 2) return line
  if (distance(first, last) < 1.5) return line
  const isFree = (end: Point) =>
    all.every((other) => other.every((p) => distance(p, end) > 2.5 * by || isOfLine(p, line)))
  const isOfLine = (p: Point, own: Line) => own.includes(p)
  const beyond = (end: Point, direction: Point): Point => [end[0] + by * direction[0], end[1] + by * direction[1]]
  const start = outward(line, 6 * by)
  const end = outward([...line].reverse(), 6 * by)
  return [...(isFree(first) ? [beyond(first, start)] : []), ...line, ...(isFree(last) ? [beyond(last, end)] : [])]
}

/**
 * Gives a line its probable direction of writing. If the ends of the line are farther apart vertically than
 * horizontally, the line begins at the upper end, else at the left end.
 */
function inWritingDirection(line: Line): Line {
  const first = line[0]
  const last = line.at(-1)
  if (!first || !last) return line
  const across = last[0] - first[0]
  const down = last[1] - first[1]
  const isBackwards = Math.abs(down) > Math.abs(across) ? down < 0 : across < 0
  return isBackwards ? [...line].reverse() : line
}

/** The key by which strokes are sorted: `y + 0.7 x` of their first points. */
const startOf = (line: Line): number => (line[0]?.[1] ?? 0) + 0.7 * (line[0]?.[0] ?? 0)
