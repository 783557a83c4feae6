import fc from 'fast-check'
import { expect, it } from 'vitest'
import { deviation } from '../../../src/geometry/deviation.ts'
import { strokesOf } from '../../../src/geometry/drawing.ts'
import { linesOf, wholeSteps } from '../../../src/plotter/motion/grbl-lines.ts'
import { runs } from '../../support/fuzz.ts'

const anyStroke = fc
  .array(fc.tuple(fc.double({ min: -0.2, max: 0.2, noNaN: true }), fc.double({ min: -0.2, max: 0.2, noNaN: true })), {
    minLength: 1,
    maxLength: 60,
  })
  .map((moves) => {
    const places = [10, 10]
    for (const [dx, dy] of moves) places.push((places.at(-2) ?? 0) + dx, (places.at(-1) ?? 0) + dy)
    return places
  })

it('grbl lines pass every vertex of a stroke within a quarter of a step, and end where the stroke ends', () => {
  const property = fc.property(anyStroke, fc.constantFrom(40, 80, 250), (stroke, stepsPerMm) => {
    const lines = [...linesOf(Float64Array.from(stroke), stepsPerMm)]
    const off = deviation(strokesOf(stroke), strokesOf(lines)).mm
    expect(off).toBeLessThanOrEqual(0.25 / stepsPerMm + 1e-9)
    expect(lines.slice(0, 2)).toEqual(stroke.slice(0, 2))
    expect(lines.slice(-2)).toEqual(stroke.slice(-2))
  })
  fc.assert(property, runs(300))
})

it('grbl lines join a straight row of vertices into one line, and a path there and back into two lines', () => {
  const row = Float64Array.from({ length: 200 }, (_, i) => (i % 2 === 0 ? i / 20 : 5))
  expect([...linesOf(row, 80)]).toEqual([0, 5, 9.9, 5])
  expect([...linesOf(Float64Array.of(0, 0, 1, 0, 2, 0, 1, 0, 0, 0), 80)]).toEqual([0, 0, 2, 0, 0, 0])
})

it('grbl lines keep a dot', () => {
  expect([...linesOf(Float64Array.of(3, 4), 80)]).toEqual([3, 4])
})

it('a coordinate is rounded to the three decimals of a grbl line, then to whole steps, as the firmware does', () => {
  expect([wholeSteps(0.00625, 80), wholeSteps(-0.0125, 40), wholeSteps(1.2344, 100)]).toEqual([0, -1, 123])
})
