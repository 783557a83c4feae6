import fc from 'fast-check'
import { expect, it } from 'vitest'
import { drawingOf, strokesOf } from '../../../src/geometry/drawing.ts'
import { estimate } from '../../../src/plotter/motion/estimate.ts'
import { marlinLines } from '../../../src/plotter/motion/index.ts'
import { profileNamed } from '../../../src/plotter/profiles/index.ts'
import { isLong, runs } from '../../support/fuzz.ts'

/**
 * Marlin draws only lines of at least six steps on one axis. Rounding may shorten a line by one step, so plotd sends
 * lines of at least seven steps.
 */
const MIN_STEPS = 7 - 1e-6

const anyStroke = fc.array(fc.double({ min: 0, max: 20, noNaN: true }), { minLength: 4, maxLength: 40 })

it('Marlin lines have enough steps to be drawn, at any speed', () => {
  const property = fc.property(
    anyStroke,
    fc.constantFrom(40, 80, 250),
    fc.double({ min: 0.01, max: 300, noNaN: true }),
    (numbers, stepsPerMm, speed) => {
      const points = Float64Array.from(numbers.slice(0, 2 * Math.floor(numbers.length / 2)))
      const [first, ...ends] = [...marlinLines(points, speed, { stepsPerMm, firmware: 'marlin' })]
      let from = first
      for (const end of ends) {
        const mm = from ? Math.max(Math.abs(end.x - from.x), Math.abs(end.y - from.y)) : 0
        expect(mm * stepsPerMm).toBeGreaterThanOrEqual(MIN_STEPS)
        from = end
      }
    },
  )
  fc.assert(property, runs(300))
})

it('a path for Marlin that turns back near its start is drawn to its farthest point', () => {
  const points = Float64Array.of(0, 0, 0.1, 0, 0.05, 0)
  expect([...marlinLines(points, 10, { stepsPerMm: 80, firmware: 'marlin' })]).toEqual([
    { x: 0, y: 0, along: 0, pathMm: 0 },
    { x: 0.1, y: 0, along: 0.1, pathMm: expect.closeTo(0.15) },
  ])
})

it('a path for Klipper is not divided into lines shorter than a step, even at an extremely low speed', () => {
  const points = Float64Array.of(0, 0, 30, 40, 100, 40)
  let from = { x: 0, y: 0 }
  for (const end of marlinLines(points, 0.000_001, { stepsPerMm: 80, firmware: 'klipper' })) {
    const mm = Math.max(end.x - from.x, end.y - from.y)
    if (end.along > 0) expect(mm * 80).toBeGreaterThanOrEqual(1 - 1e-6)
    from = end
  }
})

it('a path with a corner is not divided into lines shorter than a given length', () => {
  const points = Float64Array.of(0, 0, 30, 40, 100, 40)
  const rules = { stepsPerMm: 80, firmware: 'klipper', leastMm: 5 } as const
  const lines = [...marlinLines(points, 1, rules)]
  expect(lines.map(({ along }) => along)).toEqual(Array.from({ length: 25 }, (_, i) => 5 * i))
})

it.each(isLong ? ['marlin-servo', 'klipper-servo'] : [])(
  'the estimate of a huge plot on %s comes to an end, and gives the speed of the profile',
  (name) => {
    const zigzag = Array.from({ length: 200 }, (_, i) => [i % 2 === 0 ? 0 : 1e6, i]).flat()
    const { seconds } = estimate(drawingOf(strokesOf(zigzag), 1e6, 200), profileNamed(name))
    expect((199 * 1e6) / seconds).toBeCloseTo(profileNamed(name).down.speed, 0)
  },
)
