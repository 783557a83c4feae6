import { strokesOf } from '../../geometry/drawing.ts'
import { sampleCurve } from '../draw/curve.ts'
import { choice, number } from '../fields.ts'
import { definePattern } from './pattern.ts'

/** Least number of steps in the narrowest wave, unless the steps would be shorter than `FINEST`. */
const STEPS_PER_WAVE = 10
/** Length of the shortest step, mm. Waves that need shorter steps would only blacken the sheet. */
const FINEST = 0.1

/** Parallel curves whose waves tighten towards a fold, after Bridget Riley's "Current" (1964). */
export const waves = definePattern({
  name: 'waves',
  summary: 'parallel waves that tighten into a fold',
  params: {
    spacing: number(0.4, 30, 1.7, 'distance between neighbouring lines, mm'),
    amplitude: number(0, 60, 6.5, 'height of a crest above the middle of its wave, mm'),
    wavelength: number(2, 300, 30, 'length of the waves at the edge, mm'),
    fold: number(0, 0.95, 0.74, 'tightening of the waves at the fold; 0 keeps them even'),
    foldAt: number(0, 1, 0.62, 'place of the fold, as a share of the sheet'),
    drift: number(0, 4, 1.05, 'number of waves by which the last line is ahead of the first'),
    direction: choice(['upright', 'level'], 'upright', 'direction of the lines'),
  },
  draw: function* ({ box, random }, p) {
    const isUpright = p.direction === 'upright'
    const [along, across] = isUpright
      ? [box.maxY - box.minY, box.maxX - box.minX]
      : [box.maxX - box.minX, box.maxY - box.minY]
    const start = random.next()
    const sway = random.noise()
    const lines = Math.max(1, Math.floor(across / p.spacing))
    const step = Math.min(0.5, Math.max(FINEST, (p.wavelength * (1 - p.fold)) / STEPS_PER_WAVE))
    const pointAt = (u: number, v: number): [number, number] =>
      isUpright ? [box.minX + v, box.minY + u] : [box.minX + u, box.minY + v]
    for (let k = -Math.ceil(p.amplitude / p.spacing); k <= lines + p.amplitude / p.spacing; k++) {
      const ahead = start + (p.drift * k) / lines + 0.12 * sway(k / lines, 0.5)
      const line = sampleCurve(Math.ceil(along / step), (t) => {
        const place = k % 2 === 0 ? t : 1 - t
        const phase = phaseAt(place, p.foldAt, p.fold) * (along / p.wavelength) + ahead
        const height = p.amplitude * (1 - p.fold * 0.6 * foldWeight(place, p.foldAt))
        return pointAt(place * along, k * p.spacing + height * Math.sin(2 * Math.PI * phase))
      })
      yield strokesOf(line)
    }
  },
})

/** 1 at the fold, and about 0.1 a quarter of the sheet away. */
const foldWeight = (t: number, centre: number) => Math.exp(-(((t - centre) / 0.17) ** 2))

/** The phase: the integral of a density that is 1 far from the fold, and 1 / (1 - fold) at the fold. */
function phaseAt(t: number, centre: number, fold: number): number {
  const extra = 1 / (1 - fold) - 1
  return t + extra * 0.17 * (Math.sqrt(Math.PI) / 2) * (erf((t - centre) / 0.17) + erf(centre / 0.17))
}

/** Error function to 1.5e-7 (Abramowitz and Stegun 7.1.26). */
function erf(z: number): number {
  const t = 1 / (1 + 0.3275911 * Math.abs(z))
  const poly = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
  return Math.sign(z) * (1 - poly * Math.exp(-z * z))
}
