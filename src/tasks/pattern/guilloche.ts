import { StrokeWriter } from '../../geometry/stroke-writer.ts'
import { sampleCurve } from '../draw/curve.ts'
import { number, whole } from '../fields.ts'
import { definePattern } from './pattern.ts'

const STEPS_PER_WAVE = 24

/** The rosette of banknotes (guilloche): rings with wavy edges, and lines that wave between both edges of a ring. */
export const guilloche = definePattern({
  name: 'guilloche',
  summary: 'the woven rosette of a banknote',
  params: {
    bands: whole(1, 8, 3, 'number of woven rings'),
    strands: whole(1, 60, 8, 'number of lines in each ring'),
    lobes: whole(2, 60, 12, 'number of waves of a ring’s edge; every second ring has twice as many'),
    windings: whole(1, 200, 18, 'number of waves of each line in the ring'),
    hollow: number(0, 0.9, 0.16, 'radius of the empty middle, as a share of the whole radius'),
  },
  draw: ({ cx, cy, radius, random }, p) => {
    const out = new StrokeWriter()
    const phase = random.between(0, 2 * Math.PI)
    const breadth = (radius * (1 - p.hollow)) / p.bands
    for (let band = 0; band < p.bands; band++) {
      const inside = radius * p.hollow + band * breadth
      const lobes = p.lobes * (1 + (band % 2))
      for (let strand = 0; strand < p.strands; strand++) {
        const shift = (2 * Math.PI * strand) / p.strands
        const steps = Math.max((2 * Math.PI * (inside + breadth)) / 0.25, STEPS_PER_WAVE * Math.max(p.windings, lobes))
        const line = sampleCurve(Math.ceil(steps), (t) => {
          const angle = 2 * Math.PI * t
          const swell = Math.sin(lobes * angle + phase * (band + 1))
          const low = inside + 0.16 * breadth * (1 + swell)
          const high = inside + breadth * (0.86 + 0.13 * swell)
          const weave = 0.5 + 0.5 * Math.sin(p.windings * angle + shift + 0.6 * swell)
          const reach = low + (high - low) * weave
          return [cx + reach * Math.cos(angle), cy + reach * Math.sin(angle)]
        })
        out.add(line)
      }
    }
    return out.take()
  },
})
