import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { boundsOf } from '../../../src/geometry/bounds.ts'
import { type Drawing, drawingOf, type Strokes, stroke, strokeCount, strokesOf } from '../../../src/geometry/drawing.ts'
import { inkLength } from '../../../src/geometry/measure.ts'
import { estimate } from '../../../src/plotter/motion/estimate.ts'
import { measure, type PrepareOptions, prepare } from '../../../src/plotter/prepare/index.ts'
import { profileNamed } from '../../../src/plotter/profiles/index.ts'
import { runs } from '../../support/fuzz.ts'
import { drawing, ink, scattered } from './support.ts'

const axidraw = profileNamed('axidraw-v3')
const lines = (strokes: Strokes): number[][] =>
  Array.from({ length: strokeCount(strokes) }, (_, i) => [...stroke(strokes, i)])
const prepared = (from: Drawing, options: PrepareOptions = {}): number[][] => lines(prepare(from, options).drawing)

/** A number of short lines at pseudo-random places, the same in every run. */
const shortLines = (count: number): Drawing =>
  drawingOf(
    strokesOf(
      ...Array.from({ length: count }, (_, i) => {
        const [px, py] = [(i * 7919) % 997, (i * 104_729) % 991]
        return [px / 5, py / 5, px / 5 + 3, py / 5 + 1]
      }),
    ),
    210,
    210,
  )

const zigzag = (count: number): number[] => Array.from({ length: 2 * count }, (_, i) => (i % 2 === 0 ? i / 100 : i & 2))

describe('a prepared drawing', () => {
  it('has the same ink as the file, without dots that are repeated or lie at an end of a stroke', () => {
    fc.assert(
      fc.property(scattered(40), (strokes) => {
        const page = drawingOf(strokes, 100, 100)
        expect(ink(prepare(page, { join: 0, effort: 0.05 }).drawing)).toEqual(ink(joinedDots(strokes)))
      }),
      runs(70),
    )
  })

  it('never takes longer to plot than the file, and is the same every time', () => {
    fc.assert(
      fc.property(scattered(40), (strokes) => {
        const page = drawingOf(strokes, 100, 100)
        const { drawing: ready, report } = prepare(page, { effort: 0.05 }, axidraw)
        expect(report.estimate.seconds).toBeLessThanOrEqual(report.before.seconds + 1e-9)
        expect(report.estimate).toEqual(estimate(ready, axidraw))
        expect(prepare(page, { effort: 0.05 }, axidraw)).toEqual({ drawing: ready, report })
      }),
      runs(30),
    )
  })

  it('does not make an ellipse slower by moving its seam', () => {
    const ellipse = Array.from({ length: 98 }, (_, i) => {
      const angle = Math.PI + (2 * Math.PI * ((i >> 1) % 48)) / 48
      return i % 2 === 0 ? 50 + 7 * Math.cos(angle) : 50 + 3.85 * Math.sin(angle)
    })
    const { estimate, before } = prepare(drawing(ellipse), {}, axidraw).report
    expect(estimate.seconds).toBeLessThanOrEqual(before.seconds)
  })

  it('visits the strokes on the shortest way from home and back', () => {
    const points = [
      [10, 1, 20, 1],
      [50, 1, 60, 1],
      [70, 1, 80, 1],
    ]
    const back = points.toReversed().map(([ax, ay, bx, by]) => [bx, by, ax, ay])
    expect([points, back]).toContainEqual(prepared(drawing([50, 1, 60, 1], [20, 1, 10, 1], [80, 1, 70, 1])))
  })

  it('draws over gaps that the pen covers, and keeps every vertex', () => {
    expect(prepared(drawing([10, 10, 20, 10], [20.1, 10, 30, 10], [31, 10, 40, 10]))).toEqual([
      [10, 10, 20, 10, 20.1, 10, 30, 10],
      [31, 10, 40, 10],
    ])
  })

  it('starts a closed stroke at the vertex that is nearest to the pen', () => {
    const square = [50, 50, 50, 60, 60, 60, 60, 50, 50, 50]
    const input = drawing([0, 0, 10, 0], [...square.slice(4), ...square.slice(2, 6)])
    expect(prepare(input).drawing.points.slice(4, 6)).toEqual(Float64Array.of(50, 50))
    expect(prepared(input, { seams: false })[1]?.slice(0, 2)).toEqual([60, 60])
  })

  it('draws two crossing rings without a lift: both start where they cross', () => {
    // the crossing is neither the start of a ring in the file, nor the vertex nearest to the other ring's start
    const ring = (cx: number) =>
      Array.from({ length: 74 }, (_, i) => {
        const angle = (2 * Math.PI * ((i >> 1) % 36)) / 36
        return i % 2 === 0 ? cx - 10 * Math.cos(angle) : 50 + 10 * Math.sin(angle)
      })
    const crossing = drawing(ring(30), ring(30.1 + 20 * Math.cos((4 * Math.PI) / 36)))
    expect(prepared(crossing)).toHaveLength(1)
    expect(prepared(crossing, { join: 0 })).toHaveLength(2)
  })

  it('keeps the layers in order, and each stroke in its layer', () => {
    const two = drawing([90, 1, 99, 1], [1, 1, 9, 1], [40, 1, 50, 1], [20, 1, 30, 1])
    const [layer] = two.layers
    const layers = [0, 2].map((first) => ({ name: 'a', pen: 1, options: {}, ...layer, first, count: 2 }))
    const { drawing: ready } = prepare({ ...two, layers })
    expect(ready.layers.map(({ first, count }) => [first, count])).toEqual([
      [0, 2],
      [2, 2],
    ])
    expect(inkOfHalf(ready, 0)).toEqual(inkOfHalf(two, 0))
  })

  it('draws the only stroke of a layer in the direction that saves travel', () => {
    const two = drawing([90, 1, 20, 1], [90, 2, 20, 2])
    const layers = [1, 2].map((pen) => ({ name: '', pen, options: {}, first: pen - 1, count: 1 }))
    expect(prepared({ ...two, layers })).toEqual([
      [20, 1, 90, 1],
      [90, 2, 20, 2],
    ])
    expect(measure({ ...two, layers }, axidraw).estimate).toEqual(prepare({ ...two, layers }).report.estimate)
  })

  it('keeps the order of the file on request', () => {
    const input = [
      [50, 1, 60, 1],
      [20, 1, 10, 1],
    ]
    expect(prepared(drawing(...input), { keepOrder: true })).toEqual(input)
  })

  it('is drawn several times: an open stroke to and fro, a closed stroke round and round', () => {
    expect(prepared(drawing([1, 1, 5, 1]), { passes: 3 })).toEqual([[1, 1, 5, 1, 1, 1, 5, 1]])
    const triangle = [1, 1, 5, 1, 5, 5, 1, 1]
    expect(prepared(drawing(triangle), { passes: 2, keepOrder: true })).toEqual([[...triangle, ...triangle.slice(2)]])
  })

  it('in two passes is not slower than in the order of the file', () => {
    const hatch = drawing(...Array.from({ length: 20 }, (_, i) => [10, 10 + i, 90, 10 + i]))
    const { estimate, before } = prepare(hatch, { passes: 2, effort: 0.1 }).report
    expect(before).toEqual(prepare(hatch, { passes: 2, keepOrder: true }).report.estimate)
    expect(estimate.seconds).toBeLessThanOrEqual(before.seconds)
  })

  it.each([2, 4])('in %d passes ends each stroke where it begins, so the way to the next stroke is short', (passes) => {
    const hatch = drawing(...Array.from({ length: 20 }, (_, i) => [i % 2 ? 90 : 10, 10 + i, i % 2 ? 10 : 90, 10 + i]))
    const { drawing: ready, report } = prepare(hatch, { passes, effort: 0.1 })
    expect(lines(ready).map((line) => [line[0], line.at(-2)])).toEqual(Array(20).fill([10, 10]))
    expect(report.estimate.penDownMm).toBeCloseTo(passes * 20 * 80)
    expect(report.estimate.travelMm).toBeLessThan(100)
  })

  it('is drawn backwards on request', () => {
    expect(prepared(drawing([1, 1, 2, 2], [3, 3, 4, 4]), { keepOrder: true, reverse: true })).toEqual([
      [4, 4, 3, 3],
      [2, 2, 1, 1],
    ])
  })
})

describe('placing', () => {
  const line = drawing([10, 20, 30, 20, 30, 30])

  it.each<[PrepareOptions, number[]]>([
    [{}, [10, 20, 30, 20, 30, 30]],
    [{ align: 'center' }, [40, 45, 60, 45, 60, 55]],
    [{ align: 'top-left', margin: 5 }, [5, 5, 25, 5, 25, 15]],
    [{ fit: 'page', margin: 10 }, [10, 30, 90, 30, 90, 70]],
    [{ fit: 'shrink', margin: 10 }, [40, 45, 60, 45, 60, 55]],
    [{ scale: 2 }, [20, 40, 60, 40, 60, 60]],
    [{ rotate: 90 }, [80, 10, 80, 30, 70, 30]],
    [{ page: '50x40mm', fit: 'page' }, [0, 7.5, 50, 7.5, 50, 32.5]],
  ])('with %j puts the line at %j', (options, expected) => {
    const [points] = prepared(line, { ...options, keepOrder: true })
    expect(points?.map((value) => Math.round(value * 1e9) / 1e9)).toEqual(expected)
  })

  it('takes pages by name, portrait by default', () => {
    expect(prepare(line, { page: 'A5' }).report.page).toEqual({ width: 148, height: 210 })
    expect(prepare(line, { page: 'letter', landscape: true }).report.page).toEqual({ width: 279.4, height: 215.9 })
  })

  it('reports the ink that was cut off at the page or its margins', () => {
    const { drawing: ready, report } = prepare(drawing([90, 50, 110, 50], [10, 10, 20, 10]))
    expect(report.clippedMm).toBeCloseTo(10, 9)
    expect(inkLength(ready)).toBeCloseTo(20, 9)
    expect(prepare(drawing([90, 50, 110, 50]), { margin: 5, clip: 'margins' }).report.clippedMm).toBeCloseTo(15, 9)
  })

  it('keeps a line along the edge of the page, although the size of the page is rounded', () => {
    const side = 400 * (25.4 / 96)
    const frame = [0, 0, side, 0, side, side, 0, side, 0, 0]
    for (const page of [`${(400 * 25.4) / 96}x${(400 * 25.4) / 96}mm`, '105.833x105.833mm']) {
      const { drawing: ready, report } = prepare(drawing([-10, 50, 10, 50], [-10, side, 200, side], frame), { page })
      expect(report.clippedMm).toBeCloseTo(10 + 210 - side, 1)
      expect(inkLength(ready)).toBeCloseTo(10 + side + 4 * side, 1)
      expect(Math.max(...ready.points)).toBeLessThanOrEqual(report.page.width)
    }
  })

  it('refuses a page or a scale that puts ink beyond any plotter', () => {
    const nines = '9'.repeat(20)
    const refused = { code: 'ERR_PARAMS', message: expect.stringContaining('expected at most 1000000 mm') }
    expect(() => prepare(line, { page: `${nines}x${nines}`, fit: 'page' })).toThrow(expect.objectContaining(refused))
    expect(() => prepare(line, { scale: 1e6, clip: 'none' })).toThrow(expect.objectContaining(refused))
    expect(() => prepare(line, { scale: 1e6 })).not.toThrow()
  })

  it('refuses coordinates that are infinite or not numbers, and sizes above the greatest number', () => {
    const refused = { code: 'ERR_PARAMS', message: expect.stringContaining('not a number') }
    for (const clip of ['page', 'none'] as const) {
      const broken = drawing([1, 1, 2, 2], [3, 3, Number.NaN, 4])
      expect(() => prepare(broken, { clip })).toThrow(expect.objectContaining(refused))
    }
    const endless = drawing([Number.POSITIVE_INFINITY, 0, 1, 1])
    expect(() => prepare(endless)).toThrow(expect.objectContaining(refused))
    const vast = drawing([1e308, 10, -1e308, 10])
    expect(() => prepare(vast, { fit: 'page' })).toThrow(expect.objectContaining(refused))
  })

  it('reports the dots that were cut off, which have no length', () => {
    const { report } = prepare(drawing([5, 5, 5, 5], [500, 5, 500, 5], [-1, 5], [10, 10, 20, 10]))
    expect(report).toMatchObject({ clippedMm: 0, clippedDots: 2, strokes: 2 })
  })

  it('reports the strokes that were too short to draw', () => {
    const { report } = prepare(drawing([1, 1, 1.2, 1], [10, 10, 20, 10]), { dropShorterThan: 0.5 })
    expect(report.dropped.strokes).toBe(1)
    expect(report.dropped.mm).toBeCloseTo(0.2, 9)
  })

  it('draws only the requested layers', () => {
    const strokes = [
      [10, 20, 30, 20],
      [40, 50, 60, 50],
    ]
    const layers = ['sky', 'sea'].map((name, first) => ({ name, pen: 1, first, count: 1, options: {} }))
    const named = { ...drawing(...strokes), layers }
    expect(prepared(named, { layers: ['sky'], keepOrder: true })).toEqual([strokes[0]])
    expect(prepared(named, { layers: [2], keepOrder: true })).toEqual([strokes[1]])
    expect(() => prepare(named, { layers: [3] })).toThrow('it has 1 (sky), 2 (sea)')
  })

  it.each<[PrepareOptions, RegExp]>([
    [{ page: 'a11' }, /^page: "a11" is not one of/],
    [{ margin: 60 }, /^margin: 60 is not less than half/],
    [{ passes: 1.5 }, /^passes: 1.5 is not a whole number/],
    [{ scale: -1 }, /^scale: -1 is not a number from/],
    [{ layers: [2] }, /^layers: 2 is not a layer of this drawing: it has 1/],
    [{ layers: [1, 'sky'] }, /^layers: "sky" is not a layer/],
  ])('refuses %j and names the option', (options, message) => {
    expect(() => prepare(line, options)).toThrow(message)
  })
})

describe('a gap between two strokes', () => {
  it.each([0.02, 0.15, 1])('is drawn over when it is less than %d mm wide, and not when it is wider', (join) => {
    const gap = (mm: number) => drawing([10, 10, 30, 10], [30 + mm, 10, 50, 10])
    expect(prepared(gap(0.99 * join), { join })).toEqual([[10, 10, 30, 10, 30 + 0.99 * join, 10, 50, 10]])
    expect(prepared(gap(1.01 * join), { join })).toHaveLength(2)
  })
})

describe('a long preparation', () => {
  it('stops when it is aborted, with the reason', () => {
    const reason = new Error('no longer wanted')
    let checks = 0
    const signal = {
      get aborted() {
        return ++checks > 20
      },
      reason,
    }
    expect(() => prepare(shortLines(2000), { signal, effort: 100 })).toThrow(reason)
    expect(checks).toBe(21)
  })

  it.each([
    ['clips many strokes', shortLines(2000), { page: '100x100mm' }],
    ['simplifies a long stroke', drawing(zigzag(2000)), { simplify: 0.1 }],
  ])('stops when it is aborted while it %s', (_, page, options) => {
    const reason = new Error('no longer wanted')
    let checks = 0
    const signal = {
      get aborted() {
        return ++checks > 1000
      },
      reason,
    }
    expect(() => prepare(page, { ...options, signal, keepOrder: true })).toThrow(reason)
  })

  it('takes the best order so far when its time is up', () => {
    let checks = 0
    const early = prepare(shortLines(2000), { expired: () => ++checks > 10, effort: 100 }, axidraw)
    expect(early.report.estimate.seconds).toBeLessThan(early.report.before.seconds)
    expect(ink(early.drawing)).toEqual(ink(shortLines(2000)))
  })

  it('reports its progress', () => {
    const done: number[] = []
    prepare(shortLines(300), { effort: 0.1, onProgress: (share) => done.push(share) })
    expect(done.at(-1)).toBe(1)
    expect(done).toEqual(done.toSorted((a, b) => a - b))
  })

  it('reports its progress over all layers together', () => {
    const { points, starts, layers } = shortLines(300)
    const [layer] = layers
    const half = { ...layer, name: 'half', pen: 1, options: {}, count: 150 }
    const done: number[] = []
    prepare(
      {
        points,
        starts,
        width: 100,
        height: 100,
        layers: [
          { ...half, first: 0 },
          { ...half, first: 150 },
        ],
      },
      { effort: 0.1, onProgress: (share) => done.push(share) },
    )
    expect(done).toEqual(done.toSorted((a, b) => a - b))
    expect(done.filter((share) => share < 0.5).length).toBeGreaterThan(2)
    expect(done.filter((share) => share >= 0.5 && share < 1).length).toBeGreaterThan(2)
  })
})

/** The strokes without repeated dots, and without dots at an end of a longer stroke. */
function joinedDots(strokes: Strokes): Strokes {
  const all = lines(strokes)
  const longer = new Set(all.filter((l) => l.length > 2).flatMap((l) => [l.slice(0, 2).join(), l.slice(-2).join()]))
  const dots = new Set<string>()
  const remaining = all.filter((line) => {
    if (line.length > 2) return true
    const place = line.join()
    const first = !dots.has(place)
    dots.add(place)
    return first && !longer.has(place)
  })
  return strokesOf(...remaining)
}

function inkOfHalf({ points, starts }: Drawing, first: number): Map<string, number> {
  return ink({ points, starts: starts.slice(first, first + 3) })
}

describe('a whole sheet', () => {
  /** A drawing with one line: from the top left corner, a quarter of the way to the bottom right corner. */
  const corner = (width: number, height: number): Drawing =>
    drawingOf(strokesOf([0, 0, width / 4, height / 4]), width, height)
  const on = (from: Drawing, options: PrepareOptions) => {
    const { drawing: ready, report } = prepare(from, { join: 0, ...options }, axidraw)
    const { minX, minY, maxX, maxY } = boundsOf(ready)
    return { page: report.page, ink: [minX, minY, maxX, maxY].map((mm) => Math.round(10 * mm) / 10) }
  }

  it('is not turned when the machine reaches it', () => {
    expect(on(corner(148, 210), { sheet: 'shrink' })).toEqual({
      page: { width: 148, height: 210 },
      ink: [0, 0, 37, 52.5],
    })
  })

  it('is turned with its page, top to the left, when the machine cannot reach it unturned', () => {
    expect(on(corner(210, 297), { sheet: 'shrink', page: 'a4' })).toEqual({
      page: { width: 297, height: 210 },
      ink: [0, 157.5, 74.3, 210],
    })
  })

  it('is turned to the orientation of the page', () => {
    const page = { width: 297, height: 210 }
    expect(on(corner(297, 210), { sheet: 'shrink', page: 'a4', landscape: true })).toEqual({
      page,
      ink: [0, 0, 74.3, 52.5],
    })
    expect(on(corner(210, 297), { sheet: 'shrink', page: 'a4', landscape: true })).toEqual({
      page,
      ink: [0, 157.5, 74.3, 210],
    })
  })

  it('is scaled down to a smaller page as a whole, and up only on request', () => {
    expect(on(corner(297, 420), { sheet: 'shrink', page: '148.5x210mm' }).ink).toEqual([0, 0, 37.1, 52.5])
    expect(on(corner(74, 105), { sheet: 'shrink', page: '148x210mm' }).ink).toEqual([37, 52.5, 55.5, 78.8])
    expect(on(corner(74, 105), { sheet: 'fit', page: '148x210mm' }).ink).toEqual([0, 0, 37, 52.5])
    expect(on(corner(297, 420), { sheet: 'keep', page: '148x210mm', clip: 'none' }).ink[0]).toBeCloseTo(-74.5, 1)
  })
})
