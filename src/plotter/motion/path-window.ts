import { x, y } from '../../geometry/drawing.ts'
import type { MotionLimits } from '../profiles/profile.ts'
import { cornerSpeed2, type Machine, motorSpeedLimit } from './limits.ts'
import { speedOnArc, turnBetween } from './line-speeds.ts'

/**
 * Approximate length of the chords that measure the local radius, mm. With shorter chords, rounding in a file would
 * count as curvature.
 */
export const CHORD = 0.25
/**
 * Vertices within this distance count as one, mm: a sixth of a step of 1/80 mm. Two joined strokes may be this far
 * apart without a corner.
 */
export const SAME = 0.002

type Column = Float64Array<ArrayBuffer>
type Columns = [Column, Column, Column, Column, Column, Column, Column, Column, Column]
const column = (capacity: number): Column => new Float64Array(capacity)
/** As `at` of `geometry`, but V8 reads faster in a function that gets arrays of one kind only. */
const at = (array: Float64Array, i: number): number => array[i] as number

/**
 * The part of a path that look-ahead needs. Its arrays are filled, shifted and reused. Segment `i` leads from vertex
 * `i` to vertex `i + 1`. Speeds are squared, mm²/s².
 */
export class PathWindow {
  #x = column(4096)
  #y = column(4096)
  /** Length along the path to vertex i, mm. */
  s = column(4096)
  /** Unit direction of segment i. */
  ux = column(4096)
  uy = column(4096)
  /** Speed limit at vertex i without regard to its neighbours, squared. */
  allowed = column(4096)
  /** Speed at vertex i after the backward and the forward pass, squared. */
  u = column(4096)
  /** Speed limit on segment i by the motors, the profile and the curve pace at vertex i, squared. */
  cap = column(4096)
  /** Local radius at vertex i where the curve limits the speed, mm; Infinity elsewhere. */
  radius = column(4096)
  /** Number of vertices in the window. */
  count = 0
  /** Number of vertices at the front whose limits are final. */
  known = 0

  #points: Float64Array = column(0)
  #next = 0
  /** Whether index 0 is still the path's first vertex. */
  #isAtStart = true
  #limits: MotionLimits = { speed: 1, acceleration: 1, junctionDeviation: 0 }
  readonly #machine: Machine

  constructor(machine: Machine) {
    this.#machine = machine
  }

  /** Begins a path. @param points  x, y interleaved, mm */
  start(points: Float64Array, limits: MotionLimits): void {
    this.#points = points
    this.#limits = limits
    this.#next = 0
    this.#isAtStart = true
    this.count = 0
    this.known = 0
  }

  /** Whether all vertices of the path are or were in the window. */
  get isExhausted(): boolean {
    return 2 * this.#next >= this.#points.length
  }

  get capacity(): number {
    return this.s.length
  }

  /** Length of segment i, mm. */
  lengthOf(i: number): number {
    return at(this.s, i + 1) - at(this.s, i)
  }

  /** Radius of segment i, mm; finite only when both its ends lie on a curve. */
  radiusOf(i: number): number {
    return Math.max(at(this.radius, i), at(this.radius, i + 1))
  }

  /** Loads vertices until the window is full or the path ends. Computes their limits where the chords are loaded. */
  load(): void {
    while (this.count < this.capacity && !this.isExhausted) this.#append(this.#next++)
    let back = 0
    let ahead = 0
    const reach = this.isExhausted ? Infinity : at(this.s, this.count - 1) - CHORD
    while (this.known < this.count && at(this.s, this.known) <= reach) {
      const i = this.known++
      if (back === 0) back = this.#backFrom(i)
      while (back + 1 < i && at(this.s, i) - at(this.s, back + 1) >= CHORD) back++
      ahead = Math.max(ahead, i + 1)
      while (ahead + 1 < this.count && at(this.s, ahead) - at(this.s, i) < CHORD) ahead++
      this.#limit(i, back, ahead)
    }
  }

  /** Drops the vertices before vertex `i` that no chord needs any more. @returns the new index of vertex `i` */
  slide(i: number): number {
    const keep = this.#backFrom(i)
    if (keep > 0) this.#isAtStart = false
    for (const array of this.#columns()) array.copyWithin(0, keep, this.count)
    this.count -= keep
    this.known -= keep
    return i - keep
  }

  /** Doubles the window's capacity. */
  grow(): void {
    const larger = (array: Column) => {
      const copy = column(2 * array.length)
      copy.set(array)
      return copy
    }
    const [px, py, s, ux, uy, allowed, u, cap, radius] = this.#columns().map(larger) as Columns
    this.#x = px
    this.#y = py
    Object.assign(this, { s, ux, uy, allowed, u, cap, radius })
  }

  #columns(): Columns {
    return [this.#x, this.#y, this.s, this.ux, this.uy, this.allowed, this.u, this.cap, this.radius]
  }

  #backFrom(i: number): number {
    let back = Math.max(0, i - 1)
    while (back > 0 && at(this.s, i) - at(this.s, back) < CHORD) back--
    return back
  }

  #append(vertex: number): void {
    const px = x(this.#points, vertex)
    const py = y(this.#points, vertex)
    const i = this.count
    if (i === 0) this.s[0] = 0
    else {
      const dx = px - at(this.#x, i - 1)
      const dy = py - at(this.#y, i - 1)
      const length = Math.sqrt(dx * dx + dy * dy)
      if (!(length > SAME)) {
        // the last vertex ends the path, so it replaces the vertex that it nearly equals
        if (!this.isExhausted || length < 1e-7) return
        if (i > 1) {
          this.count--
          this.#append(vertex)
          return
        }
      }
      this.s[i] = at(this.s, i - 1) + length
      const ux = dx / length
      const uy = dy / length
      this.ux[i - 1] = ux
      this.uy[i - 1] = uy
      this.cap[i - 1] = Math.min(this.#limits.speed, motorSpeedLimit(this.#machine, ux, uy)) ** 2
    }
    this.#x[i] = px
    this.#y[i] = py
    this.count++
  }

  #limit(i: number, back: number, ahead: number): void {
    this.radius[i] = Infinity
    this.allowed[i] = 0
    this.u[i] = 0
    if (i === 0) return
    if (i + 1 >= this.count) {
      this.#likeNeighbour(i, i - 1, i - 2)
      return
    }
    const ux = at(this.ux, i - 1)
    const uy = at(this.uy, i - 1)
    const cos = ux * at(this.ux, i) + uy * at(this.uy, i)
    const corner = cornerSpeed2(cos, this.#limits)
    const radius = this.#radiusAt(i, back, ahead)
    const { acceleration, curvePace } = this.#limits
    if (curvePace !== undefined) this.cap[i] = Math.min(at(this.cap, i), speedOnArc(curvePace, radius) ** 2)
    const curve = acceleration * radius
    const straight = Math.min(at(this.cap, i - 1), at(this.cap, i))
    if (curve < corner && curve < straight) this.radius[i] = radius
    this.allowed[i] = Math.min(corner, curve, straight)
    if (i === 1 && this.#isAtStart) this.#likeNeighbour(0, 1, 2)
  }

  /** An end of the path lies on its neighbour's curve if its segment is less than 1.5 times as long as the next one. */
  #likeNeighbour(end: number, neighbour: number, further: number): void {
    if (further < 0 || further >= this.count) return
    const own = Math.abs(at(this.s, end) - at(this.s, neighbour))
    const next = Math.abs(at(this.s, neighbour) - at(this.s, further))
    if (own < 1.5 * next) this.radius[end] = at(this.radius, neighbour)
  }

  /** Local radius at vertex i: mean length of the two chords divided by the angle between them. */
  #radiusAt(i: number, back: number, ahead: number): number {
    const ax = at(this.#x, i) - at(this.#x, back)
    const ay = at(this.#y, i) - at(this.#y, back)
    const bx = at(this.#x, ahead) - at(this.#x, i)
    const by = at(this.#y, ahead) - at(this.#y, i)
    const turn = turnBetween(ax, ay, bx, by)
    if (turn < 1e-9) return Infinity
    return (Math.sqrt(ax * ax + ay * ay) + Math.sqrt(bx * bx + by * by)) / (2 * turn)
  }
}
