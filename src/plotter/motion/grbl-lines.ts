import { at, x, y } from '../../geometry/drawing.ts'

/** Largest distance of a vertex from the line that replaces it, steps. */
const BESIDE_STEPS = 0.25

/**
 * The vertex at which the line from vertex `from` of a stroke ends, for a board that rounds the ends of lines to whole
 * steps. The line passes within a quarter of a step of every vertex that it skips. The replaced part of the path
 * nowhere turns back by more than a quarter of a step. If every vertex ended a line, rounding on a coarse machine would
 * change the directions of short lines, and the board would slow down at each of these lines.
 *
 * @param points  x, y interleaved, mm
 */
export function lineEnd(points: Float64Array, from: number, stepsPerMm: number): number {
  const last = points.length / 2 - 1
  const beside = BESIDE_STEPS / stepsPerMm
  const ax = x(points, from)
  const ay = y(points, from)
  let end = from
  // the slopes of the lines that pass close to all vertices so far, relative to the direction (ux, uy)
  let ux = 0
  let uy = 0
  let low = -Infinity
  let high = Infinity
  let reach = 0
  for (let i = from + 1; i <= last; i++) {
    const dx = x(points, i) - ax
    const dy = y(points, i) - ay
    const distance = Math.hypot(dx, dy)
    if (distance <= beside && reach === 0) continue
    if (reach === 0) {
      ux = dx / distance
      uy = dy / distance
    }
    const along = ux * dx + uy * dy
    const across = ux * dy - uy * dx
    if (along <= 0 || distance < reach - beside) return end
    const slope = across / along
    if (slope < low || slope > high) return end
    low = Math.max(low, (across - beside) / along)
    high = Math.min(high, (across + beside) / along)
    reach = Math.max(reach, distance)
    end = i
  }
  return end === from ? last : end
}

/** The start of a stroke and the end of each line that a board gets for it: x, y interleaved, mm. */
export function linesOf(points: Float64Array, stepsPerMm: number): Float64Array {
  const out = new Float64Array(points.length)
  let n = 0
  for (let i = 0; ; i = lineEnd(points, i, stepsPerMm)) {
    out[n++] = x(points, i)
    out[n++] = y(points, i)
    if (i >= points.length / 2 - 1) return out.subarray(0, n)
  }
}

/**
 * A coordinate in whole steps, as the board computes it: from a number with three decimals, in 32-bit floating point.
 */
export function wholeSteps(mm: number, stepsPerMm: number): number {
  const steps = Math.fround(Math.fround(Math.round(Math.abs(mm) * 1000) / 1000) * stepsPerMm)
  return Math.sign(mm) * Math.round(steps)
}

/**
 * Lines whose ends the board has rounded: the length up to each end (`s`, mm), and the direction of each line (a unit
 * vector).
 */
export interface RoundedLines {
  readonly s: Float64Array
  readonly ux: Float64Array
  readonly uy: Float64Array
}

/** Rounds the ends of lines to whole steps, and drops lines that then have no length. */
export function roundedLines(lines: Float64Array, stepsPerMm: number): RoundedLines {
  const most = lines.length / 2
  const s = new Float64Array(most)
  const ux = new Float64Array(most)
  const uy = new Float64Array(most)
  let px = wholeSteps(x(lines, 0), stepsPerMm)
  let py = wholeSteps(y(lines, 0), stepsPerMm)
  let n = 0
  for (let i = 1; i < most; i++) {
    const qx = wholeSteps(x(lines, i), stepsPerMm)
    const qy = wholeSteps(y(lines, i), stepsPerMm)
    const length = Math.hypot(qx - px, qy - py)
    if (length === 0) continue
    ux[n] = (qx - px) / length
    uy[n] = (qy - py) / length
    s[n + 1] = at(s, n) + length / stepsPerMm
    n++
    px = qx
    py = qy
  }
  return { s: s.subarray(0, n + 1), ux: ux.subarray(0, n), uy: uy.subarray(0, n) }
}
