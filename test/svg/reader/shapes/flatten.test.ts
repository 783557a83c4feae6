import fc from 'fast-check'
import svgpath from 'svgpath'
import { describe, expect, it } from 'vitest'
import { type Drawing, stroke, strokeCount } from '../../../../src/geometry/drawing.ts'
import { readSvg } from '../../../../src/svg/index.ts'
import { runs } from '../../../support/fuzz.ts'
import { page, read } from '../support.ts'

const TOLERANCE = 0.02
type Point = readonly [x: number, y: number]

/** Points of a path as svgpath reads it, with arcs as cubics: `each` + 1 points of each segment. */
function sampled(data: string, each = 200): Point[] {
  const points: Point[] = []
  let [startX, startY] = [0, 0]
  svgpath(data)
    .abs()
    .unshort()
    .unarc()
    .iterate(([command, ...n], _index, x, y) => {
      const corners = corner(String(command), n as number[], x, y, startX, startY)
      if (command === 'M') [startX, startY] = n as [number, number]
      else for (let k = 0; k <= each; k++) points.push(bezier([[x, y], ...corners], k / each))
    })
  return points
}

function corner(command: string, n: readonly number[], x: number, y: number, sx: number, sy: number): Point[] {
  if (command === 'H') return [[n[0] ?? 0, y]]
  if (command === 'V') return [[x, n[0] ?? 0]]
  if (command === 'Z' || command === 'z') return [[sx, sy]]
  return Array.from({ length: n.length / 2 }, (_, i): Point => [n[2 * i] ?? 0, n[2 * i + 1] ?? 0])
}

/** De Casteljau, for any number of control points. */
function bezier(points: readonly Point[], t: number): Point {
  const [first = [0, 0]] = points
  if (points.length === 1) return first
  const next = points.slice(1).map(([bx, by], i): Point => {
    const [ax, ay] = points[i] ?? [0, 0]
    return [ax + (bx - ax) * t, ay + (by - ay) * t]
  })
  return bezier(next, t)
}

function distance([px, py]: Point, line: Float64Array): number {
  let least = Infinity
  for (let i = 2; i < line.length; i += 2) {
    const [ax, ay, bx, by] = line.slice(i - 2, i + 2) as unknown as [number, number, number, number]
    const [dx, dy] = [bx - ax, by - ay]
    const length2 = dx * dx + dy * dy
    const t = length2 === 0 ? 0 : Math.min(1, Math.max(0, ((px - ax) * dx + (py - ay) * dy) / length2))
    least = Math.min(least, Math.hypot(ax + t * dx - px, ay + t * dy - py))
  }
  return least
}

const furthest = (points: readonly Point[], drawing: Drawing): number => {
  const strokes = Array.from({ length: strokeCount(drawing) }, (_, i) => stroke(drawing, i))
  return Math.max(0, ...points.map((point) => Math.min(...strokes.map((line) => distance(point, line)))))
}

/** svgpath replaces arcs by cubics, which are off by up to 0.03 % of the radius. */
const slack = (data: string): number => (/a/i.test(data) ? 0.08 : 0.001)

const path = (data: string): string => `<path fill="none" stroke="red" d="${data}"/>`

describe('curves as polylines', () => {
  it.each([
    'M10 50C10 0 90 0 90 50',
    'M10 50c30-60 30 60 80 0s20 20-10 30',
    'M10 50Q50 0 90 50T50 90t-20-30',
    'M10 50q20-50 40 0t40 0',
    'M10 50S50 0 90 50',
    'M10 50T90 50',
    'M10 50A40 20 30 0 1 90 50',
    'M10 50A40 20 30 1 0 90 40',
    'M20 50a5 5 0 0 1 60 0',
    'M20 50a-30 20 200 1 1 10 10z',
    'M10 10h80v80h-80zm20 20l40 0 0 40',
    'M10 10H90V90H10ZC50 0 60 60 70 70',
    'M10 50C90 50 10 50 90 50',
    'M10 50C10 50 90 50 90 50',
  ])('lie within the tolerance of each point of the path %s', (data) => {
    const { drawing } = read(path(data), { tolerance: TOLERANCE })
    expect(furthest(sampled(data), drawing)).toBeLessThanOrEqual(TOLERANCE + slack(data))
  })

  const coordinate = fc.integer({ min: -500, max: 500 }).map((n) => n / 4)
  const numbers = (count: number) =>
    fc.array(coordinate, { minLength: count, maxLength: count }).map((list) => list.join(' '))
  const command = fc.oneof(
    numbers(2).map((n) => `L${n}`),
    numbers(1).map((n) => `h${n}`),
    numbers(1).map((n) => `V${n}`),
    numbers(6).map((n) => `c${n}`),
    numbers(6).map((n) => `C${n}`),
    numbers(4).map((n) => `s${n}`),
    numbers(4).map((n) => `Q${n}`),
    numbers(2).map((n) => `t${n}`),
    fc
      .tuple(
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 60 }),
        coordinate,
        fc.boolean(),
        fc.boolean(),
        numbers(2),
      )
      .map(([rx, ry, turn, large, sweep, end]) => `A${rx} ${ry} ${turn} ${Number(large)}${Number(sweep)}${end}`),
  )

  it('lie within the tolerance of each point that svgpath computes for a random path', () => {
    fc.assert(
      fc.property(fc.array(command, { minLength: 1, maxLength: 5 }), (commands) => {
        const data = `M10 20${commands.join('')}`
        const { drawing } = read(path(data), { tolerance: 0.05 })
        return furthest(sampled(data, 40), drawing) <= 0.05 + slack(data)
      }),
      runs(150),
    )
  })

  it('take fewer points with a larger tolerance, and more in a larger picture', () => {
    const count = (tolerance: number, scale = 1) =>
      read(`<circle r="40" transform="scale(${scale})"/>`, { tolerance }).drawing.points.length / 2
    expect(count(0.01)).toBeGreaterThan(1.8 * count(0.04))
    expect(count(0.02, 4)).toBeGreaterThan(1.8 * count(0.02))
    expect(count(0.02)).toBeLessThan(130)
  })

  it('never have the same point twice in succession', () => {
    const { points, starts } = readSvg(page(path('M0 0L0 0 5 5 5 5z') + path('M1 1h0c0 0 0 0 0 0h3'))).drawing
    for (let s = 0; s + 1 < starts.length; s++) {
      for (let i = (starts[s] ?? 0) + 1; i < (starts[s + 1] ?? 0); i++) {
        expect([points[2 * i], points[2 * i + 1]]).not.toEqual([points[2 * i - 2], points[2 * i - 1]])
      }
    }
  })
})
