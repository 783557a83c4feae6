import { type Line, sampleCurve } from '../draw/curve.ts'

/**
 * A flourish in one line. It begins and ends flat, and has three loops in the middle, the second one the largest.
 *
 * @param x, y    middle, mm
 * @param width   mm
 * @param height  height of the largest loop, mm
 */
export function flourish(x: number, y: number, width: number, height: number): Line {
  return sampleCurve(360, (t) => {
    const s = 2 * t - 1
    const swell = Math.exp(-((s / 0.3) ** 2))
    const turn = 7 * Math.PI * s
    const wave = 0.1 * height * Math.sin(2 * Math.PI * s) * (1 - swell)
    return [
      x + (width / 2) * s - 0.9 * height * swell * Math.sin(turn),
      y - (height / 2) * swell * Math.cos(turn) + wave,
    ]
  })
}
