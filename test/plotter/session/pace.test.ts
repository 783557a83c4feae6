import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { afterPlot, type Pace, paceFactor } from '../../../src/plotter/session/pace.ts'
import { runs } from '../../support/fuzz.ts'

const learned = (...plots: readonly (readonly [expected: number, took: number])[]): number =>
  paceFactor(plots.reduce<Pace | undefined>((pace, [expected, took]) => afterPlot(pace, expected, took), undefined))

describe('the pace of a plotter', () => {
  it('is 1 before the first finished plot', () => {
    expect(paceFactor(undefined)).toBe(1)
  })

  it('follows the times of plots, of long ones more than of short ones', () => {
    expect(learned([3600, 4320])).toBeCloseTo(1.19, 2)
    expect(learned([20, 24])).toBeCloseTo(1.03, 2)
  })

  it('approaches the pace of a steady machine, whatever it was before', () => {
    const steady = Array.from({ length: 8 }, () => [600, 720] as const)
    expect(learned(...steady)).toBeCloseTo(1.19, 2)
    expect(learned([600, 400], [600, 400], ...steady)).toBeCloseTo(1.18, 1)
  })

  it('ignores a plot whose estimate is 0, or which took less than half or more than twice its estimate', () => {
    expect(learned([600, 3000])).toBe(1)
    expect(learned([600, 6])).toBe(1)
    expect(learned([0, 0])).toBe(1)
  })

  it('lies between the least and the greatest of 1 and the paces of its plots', () => {
    const plot = fc.tuple(fc.integer({ min: 1, max: 100_000 }), fc.double({ min: 0.51, max: 1.99, noNaN: true }))
    fc.assert(
      fc.property(fc.array(plot, { minLength: 1, maxLength: 12 }), (plots) => {
        const ratios = plots.map(([, ratio]) => ratio)
        const factor = learned(...plots.map(([expected, ratio]) => [expected, expected * ratio] as const))
        expect(factor).toBeGreaterThanOrEqual(Math.min(1, ...ratios) - 1e-9)
        expect(factor).toBeLessThanOrEqual(Math.max(1, ...ratios) + 1e-9)
      }),
      runs(200),
    )
  })
})
