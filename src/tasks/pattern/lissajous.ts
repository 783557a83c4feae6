import { strokesOf } from '../../geometry/drawing.ts'
import { sampled } from '../draw/curve.ts'
import { mm, whole } from '../fields.ts'
import { fitted } from './fit.ts'
import { definePattern } from './pattern.ts'

/** The line of a harmonograph: two swings at right angles, a little out of tune, dying down (Lissajous 1857). */
export const lissajous = definePattern({
  name: 'lissajous',
  summary: 'the slow figure of a harmonograph: two swings, slightly out of tune',
  params: {
    across: whole(1, 20, 3, 'swings across for each round'),
    along: whole(1, 20, 2, 'swings along for each round'),
    detune: mm(0, 0.2, 0.0062, 'how far the swings are out of tune'),
    rounds: mm(1, 300, 30, 'how often the figure is gone through'),
    damping: mm(0, 1, 0.62, 'how much of the swing is lost by the end'),
    phase: mm(0, 360, 68, 'where the second swing starts, degrees'),
    rotary: mm(0, 1, 0.16, 'a third, turning swing of the table'),
  },
  draw: (sheet, p) => {
    const start = sheet.random.between(0, 2 * Math.PI)
    const steps = Math.ceil(p.rounds * 130 * Math.max(p.across, p.along))
    const line = sampled(Math.min(steps, 400_000), (t) => {
      const angle = 2 * Math.PI * p.rounds * t
      const swing = (1 - p.damping) ** t
      const turning = p.rotary * swing
      return [
        swing * Math.sin(angle * (p.across + p.detune) + start) + turning * Math.sin(angle + 2 * start),
        0.72 * swing * Math.sin(angle * p.along + start + (p.phase * Math.PI) / 180) +
          turning * Math.cos(angle + 2 * start),
      ]
    })
    return strokesOf(fitted(line, sheet))
  },
})
