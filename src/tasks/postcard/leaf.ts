import { reverseLine } from '../../geometry/drawing.ts'
import { at, type Line, sampleCurve } from '../draw/curve.ts'

/** A leaf; lengths in mm. */
export interface Leaf {
  /** The place of the leaf's foot, mm, and the direction of the leaf, radians. */
  readonly x: number
  readonly y: number
  readonly heading: number
  readonly length: number
  /** Breadth, as a fraction of the length. */
  readonly breadth: number
  /** Twice the greatest bend sideways, as a fraction of the length. */
  readonly bend: number
  /** Number of lines that shade one half; 0 for a light leaf. With an odd number, the shading begins at the edge. */
  readonly veins: number
}

export interface LeafLines {
  readonly outline: Line
  /** Outline, midrib and shading in one stroke. */
  readonly stroke: Line
}

/** Half the breadth at `u`, from the foot (0) to the tip (1), as a fraction of the greatest. */
const swelling = (u: number) => Math.sin(Math.PI * u ** 0.82) ** 0.9

/** The two edges of every leaf: u and `swelling`, interleaved. */
const EDGES: Line = [...sampleCurve(14, (t) => [t, -swelling(t)]), ...sampleCurve(14, (t) => [1 - t, swelling(1 - t)])]

/** One leaf in one stroke: up one edge, down the other, up the rib, and back in a zigzag that shades a half. */
export function leafLines(leaf: Leaf): LeafLines {
  const pointAt = pointOn(leaf)
  const most = leaf.breadth * 0.5
  const half = (u: number) => most * swelling(u)
  const outline: Line = []
  for (let i = 0; i < EDGES.length; i += 2) outline.push(...pointAt(at(EDGES, i), most * at(EDGES, i + 1)))
  const shading: Line = []
  for (let k = 0; k < leaf.veins; k++) {
    const u = 0.12 + (0.7 * (k + 0.5)) / leaf.veins
    const edge = pointAt(Math.min(0.97, u + 0.13), half(Math.min(0.97, u + 0.13)) * 0.94)
    const foot = pointAt(u, 0.1 * half(u)) // beside the rib, not over it
    shading.push(...(k % 2 === 0 ? [...foot, ...edge] : [...edge, ...foot]))
  }
  const rib = sampleCurve(8, (t) => pointAt(0.9 * t, 0))
  return { outline, stroke: [...outline, ...rib, ...reverseLine(shading)] }
}

function pointOn({ x, y, heading, length, bend }: Leaf): (u: number, v: number) => [number, number] {
  const cos = Math.cos(heading)
  const sin = Math.sin(heading)
  return (u, v) => {
    const side = v + bend * Math.sin(Math.PI * u) * 0.5
    return [x + length * (u * cos - side * sin), y + length * (u * sin + side * cos)]
  }
}
