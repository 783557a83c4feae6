/** A polygon on a page, mm: x, y interleaved. */
export type Shape = readonly number[]

/** A column on a page, mm. */
export interface Frame {
  /** Number of the page, from 0. */
  readonly page: number
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** A part of the width of a page, mm. */
export interface Interval {
  readonly x: number
  readonly width: number
}

/** The shapes that lines keep clear of, and the shape that they stay inside. */
export interface Shapes {
  /** Text flows around these shapes, on each page. */
  readonly around: readonly Shape[]
  /** Text stays inside this shape, on each page. */
  readonly inside?: Shape
  /** White between a shape and the text, mm. The shape `inside` has this white only at both ends of a line. */
  readonly gap: number
}

/** Maximum number of places that are remembered. */
const MAX_PLACES = 100_000

/** Finds the places of lines, and remembers them, because all pages have the same shapes. */
export class Places {
  readonly #shapes: Shapes
  readonly #known = new Map<string, Interval>()

  constructor(shapes: Shapes) {
    this.#shapes = shapes
  }

  /** The same as `placeFor`. */
  at(frame: Frame, top: number, bottom: number): Interval {
    const { around, inside } = this.#shapes
    if (around.length === 0 && inside === undefined) return { x: frame.x, width: frame.width }
    const key = `${frame.x} ${frame.width} ${top} ${bottom}`
    const known = this.#known.get(key)
    if (known) return known
    if (this.#known.size === MAX_PLACES) this.#known.clear()
    const place = placeFor(frame, top, bottom, this.#shapes)
    this.#known.set(key, place)
    return place
  }
}

/**
 * The widest free place in a column for a line between two heights. A free place is clear of the shapes `around`, and
 * within the shape `inside`.
 *
 * @param top, bottom  heights that the line lies between, mm from the top of the page
 * @returns the place; its width is 0 when no place is free
 */
export function placeFor({ x, width }: Frame, top: number, bottom: number, shapes: Shapes): Interval {
  let free: [number, number][] = [[x, x + width]]
  if (shapes.inside) free = overlap(free, insideIntervals(shapes.inside, top, bottom, shapes.gap))
  for (const shape of shapes.around) {
    const [from, to] = spanIn(shape, top - shapes.gap, bottom + shapes.gap)
    if (from > to) continue
    free = free.flatMap(([a, b]): [number, number][] => [
      [a, Math.min(b, from - shapes.gap)],
      [Math.max(a, to + shapes.gap), b],
    ])
  }
  const [left, right] = free.reduce((best, part) => (part[1] - part[0] > best[1] - best[0] ? part : best), [x, x])
  return { x: left, width: Math.max(0, right - left) }
}

/**
 * The extent in x of the part of a polygon that lies between two heights; `from` is greater than `to` when no part lies
 * there.
 */
function spanIn(shape: Shape, top: number, bottom: number): [from: number, to: number] {
  let from = Infinity
  let to = -Infinity
  const reach = (x: number) => {
    from = Math.min(from, x)
    to = Math.max(to, x)
  }
  forEdges(shape, (ax, ay, bx, by) => {
    if (Math.max(ay, by) < top || Math.min(ay, by) > bottom) return
    if (ay >= top && ay <= bottom) reach(ax)
    for (const level of [top, bottom]) if (ay < level !== by < level) reach(ax + ((level - ay) / (by - ay)) * (bx - ax))
  })
  return [from, to]
}

/**
 * The intervals of x that are inside a polygon at every height from `top` to `bottom`, with `gap` cut off at both ends.
 * They are the intervals inside the polygon at `top`, minus the extent in x of every edge between the two heights.
 */
function insideIntervals(shape: Shape, top: number, bottom: number, gap: number): [number, number][] {
  const cuts: number[] = []
  const edges: [number, number][] = []
  forEdges(shape, (ax, ay, bx, by) => {
    const xAt = (y: number): number => (ay === by ? ax : ax + ((y - ay) / (by - ay)) * (bx - ax))
    if (ay <= top !== by <= top) cuts.push(xAt(top))
    const low = Math.min(ay, by)
    const high = Math.max(ay, by)
    if (high <= top || low >= bottom) return
    const [p, q] = ay === by ? [ax, bx] : [xAt(Math.max(low, top)), xAt(Math.min(high, bottom))]
    edges.push([Math.min(p, q) - gap, Math.max(p, q) + gap])
  })
  cuts.sort((a, b) => a - b)
  edges.sort((a, b) => a[0] - b[0])
  const free: [number, number][] = []
  let e = 0
  let left = -Infinity
  for (let i = 0; i + 1 < cuts.length; i += 2) {
    left = Math.max(left, cuts[i] ?? 0)
    const end = cuts[i + 1] ?? 0
    for (let edge = edges[e]; edge !== undefined && edge[0] < end; edge = edges[++e]) {
      if (edge[0] > left) free.push([left, edge[0]])
      left = Math.max(left, edge[1])
    }
    if (end > left) free.push([left, end])
  }
  return free
}

const overlap = (one: readonly [number, number][], two: readonly [number, number][]): [number, number][] =>
  one.flatMap(([a, b]) =>
    two.map(([c, d]): [number, number] => [Math.max(a, c), Math.min(b, d)]).filter(([from, to]) => from < to),
  )

function forEdges(shape: Shape, edge: (ax: number, ay: number, bx: number, by: number) => void): void {
  for (let i = 0; i + 1 < shape.length; i += 2) {
    const j = (i + 2) % shape.length
    edge(shape[i] ?? 0, shape[i + 1] ?? 0, shape[j] ?? 0, shape[j + 1] ?? 0)
  }
}
