import { type Strokes, strokeCount } from '../../../src/geometry/drawing.ts'
import type { BoundRoute } from '../../../src/plotter/prepare/bound/index.ts'
import { costInOrder, endsOf, inSequence, type LinkCosts } from '../../../src/plotter/prepare/order/index.ts'
import { Links } from '../../../src/plotter/prepare/order/link-cost.ts'
import { isClosed } from '../../../src/plotter/prepare/order/sequence.ts'

const home = { x: 0, y: 0 }

/** The cost of an order. If the route may start anywhere, the link to its first stroke costs only a lift. */
function costOf(strokes: Strokes, { from, to }: BoundRoute, costs: LinkCosts): number {
  if (from !== undefined) return costInOrder(strokes, { from, ...(to && { to }) }, costs, true)
  const links = new Links(endsOf(strokes, { from: home }), { ...costs, perMm: 0 }, true)
  const first = links.between(2 * strokeCount(strokes) + 1, 0)
  return costInOrder(strokes, { from: home }, costs, true) - first + costs.lift
}

/** The least cost by trying every order, each direction of open strokes and each seam of closed strokes. */
export function leastByForce(strokes: Strokes, route: BoundRoute, costs: LinkCosts): number {
  const count = strokeCount(strokes)
  let least = Infinity
  const visit = (stroke: number[], reversed: number[], seam: number[]): void => {
    if (stroke.length === count) {
      const sequence = {
        stroke: Uint32Array.from(stroke),
        reversed: Uint8Array.from(reversed),
        seam: Uint32Array.from(strokes.starts.subarray(1), (_, i) => seam[stroke.indexOf(i)] ?? 0),
      }
      least = Math.min(least, costOf(inSequence(strokes, sequence), route, costs))
      return
    }
    for (let i = 0; i < count; i++) {
      if (stroke.includes(i)) continue
      const segments = (strokes.starts[i + 1] ?? 0) - (strokes.starts[i] ?? 0) - 1
      const seams = isClosed(strokes, i) ? segments : 1
      for (let shift = 0; shift < seams; shift++) {
        for (const back of seams > 1 ? [0] : [0, 1]) visit([...stroke, i], [...reversed, back], [...seam, shift])
      }
    }
  }
  visit([], [], [])
  return least
}
