import type { Axis, AxisPoint, Chain } from './axis.ts'

type Point = readonly [x: number, y: number]

/** Two junctions are one when the chain between them is shorter than this many radii. */
const SAME = 1
/** Within this many radii of a junction the axis bends away from the stroke, so its points there are dropped. */
const BENT = 1.15
/** The direction of a stroke is measured over this length, just before the dropped points, radii. */
const DIRECTION = 0.9
/** Two ends that point at each other become one stroke when the cosine between their directions is less than this. */
const FACING = -0.8
/** An extended end looks for a stroke to meet within this many radii, rounded up to whole steps. */
const REACH = 2.6

/**
 * A stroke while it is put together: its points, and for each end the number of the node (see `Axis.nodes`) at that
 * end's junction. Instead of a node, a free end has undefined, and an end that is already joined has −1.
 */
interface Limb {
  points: AxisPoint[]
  from: number | undefined
  to: number | undefined
}

interface End {
  limb: Limb
  side: 'from' | 'to'
  readonly tip: AxisPoint
  /** Unit vector into the junction. */
  readonly direction: Point
}

/**
 * The strokes of an axis. At junctions, strokes that face each other become one stroke. The other strokes are
 * extended to a joined stroke. Where no strokes face each other, all strokes are extended to one point.
 *
 * @returns strokes; `isFree` says whether the first end is free, and whether the last end is free
 */
export function strokesThrough(axis: Axis): { points: AxisPoint[]; isFree: readonly [boolean, boolean] }[] {
  const { clusters, limbs } = clusterJunctions(axis)
  for (const cluster of clusters) joinLimbs(cluster, limbs)
  return [...limbs].map(({ points, from, to }) => {
    const first = points[0]
    const last = points.at(-1)
    const isRing = points.length > 2 && first?.x === last?.x && first?.y === last?.y
    return { points, isFree: [!isRing && from === undefined, !isRing && to === undefined] }
  })
}

/** A junction: nodes that lie close together, the mean of their positions, and their largest radius. */
interface Cluster {
  readonly x: number
  readonly y: number
  readonly r: number
  readonly nodes: ReadonlySet<number>
}

/** The junctions of an axis, and the chains that do not lie within one junction. */
function clusterJunctions({ chains, nodes }: Axis): { clusters: readonly Cluster[]; limbs: Set<Limb> } {
  const parent = new Map<number, number>()
  const rootOf = (id: number): number => {
    const up = parent.get(id) ?? id
    return up === id ? id : rootOf(up)
  }
  const isInner = ({ points, from, to }: Chain): boolean => {
    if (from === undefined || to === undefined || from === to) return false
    const r = Math.max(nodes.get(from)?.r ?? 0, nodes.get(to)?.r ?? 0)
    return lengthOf(points) < SAME * r
  }
  const inner = new Set(chains.filter(isInner))
  for (const { from, to } of inner) parent.set(rootOf(from ?? 0), rootOf(to ?? 0))
  const members = new Map<number, Set<number>>()
  for (const { from, to } of chains) {
    for (const id of [from, to]) {
      if (id === undefined) continue
      const root = rootOf(id)
      members.set(root, (members.get(root) ?? new Set()).add(id))
    }
  }
  const clusters = [...members.values()].map((ids): Cluster => {
    const points = [...ids].flatMap((id) => nodes.get(id) ?? [])
    const mean = (coordinateOf: (point: AxisPoint) => number) =>
      points.reduce((sum, point) => sum + coordinateOf(point), 0) / points.length
    return { x: mean(({ x }) => x), y: mean(({ y }) => y), r: Math.max(...points.map(({ r }) => r)), nodes: ids }
  })
  const outer = chains.filter((chain) => !inner.has(chain))
  return { clusters, limbs: new Set(outer.map(({ points, from, to }) => ({ points: [...points], from, to }))) }
}

/** Joins the limbs that face each other at a junction. Extends the other limbs to the joined limbs, or to one point. */
function joinLimbs(cluster: Cluster, limbs: Set<Limb>): void {
  const loose = endsAt(cluster, limbs)
  const through: AxisPoint[][] = []
  for (let best = bestPair(loose); best; best = bestPair(loose)) {
    const [a, b] = best
    loose.splice(loose.indexOf(a), 1)
    loose.splice(loose.indexOf(b), 1)
    const piece = bridge(a, b)
    through.push([...outer(a, cluster.r), a.tip, ...piece, b.tip, ...outer(b, cluster.r).reverse()])
    merge(a, b, piece, limbs, loose)
  }
  if (loose.length === 0) return
  const meeting = through.length > 0 ? undefined : meetingPoint(loose, cluster)
  const [a, b] = loose
  if (meeting && a && b && loose.length === 2 && a.limb !== b.limb) {
    merge(a, b, [meeting], limbs, [])
    return
  }
  for (const end of loose) {
    const piece = meeting ? [meeting] : (extendToStroke(end, through, cluster) ?? nearest(end, through))
    if (piece.length > 0) extendLimb(end, piece)
    else end.limb[end.side] = undefined
  }
}

/**
 * The ends of limbs at a junction, without the points that the junction bends. Limbs with a free end within the
 * junction are removed.
 */
function endsAt(cluster: Cluster, limbs: Set<Limb>): End[] {
  const ends: End[] = []
  for (const limb of [...limbs]) {
    for (const side of ['from', 'to'] as const) {
      const id = limb[side]
      if (id === undefined || !cluster.nodes.has(id)) continue
      const end = trimLimb(limb, side, cluster)
      if (end) ends.push(end)
      else limbs.delete(limb)
    }
  }
  return ends.filter(({ limb }) => limbs.has(limb))
}

/**
 * Drops the points of a limb that the junction bends, and measures the direction of the limb before these points.
 *
 * @returns undefined when at most one of several points is left, and the other end is free
 */
function trimLimb(limb: Limb, side: 'from' | 'to', { x, y, r }: Cluster): End | undefined {
  const points = side === 'to' ? limb.points : [...limb.points].reverse()
  const isBent = (point: AxisPoint | undefined) =>
    point !== undefined && Math.hypot(point.x - x, point.y - y) < BENT * r
  const count = points.length
  while (points.length > 1 && isBent(points.at(-1))) points.pop()
  const tip = points.at(-1)
  if (!tip || (points.length < 2 && count > 1 && limb[side === 'to' ? 'from' : 'to'] === undefined)) return undefined
  const inside = backFrom(points, DIRECTION * r)
  const [dx, dy] = points.length < 2 ? [x - tip.x, y - tip.y] : [tip.x - inside.x, tip.y - inside.y]
  const length = Math.hypot(dx, dy) || 1
  limb.points = side === 'to' ? points : points.reverse()
  return { limb, side, tip, direction: [dx / length, dy / length] }
}

/** The point at a distance before the last point, along the line; the first point when the line is shorter. */
export function backFrom(points: readonly AxisPoint[], distance: number): AxisPoint {
  let left = distance
  for (let i = points.length - 1; i > 0; i--) {
    const a = points[i] as AxisPoint
    const b = points[i - 1] as AxisPoint
    const step = Math.hypot(a.x - b.x, a.y - b.y)
    if (step >= left) {
      const t = step === 0 ? 0 : left / step
      return { x: a.x + (b.x - a.x) * t, y: a.y + (b.y - a.y) * t, r: b.r }
    }
    left -= step
  }
  return points[0] as AxisPoint
}

const cosine = ([ax, ay]: Point, [bx, by]: Point): number => ax * bx + ay * by

/** The two ends that face each other best; undefined when no two ends face each other. */
function bestPair(ends: readonly End[]): readonly [End, End] | undefined {
  let best: readonly [End, End] | undefined
  let least = FACING
  ends.forEach((a, i) => {
    for (const b of ends.slice(i + 1)) {
      // Two ends on parallel lines have opposite directions but point past each other, so they do not match.
      const dx = b.tip.x - a.tip.x
      const dy = b.tip.y - a.tip.y
      const gap = Math.hypot(dx, dy) || 1
      const facing = Math.min(cosine(a.direction, [dx / gap, dy / gap]), cosine(b.direction, [-dx / gap, -dy / gap]))
      const value = cosine(a.direction, b.direction)
      if (value < least && facing > 0.7) {
        least = value
        best = [a, b]
      }
    }
  })
  return best
}

/** The points of a limb within `REACH` of its end, at which other strokes may meet the limb. */
function outer({ limb, side, tip }: End, r: number): AxisPoint[] {
  const points = side === 'to' ? limb.points : [...limb.points].reverse()
  let i = points.length
  while (i > 0 && Math.hypot((points[i - 1]?.x ?? 0) - tip.x, (points[i - 1]?.y ?? 0) - tip.y) < REACH * r) i--
  return points.slice(i)
}

/** Points of a smooth piece from one end to another, without the ends. */
function bridge(a: End, b: End): AxisPoint[] {
  const reach = 0.4 * Math.hypot(b.tip.x - a.tip.x, b.tip.y - a.tip.y)
  const control = ({ tip, direction: [dx, dy] }: End) => ({ x: tip.x + reach * dx, y: tip.y + reach * dy })
  const p = control(a)
  const q = control(b)
  return Array.from({ length: 7 }, (_, k): AxisPoint => {
    const t = (k + 1) / 8
    const w = [(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t ** 3] as const
    return {
      x: w[0] * a.tip.x + w[1] * p.x + w[2] * q.x + w[3] * b.tip.x,
      y: w[0] * a.tip.y + w[1] * p.y + w[2] * q.y + w[3] * b.tip.y,
      r: (a.tip.r + b.tip.r) / 2,
    }
  })
}

/** Joins two limbs into one limb, or the two ends of one limb into a ring. */
function merge(a: End, b: End, between: readonly AxisPoint[], limbs: Set<Limb>, loose: readonly End[]): void {
  if (a.limb === b.limb) {
    const [first] = a.limb.points
    const piece = a.side === 'to' ? between : [...between].reverse()
    if (first) a.limb.points = [...a.limb.points, ...piece, first]
    Object.assign(a.limb, { from: -1, to: -1 })
    return
  }
  const before = a.side === 'to' ? a.limb.points : [...a.limb.points].reverse()
  const after = b.side === 'from' ? b.limb.points : [...b.limb.points].reverse()
  const from = a.side === 'to' ? a.limb.from : a.limb.to
  const to = b.side === 'from' ? b.limb.to : b.limb.from
  const other = b.limb
  Object.assign(a.limb, { points: [...before, ...between, ...after], from, to })
  limbs.delete(other)
  for (const end of loose) {
    if (end.limb === a.limb) end.side = 'from'
    if (end.limb !== other) continue
    end.limb = a.limb
    end.side = 'to'
  }
}

/** The point where the lines of all ends come closest, near the junction. */
function meetingPoint(ends: readonly End[], { x, y, r }: Cluster): AxisPoint {
  let a = 0
  let b = 0
  let c = 0
  let d = 0
  let e = 0
  for (const { tip, direction } of ends) {
    const nx = -direction[1]
    const ny = direction[0]
    const offset = nx * tip.x + ny * tip.y
    a += nx * nx
    b += nx * ny
    c += ny * ny
    d += nx * offset
    e += ny * offset
  }
  const determinant = a * c - b * b
  if (Math.abs(determinant) < 0.05) return { x, y, r }
  const mx = (c * d - b * e) / determinant
  const my = (a * e - b * d) / determinant
  const away = Math.hypot(mx - x, my - y)
  const share = away > 1.5 * r ? (1.5 * r) / away : 1
  return { x: x + (mx - x) * share, y: y + (my - y) * share, r }
}

/** Length of one step of an extended end, radii. */
const STEP = 1 / 6
/** Turn after which an extended end continues straight, radians. */
const MAX_TURN = 0.9

/** Extends an end to the stroke that it meets, along the curve of the end or else straight. */
function extendToStroke(end: End, lines: readonly AxisPoint[][], { r }: Cluster): AxisPoint[] | undefined {
  const bend = curvature(end, r)
  const curved = Math.abs(bend) < 1e-6 ? undefined : extendAlong(end, bend, lines, r)
  return curved ?? extendAlong(end, 0, lines, r)
}

/** Turn per length at an end, from the circle through three of its points. */
function curvature({ limb, side, tip }: End, r: number): number {
  const points = side === 'to' ? limb.points : [...limb.points].reverse()
  if (lengthOf(points) < 2.2 * r) return 0
  const b = backFrom(points, r)
  const c = backFrom(points, 2 * r)
  const ux = b.x - c.x
  const uy = b.y - c.y
  const vx = tip.x - b.x
  const vy = tip.y - b.y
  const sides = Math.hypot(ux, uy) * Math.hypot(vx, vy) * Math.hypot(tip.x - c.x, tip.y - c.y)
  return sides === 0 ? 0 : (2 * (ux * vy - uy * vx)) / sides
}

/** The points from an end to the first line that it crosses; undefined when there is none within reach. */
function extendAlong(
  { tip, direction }: End,
  bend: number,
  lines: readonly AxisPoint[][],
  r: number,
): AxisPoint[] | undefined {
  const piece: AxisPoint[] = []
  // The direction is a mean over a bent piece, so it lags behind the direction at the tip.
  let angle = Math.atan2(direction[1], direction[0]) + bend * (DIRECTION / 2) * r
  let x = tip.x
  let y = tip.y
  let totalTurn = 0
  for (let length = 0; length < REACH * r; length += STEP * r) {
    const turn = Math.abs(totalTurn) < MAX_TURN ? bend * STEP * r : 0
    totalTurn += turn
    angle += turn
    const dx = STEP * r * Math.cos(angle)
    const dy = STEP * r * Math.sin(angle)
    const hit = crossing(x, y, dx, dy, lines)
    if (hit) return [...piece, { ...hit, r: tip.r }]
    x += dx
    y += dy
    piece.push({ x, y, r: tip.r })
  }
  return undefined
}

function crossing(
  x: number,
  y: number,
  dx: number,
  dy: number,
  lines: readonly AxisPoint[][],
): { x: number; y: number } | undefined {
  for (const line of lines) {
    for (let i = 0; i + 1 < line.length; i++) {
      const a = line[i] as AxisPoint
      const b = line[i + 1] as AxisPoint
      const ex = b.x - a.x
      const ey = b.y - a.y
      const det = dx * ey - dy * ex
      if (Math.abs(det) < 1e-9) continue
      const wx = a.x - x
      const wy = a.y - y
      const t = (wx * ey - wy * ex) / det
      const u = (wx * dy - wy * dx) / det
      if (u >= -0.01 && u <= 1.01 && t >= 0 && t <= 1) return { x: x + t * dx, y: y + t * dy }
    }
  }
  return undefined
}

/** The point of the lines that is nearest to an end; none when there are no lines. */
function nearest({ tip }: End, lines: readonly AxisPoint[][]): AxisPoint[] {
  const distance = (point: AxisPoint) => Math.hypot(point.x - tip.x, point.y - tip.y)
  return lines
    .flat()
    .sort((a, b) => distance(a) - distance(b))
    .slice(0, 1)
}

function extendLimb({ limb, side }: End, piece: readonly AxisPoint[]): void {
  if (side === 'to') limb.points = [...limb.points, ...piece]
  else limb.points = [...[...piece].reverse(), ...limb.points]
  limb[side] = -1
}

export function lengthOf(points: readonly AxisPoint[]): number {
  let length = 0
  for (let i = 1; i < points.length; i++) {
    const a = points[i - 1] as AxisPoint
    const b = points[i] as AxisPoint
    length += Math.hypot(b.x - a.x, b.y - a.y)
  }
  return length
}
