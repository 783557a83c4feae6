import { strokesOf } from '../../geometry/drawing.ts'
import { sampleCurve } from '../draw/curve.ts'
import { number, whole } from '../fields.ts'
import { fitLine } from './fit.ts'
import { definePattern } from './pattern.ts'

/** Longer side of a sheet on which 130 chords make one smooth swing, mm. */
const FINE_SHEET = 210

/**
 * The line of a harmonograph (Lissajous 1857): two swings at right angles, a little out of tune, and a rotary swing.
 * All swings die down.
 */
export const lissajous = definePattern({
  name: 'lissajous',
  summary: 'the slow figure of a harmonograph: two swings, slightly out of tune',
  params: {
    across: whole(1, 20, 3, 'number of swings across in each round'),
    along: whole(1, 20, 2, 'number of swings along in each round'),
    detune: number(0, 0.2, 0.0062, 'detuning of the swings; 0 for none'),
    rounds: number(1, 300, 30, 'number of rounds of the figure'),
    damping: number(0, 1, 0.62, 'share of the swing that is lost by the end'),
    phase: number(0, 360, 68, 'phase of the second swing at the start, degrees'),
    rotary: number(0, 1, 0.16, 'size of a third swing, which moves the paper in a circle; 0 for none'),
  },
  draw: (sheet, p) => {
    const start = sheet.random.between(0, 2 * Math.PI)
    // On a large sheet a swing has more chords, so that no corner shows.
    const fineness = Math.sqrt(Math.max(1, Math.max(sheet.width, sheet.height) / FINE_SHEET))
    const steps = Math.ceil(p.rounds * 130 * fineness * Math.max(p.across, p.along))
    const line = sampleCurve(Math.min(steps, 400_000), (t) => {
      const angle = 2 * Math.PI * p.rounds * t
      const swing = (1 - p.damping) ** t
      const turning = p.rotary * swing
      return [
        swing * Math.sin(angle * (p.across + p.detune) + start) + turning * Math.sin(angle + 2 * start),
        0.72 * swing * Math.sin(angle * p.along + start + (p.phase * Math.PI) / 180) +
          turning * Math.cos(angle + 2 * start),
      ]
    })
    return strokesOf(fitLine(line, sheet))
  },
})
