import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { boundsOf } from '../../src/geometry/bounds.ts'
import { stroke, strokesOf } from '../../src/geometry/drawing.ts'
import { inkLength } from '../../src/geometry/measure.ts'
import { drawPattern, type PatternName, prepareJob, render, tasks } from '../../src/tasks/index.ts'
import { patterns } from '../../src/tasks/pattern/index.ts'
import { runs } from '../support/fuzz.ts'

const names = Object.keys(patterns) as PatternName[]

const draw = (params: object) => {
  const complete = prepareJob('pattern', params).params as Parameters<typeof drawPattern>[0]
  return { strokes: drawPattern(complete), params: complete }
}

describe.each(names)('the pattern %s', (pattern) => {
  it('draws with its defaults on A5, within its margin', () => {
    const { strokes } = draw({ pattern })
    expect(inkLength(strokes)).toBeGreaterThan(500)
    const { minX, minY, maxX, maxY } = boundsOf(strokes)
    expect(Math.min(minX, minY, 210 - maxX, 148 - maxY)).toBeGreaterThanOrEqual(12 - 1e-6)
  })

  it('is the same drawing for the same seed, and a different one for another seed', async () => {
    const [first, again, other] = await Promise.all(
      [1, 1, 2].map((seed) => render('pattern', { pattern, seed, width: 105, height: 74 })),
    )
    expect(again?.svg).toBe(first?.svg)
    expect(other?.svg).not.toBe(first?.svg)
  })

  it('shares the parameters width and height with the pattern grid', () => {
    expect(patterns[pattern].schema.shape.width).toBe(patterns.grid.schema.shape.width)
    expect(patterns[pattern].schema.shape.height).toBe(patterns.grid.schema.shape.height)
  })

  it('describes every parameter', () => {
    const schema = z.toJSONSchema(patterns[pattern].schema, { io: 'input' })
    for (const [name, property] of Object.entries(schema.properties ?? {})) {
      expect(property, name).toHaveProperty('description')
    }
  })

  it('keeps ink inside the margin of any sheet', () => {
    const sheet = fc.record({
      width: fc.integer({ min: 20, max: 420 }),
      height: fc.integer({ min: 20, max: 420 }),
      border: fc.double({ min: 0, max: 0.35, noNaN: true }),
      seed: fc.nat(),
    })
    fc.assert(
      fc.property(sheet, ({ border, ...rest }) => {
        const margin = border * Math.min(rest.width, rest.height)
        const { strokes } = draw({ pattern, ...rest, margin })
        const { minX, minY, maxX, maxY } = boundsOf(strokes)
        if (strokes.points.length === 0) return
        expect(strokes.points.every(Number.isFinite)).toBe(true)
        expect(Math.min(minX, minY, rest.width - maxX, rest.height - maxY)).toBeGreaterThanOrEqual(margin - 1e-6)
      }),
      runs(6),
    )
  })
})

describe('patterns with parameters of their own', () => {
  it('draw for every choice in their schemas', () => {
    const choices = names.flatMap((pattern) =>
      Object.entries(patterns[pattern].schema.shape).flatMap(([key, field]) =>
        optionsOf(field as z.ZodType).map((option) => ({ pattern, [key]: option })),
      ),
    )
    expect(choices.length).toBeGreaterThan(20)
    for (const params of choices) {
      expect(inkLength(draw({ ...params, width: 100, height: 80 }).strokes), JSON.stringify(params)).toBeGreaterThan(50)
    }
  })

  it('draw a maze of 160,000 cells, and each of its walls once', () => {
    const { strokes } = draw({ pattern: 'maze', width: 620, height: 620, margin: 10, cell: 1.5, winding: 0.8 })
    const [columns, rows] = [400, 400]
    const passages = columns * rows - 1
    const entrances = 2
    const walls = columns * (rows + 1) + rows * (columns + 1) - passages - entrances
    expect(inkLength(strokes) / 1.5).toBeCloseTo(walls, 3)
  })

  it('draw a circle grid, a spiral of many arms and a maze of large cells', () => {
    expect(inkLength(draw({ pattern: 'grid', shape: 'circle', nested: 3, disorder: 0 }).strokes)).toBeGreaterThan(1000)
    expect(draw({ pattern: 'spiral', arms: 7, swell: 0 }).strokes.starts.length - 1).toBe(7)
    expect(inkLength(draw({ pattern: 'maze', cell: 100 }).strokes)).toBeGreaterThan(100)
  })

  it('have outlines of equal length around two Voronoi cells, after 60 passes that even out the cells', () => {
    const { strokes } = draw({ pattern: 'voronoi', cells: 2, even: 60, rings: 1, width: 200, height: 100 })
    const [first, second] = [0, 1].map((i) => inkLength(strokesOf([...stroke(strokes, i)])))
    expect(first).toBeCloseTo(second ?? 0, 3)
  })

  it('have smooth curves at any size of their waves', () => {
    const lengthAt = (scale: number, params: object) =>
      inkLength(draw({ width: 100 * scale, height: 100 * scale, margin: 5 * scale, ...params }).strokes) / scale
    for (const params of [
      { pattern: 'spirograph', ring: 300, wheel: 7, holes: 1 },
      { pattern: 'guilloche', windings: 200, bands: 1, strands: 1 },
      { pattern: 'lissajous', rounds: 3, across: 20 },
    ])
      expect(lengthAt(1, params) / lengthAt(8, params), JSON.stringify(params)).toBeCloseTo(1, 1)
    const waves = (scale: number) =>
      lengthAt(scale, {
        pattern: 'waves',
        spacing: 3.75 * scale,
        amplitude: 5 * scale,
        wavelength: 8 * scale,
        fold: 0.8,
        drift: 0,
      })
    expect(waves(1) / waves(8)).toBeCloseTo(1, 1)
  })

  it('draw on small sheets, too', () => {
    for (const seed of Array.from({ length: 20 }, (_, i) => i)) {
      for (const params of [
        { pattern: 'hilbert', order: 1 },
        { pattern: 'waves', spacing: 30, amplitude: 0, direction: 'level' },
      ])
        expect(inkLength(draw({ width: 20, height: 20, margin: 5, seed, ...params }).strokes)).toBeGreaterThan(5)
    }
  })

  it('divide a Hilbert curve only while its lines stay 0.2 mm apart, so that a long strip takes little memory', () => {
    const strip = { pattern: 'hilbert', width: 10, height: 400, margin: 2.5, order: 8, variety: 0 }
    expect(draw(strip).strokes.points.length / 2).toBeLessThan(400_000)
  })

  it('refuse streamlines so close together that a large sheet would take minutes', () => {
    const sheet = { pattern: 'flow', width: 3000, height: 3000 }
    expect(() => draw({ ...sheet, spacing: 0.5 })).toThrow(
      expect.objectContaining({
        code: 'ERR_PARAMS',
        message: expect.stringMatching(/spacing is 0.5, expected at least/),
      }),
    )
  })

  it('draw streamlines on the largest sheet without a parameter for their distance', () => {
    const { strokes } = draw({ pattern: 'flow', width: 3000, height: 3000 })
    expect(inkLength(strokes)).toBeGreaterThan(1_000_000)
  })

  it('name their file by pattern, sheet and seed', () => {
    expect(tasks['pattern']?.outputName(draw({ pattern: 'waves', width: 297, height: 210, seed: 9 }).params)).toBe(
      'patterns/waves_297x210_9.svg',
    )
  })
})

function optionsOf(field: z.ZodType): unknown[] {
  const inner = field instanceof z.ZodDefault ? field.unwrap() : field
  if (inner instanceof z.ZodEnum) return inner.options
  return inner instanceof z.ZodBoolean ? [true, false] : []
}
