import { ProgramLinks } from '../../../src/plotter/prepare/bound/program-links.ts'

/** A way through one item: the place where the pen enters it, and the place where the pen leaves it. */
export type Way = readonly [enter: number, leave: number]

/** All links between strokes and home, which is the last item. A stroke of two or more places is closed. */
export function allLinks(places: readonly number[], costOf: (e: number) => number = () => 0): ProgramLinks {
  const capacity = new Uint8Array(2 * places.length + 2).fill(1)
  const node: number[] = []
  places.forEach((count, i) => {
    if (count > 1) capacity.set([2, 0], 2 * i)
    for (let k = 0; k < Math.max(2, count); k++) node.push(count > 1 ? 2 * i : 2 * i + k)
  })
  node.push(2 * places.length, 2 * places.length + 1)
  const [a, b]: [number[], number[]] = [[], []]
  for (const [v, p] of node.entries())
    for (const [w, q] of node.entries())
      if (v < w && p >> 1 !== q >> 1) {
        a.push(v)
        b.push(w)
      }
  return new ProgramLinks({
    items: places.length + 1,
    capacity,
    node,
    a: Int32Array.from(a),
    b: Int32Array.from(b),
    cost: Float64Array.from(a, (_, e) => costOf(e)),
  })
}

/** The ways through item i. */
export function waysOf({ node, capacity }: ProgramLinks, i: number): Way[] {
  const here = Array.from(node, (n, v) => (n >> 1 === i ? v : -1)).filter((v) => v >= 0)
  const [first = 0, second = 0] = here
  return capacity[node[first] ?? -1] !== 2
    ? [
        [first, second],
        [second, first],
      ]
    : here.map((v) => [v, v])
}

/** Adds a closed tour with these ways to the shares of the links. */
export function addTour(links: ProgramLinks, shares: Float64Array, ways: readonly Way[], share: number): void {
  ways.forEach(([, leave], k) => {
    const next = ways[(k + 1) % ways.length]?.[0] ?? 0
    const e = links.a.findIndex((v, e) => (v === leave && links.b[e] === next) || (v === next && links.b[e] === leave))
    shares[e] = (shares[e] ?? 0) + share
  })
}

/** The shares of every route: each order, each place of closed strokes, and each direction of open ones. */
export function allRoutes(links: ProgramLinks): Float64Array[] {
  const home = links.items - 1
  const routes: Float64Array[] = []
  const extend = (ways: readonly Way[], rest: readonly number[]): void => {
    if (rest.length === 0) {
      const shares = new Float64Array(links.a.length)
      addTour(links, shares, ways, 1)
      routes.push(shares)
    }
    for (const i of rest)
      for (const way of waysOf(links, i))
        extend(
          [...ways, way],
          rest.filter((j) => j !== i),
        )
  }
  const [way] = waysOf(links, home)
  if (way) extend([way], [...Array(home).keys()])
  return routes
}
