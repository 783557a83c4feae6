import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cutPolyline } from '../../src/geometry/cut.ts'
import { strokesOf } from '../../src/geometry/drawing.ts'
import { inkLength } from '../../src/geometry/measure.ts'
import { type FillRule, PolygonRegion, type Region } from '../../src/geometry/region.ts'
import { intersectionOf, paintedOf, unionOf } from '../../src/geometry/region-algebra.ts'
import { StrokeWriter } from '../../src/geometry/stroke-writer.ts'
import { runs } from '../support/fuzz.ts'

const SQUARE = [10, 10, 20, 10, 20, 20, 10, 20]
const region = (...polygons: number[][]): Region => new PolygonRegion(strokesOf(...polygons), 'nonzero')

function cut(line: number[], within: Region, keep: 'inside' | 'outside' = 'inside'): number[][] {
  const writer = new StrokeWriter()
  cutPolyline(Float64Array.from(line), within, writer, keep)
  const { points, starts } = writer.take()
  return Array.from({ length: starts.length - 1 }, (_, i) =>
    Array.from(points.slice(2 * (starts[i] ?? 0), 2 * (starts[i + 1] ?? 0))),
  )
}

describe('a polyline cut to a region', () => {
  it.each<[string, number[], number[][]]>([
    ['crosses', [0, 15, 30, 15], [[10, 15, 20, 15]]],
    ['ends inside', [0, 15, 15, 15], [[10, 15, 15, 15]]],
    ['is inside', [12, 12, 18, 18], [[12, 12, 18, 18]]],
    ['is outside', [0, 0, 5, 5], []],
    ['runs along the border', [0, 10, 30, 10], [[10, 10, 20, 10]]],
    [
      'turns back',
      [0, 15, 30, 15, 30, 18, 0, 18],
      [
        [10, 15, 20, 15],
        [20, 18, 10, 18],
      ],
    ],
    ['turns inside', [0, 15, 15, 15, 15, 30], [[10, 15, 15, 15, 15, 20]]],
    ['is a dot inside', [15, 15], [[15, 15, 15, 15]]],
    ['is a dot outside', [5, 5], []],
  ])('keeps its inner parts when it %s', (_name, line, expected) => {
    expect(cut(line, region(SQUARE))).toEqual(expected)
  })

  it('obeys the fill rule', () => {
    const inner = [13, 13, 17, 13, 17, 17, 13, 17]
    const both = (rule: FillRule) => cut([0, 15, 30, 15], new PolygonRegion(strokesOf(SQUARE, inner), rule))
    expect(both('nonzero')).toEqual([[10, 15, 20, 15]])
    expect(both('evenodd')).toEqual([
      [10, 15, 13, 15],
      [17, 15, 20, 15],
    ])
  })

  it('is cut to the intersection or the union of two regions', () => {
    const [a, b] = [region(SQUARE), region(SQUARE.map((v) => v + 5))]
    expect(cut([0, 16, 30, 16], intersectionOf(a, b))).toEqual([[15, 16, 20, 16]])
    expect(cut([0, 16, 30, 16], unionOf([a, b]))).toEqual([[10, 16, 25, 16]])
    expect(cut([0, 16, 30, 16], unionOf([]))).toEqual([])
  })

  it('has pieces inside and outside that together are as long as the line', () => {
    const coordinate = fc.integer({ min: 0, max: 40 })
    const points = (least: number, most: number) =>
      fc.array(fc.tuple(coordinate, coordinate), { minLength: least, maxLength: most }).map((list) => list.flat())
    fc.assert(
      fc.property(
        points(3, 12),
        points(2, 10),
        fc.constantFrom<FillRule>('nonzero', 'evenodd'),
        (polygon, line, rule) => {
          const within = new PolygonRegion(strokesOf(polygon), rule)
          const parts = [...cut(line, within), ...cut(line, within, 'outside')]
          return Math.abs(inkLength(strokesOf(...parts)) - inkLength(strokesOf(line))) < 1e-6
        },
      ),
      runs(2000),
    )
  })

  it('is about as long as the part of the line that a test of 400 points finds inside', () => {
    const corner = fc.integer({ min: 0, max: 40 })
    // The lines never run along a border, where the two methods may differ.
    const x = corner.map((n) => n + Math.SQRT2 / 3)
    const y = corner.map((n) => n + Math.sqrt(3) / 5)
    const corners = fc.array(fc.tuple(corner, corner), { minLength: 3, maxLength: 30 }).map((list) => list.flat())
    fc.assert(
      fc.property(corners, fc.tuple(x, y, x, y), (polygon, [ax, ay, bx, by]) => {
        const within = new PolygonRegion(strokesOf(polygon), 'evenodd')
        const length = inkLength(strokesOf(...cut([ax, ay, bx, by], within)))
        const samples = Array.from({ length: 400 }, (_, i) => (i + 0.5) / 400)
        const inside = samples.filter((t) => isInside(polygon, ax + (bx - ax) * t, ay + (by - ay) * t)).length / 400
        return Math.abs(length - inside * Math.hypot(bx - ax, by - ay)) < 0.02 * 60
      }),
      runs(300),
    )
  })
})

describe('a segment through a region', () => {
  const corner = fc.integer({ min: 0, max: 12 })
  const anywhere = fc.double({ min: 0, max: 12, noNaN: true })
  const polygonOf = (each: fc.Arbitrary<number>) =>
    fc.array(fc.tuple(each, each), { minLength: 3, maxLength: 60 }).map((list) => list.flat())
  const end = fc.oneof(corner, anywhere)

  it('is inside where its single points are, also at corners and along edges', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(polygonOf(corner), polygonOf(anywhere)), { minLength: 1, maxLength: 3 }),
        fc.tuple(end, end, end, end),
        fc.constantFrom<FillRule>('nonzero', 'evenodd'),
        fc.constantFrom('first', 'union', 'intersection', 'painted'),
        (polygons, [ax, ay, bx, by], rule, kind) => {
          const regions = polygons.map((polygon) => new PolygonRegion(strokesOf(polygon), rule))
          const within = combined(regions, kind)
          const hits: number[] = []
          within.crossings(ax, ay, bx, by, hits)
          const places = [0, ...hits.sort((s, t) => s - t), 1]
          const along = within.shareAlong(ax, ay, bx, by)
          for (let i = 1; i < places.length; i++) {
            const [from = 0, to = 0] = [places[i - 1], places[i]]
            if (to - from < 1e-7) continue
            const t = (from + to) / 2
            expect(along(t)).toBe(within.contains(ax + (bx - ax) * t, ay + (by - ay) * t))
          }
        },
      ),
      runs(4000),
    )
  })

  it('takes steps in proportion to the number of corners of a star', () => {
    const steps = (corners: number): number => {
      let sum = 0
      const work = { spend: (n: number) => (sum += n) }
      const star = Array.from({ length: corners }, (_, i) => {
        const angle = (2 * Math.PI * i * Math.floor(corners / 2 - 1)) / corners
        return [50 + 40 * Math.cos(angle), 50 + 40 * Math.sin(angle)]
      })
      const within = new PolygonRegion(strokesOf(star.flat()), 'evenodd', work)
      const writer = new StrokeWriter()
      for (const line of [
        [0, 45, 100, 55],
        [45, 0, 55, 100],
      ])
        cutPolyline(Float64Array.from(line), within, writer, 'inside', work)
      expect(writer.strokes).toBeGreaterThan(corners / 4)
      return sum
    }
    expect(steps(4001) / steps(2001)).toBeLessThan(2.5)
  })
})

function combined(regions: readonly Region[], kind: string): Region {
  const [first, second] = regions
  if (first === undefined || second === undefined || kind === 'first') return first ?? unionOf([])
  if (kind === 'union') return unionOf(regions)
  return kind === 'intersection'
    ? intersectionOf(first, second)
    : paintedOf(regions.map((region, i) => ({ region, shows: i % 2 === 0 })))
}

/** Ray casting to the right. */
function isInside(polygon: readonly number[], px: number, py: number): boolean {
  let inside = false
  for (let i = 0, j = polygon.length - 2; i < polygon.length; j = i, i += 2) {
    const [ax = 0, ay = 0, bx = 0, by = 0] = [polygon[i], polygon[i + 1], polygon[j], polygon[j + 1]]
    if (ay > py !== by > py && px < ((bx - ax) * (py - ay)) / (by - ay) + ax) inside = !inside
  }
  return inside
}
