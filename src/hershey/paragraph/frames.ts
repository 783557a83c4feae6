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
  /** White between a shape and the text, mm; in the shape `inside` only at its left and right. */
  readonly gap: number
}

/**
 * The widest free place in a column for a line between two heights: clear of the shapes `around`, and within the shape
 * `inside`.
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
  const [left, right] = free.reduce((best, gap) => (gap[1] - gap[0] > best[1] - best[0] ? gap : best), [x, x])
  return { x: left, width: Math.max(0, right - left) }
}

/**
 * The extent in x of the part of a polygon that lies between two heights; `from` is greater than `to` when there is
 * none.
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

/** The intervals of x that are inside a polygon at every height of a band, with `gap` cut off at both ends. */
function insideIntervals(shape: Shape, top: number, bottom: number, gap: number): [number, number][] {
  const levels = [top, (2 * top + bottom) / 3, (top + 2 * bottom) / 3, bottom]
  forEdges(shape, (_, y) => {
    if (y > top && y < bottom) levels.push(y - 1e-6, y + 1e-6)
  })
  let free: [number, number][] = [[-Infinity, Infinity]]
  for (const level of levels) {
    // In a tangled shape most bands have no place, which the first levels already show.
    if (free.length === 0) return free
    const inside = crossings(shape, level).filter(([a, b]) => b - a > 2 * gap)
    free = overlap(
      free,
      inside.map(([a, b]): [number, number] => [a + gap, b - gap]),
    )
  }
  return free
}

function crossings(shape: Shape, level: number): [number, number][] {
  const cuts: number[] = []
  forEdges(shape, (ax, ay, bx, by) => {
    if (ay <= level !== by <= level) cuts.push(ax + ((level - ay) / (by - ay)) * (bx - ax))
  })
  cuts.sort((a, b) => a - b)
  return Array.from({ length: Math.floor(cuts.length / 2) }, (_, i) => [cuts[2 * i] ?? 0, cuts[2 * i + 1] ?? 0])
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
