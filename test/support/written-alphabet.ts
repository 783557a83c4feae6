import { stroke, strokeCount } from '../../src/geometry/drawing.ts'
import { type LetterSample, layoutText, type WrittenAlphabet } from '../../src/hershey/index.ts'

/** Two guide lines of a box on the page of `plotd fonts write`: distance from the top of the box, px. */
const [BASELINE, X_LINE] = [104, 62] as const
export const WRITTEN = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,!?'

/**
 * An alphabet as a tablet records it: the letters of a font, densely sampled, with the unsteadiness of a hand and the
 * noise of a digitizer.
 */
export function recorded(font: string, seed: number, times: number): WrittenAlphabet {
  const noise = (i: number) => 0.25 * Math.sin(seed + 12.9898 * i) * Math.cos(78.233 * i)
  const samples = Array.from(WRITTEN).flatMap((text) =>
    Array.from({ length: times }, (_, time): LetterSample => {
      const size = 60
      const { strokes } = layoutText(text, { font, size, hand: { seed: seed + 100 * time, amount: 0.7 } })
      const lines = Array.from({ length: strokeCount(strokes) }, (_, s) => {
        const line = stroke(strokes, s)
        const points: [number, number][] = []
        for (let i = 0; i + 3 < line.length; i += 2) {
          const [ax = 0, ay = 0, bx = 0, by = 0] = line.subarray(i, i + 4)
          const steps = Math.max(1, Math.ceil(Math.hypot(bx - ax, by - ay) / 1.5))
          for (let k = 0; k < steps; k++) {
            const t = k / steps
            points.push([30 + ax + t * (bx - ax) + noise(i + k), BASELINE + ay + t * (by - ay) + noise(i - k + 7)])
          }
        }
        const [x = 0, y = 0] = line.slice(-2)
        return points.length === 0 ? [[30 + x, BASELINE + y] as const] : [...points, [30 + x, BASELINE + y] as const]
      })
      return { text, strokes: lines }
    }),
  )
  return { name: `Hand ${seed}`, baseline: BASELINE, xLine: X_LINE, samples }
}
