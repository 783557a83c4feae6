import { describe, expect, it } from 'vitest'
import { lengthTo } from '../../src/geometry/measure.ts'
import { remainder, vertexAt } from '../../src/geometry/rest-of-stroke.ts'

const CORNER = Float64Array.of(0, 0, 10, 0, 10, 10)

describe('the remainder of a stroke', () => {
  it('begins where the pen stopped, at a vertex or in mid-segment', () => {
    expect([...remainder(CORNER, 4)]).toEqual([4, 0, 10, 0, 10, 10])
    expect([...remainder(CORNER, 10)]).toEqual([10, 0, 10, 10])
    expect([...remainder(CORNER, 13)]).toEqual([10, 3, 10, 10])
  })

  it('is the last point when the whole stroke is drawn', () => {
    expect([...remainder(CORNER, 20)]).toEqual([10, 10])
  })

  it('is found in strokes of a million vertices too', () => {
    const line = Float64Array.from({ length: 2_000_000 }, (_, i) => (i % 2 === 0 ? (i / 2) % 200 : 0))
    const whole = lengthTo(line, 999_999)
    const rest = remainder(line, 1234.5)
    expect(lengthTo(rest, rest.length / 2 - 1)).toBeCloseTo(whole - 1234.5, 6)
  })

  it('does not change the stroke', () => {
    const line = CORNER.slice()
    remainder(line, 4)
    expect(line).toEqual(CORNER)
  })
})

describe('vertexAt', () => {
  const points = Float64Array.of(0, 0, 0.01, 0, 1, 0, 2, 0)

  it('returns the first vertex for 0 mm, because nothing is drawn', () => {
    expect(vertexAt(points, 0, 0.025)).toBe(0)
  })

  it.each([
    [0.02, 1],
    [0.5, 1],
    [0.9, 1],
    [0.99, 2],
    [1, 2],
    [9, 3],
  ])('returns for %d mm the last vertex that lies at most 0.025 mm further: %i', (length, vertex) => {
    expect(vertexAt(points, length, 0.025)).toBe(vertex)
  })
})
