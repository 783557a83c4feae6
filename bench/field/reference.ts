import { type Strokes, stroke, strokeCount, x, y } from '../../src/geometry/drawing.ts'
import { cornerSpeed2, restToRest } from '../../src/plotter/motion/limits.ts'

/** Speeds in mm/s, accelerations in mm/s², distances in mm; `LIFT` in s. */
const DOWN = { speed: 50, acceleration: 200, junctionDeviation: 0.127 }
const UP = { speed: 200, acceleration: 400 }
const LIFT = 0.24

/**
 * Seconds of a plot by a model that is simpler than plotd's planner. The pen has constant acceleration on straight
 * segments, and junction deviation limits its speed at corners. Each travel is from rest to rest, and the plot begins
 * and ends at home.
 */
export function referenceSeconds(strokes: Strokes): number {
  let [px, py, seconds] = [0, 0, 0]
  for (let i = 0; i < strokeCount(strokes); i++) {
    const line = stroke(strokes, i)
    const last = line.length / 2 - 1
    seconds += travel(x(line, 0) - px, y(line, 0) - py) + LIFT + drawing(line)
    px = x(line, last)
    py = y(line, last)
  }
  return seconds + travel(px, py)
}

const travel = (dx: number, dy: number): number => restToRest(Math.hypot(dx, dy), UP.acceleration, UP.speed)

/**
 * Seconds of one stroke. A backward and a forward pass limit the speed at each vertex. Each segment then takes the time
 * of a trapezoidal speed profile.
 */
function drawing(line: Float64Array): number {
  const [xs, ys] = withoutRepeatedVertices(line)
  const segments = xs.length - 1
  const { speed, acceleration: a } = DOWN
  const length = new Float64Array(segments)
  const limit = new Float64Array(segments + 1)
  for (let i = 0; i < segments; i++) length[i] = Math.hypot(at(xs, i + 1) - at(xs, i), at(ys, i + 1) - at(ys, i))
  for (let i = 1; i < segments; i++) {
    const dotX = (at(xs, i) - at(xs, i - 1)) * (at(xs, i + 1) - at(xs, i))
    const dotY = (at(ys, i) - at(ys, i - 1)) * (at(ys, i + 1) - at(ys, i))
    limit[i] = Math.min(speed, Math.sqrt(cornerSpeed2((dotX + dotY) / (at(length, i - 1) * at(length, i)), DOWN)))
  }
  for (let i = segments - 1; i >= 0; i--)
    limit[i] = Math.min(at(limit, i), Math.sqrt(at(limit, i + 1) ** 2 + 2 * a * at(length, i)))
  let seconds = 0
  for (let i = 0; i < segments; i++) {
    const entry = at(limit, i)
    const exit = Math.min(at(limit, i + 1), Math.sqrt(entry ** 2 + 2 * a * at(length, i)))
    limit[i + 1] = exit
    const peak = Math.min(speed, Math.sqrt((2 * a * at(length, i) + entry ** 2 + exit ** 2) / 2))
    const cruise = at(length, i) - (2 * peak ** 2 - entry ** 2 - exit ** 2) / (2 * a)
    seconds += (2 * peak - entry - exit) / a + Math.max(0, cruise) / peak
  }
  return seconds
}

function withoutRepeatedVertices(line: Float64Array): [number[], number[]] {
  const [xs, ys] = [[x(line, 0)], [y(line, 0)]]
  for (let v = 1; v < line.length / 2; v++) {
    if (Math.hypot(x(line, v) - at(xs, xs.length - 1), y(line, v) - at(ys, ys.length - 1)) <= 1e-9) continue
    xs.push(x(line, v))
    ys.push(y(line, v))
  }
  return [xs, ys]
}

const at = (values: ArrayLike<number>, i: number): number => values[i] as number
