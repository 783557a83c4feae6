/**
 * The room `draw`: tools with which the tasks draw. The room has curves (here), seeded random numbers, regions, shapes
 * that hide lines (`scene`), hatches, ribbons, swelled downstrokes, joining and tidying. Tasks may import any file of
 * the room.
 */

/** A line while it is built: x, y interleaved, mm. */
export type Line = number[]

/**
 * Coordinate `i` of a line. `at` of `geometry/drawing.ts` reads typed arrays. V8 optimizes a function for one kind of
 * array. With one function for both kinds, cutting lines takes 1.5 times as long.
 */
export const at = (line: readonly number[], i: number): number => line[i] as number

/** `steps` + 1 points of a curve over t = 0 … 1. */
export function sampleCurve(steps: number, curve: (t: number) => readonly [number, number]): Line {
  const line: Line = []
  for (let i = 0; i <= steps; i++) {
    const point = curve(i / steps)
    line.push(point[0], point[1])
  }
  return line
}

/**
 * A smooth curve through all points: centripetal Catmull–Rom (Yuksel et al. 2011), which has no loops or cusps between
 * unevenly spaced points.
 *
 * @param step      about the length of a chord, mm
 * @param isClosed  whether the curve returns to the first point
 */
export function smooth(line: readonly number[], step = 0.5, isClosed = false): Line {
  const count = line.length / 2
  if (count < 3) return [...line]
  const place = (i: number): number => (isClosed ? ((i % count) + count) % count : Math.max(0, Math.min(count - 1, i)))
  // Beyond an end, an open line continues with its point reflection in that end.
  const coordinate = (i: number, axis: 0 | 1): number => {
    if (isClosed || (i >= 0 && i < count)) return at(line, 2 * place(i) + axis)
    return 2 * at(line, 2 * place(i) + axis) - at(line, 2 * place(i < 0 ? 1 : count - 2) + axis)
  }
  const curve: Line = [at(line, 0), at(line, 1)]
  for (let i = 0; i < (isClosed ? count : count - 1); i++) {
    arc(
      curve,
      coordinate(i - 1, 0),
      coordinate(i - 1, 1),
      coordinate(i, 0),
      coordinate(i, 1),
      coordinate(i + 1, 0),
      coordinate(i + 1, 1),
      coordinate(i + 2, 0),
      coordinate(i + 2, 1),
      step,
    )
  }
  return curve
}

/** About the length of a chord of `smoothBetweenCorners`, mm. */
const STEP = 0.25

/**
 * A curve through the points of a line. The curve stays sharp at corners. Letters of stroke fonts have few points, so
 * enlarged letters need such curves.
 *
 * @param corner  degrees; a vertex that turns by at least this angle is a corner
 */
export function smoothBetweenCorners(line: readonly number[], corner: number): Line {
  const out: Line = []
  let from = 0
  for (let i = 1; i < line.length / 2; i++) {
    const isEnd = i === line.length / 2 - 1
    if (!isEnd && turnAt(line, i) < corner) continue
    const piece = smooth(line.slice(2 * from, 2 * i + 2), STEP)
    for (let k = from === 0 ? 0 : 2; k < piece.length; k++) out.push(at(piece, k))
    from = i
  }
  return out.length > 0 ? out : [...line]
}

/** The turn of a line at a vertex, degrees. */
function turnAt(line: readonly number[], i: number): number {
  const bx = at(line, 2 * i)
  const by = at(line, 2 * i + 1)
  const out = Math.atan2(at(line, 2 * i + 3) - by, at(line, 2 * i + 2) - bx)
  const turn = out - Math.atan2(by - at(line, 2 * i - 1), bx - at(line, 2 * i - 2))
  const degrees = Math.abs((turn * 180) / Math.PI) % 360
  return Math.min(degrees, 360 - degrees)
}

type Point = readonly [x: number, y: number]

const pointAt = (line: readonly number[], i: number): Point => [at(line, 2 * i), at(line, 2 * i + 1)]

function knot(ax: number, ay: number, bx: number, by: number): number {
  return Math.max(1e-6, Math.sqrt(distance(ax, ay, bx, by)))
}

function distance(ax: number, ay: number, bx: number, by: number): number {
  return Math.sqrt((bx - ax) * (bx - ax) + (by - ay) * (by - ay))
}

/**
 * Appends the curve from the second to the third of four points, without the second, by Barry and Goldman's pyramid
 * (1988). The arguments are numbers, because pairs would be millions of short-lived arrays for the letters of one
 * postcard.
 */
function arc(
  curve: Line,
  ax: number,
  ay: number,
  bx: number,
  by: number,
  cx: number,
  cy: number,
  dx: number,
  dy: number,
  step: number,
): void {
  const t1 = knot(ax, ay, bx, by)
  const t2 = t1 + knot(bx, by, cx, cy)
  const t3 = t2 + knot(cx, cy, dx, dy)
  const steps = Math.max(1, Math.ceil(distance(bx, by, cx, cy) / step))
  for (let i = 1; i <= steps; i++) {
    const t = t1 + ((t2 - t1) * i) / steps
    const u1 = t / t1
    const u2 = (t - t1) / (t2 - t1)
    const u3 = (t - t2) / (t3 - t2)
    const v1 = t / t2
    const v2 = (t - t1) / (t3 - t1)
    curve.push(pyramid(ax, bx, cx, dx, u1, u2, u3, v1, v2), pyramid(ay, by, cy, dy, u1, u2, u3, v1, v2))
  }
}

function pyramid(
  a: number,
  b: number,
  c: number,
  d: number,
  u1: number,
  u2: number,
  u3: number,
  v1: number,
  v2: number,
): number {
  const second = b + (c - b) * u2
  const first = a + (b - a) * u1
  const third = c + (d - c) * u3
  const low = first + (second - first) * v1
  const high = second + (third - second) * v2
  return low + (high - low) * u2
}

const mix = (a: Point, b: Point, share: number): [number, number] => [
  a[0] + (b[0] - a[0]) * share,
  a[1] + (b[1] - a[1]) * share,
]

/** A line with round corners. @param radius  mm from a corner to the ends of its curve, at most half of a side */
export function roundCorners(line: readonly number[], radius: number): Line {
  const last = line.length / 2 - 1
  const out: Line = [...pointAt(line, 0)]
  for (let i = 1; i < last; i++) {
    const before = pointAt(line, i - 1)
    const corner = pointAt(line, i)
    const after = pointAt(line, i + 1)
    const into = towards(corner, before, radius)
    const away = towards(corner, after, radius)
    const steps = Math.max(2, Math.ceil(Math.hypot(away[0] - into[0], away[1] - into[1]) / 0.3))
    for (let k = 0; k <= steps; k++) {
      out.push(...mix(mix(into, corner, k / steps), mix(corner, away, k / steps), k / steps))
    }
  }
  if (last > 0) out.push(...pointAt(line, last))
  return out
}

function towards(from: Point, to: Point, distance: number): [number, number] {
  const length = Math.hypot(to[0] - from[0], to[1] - from[1])
  return mix(from, to, length === 0 ? 0 : Math.min(0.5, distance / length))
}

/** A circle or an ellipse as a closed line, clockwise. @param from  angle of the first point, radians */
export function ellipse(cx: number, cy: number, rx: number, ry = rx, from = 0): Line {
  const steps = Math.max(16, Math.ceil((2 * Math.PI * Math.max(rx, ry)) / 0.4))
  return sampleCurve(Math.min(steps, 720), (t) => [
    cx + rx * Math.cos(from + 2 * Math.PI * t),
    cy + ry * Math.sin(from + 2 * Math.PI * t),
  ])
}

/**
 * An even spiral from the centre to a full last turn at `radius`, with windings at most `gap` apart (mm). The line
 * leaves the centre at the angle `from` (radians).
 */
export function spiralDisc(cx: number, cy: number, radius: number, gap: number, from = 0): Line {
  const turns = Math.max(1, radius / gap)
  const line: Line = []
  const end = 2 * Math.PI * (turns + 1)
  for (let a = 0; a < end; a += Math.min(0.5, 0.4 / Math.max(0.3, (gap * a) / (2 * Math.PI)))) {
    const r = Math.min(radius, (radius / turns) * (a / (2 * Math.PI)))
    line.push(cx + r * Math.cos(a + from), cy + r * Math.sin(a + from))
  }
  line.push(cx + radius * Math.cos(end + from), cy + radius * Math.sin(end + from))
  return line
}
