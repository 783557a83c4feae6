import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { at, stroke, strokeCount, strokesOf } from '../../src/geometry/drawing.ts'
import { inkLength } from '../../src/geometry/measure.ts'
import {
  ellipse,
  roundCorners,
  sampleCurve,
  smooth,
  smoothBetweenCorners,
  spiralDisc,
} from '../../src/tasks/draw/curve.ts'
import { hatch } from '../../src/tasks/draw/hatch.ts'
import { joinStrokes } from '../../src/tasks/draw/join.ts'
import { randomFrom } from '../../src/tasks/draw/random.ts'
import { boxPolygon, cutBy, isInside, regionOf } from '../../src/tasks/draw/region.ts'
import { Scene } from '../../src/tasks/draw/scene.ts'
import { tidy } from '../../src/tasks/draw/tidy.ts'
import { render } from '../../src/tasks/index.ts'
import { rewrite, turtleLine } from '../../src/tasks/pattern/lsystem.ts'
import { tour } from '../../src/tasks/pattern/tour.ts'
import { runs } from '../support/fuzz.ts'

const length = (lines: readonly (readonly number[])[]) => inkLength(strokesOf(...lines))
const square = boxPolygon(10, 10, 20, 20)

describe('seeded random numbers', () => {
  it('are the same for the same seed, and even the first number differs for the next seed', () => {
    const draw = (seed: number) => ((random) => Array.from({ length: 4 }, () => random.next()))(randomFrom(seed))
    expect(draw(7)).toEqual(draw(7))
    expect(draw(7)[0]).not.toBeCloseTo(draw(8)[0] ?? 0, 2)
  })

  it('stay within the requested range', () => {
    const random = randomFrom(1)
    const whole = Array.from({ length: 500 }, () => random.whole(2, 5))
    expect([...new Set(whole)].sort((a, b) => a - b)).toEqual([2, 3, 4, 5])
    expect(Array.from({ length: 500 }, () => random.between(-1, 1)).every((v) => v >= -1 && v < 1)).toBe(true)
  })
})

describe('cutting a line by a shape', () => {
  it('gives the pieces inside or outside, cut at the edge', () => {
    const line = [0, 20, 40, 20]
    expect(cutBy(line, regionOf(square), 'inside')).toEqual([[10, 20, 30, 20]])
    expect(cutBy(line, regionOf(square), 'outside')).toEqual([
      [0, 20, 10, 20],
      [30, 20, 40, 20],
    ])
  })

  it('gives pieces inside and outside that together are as long as the line', () => {
    const place = fc.double({ min: 0, max: 40, noNaN: true })
    const line = fc.array(place, { minLength: 4, maxLength: 40 }).map((xy) => xy.slice(0, xy.length & ~1))
    fc.assert(
      fc.property(line, fc.integer({ min: 3, max: 12 }), (xy, corners) => {
        const region = regionOf(sampleCurve(corners, (t) => [20 + 12 * Math.cos(6 * t), 20 + 9 * Math.sin(6 * t)]))
        const both = length(cutBy(xy, region, 'inside')) + length(cutBy(xy, region, 'outside'))
        expect(both).toBeCloseTo(length([xy]), 6)
      }),
      runs(200),
    )
  })

  it('treats a hole as outside', () => {
    const ring = regionOf([
      ...ellipse(0, 0, 10),
      ...ellipse(0, 0, 5)
        .reverse()
        .flatMap((_, i, all) => (i % 2 === 0 ? [all[i + 1] ?? 0, all[i] ?? 0] : [])),
    ])
    expect([isInside(ring, 7, 0), isInside(ring, 0, 0), isInside(ring, 12, 0)]).toEqual([true, false, false])
  })
})

describe('a scene', () => {
  it('hides later lines behind covers', () => {
    const scene = new Scene().cover(square).ink([0, 20, 40, 20])
    expect(inkLength(scene.take())).toBeCloseTo(20, 6)
  })

  it('draws only inside its frame, and leaves out specks', () => {
    const scene = new Scene({ minX: 10, minY: 10, maxX: 30, maxY: 30 }).ink([0, 20, 40, 20], [15, 15, 15.1, 15])
    expect(Array.from(scene.take().points)).toEqual([10, 20, 30, 20])
  })

  it('reports whether a place is free', () => {
    const scene = new Scene().cover(square)
    expect([scene.isFree(5, 5, 3), scene.isFree(5, 20, 6), scene.isFree(20, 20, 0.1)]).toEqual([true, false, false])
  })
})

describe('hatching', () => {
  it.each([0, 30, 45, 90, 137])(
    'fills a square with the expected length of lines at %s degrees, and stays inside the square',
    (degrees) => {
      const lines = hatch(square, degrees, 1, 0)
      expect(length(lines)).toBeGreaterThan(360)
      expect(length(lines)).toBeLessThan(440)
      const inside = lines.flatMap((line) => cutBy(line, regionOf(boxPolygon(9.999, 9.999, 20.002, 20.002)), 'inside'))
      expect(length(inside)).toBeCloseTo(length(lines), 6)
    },
  )

  it('is one stroke in a square when every join is short, and separate lines when the longest join is 0', () => {
    expect(hatch(square, 45, 0.8)).toHaveLength(1)
    expect(hatch(square, 45, 0.8, 0).length).toBeGreaterThan(20)
  })
})

describe('curves', () => {
  it('pass through every point when smooth', () => {
    const points = [0, 0, 10, 0, 10, 10, 3, 12]
    const curve = smooth(points, 0.5)
    for (let i = 0; i < points.length; i += 2) {
      const near = curve.some(
        (_, k) =>
          k % 2 === 0 &&
          Math.hypot((curve[k] ?? 0) - (points[i] ?? 0), (curve[k + 1] ?? 0) - (points[i + 1] ?? 0)) < 1e-6,
      )
      expect(near).toBe(true)
    }
  })

  it('keep a corner when smoothed between corners, and turn inside the corner when it is rounded', () => {
    const corner = [0, 0, 10, 0, 10, 10]
    const sharp = smoothBetweenCorners(corner, 50)
    expect(sharp.some((x, i) => i % 2 === 0 && x === 10 && sharp[i + 1] === 0)).toBe(true)
    expect(length([roundCorners(corner, 3)])).toBeLessThan(20)
    expect(Math.max(...roundCorners(corner, 3))).toBe(10)
  })

  it('wind to the rim of a disc and close there', () => {
    const line = spiralDisc(0, 0, 10, 1)
    const radii = line.flatMap((x, i) => (i % 2 === 0 ? [Math.hypot(x, line[i + 1] ?? 0)] : []))
    expect(Math.max(...radii)).toBeCloseTo(10, 6)
    expect(radii.filter((r) => r > 9.999).length).toBeGreaterThan(40)
    expect(line.slice(-2)).toEqual([expect.closeTo(10, 6), expect.closeTo(0, 6)])
  })
})

describe('strokes', () => {
  it('are joined where they meet end to end, whichever way they run, and keep all ink', () => {
    const strokes = strokesOf([0, 0, 1, 0], [2, 0, 1, 0], [2, 0, 3, 1], [9, 9, 8, 8])
    const trails = joinStrokes(strokes)
    expect(strokeCount(trails)).toBe(2)
    expect(inkLength(trails)).toBeCloseTo(inkLength(strokes), 9)
  })

  it('lose vertices that make no visible difference', () => {
    const straight = tidy(strokesOf(sampleCurve(100, (t) => [10 * t, 0])))
    expect(Array.from(stroke(straight, 0))).toEqual([0, 0, 10, 0])
  })
})

describe('a tour', () => {
  it('visits every point once, and is nearly as short as possible', () => {
    const random = randomFrom(3)
    const points = Float64Array.from({ length: 800 }, () => 100 * random.next())
    const order = tour(points)
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 400 }, (_, i) => i))
    const line = [...order, order[0] ?? 0].flatMap((i) => [points[2 * i] ?? 0, points[2 * i + 1] ?? 0])
    // Random points in a square of side s: the shortest tour is about 0.7124 √(n s²) (Beardwood et al. 1959).
    expect(length([line]) / (0.7124 * Math.sqrt(400) * 100)).toBeLessThan(1.2)
  })
})

describe('an L-system', () => {
  it('becomes a line: two steps of the Koch curve', () => {
    const word = rewrite('F', { F: 'F-F++F-F' }, 2)
    expect(word.match(/F/g)).toHaveLength(16)
    const line = turtleLine(word, 'F', 60)
    expect(line.at(-2)).toBeCloseTo(9, 9)
    expect(line.at(-1)).toBeCloseTo(0, 9)
  })

  it('refuses a word that grows too long', () => {
    expect(() => rewrite('F', { F: 'FFFFFFFFFF' }, 9)).toThrow(/grown to/)
  })
})

it('a rose with an odd number of petals has an outline that is drawn once', async () => {
  const { drawing = strokesOf() } = await render('pattern', { pattern: 'rose', petals: 5, walks: 1, seed: 1 })
  const outline = stroke(drawing, strokeCount(drawing) - 1)
  const half = 2 * Math.floor(outline.length / 4)
  expect(Math.hypot(...[100, 101].map((i) => at(outline, half + i) - at(outline, i)))).toBeGreaterThan(5)
})
