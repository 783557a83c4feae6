/**
 * The room `prepare/trails`: `graph` (ink as edges), `pairing` (straight continuations at each place), `merge` (rings
 * into trails). Import only the function of this file.
 *
 * Words of all files:
 *
 * - place, or node: where strokes end, or where a closed stroke has a vertex
 * - edge: a stroke, or a part of a stroke between two places
 * - half-edge: one of the two ends of an edge. Edge e has half-edges 2e and 2e + 1
 * - degree of a place: the number of half-edges that meet there
 * - trail: edges that the pen draws one after another without a lift. A ring is a trail without an open end
 */
import { type Strokes, x, y } from '../../../geometry/drawing.ts'
import { StrokeWriter } from '../../../geometry/stroke-writer.ts'
import type { MotionLimits } from '../../profiles/profile.ts'
import type { Work } from '../work.ts'
import { inkGraph } from './graph.ts'
import { mergeRings } from './merge.ts'
import { Pairing } from './pairing.ts'

/**
 * Joins strokes, or parts of strokes, at common places. The result is the fewest trails that draw the same ink. At each
 * place, the trails lose little time in turns. Two equal vertices at a join become one, and all other vertices stay.
 * Every segment is drawn exactly as often as before.
 *
 * A connected part of the ink with 2k places of odd degree needs k trails, and one trail when k is 0.
 *
 * @throws the reason of the work's signal on abort
 */
export function trails(strokes: Strokes, limits: MotionLimits, work: Work): Strokes {
  const pairing = new Pairing(inkGraph(strokes, work), limits, work)
  mergeRings(pairing, work)
  const out = StrokeWriter.for(strokes)
  const drawn = new Uint8Array(pairing.graph.first.length)
  // the trails follow the file's order, so strokes without a join keep their order
  for (let edge = 0; edge < drawn.length; edge++) {
    if (edge % 4096 === 0) work.check()
    if (drawn[edge] === 1) continue
    drawTrail(pairing, beginning(pairing, 2 * edge), drawn, out)
  }
  return out.take()
}

/** The half-edge at which the trail of `half` starts: its open end, or the sharpest corner of a ring. */
function beginning(pairing: Pairing, half: number): number {
  let sharpest = half
  let most = -1
  let current = half
  do {
    const before = pairing.next[current] as number
    if (before < 0) return current
    const turn = pairing.turn(current, before)
    if (turn > most) {
      most = turn
      sharpest = current
    }
    current = before ^ 1
  } while (current !== half)
  return sharpest
}

function drawTrail(pairing: Pairing, from: number, drawn: Uint8Array, out: StrokeWriter): void {
  const { first, last, strokes } = pairing.graph
  const { points } = strokes
  let px = Number.NaN
  let py = Number.NaN
  for (let half = from, isBegun = false; half >= 0 && drawn[half >> 1] === 0; isBegun = true) {
    const edge = half >> 1
    drawn[edge] = 1
    const a = first[edge] as number
    const b = last[edge] as number
    for (let k = 0; k <= b - a; k++) {
      const v = (half & 1) === 0 ? a + k : b - k
      const vx = x(points, v)
      const vy = y(points, v)
      if (!isBegun && k === 0) out.moveTo(vx, vy)
      else if (k > 0 || vx !== px || vy !== py) out.lineTo(vx, vy)
      px = vx
      py = vy
    }
    half = pairing.next[half ^ 1] as number
  }
}
