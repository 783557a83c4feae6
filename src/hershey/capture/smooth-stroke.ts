/** Distance between two points of a resampled stroke, units (the x-height of a letter has 44). */
const STEP = 1
/** Standard deviation of the smoothing, in steps. */
const SIGMA = 1.6
/** Radius of the smoothing, in steps. */
const RADIUS = 5
/**
 * At a corner, the direction of the line changes by more than this, degrees. Of the points within `ARM` steps of each
 * other, only the one with the greatest change is a corner.
 */
const CORNER = 75
/** The direction at a possible corner is measured over this number of steps before and after the point. */
const ARM = 4
/**
 * Length at each end of a stroke within which a hook is cut, units. A hook is a sharp turn where the pen slips as it
 * touches or leaves the screen.
 */
const HOOK = 4
/** A turn within `HOOK` of an end of the stroke is a hook when it is sharper than this, degrees. */
const HOOK_TURN = 100
/** A stroke that is resampled to fewer points than this becomes a dot. */
const DOT = 3

type Point = readonly [x: number, y: number]

/**
 * A recorded stroke as a smooth line. The stroke is resampled in equal steps. Hooks at the ends are cut. The line is
 * smoothed, except at its corners and ends. A very short stroke becomes a dot.
 */
export function smoothStroke(points: readonly Point[]): Point[] {
  const [first] = points
  if (!first) return []
  const line = resample(points)
  if (line.length < DOT) return dotAt(middleOf(points))
  const main = withoutHooks(line)
  const corners = cornersOf(main)
  return main.map((_, i) => smoothPoint(main, corners, i))
}

/** A dot as three sides of a small box. The sides are so short that the pen leaves a round mark. */
const dotAt = ([x, y]: Point): Point[] => [
  [x - 1, y - 1],
  [x + 1, y - 0.5],
  [x + 1, y + 1],
  [x - 1, y + 1],
]

function middleOf(points: readonly Point[]): Point {
  const mean = (axis: 0 | 1) => points.reduce((sum, point) => sum + point[axis], 0) / points.length
  return [mean(0), mean(1)]
}

function resample(points: readonly Point[]): Point[] {
  const [first] = points
  if (!first) return []
  const out: Point[] = [first]
  let [px, py] = first
  let toNext = STEP
  for (const [x, y] of points.slice(1)) {
    let distance = Math.hypot(x - px, y - py)
    while (distance >= toNext) {
      px += ((x - px) * toNext) / distance
      py += ((y - py) * toNext) / distance
      distance -= toNext
      toNext = STEP
      out.push([px, py])
    }
    toNext -= distance
    px = x
    py = y
  }
  if (toNext < 0.7 * STEP) out.push([px, py])
  return out
}

/** Cuts off the hooks at both ends. A short line stays as it is. */
function withoutHooks(line: readonly Point[]): readonly Point[] {
  const reach = Math.ceil(HOOK / STEP)
  if (line.length < 4 * reach) return line
  let from = 0
  let to = line.length
  for (let i = 1; i <= reach; i++) if (turnAt(line, i, 2) > HOOK_TURN) from = i
  for (let i = line.length - 2; i >= line.length - 1 - reach; i--) if (turnAt(line, i, 2) > HOOK_TURN) to = i + 1
  return line.slice(from, to)
}

/** Change of direction at a point, degrees. */
function turnAt(line: readonly Point[], i: number, arm: number): number {
  const a = line[Math.max(0, i - arm)]
  const b = line[i]
  const c = line[Math.min(line.length - 1, i + arm)]
  if (!a || !b || !c) return 0
  const change = Math.atan2(c[1] - b[1], c[0] - b[0]) - Math.atan2(b[1] - a[1], b[0] - a[0])
  return (Math.abs(Math.atan2(Math.sin(change), Math.cos(change))) * 180) / Math.PI
}

function cornersOf(line: readonly Point[]): ReadonlySet<number> {
  const turns = line.map((_, i) => (i < ARM || i >= line.length - ARM ? 0 : turnAt(line, i, ARM)))
  const isPeak = (i: number) => turns.slice(Math.max(0, i - ARM), i + ARM + 1).every((turn) => turn <= (turns[i] ?? 0))
  return new Set(turns.flatMap((turn, i) => (turn > CORNER && isPeak(i) ? [i] : [])))
}

/** The weighted mean of the points around a point, none of them beyond a corner or an end. */
function smoothPoint(line: readonly Point[], corners: ReadonlySet<number>, i: number): Point {
  let reach = Math.min(RADIUS, i, line.length - 1 - i)
  for (let k = 0; k <= reach; k++) if (corners.has(i - k) || corners.has(i + k)) reach = k
  let sx = 0
  let sy = 0
  let sum = 0
  for (let k = -reach; k <= reach; k++) {
    const weight = Math.exp(-(k * k) / (2 * SIGMA * SIGMA))
    const [x, y] = line[i + k] ?? [0, 0]
    sx += weight * x
    sy += weight * y
    sum += weight
  }
  return [sx / sum, sy / sum]
}
