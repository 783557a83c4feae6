import { StrokeWriter } from '../../geometry/stroke-writer.ts'
import { sampleCurve } from '../draw/curve.ts'
import { number, whole } from '../fields.ts'
import { definePattern } from './pattern.ts'

/** Seeds of a sunflower (Vogel 1979), each a small leaf. Noise varies the slant of the leaves. */
export const phyllotaxis = definePattern({
  name: 'phyllotaxis',
  summary: 'the seeds of a sunflower, each a small leaf',
  params: {
    seeds: whole(1, 5000, 380, 'number of seeds'),
    angle: number(0, 360, 137.508, 'degrees from one seed to the next; 137.508 is the golden angle'),
    leaf: number(0.1, 3, 1.5, 'size of a leaf, as a multiple of the room it has'),
    slant: number(-90, 90, 32, 'angle between a leaf and the direction outwards, degrees'),
    hollow: number(0, 0.9, 0.12, 'radius of the empty middle, as a share of the whole radius'),
  },
  draw: ({ cx, cy, radius, random }, p) => {
    const out = new StrokeWriter()
    const turn = random.between(0, 2 * Math.PI)
    const noise = random.noise()
    const room = radius * Math.sqrt((1 - p.hollow ** 2) / p.seeds)
    const reach = radius - room * p.leaf
    for (let i = 0; i < p.seeds; i++) {
      const r = reach * Math.sqrt(p.hollow ** 2 + (1 - p.hollow ** 2) * ((i + 0.5) / p.seeds))
      const angle = (i * p.angle * Math.PI) / 180 + turn
      const x = cx + r * Math.cos(angle)
      const y = cy + r * Math.sin(angle)
      const lean = angle + ((p.slant * Math.PI) / 180) * (1 + 0.7 * noise(x / 50, y / 50))
      const size = room * p.leaf * (0.45 + (0.6 * r) / radius)
      const leaf = sampleCurve(28, (t) => {
        const u = -Math.cos(2 * Math.PI * t)
        const v = 0.36 * Math.sin(2 * Math.PI * t) * (1 - 0.45 * u)
        return [
          x + size * (u * Math.cos(lean) - v * Math.sin(lean)),
          y + size * (u * Math.sin(lean) + v * Math.cos(lean)),
        ]
      })
      // The midrib is drawn in the same stroke, from the leaf's foot to two thirds of the leaf's length.
      leaf.push(x + 0.35 * size * Math.cos(lean), y + 0.35 * size * Math.sin(lean))
      out.add(leaf)
    }
    return out.take()
  },
})
