import { type Strokes, stroke, strokeCount, x, y } from '../../src/geometry/drawing.ts'
import { StrokeWriter } from '../../src/geometry/stroke-writer.ts'
import { EndGrid } from './end-grid.ts'
import { TwoOpt } from './two-opt.ts'

/*
 * Simple versions of common planners: nearest neighbour, greedy joining of ends, and 2-opt. A node is an end of a
 * stroke: node `2i` is the first vertex of stroke `i`, and node `2i + 1` the last.
 */

/** Nearest neighbour: from home, and from each stroke, the pen goes to the nearest end. Strokes may be reversed. */
export const nearestFirst = (strokes: Strokes): Strokes => inNodeOrder(strokes, nearestNodes(strokes))

/** The nearest-neighbour order, improved by 2-opt. The tour begins and ends at home. */
export function nearestThenTwoOpt(strokes: Strokes): Strokes {
  const count = strokeCount(strokes)
  if (count < 3) return nearestFirst(strokes)
  // Home is one more stroke, both of its ends at 0, 0.
  const ends = new Float64Array(4 * (count + 1))
  ends.set(endsOf(strokes))
  const tour = new TwoOpt(ends, Int32Array.of(2 * count, ...nearestNodes(strokes)))
  tour.run()
  const home = tour.entry.findIndex((node) => node >> 1 === count)
  const round = [...tour.entry.subarray(home + 1), ...tour.entry.subarray(0, home)]
  return inNodeOrder(strokes, round)
}

/**
 * Joins strokes whose ends are at most `tolerance` mm apart. Extends each stroke at both ends as far as possible, and
 * draws the gaps.
 */
export function greedilyJoined(strokes: Strokes, tolerance: number): Strokes {
  const grid = new EndGrid(endsOf(strokes))
  const out = new StrokeWriter()
  for (let i = 0; i < strokeCount(strokes); i++) {
    if (!grid.has(2 * i)) continue
    grid.take(i)
    const back = backwards(extended([...stroke(strokes, i)], strokes, grid, tolerance))
    out.add(extended(back, strokes, grid, tolerance))
  }
  return out.take()
}

function extended(line: number[], strokes: Strokes, grid: EndGrid, tolerance: number): number[] {
  for (;;) {
    const node = grid.nearest(line.at(-2) ?? 0, line.at(-1) ?? 0, tolerance)
    if (node < 0) return line
    grid.take(node >> 1)
    for (const value of enteredAt(strokes, node)) line.push(value)
  }
}

/** Joins consecutive strokes over gaps of at most `tolerance` mm. */
export function joinedInOrder(strokes: Strokes, tolerance: number): Strokes {
  const out = new StrokeWriter()
  let [px, py] = [Infinity, Infinity]
  for (let i = 0; i < strokeCount(strokes); i++) {
    const line = stroke(strokes, i)
    if (Math.hypot(x(line, 0) - px, y(line, 0) - py) > tolerance) out.add(line)
    else for (let v = 0; v < line.length / 2; v++) out.lineTo(x(line, v), y(line, v))
    px = line.at(-2) ?? 0
    py = line.at(-1) ?? 0
  }
  return out.take()
}

/** The entry node of each stroke, in nearest-neighbour order. */
function nearestNodes(strokes: Strokes): Int32Array {
  const ends = endsOf(strokes)
  const grid = new EndGrid(ends)
  let [px, py] = [0, 0]
  return Int32Array.from({ length: strokeCount(strokes) }, () => {
    const node = grid.nearest(px, py)
    grid.take(node >> 1)
    px = x(ends, node ^ 1)
    py = y(ends, node ^ 1)
    return node
  })
}

function inNodeOrder(strokes: Strokes, nodes: Iterable<number>): Strokes {
  const out = new StrokeWriter()
  for (const node of nodes) out.add(enteredAt(strokes, node))
  return out.take()
}

const enteredAt = (strokes: Strokes, node: number): ArrayLike<number> & Iterable<number> =>
  node % 2 === 0 ? stroke(strokes, node >> 1) : backwards(stroke(strokes, node >> 1))

function backwards(line: ArrayLike<number>): number[] {
  const out: number[] = []
  for (let i = line.length - 2; i >= 0; i -= 2) out.push(line[i] as number, line[i + 1] as number)
  return out
}

function endsOf(strokes: Strokes): Float64Array {
  const ends = new Float64Array(4 * strokeCount(strokes))
  for (let i = 0; i < strokeCount(strokes); i++) {
    const line = stroke(strokes, i)
    ends.set(line.subarray(0, 2), 4 * i)
    ends.set(line.subarray(-2), 4 * i + 2)
  }
  return ends
}
