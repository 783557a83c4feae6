/**
 * The room `centreline` makes strokes from the outlines of letters. `axis` finds the medial axis, `junctions` joins its
 * parts into strokes where lines meet. `thin-font` makes a font of such strokes.
 *
 * Words of all files:
 *
 * - stem, bowl: a straight and a curved part of a letter's shape
 * - medial axis: the lines in the middle of these parts, with an equal distance to the outline on two sides
 * - radius: the distance from the medial axis to the outline, half the width of a stem. Some lengths are in radii
 * - junction: a place at which lines of the axis meet, or at which an arm was removed (`axis`)
 * - free end: an end at which a line meets no other line. At a joined end, the line meets another line
 * - arm: a part of the axis from a junction to a free end
 * - ring: a closed line, or an outline
 */
import { FillRule, unionD } from 'clipper2-ts'
import { reverseLine } from '../../geometry/drawing.ts'
import { median } from '../fonts/spacing.ts'
import { type AxisPoint, insideOf, medialAxis } from './axis.ts'
import { backFrom, lengthOf, strokesThrough } from './junctions.ts'

/** Strokes along the middles of the stems and bowls of a letter, in the units of its outlines. */
export interface CentreLines {
  /** x, y interleaved. */
  readonly lines: readonly (readonly number[])[]
  /** Half the width of the stem at each point of the medial axis. These points are not the points of `lines`. */
  readonly radii: readonly number[]
}

/** Distance between the points on outlines, ems. */
const SPACING = 1 / 220
/** Limit on the points of one glyph. A glyph with more has no centre lines. */
const MAX_POINTS = 20_000
/**
 * A free end stops this many radii before the outline, because the round ink of a pen reaches beyond the end of a line.
 */
const END_GAP = 0.35
/** Greatest extension of a free end beyond the axis, radii. */
const MAX_EXTENSION = 1.6
/** A line bends into a corner if its radius shrinks over its last piece by more than this fraction of the piece. */
const NARROWS = 0.22
/** Length of this last piece, radii. */
const WINDOW = 0.5
/** Greatest length of an end that bends into a corner, radii. */
const MAX_BENT = 3
/** The bend into a corner begins this many radii before the stroke narrows. */
const BEND = 1.2
/** Largest distance between a line and its simplified form, ems. */
const TOLERANCE = 1 / 900
/** A line with two free ends is a dot when it is shorter than this, radii. */
const DOT = 0.8
/** A line with a joined end is noise, or the rest of a dot, when it is shorter than this, radii. */
const NOISE = 0.25

/**
 * The centre lines of one letter.
 *
 * @param outlines  polygons that may cross, x and y interleaved, filled by the nonzero rule
 * @param em        size of the em, in the units of the outlines
 */
export function centreLines(outlines: readonly (readonly number[])[], em: number): CentreLines {
  const rings = unionOf(outlines).map((ring) => samplePolygon(ring, SPACING * em))
  const points = rings.reduce((sum, { length }) => sum + length / 2, 0)
  if (points < 6 || points > MAX_POINTS) return { lines: [], radii: [] }
  const axis = medialAxis(rings)
  const isInside = insideOf(rings)
  const lines: number[][] = []
  const radii: number[] = []
  const dots = [...axis.dots]
  for (const stroke of strokesThrough(axis)) {
    const [first] = stroke.points
    if (!first) continue
    radii.push(...stroke.points.map(({ r }) => r))
    const r = Math.max(...stroke.points.map((point) => point.r))
    const most = stroke.isFree.every((isFree) => isFree) ? DOT : NOISE
    if (lengthOf(stroke.points) < most * r) dots.push(middleOf(stroke.points))
    else lines.push(smoothLine(extendEnds(stroke.points, stroke.isFree, isInside), em))
  }
  const usual = median(radii) ?? 0
  const isDot = (point: AxisPoint) => dots.some((other) => distance(other, point) < other.r)
  const nodes = [...axis.nodes.values()].filter((node) => !isDot(node))
  for (const knob of knobs(nodes, usual)) lines.push(ringAt(knob, usual, em))
  for (const point of dots) if (isAlone(point, Math.max(usual, point.r), lines)) lines.push(dot(point, em))
  return { lines: orderStrokes(lines.filter((line) => line.length >= 4)), radii }
}

function unionOf(outlines: readonly (readonly number[])[]): number[][] {
  const paths = outlines.map((ring) => {
    const path: { x: number; y: number }[] = []
    for (let i = 0; i + 1 < ring.length; i += 2) path.push({ x: ring[i] ?? 0, y: ring[i + 1] ?? 0 })
    return path
  })
  return unionD(paths, FillRule.NonZero).map((path) => path.flatMap(({ x, y }) => [x, y]))
}

/** A polygon with points at even distances, its corners included. */
function samplePolygon(ring: readonly number[], spacing: number): number[] {
  const points: number[] = []
  for (let i = 0; i < ring.length; i += 2) {
    const j = (i + 2) % ring.length
    const ax = ring[i] ?? 0
    const ay = ring[i + 1] ?? 0
    const bx = ring[j] ?? 0
    const by = ring[j + 1] ?? 0
    const steps = Math.max(1, Math.round(Math.hypot(bx - ax, by - ay) / spacing))
    // A tiny offset, so that no four points lie on one circle.
    for (let k = 0; k < steps; k++) {
      const t = k === 0 ? 0 : (k + 0.07 * Math.sin(12.9898 * (points.length + k))) / steps
      points.push(ax + (bx - ax) * t, ay + (by - ay) * t)
    }
  }
  return points
}

const medianRadius = (points: readonly AxisPoint[]): number => median(points.map(({ r }) => r)) ?? 0

/**
 * A place whose radius is above this multiple of the usual (median) radius may be a knob: a thick round part of the
 * letter, as in Devanagari.
 */
const KNOB = 1.75

/** The middles of the knobs of a letter. */
function knobs(nodes: readonly AxisPoint[], usual: number): AxisPoint[] {
  const all: AxisPoint[] = []
  for (const node of nodes.filter(({ r }) => r > KNOB * usual).sort((a, b) => b.r - a.r))
    if (isPeak(node, nodes) && all.every((other) => distance(other, node) > other.r + usual)) all.push(node)
  return all
}

/** Whether the letter is thinner on all sides of a point, so that the point does not lie in a thick stem. */
const isPeak = (point: AxisPoint, nodes: readonly AxisPoint[]): boolean =>
  nodes.every((other) => {
    const away = distance(other, point) / point.r
    return away < 1.3 || away > 3 || other.r < 0.75 * point.r
  })

/** The circle that is drawn for a knob. */
const ringAt = ({ x, y, r }: AxisPoint, usual: number, em: number): number[] =>
  simplify(
    Array.from({ length: 33 }, (_, i) => [
      x + (r - usual / 2) * Math.cos((i * Math.PI) / 16),
      y + (r - usual / 2) * Math.sin((i * Math.PI) / 16),
    ]).flat(),
    TOLERANCE * em,
  )

/** Whether no line passes near a point, so that the point is a separate dot and not the end of a line. */
const isAlone = ({ x, y }: AxisPoint, r: number, lines: readonly (readonly number[])[]): boolean =>
  lines.every((line) =>
    line.every((_, i) => {
      if (i % 2 === 1 || i + 3 >= line.length) return true
      const ax = line[i] ?? 0
      const ay = line[i + 1] ?? 0
      const bx = line[i + 2] ?? 0
      const by = line[i + 3] ?? 0
      const length = (bx - ax) ** 2 + (by - ay) ** 2
      const t = length === 0 ? 0 : Math.max(0, Math.min(1, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length))
      return Math.hypot(ax + (bx - ax) * t - x, ay + (by - ay) * t - y) > 2 * r
    }),
  )

const distance = (a: AxisPoint, b: AxisPoint): number => Math.hypot(a.x - b.x, a.y - b.y)

const middleOf = (points: readonly AxisPoint[]): AxisPoint => points[Math.floor(points.length / 2)] as AxisPoint

/** A dot as a stroke of 1/250 em. */
const dot = ({ x, y }: AxisPoint, em: number): number[] => [x - em / 500, y, x + em / 500, y]

function extendEnds(
  points: readonly AxisPoint[],
  [isFirstFree, isLastFree]: readonly [boolean, boolean],
  isInside: Inside,
): AxisPoint[] {
  const line = [...points]
  if (isLastFree) extendEnd(line, isInside)
  if (!isFirstFree) return line
  line.reverse()
  extendEnd(line, isInside)
  return line.reverse()
}

type Inside = (x: number, y: number) => boolean

/** Replaces the bent points at the end of a line by a straight piece, which stops shortly before the outline. */
function extendEnd(points: AxisPoint[], isInside: Inside): void {
  const tip = points.at(-1) as AxisPoint
  const r = medianRadius(points)
  const reach = Math.min(1.2 * r, 0.4 * lengthOf(points))
  dropBend(points, r, reach)
  const last = points.at(-1) as AxisPoint
  const inside = backFrom(points, Math.max(reach, 1e-6))
  const length = Math.hypot(last.x - inside.x, last.y - inside.y)
  if (length === 0) return
  const dx = (last.x - inside.x) / length
  const dy = (last.y - inside.y) / length
  const step = Math.max(r / 12, 1e-3)
  const most = distance(last, tip) + MAX_EXTENSION * r
  let free = 0
  while (free < most && isInside(last.x + dx * (free + step), last.y + dy * (free + step))) free += step
  const extension = free - END_GAP * Math.min(r, 1.5 * last.r)
  if (extension > 0) points.push({ x: last.x + dx * extension, y: last.y + dy * extension, r: tip.r })
}

/**
 * Drops the points at the end of a line that bend into a corner, at least the points within 0.4 × `reach` of the end.
 * Two points stay in any case.
 */
function dropBend(points: AxisPoint[], r: number, reach: number): void {
  const tip = points.at(-1) as AxisPoint
  // The last points bend towards the nearer corner of the end. There the radius shrinks faster than in a tapering
  // stroke.
  const isNarrowing = (): boolean => {
    const last = points.at(-1) as AxisPoint
    const before = backFrom(points, WINDOW * r)
    return before.r - last.r > NARROWS * distance(last, before) && distance(last, tip) < MAX_BENT * r
  }
  let dropped = 0.4 * reach
  while (points.length > 2 && isNarrowing()) {
    points.pop()
    dropped = distance(points.at(-1) as AxisPoint, tip) + BEND * r
  }
  dropped = Math.min(dropped, 0.5 * lengthOf(points) + distance(points.at(-1) as AxisPoint, tip))
  while (points.length > 2 && distance(points.at(-1) as AxisPoint, tip) < dropped) points.pop()
}

function smoothLine(points: readonly AxisPoint[], em: number): number[] {
  const even = resample(points, em / 200)
  return simplify(withoutNoise(withoutNoise(even)), TOLERANCE * em)
}

function resample(points: readonly AxisPoint[], spacing: number): number[] {
  const total = lengthOf(points)
  const steps = Math.max(1, Math.round(total / spacing))
  const line: number[] = []
  let i = 0
  let passed = 0
  for (let k = 0; k <= steps; k++) {
    const target = (total * k) / steps
    for (;;) {
      const a = points[i] as AxisPoint
      const b = points[i + 1]
      const length = b ? Math.hypot(b.x - a.x, b.y - a.y) : 0
      if (!b || passed + length >= target - 1e-9 || i + 2 >= points.length) {
        const t = b && length > 0 ? Math.min(1, (target - passed) / length) : 0
        line.push(a.x + ((b?.x ?? a.x) - a.x) * t, a.y + ((b?.y ?? a.y) - a.y) * t)
        break
      }
      passed += length
      i++
    }
  }
  return line
}

/**
 * A point is a corner when the cosine of the turn at it is smaller than this. The turn is measured over three points on
 * each side.
 */
const CORNER = 0.75
/** Weights of a point and of its two neighbours on each side. */
const KERNEL = [1, 4, 6, 4, 1] as const

/** The line without the noise of sampling, with the same ends and corners. */
function withoutNoise(line: readonly number[]): number[] {
  const count = line.length / 2
  const isRing = Math.hypot((line[0] ?? 0) - (line.at(-2) ?? 0), (line[1] ?? 0) - (line.at(-1) ?? 0)) < 1e-6
  const place = (i: number) => (isRing ? (i + count - 1) % (count - 1) : Math.max(0, Math.min(count - 1, i)))
  const coordinate = (i: number, axis: 0 | 1) => line[2 * place(i) + axis] ?? 0
  const turn = (i: number) => {
    const ax = coordinate(i, 0) - coordinate(i - 3, 0)
    const ay = coordinate(i, 1) - coordinate(i - 3, 1)
    const bx = coordinate(i + 3, 0) - coordinate(i, 0)
    const by = coordinate(i + 3, 1) - coordinate(i, 1)
    return (ax * bx + ay * by) / (Math.hypot(ax, ay) * Math.hypot(bx, by) || 1)
  }
  const out: number[] = []
  for (let i = 0; i < count; i++) {
    const isFixed = (!isRing && (i < 2 || i > count - 3)) || [-2, -1, 0, 1, 2].some((k) => turn(i + k) < CORNER)
    for (const axis of [0, 1] as const) {
      out.push(
        isFixed
          ? coordinate(i, axis)
          : KERNEL.reduce((sum, weight, k) => sum + weight * coordinate(i + k - 2, axis), 0) / 16,
      )
    }
  }
  if (isRing) out.splice(-2, 2, out[0] ?? 0, out[1] ?? 0)
  return out
}

/** The line without the vertices that change the line by at most the tolerance (Douglas and Peucker). */
function simplify(line: readonly number[], tolerance: number): number[] {
  const last = line.length / 2 - 1
  const vertices = new Set([0, last])
  const isRing = last > 3 && Math.hypot((line[0] ?? 0) - (line.at(-2) ?? 0), (line[1] ?? 0) - (line.at(-1) ?? 0)) < 1e-6
  const half = last >> 1
  const stack: [number, number][] = isRing
    ? [
        [0, half],
        [half, last],
      ]
    : [[0, last]]
  if (isRing) vertices.add(half)
  for (let span = stack.pop(); span; span = stack.pop()) {
    const [a, b] = span
    const ax = line[2 * a] ?? 0
    const ay = line[2 * a + 1] ?? 0
    const dx = (line[2 * b] ?? 0) - ax
    const dy = (line[2 * b + 1] ?? 0) - ay
    const length = Math.hypot(dx, dy)
    let farthest = -1
    let most = tolerance
    for (let i = a + 1; i < b; i++) {
      const px = (line[2 * i] ?? 0) - ax
      const py = (line[2 * i + 1] ?? 0) - ay
      const away = length === 0 ? Math.hypot(px, py) : Math.abs(px * dy - py * dx) / length
      if (away > most) {
        farthest = i
        most = away
      }
    }
    if (farthest < 0) continue
    vertices.add(farthest)
    stack.push([a, farthest], [farthest, b])
  }
  return [...vertices].sort((a, b) => a - b).flatMap((i) => [line[2 * i] ?? 0, line[2 * i + 1] ?? 0])
}

/** Orders the strokes from left to right. A steep stroke runs downwards, a flat one to the right. */
function orderStrokes(lines: readonly (readonly number[])[]): number[][] {
  const strokes = lines.map((line) => {
    const dx = (line.at(-2) ?? 0) - (line[0] ?? 0)
    const dy = (line.at(-1) ?? 0) - (line[1] ?? 0)
    const isBackwards = Math.abs(dy) > Math.abs(dx) ? dy < 0 : dx < 0
    return isBackwards ? reverseLine(line) : [...line]
  })
  const left = (line: readonly number[]) => Math.min(...line.filter((_, i) => i % 2 === 0))
  return strokes.sort((a, b) => left(a) - left(b))
}
