import { StrokeWriter } from '../../geometry/stroke-writer.ts'
import { sampleCurve } from '../draw/curve.ts'
import { flag, number, whole } from '../fields.ts'
import { definePattern } from './pattern.ts'

/** Maurer's rose (1987): straight lines between points of a rose curve at equal steps of its angle, and the curve. */
export const rose = definePattern({
  name: 'rose',
  summary: 'straight lines between points of a rose curve at equal steps of its angle',
  params: {
    petals: whole(1, 60, 6, 'n of the rose sin(nθ): n petals when odd, 2n when even'),
    step: number(0, 180, 71, 'angle between the ends of a straight line, degrees'),
    walks: whole(1, 3600, 360, 'number of straight lines'),
    outline: flag(true, 'also draws the outline of the rose'),
  },
  draw: ({ cx, cy, radius, random }, p) => {
    const out = new StrokeWriter()
    const turn = random.between(0, 2 * Math.PI)
    const pointAt = (degrees: number): [number, number] => {
      const angle = (degrees * Math.PI) / 180
      const reach = radius * Math.sin(p.petals * angle)
      return [cx + reach * Math.cos(angle + turn), cy + reach * Math.sin(angle + turn)]
    }
    out.add(sampleCurve(p.walks, (t) => pointAt(t * p.walks * p.step)))
    // With an odd number of petals, the second half of the turn would draw the rose again.
    const turnEnd = p.petals % 2 === 1 ? 180 : 360
    if (p.outline) out.add(sampleCurve((240 * p.petals * turnEnd) / 360, (t) => pointAt(turnEnd * t)))
    return out.take()
  },
})
