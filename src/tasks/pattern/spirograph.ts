import { StrokeWriter } from '../../geometry/stroke-writer.ts'
import { sampleCurve } from '../draw/curve.ts'
import { number, whole } from '../fields.ts'
import { definePattern } from './pattern.ts'

/** Largest distance of a chord from its curve, mm. */
const DEVIATION = 0.02

/** A toothed wheel that rolls inside a toothed ring. The pen stands in one hole of the wheel after another. */
export const spirograph = definePattern({
  name: 'spirograph',
  summary: 'curves of a pen in the holes of a wheel that rolls in a ring',
  params: {
    ring: whole(10, 300, 96, 'number of teeth of the ring'),
    wheel: whole(3, 299, 52, 'number of teeth of the wheel, fewer than the ring has'),
    hole: number(0, 1.2, 0.86, 'place of the first hole, from the centre of the wheel (0) to its rim (1)'),
    holes: whole(1, 40, 5, 'maximum number of holes that are drawn: holes at the centre or past it are left out'),
    closer: number(
      0,
      0.5,
      0.105,
      'distance by which each further hole is nearer to the centre, as a share of the wheel’s radius',
    ),
  },
  draw: ({ cx, cy, radius, random }, p) => {
    const out = new StrokeWriter()
    const wheel = Math.min(p.wheel, p.ring - 1) / p.ring
    const rounds = Math.min(p.wheel, p.ring - 1) / gcd(p.ring, Math.min(p.wheel, p.ring - 1))
    const size = radius / (1 - wheel + Math.max(wheel * p.hole, 0))
    const turn = random.between(0, 2 * Math.PI)
    for (let i = 0; i < p.holes; i++) {
      const reach = p.hole - i * p.closer
      if (reach <= 0) break
      const a = size * (1 - wheel)
      const b = size * wheel * reach
      const turns = (1 - wheel) / wheel // of the wheel in each round
      // A chord over a short angle lies at most (a + b · turns²) · angle² / 8 beside the curve.
      const chord = Math.sqrt((8 * DEVIATION) / (a + b * turns ** 2))
      const steps = Math.max(Math.min(60_000, rounds * 260), Math.ceil((2 * Math.PI * rounds) / chord))
      const line = sampleCurve(steps, (t) => {
        const angle = 2 * Math.PI * rounds * t
        const inner = -angle * turns
        return [
          cx + a * Math.cos(angle + turn) + b * Math.cos(inner + turn),
          cy + a * Math.sin(angle + turn) + b * Math.sin(inner + turn),
        ]
      })
      out.add(line)
    }
    return out.take()
  },
})

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b))
