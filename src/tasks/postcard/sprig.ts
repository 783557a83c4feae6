import { type Line, sampleCurve } from '../draw/curve.ts'
import type { Random } from '../draw/random.ts'
import type { Scene } from '../draw/scene.ts'
import { leafLines } from './leaf.ts'

export interface Sprig {
  /** The stem, t = 0 … 1 from the foot to the tip. */
  readonly path: (t: number) => readonly [number, number]
  /** Number of leaves beside the stem. */
  readonly leaves: number
  /** Approximate length of the longest leaves, mm. */
  readonly size: number
  /** The place on the stem, 0 … 1, at which the leaves begin; 0.12 when absent. */
  readonly from?: number
}

/** Draws a stem with leaves on either side in turn, smaller towards the tip, and one leaf at the end. */
export function drawSprig(scene: Scene, { path, leaves, size, from = 0.12 }: Sprig, random: Random): void {
  const stem: Line = sampleCurve(60, path)
  for (let i = leaves; i >= 0; i--) {
    const t = from + ((1 - from) * i) / leaves
    const [x, y] = path(t)
    const [ax, ay] = path(t - 0.01)
    const along = Math.atan2(y - ay, x - ax)
    const direction = i % 2 === 0 ? 1 : -1
    const side = i === leaves ? 0 : direction
    const leaf = leafLines({
      x,
      y,
      heading: along + side * random.between(0.6, 0.95),
      length: size * (1 - 0.5 * t) * random.between(0.88, 1.08),
      breadth: random.between(0.3, 0.38),
      bend: -side * random.between(0.05, 0.3),
      veins: side > 0 ? 7 : 0,
    })
    scene.ink(leaf.stroke).cover(leaf.outline)
  }
  scene.ink(stem)
}
