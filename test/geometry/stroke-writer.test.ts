import { describe, expect, it } from 'vitest'
import { strokesOf } from '../../src/geometry/drawing.ts'
import { StrokeWriter } from '../../src/geometry/stroke-writer.ts'

describe('a StrokeWriter', () => {
  it('takes little memory while it is empty, because a drawing may have a layer for each stroke', () => {
    expect(new StrokeWriter().points.byteLength).toBeLessThan(500)
  })
})

describe('StrokeWriter.for', () => {
  it.each([
    ['no strokes', strokesOf()],
    ['a long stroke', strokesOf(Array.from({ length: 100 }, (_, i) => i))],
  ])('has room for %s, and grows after that', (_, strokes) => {
    const writer = StrokeWriter.for(strokes)
    writer.moveTo(0, 0)
    for (let i = 1; i < 200; i++) writer.lineTo(i, 0)
    expect(writer.take().points).toHaveLength(400)
  })
})

describe('StrokeWriter.extend', () => {
  it('appends a part of a list of points, also when the arrays must grow', () => {
    const points = Float64Array.from({ length: 5000 }, (_, i) => i)
    const writer = new StrokeWriter()
    writer.moveTo(-2, -1)
    writer.extend(points, 0, 4)
    writer.extend(points, 4, 4)
    writer.moveTo(7, 8)
    writer.extend(points, 4, 5000)
    const { points: taken, starts } = writer.take()
    expect([...taken.subarray(0, 10)]).toEqual([-2, -1, 0, 1, 2, 3, 7, 8, 4, 5])
    expect([...starts]).toEqual([0, 3, 3 + 2499])
    expect(taken.at(-1)).toBe(4999)
  })

  it('refuses to continue without a stroke', () => {
    expect(() => new StrokeWriter().extend(Float64Array.of(1, 2), 0, 2)).toThrow(RangeError)
  })
})

describe('StrokeWriter.view', () => {
  it('holds the strokes that `take` copies, whatever their number', () => {
    const writer = new StrokeWriter()
    for (let i = 0; i < 20; i++) {
      expect(writer.view()).toEqual(writer.take())
      writer.moveTo(i, 0)
      for (let k = 0; k < i % 7; k++) writer.lineTo(i, k)
    }
  })
})
