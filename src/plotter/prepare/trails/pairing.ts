import { x, y } from '../../../geometry/drawing.ts'
import { cornerSpeed2 } from '../../motion/limits.ts'
import type { MotionLimits } from '../../profiles/profile.ts'
import type { Work } from '../work.ts'
import type { InkGraph } from './graph.ts'

/** If more half-edges than this meet at a place, they are paired by their angles alone (`#pairOpposite`). */
const MANY = 40
/** Length over which the direction of an edge is measured, mm. It exceeds the rounding of a file. */
const AHEAD = 0.05

/**
 * Pairs the half-edges at each place: the pen arrives by one half-edge of a pair and continues with the other. The
 * pairs are chosen to lose little time in turns. `index.ts` explains half-edge and place.
 */
export class Pairing {
  readonly graph: InkGraph
  /** The other half-edge of each half-edge's pair; −1 where a trail ends. */
  readonly next: Int32Array<ArrayBuffer>
  /** Place n has the half-edges `incident[offset[n] … offset[n + 1] − 1]`. */
  readonly offset: Uint32Array<ArrayBuffer>
  readonly incident: Uint32Array<ArrayBuffer>
  readonly #direction: Float64Array<ArrayBuffer>
  readonly #limits: MotionLimits

  constructor(graph: InkGraph, limits: MotionLimits, work: Work) {
    this.graph = graph
    this.#limits = limits
    this.next = new Int32Array(graph.node.length).fill(-1)
    this.#direction = directions(graph)
    const { offset, incident } = incidence(graph)
    this.offset = offset
    this.incident = incident
    for (let n = 0; n < graph.nodes; n++) {
      if (n % 256 === 0) work.check()
      this.#pairAt(n)
    }
  }

  /**
   * Time lost by turning from half-edge a into half-edge b at their common place, s. If their vertices there differ,
   * even by a micrometre, the short segment between them counts as a corner, because a planner brakes for it.
   */
  turn(a: number, b: number): number {
    const d = this.#direction
    const straight = -(
      (d[2 * a] as number) * (d[2 * b] as number) +
      (d[2 * a + 1] as number) * (d[2 * b + 1] as number)
    )
    const cos = this.#isSameVertex(a, b) ? straight : Math.min(straight, 0)
    const { speed, acceleration } = this.#limits
    const corner = Math.min(speed, Math.sqrt(cornerSpeed2(cos, this.#limits)))
    return (speed - corner) ** 2 / (speed * acceleration)
  }

  #isSameVertex(a: number, b: number): boolean {
    const { points } = this.graph.strokes
    const v = this.#vertex(a)
    const w = this.#vertex(b)
    return x(points, v) === x(points, w) && y(points, v) === y(points, w)
  }

  #vertex(half: number): number {
    const { first, last } = this.graph
    return ((half & 1) === 0 ? first[half >> 1] : last[half >> 1]) as number
  }

  pair(a: number, b: number): void {
    this.next[a] = b
    this.next[b] = a
  }

  #pairAt(n: number): void {
    const from = this.offset[n] as number
    const end = this.offset[n + 1] as number
    if (end - from < 2) return
    if (end - from === 2) {
      // most places have two half-edges, and a view of these would cost more than pairing them
      this.pair(this.incident[from] as number, this.incident[from + 1] as number)
      return
    }
    const here = this.incident.subarray(from, end)
    if (here.length > MANY) this.#pairOpposite(here)
    else this.#pairStraightest(here)
  }

  /** Pairs the straightest half-edges first, then exchanges partners while that lowers the time lost in turns. */
  #pairStraightest(here: Uint32Array): void {
    const pairs: { a: number; b: number; cost: number }[] = []
    here.forEach((a, i) => {
      for (const b of here.subarray(i + 1)) pairs.push({ a, b, cost: this.turn(a, b) })
    })
    pairs.sort((p, q) => p.cost - q.cost || p.a - q.a || p.b - q.b)
    for (const { a, b } of pairs) if (this.next[a] === -1 && this.next[b] === -1) this.pair(a, b)
    while (this.#exchange(here)) {}
  }

  /** Exchanges the partners of two pairs if less time is then lost. @returns whether partners were exchanged */
  #exchange(here: Uint32Array): boolean {
    for (const a of here) {
      for (const c of here) {
        const b = this.next[a] as number
        const d = this.next[c] as number
        if (a === c || a === d || b < 0 || d < 0) continue
        const now = this.turn(a, b) + this.turn(c, d)
        if (this.turn(a, c) + this.turn(b, d) > now - 1e-9) continue
        this.pair(a, c)
        this.pair(b, d)
        return true
      }
    }
    return false
  }

  /**
   * Sorts the half-edges by angle, and pairs each with the one on the opposite side. When the number of half-edges is
   * odd, the last gets no partner.
   */
  #pairOpposite(here: Uint32Array): void {
    const angle = (h: number) => Math.atan2(this.#direction[2 * h + 1] as number, this.#direction[2 * h] as number)
    const round = [...here].sort((a, b) => angle(a) - angle(b) || a - b)
    const half = round.length >> 1
    for (let i = 0; i < half; i++) this.pair(round[i] as number, round[i + half] as number)
  }
}

/** The half-edges at each place. */
function incidence({ node, nodes }: InkGraph): Pick<Pairing, 'offset' | 'incident'> {
  const offset = new Uint32Array(nodes + 1)
  for (const n of node) offset[n + 1] = (offset[n + 1] as number) + 1
  for (let n = 0; n < nodes; n++) offset[n + 1] = (offset[n + 1] as number) + (offset[n] as number)
  const place = offset.slice()
  const incident = new Uint32Array(node.length)
  node.forEach((n, half) => {
    incident[place[n] as number] = half
    place[n] = (place[n] as number) + 1
  })
  return { offset, incident }
}

/** Unit vector from each half-edge's place along its edge; 0, 0 for a dot. */
function directions({ strokes: { points }, first, last, node }: InkGraph): Float64Array<ArrayBuffer> {
  const out = new Float64Array(2 * node.length)
  for (let half = 0; half < node.length; half++) {
    const edge = half >> 1
    const from = first[edge] as number
    const to = last[edge] as number
    const step = (half & 1) === 0 ? 1 : -1
    let v = (half & 1) === 0 ? from : to
    const px = x(points, v)
    const py = y(points, v)
    let length = 0
    for (let left = to - from; left > 0 && length < AHEAD; left--) {
      v += step
      const dx = x(points, v) - px
      const dy = y(points, v) - py
      length = Math.sqrt(dx * dx + dy * dy)
    }
    if (length === 0) continue
    out[2 * half] = (x(points, v) - px) / length
    out[2 * half + 1] = (y(points, v) - py) / length
  }
  return out
}
