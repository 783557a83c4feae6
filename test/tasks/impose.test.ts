import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { boundsOf } from '../../src/geometry/bounds.ts'
import { type Drawing, drawingOf, stroke, strokeCount, strokesOf } from '../../src/geometry/drawing.ts'
import { inkLength } from '../../src/geometry/measure.ts'
import { drawingToSvg, readSvg } from '../../src/svg/index.ts'
import { nUp } from '../../src/tasks/impose/n-up.ts'
import { gridOf, type Tiling, tileOf } from '../../src/tasks/impose/tiles.ts'
import { prepareJob, render, tasks, tileNames } from '../../src/tasks/index.ts'
import { runs } from '../support/fuzz.ts'

const lengthOf = (line: ArrayLike<number>): number => {
  let sum = 0
  for (let i = 2; i < line.length; i += 2)
    sum += Math.hypot((line[i] ?? 0) - (line[i - 2] ?? 0), (line[i + 1] ?? 0) - (line[i - 1] ?? 0))
  return sum
}

/** Distance of a point from the nearest stroke. */
function distance(drawing: Drawing, x: number, y: number): number {
  let least = Infinity
  for (let s = 0; s < strokeCount(drawing); s++) {
    const line = stroke(drawing, s)
    for (let i = 0; i + 1 < line.length; i += 2) {
      const [ax = 0, ay = 0, bx = ax, by = ay] = line.subarray(i, i + 4)
      const [dx, dy] = [bx - ax, by - ay]
      const square = dx * dx + dy * dy
      const share = square === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / square))
      least = Math.min(least, Math.hypot(ax + share * dx - x, ay + share * dy - y))
    }
  }
  return least
}

/** The strokes of all tiles, moved to their places in the drawing, with the column and row of their tile. */
function assembled(drawing: Drawing, tiling: Tiling): { line: Float64Array; column: number; row: number }[] {
  const { columns, rows, cell } = gridOf(drawing, tiling)
  return Array.from({ length: columns * rows }, (_, i) => {
    const [column, row] = [i % columns, Math.floor(i / columns)]
    const tile = tileOf(drawing, tiling, i + 1, false)
    const [dx, dy] = [column * cell.width - tiling.margin, row * cell.height - tiling.margin]
    return Array.from({ length: strokeCount(tile) }, (_, s) => ({
      line: stroke(tile, s).map((value, k) => value + (k % 2 === 0 ? dx : dy)),
      ...{ column, row },
    }))
  }).flat()
}

const place = fc.integer({ min: 0, max: 100 }).map((n) => n / 100)
const line = fc.array(fc.tuple(place, place), { minLength: 1, maxLength: 6 })
const cases = fc.record({
  lines: fc.array(line, { minLength: 1, maxLength: 8 }),
  width: fc.integer({ min: 30, max: 400 }),
  height: fc.integer({ min: 30, max: 400 }),
  margin: fc.integer({ min: 0, max: 12 }),
  overlap: fc.integer({ min: 0, max: 15 }),
})

describe('tiles', () => {
  it('form the drawing together, and each piece of ink is on one sheet only', () => {
    fc.assert(
      fc.property(cases, ({ lines, width, height, margin, overlap }) => {
        const strokes = strokesOf(...lines.map((points) => points.flatMap(([x, y]) => [x * width, y * height])))
        const drawing = drawingOf(strokes, width, height)
        const tiling = { sheet: { width: 100, height: 140 }, margin, overlap }
        const { cell, columns, rows } = gridOf(drawing, tiling)
        const pieces = assembled(drawing, tiling)
        // Nothing is missing and nothing is there twice: the lengths agree, and so do the dots.
        const total = pieces.reduce((sum, piece) => sum + lengthOf(piece.line), 0)
        expect(total).toBeCloseTo(inkLength(drawing), 6)
        const dots = (all: readonly ArrayLike<number>[]) => all.filter((each) => each.length === 2).length
        expect(dots(pieces.map((piece) => piece.line))).toBe(dots(lines.map((points) => points.flat())))
        for (const { line: piece, column, row } of pieces) {
          const box = boundsOf({ points: Float64Array.from(piece) })
          // A sheet has ink in its own cell only, and only where the drawing has ink.
          expect(box.minX).toBeGreaterThanOrEqual(column * cell.width - 1e-6)
          expect(box.minY).toBeGreaterThanOrEqual(row * cell.height - 1e-6)
          if (column < columns - 1) expect(box.maxX).toBeLessThanOrEqual((column + 1) * cell.width + 1e-6)
          if (row < rows - 1) expect(box.maxY).toBeLessThanOrEqual((row + 1) * cell.height + 1e-6)
          for (let i = 0; i + 3 < piece.length; i += 2) {
            const [ax = 0, ay = 0, bx = 0, by = 0] = piece.subarray(i, i + 4)
            expect(distance(drawing, (ax + bx) / 2, (ay + by) / 2)).toBeLessThan(1e-6)
          }
        }
      }),
      runs(400, 60),
    )
  })

  it('with a margin of 10 mm have all ink, marks included, at least 0.9 mm from the edges of each sheet', () => {
    const drawing = drawingOf(strokesOf([0, 0, 400, 300, 0, 300, 400, 0]), 400, 300)
    const tiling = { sheet: { width: 210, height: 297 }, margin: 10, overlap: 10 }
    for (let i = 1; i <= tileNames(drawing).length; i++) {
      const { minX, minY, maxX, maxY } = boundsOf(tileOf(drawing, tiling, i, true))
      expect(Math.min(minX, minY)).toBeGreaterThanOrEqual(0.9)
      expect(maxX).toBeLessThanOrEqual(209.1)
      expect(maxY).toBeLessThanOrEqual(296.1)
    }
  })

  it('have their marks in the last pen of the sheet; an empty sheet has its marks in the last pen of the drawing', () => {
    const strokes = strokesOf([5, 5, 50, 5], [250, 5, 290, 5])
    const layers = [1, 2].map((pen, first) => ({ name: '', pen, first, count: 1, options: {} }))
    const poster = { width: 600, height: 100, ...strokes, layers }
    const penOf = (number: number) =>
      tileOf(poster, { sheet: { width: 210, height: 297 }, margin: 10, overlap: 0 }, number, true).layers.at(-1)?.pen
    expect([1, 2, 3].map(penOf)).toEqual([1, 2, 2])
  })

  it('keep their marks on the paper, also on small sheets, and have their name where there is room for the name', () => {
    let names = 0
    for (const width of [30, 40, 60, 74, 90]) {
      for (const margin of [3, 7, 10]) {
        for (const overlap of [0, 5, 10]) {
          const drawing = drawingOf(strokesOf([10, 10, 20, 20]), 150, 90)
          const tiling = { sheet: { width, height: 105 }, margin, overlap }
          if (width - 2 * margin - overlap < 10) continue
          const { columns, rows } = gridOf(drawing, tiling)
          for (let number = 1; number <= columns * rows; number++) {
            const tile = tileOf(drawing, tiling, number, true)
            const { minX, minY, maxX, maxY } = boundsOf(tile)
            expect(Math.min(minX, minY)).toBeGreaterThanOrEqual(0.9)
            expect(maxX).toBeLessThanOrEqual(width - 0.9)
            expect(maxY).toBeLessThanOrEqual(104.1)
            if ((tile.layers.find(({ name }) => name === 'marks')?.count ?? 0) > 8) names++
          }
        }
      }
    }
    expect(names).toBeGreaterThan(20)
  })

  it('are named as on a map, and are refused when a sheet has no room, or when the drawing needs more than 400 sheets', () => {
    expect(tileNames({ width: 400, height: 300 })).toEqual(['A1', 'B1', 'C1', 'A2', 'B2', 'C2'])
    expect(tileNames({ width: 190, height: 277 })).toEqual(['A1'])
    expect(() => tileNames({ width: 400, height: 300 }, { sheet: 'a6', margin: 50 })).toThrow('leave 10 mm')
    expect(() => tileNames({ width: 9000, height: 9000 })).toThrow('at most 400 sheets')
  })
})

const CARD = drawingOf(strokesOf([5, 5, 95, 65]), 100, 70)
const SHEET = { width: 210, height: 297 }
const usual = { sheet: SHEET, columns: undefined, rows: undefined, gutter: 0, margin: 6, marks: 'cards' } as const

describe('several drawings on a sheet', () => {
  it('are as many as fit, stand in the middle of the sheet, and have equal layers joined into one', () => {
    // Without marks, only the margin limits the area for the cards: marks would need more than these 3 mm.
    const sheet = nUp(
      Array.from({ length: 99 }, () => CARD),
      { ...usual, margin: 3, marks: 'none' },
    )
    expect(sheet).toMatchObject({ ...SHEET, layers: [{ pen: 1, count: 8 }] })
    const { minX, maxX, minY, maxY } = boundsOf(sheet)
    expect([minX + maxX, minY + maxY].map((sum) => Math.round(sum))).toEqual([210, 297])
  })

  it('have each mark once, and none on a card', () => {
    for (const gutter of [0, 4, 14, 30]) {
      for (const marks of ['cards', 'outer'] as const) {
        const cards = Array.from({ length: 4 }, () => drawingOf(strokesOf([0, 0, 70, 0, 70, 90, 0, 90, 0, 0]), 70, 90))
        const sheet = nUp(cards, { ...usual, columns: 2, rows: 2, gutter, marks })
        const boxes = Array.from({ length: strokeCount(sheet) }, (_, i) => boundsOf({ points: stroke(sheet, i) }))
        const [places, lines] = [boxes.slice(0, 4), boxes.slice(4)]
        expect(lines.length, `${gutter} ${marks}`).toBeGreaterThanOrEqual(12)
        expect(new Set(lines.map((box) => JSON.stringify(box))).size).toBe(lines.length)
        for (const mark of lines)
          for (const card of places)
            expect(
              mark.maxX < card.minX - 1 ||
                mark.minX > card.maxX + 1 ||
                mark.maxY < card.minY - 1 ||
                mark.minY > card.maxY + 1,
            ).toBe(true)
      }
    }
  })

  it('are refused when they do not fit, with the size that they need', () => {
    expect(() => nUp([CARD], { ...usual, columns: 3, rows: 1 })).toThrow('3 × 1 drawings need 312 × 82 mm')
  })
})

describe('the tasks tile, n-up and svg', () => {
  const svg = Buffer.from(drawingToSvg(drawingOf(strokesOf([10, 10, 290, 200]), 300, 210), {}))
  const upload = createHash('sha256').update(svg).digest('hex')
  const options = { readUpload: async () => svg }

  it('draw a tile and a sheet of cards', async () => {
    const tile = readSvg((await render('tile', { upload, tile: 2 }, options)).svg).drawing
    expect(tile).toMatchObject({ width: 210, height: 297, layers: [{ count: 1 }, { name: 'marks' }] })
    const { svg: cards } = await render('n-up', { uploads: [upload], sheet: '700x500mm' }, options)
    expect(readSvg(cards).drawing).toMatchObject({ width: 700, height: 500, layers: [{ count: 4 }, { name: 'marks' }] })
    await expect(render('tile', { upload, tile: 9 }, options)).rejects.toThrow('a sheet from 1 to')
  })

  it('draw each sheet of a tiled drawing with all layers, so that a number means the same layer on each sheet', async () => {
    const layer = (name: string, d: string) =>
      `<g inkscape:groupmode="layer" inkscape:label="${name}"><path d="${d}"/></g>`
    const ink = `<g fill="none" stroke="black">${layer('land', 'M5 5H9')}${layer('sea', 'M290 5H295')}</g>`
    const names = 'xmlns="http://www.w3.org/2000/svg" xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape"'
    const bytes = Buffer.from(`<svg ${names} width="300mm" height="90mm" viewBox="0 0 300 90">${ink}</svg>`)
    const upload = createHash('sha256').update(bytes).digest('hex')
    const layersOf = async (tile: number) => {
      const { svg } = await render('tile', { upload, sheet: 'a5', tile }, { readUpload: async () => bytes })
      return readSvg(svg).drawing.layers.map(({ name, count }) => [name, count > 0])
    }
    expect(await layersOf(1)).toEqual([
      ['land', true],
      ['sea', false],
      ['marks', true],
    ])
    expect(await layersOf(3)).toEqual([
      ['land', false],
      ['sea', true],
      ['marks', true],
    ])
  })

  it.each([
    ['n-up', { marks: 'none', sheet: '24x24mm', margin: 2 }],
    ['tile', { marks: false, sheet: '44x44mm', margin: 10 }],
    ['svg', { pagesOnSheet: [1, 1], numberUp: 2 }],
  ])('leave out the ink beyond the page of a drawing, and warn: %s', async (task, params) => {
    const overflowing = drawingToSvg(drawingOf(strokesOf([-15, 10, 15, 10], [10, 5, 10, 50], [5, -5]), 20, 20))
    const bytes = Buffer.from(overflowing)
    const upload = createHash('sha256').update(bytes).digest('hex')
    const source = task === 'n-up' ? { uploads: [upload] } : { upload }
    const { svg, warnings } = await render(task, { ...source, ...params }, { readUpload: async () => bytes })
    const { drawing } = readSvg(svg)
    const copies = task === 'svg' ? 2 : 1
    const scale = task === 'svg' ? 0.5 : 1
    expect(drawing.starts).toHaveLength(1 + 2 * copies)
    expect(inkLength(drawing)).toBeCloseTo(30 * copies * scale, 1)
    const message = '3 strokes leave the page of the drawing: 45.0 mm of ink are cut off'
    expect(warnings).toEqual(Array(copies).fill({ code: 'not-drawn', message, count: 3 }))
  })

  it.each([
    ['n-up', { sheet: '100x100mm' }],
    ['tile', {}],
    ['svg', { pagesOnSheet: [1, 1], numberUp: 2 }],
  ])('with `strict` fail when something would not be drawn: %s', async (task, params) => {
    const beyond = drawingToSvg(drawingOf(strokesOf([-15, 10, 15, 10]), 20, 20))
    const picture = '<svg xmlns="http://www.w3.org/2000/svg" width="9mm" height="9mm"><image href="x.png"/></svg>'
    for (const bytes of [beyond, picture].map((text) => Buffer.from(text))) {
      const upload = createHash('sha256').update(bytes).digest('hex')
      const source = task === 'n-up' ? { uploads: [upload] } : { upload }
      const drawn = render(task, { ...source, ...params, strict: true }, { readUpload: async () => bytes })
      await expect(drawn).rejects.toMatchObject({ code: 'ERR_STRICT' })
    }
  })

  it('name the drawing that cannot be read, by its number and its hash', async () => {
    const files = { readUpload: async (hash: string) => (hash === upload ? svg : Buffer.from('<svg')), svgLimits: {} }
    const params = { uploads: [upload, upload, 'b'.repeat(64)], sheet: '1000x500mm' }
    const refusal = { code: 'ERR_SVG_INVALID', message: expect.stringMatching(/^drawing 3: /) }
    const error = { ...refusal, detail: expect.objectContaining({ upload: 'b'.repeat(64) }) }
    await expect(tasks['n-up']?.admit?.(prepareJob('n-up', params).params)?.(files)).rejects.toMatchObject(error)
    await expect(render('n-up', params, files)).rejects.toMatchObject(error)
  })

  it('refuse a sheet without room, and an unknown sheet, before they read a drawing', () => {
    const refused = (task: string, params: object) => () => prepareJob(task, params)
    expect(refused('tile', { upload, sheet: 'a6', margin: 50 })).toThrow(
      'margin is 50, expected margins and overlap that leave 10 mm of a sheet of 105 × 148 mm',
    )
    const words = 'expected margins and gutters that leave room for drawings on the sheet'
    expect(refused('n-up', { uploads: [upload], sheet: 'a6', margin: 60 })).toThrow(`margin is 60, ${words}`)
    expect(refused('n-up', { uploads: [upload], columns: 20, gutter: 12 })).toThrow(words)
    expect(refused('tile', { upload, sheet: 'huge' })).toThrow('expected one of')
  })

  it('refuse at submit what the size of the drawing does not permit', async () => {
    const admitted = (name: 'tile' | 'n-up', params: object) =>
      tasks[name]?.admit?.(prepareJob(name, params).params)?.({ ...options, svgLimits: {} })
    await expect(admitted('tile', { upload, tile: 9 })).rejects.toThrow('tile is 9, expected a sheet from 1 to 2')
    await expect(admitted('tile', { upload, tile: 2 })).resolves.toBeUndefined()
    await expect(admitted('tile', { upload, sheet: '21x21mm', margin: 0 })).rejects.toThrow('at most 400 sheets')
    await expect(admitted('n-up', { uploads: [upload] })).rejects.toThrow('1 × 1 drawings need 312 × 222 mm')
    const three = { uploads: [upload, upload, upload], sheet: '700x500mm', columns: 2, rows: 1 }
    await expect(admitted('n-up', three)).rejects.toThrow('uploads: there are 3, expected at most 2')
    await expect(admitted('n-up', { ...three, rows: 2 })).resolves.toBeUndefined()
  })

  it('accept at submit a drawing whose file does not give its size', async () => {
    const sizeless = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0H9999"/></svg>')
    const files = { readUpload: async () => sizeless, svgLimits: {} }
    for (const [name, params] of Object.entries({ tile: { upload, tile: 9 }, 'n-up': { uploads: [upload] } }))
      await expect(tasks[name]?.admit?.(prepareJob(name, params).params)?.(files)).resolves.toBeUndefined()
  })

  it('refuse more drawings than a sheet has room for, so that none is lost', async () => {
    const params = { uploads: [upload, upload, upload], sheet: '700x500mm', columns: 2, rows: 1 }
    await expect(render('n-up', params, options)).rejects.toMatchObject({
      code: 'ERR_PARAMS',
      message: expect.stringContaining('uploads: there are 3, expected at most 2'),
    })
  })

  it('refuse copies that together have more points than one drawing may have', async () => {
    const few = { ...options, svgLimits: { points: 7 } }
    const params = { uploads: [upload], sheet: '700x500mm' }
    await expect(render('n-up', params, few)).rejects.toMatchObject({ code: 'ERR_SVG_LIMIT' })
    await expect(render('n-up', { ...params, repeat: false }, few)).resolves.toBeDefined()
    const pages = { upload, pagesOnSheet: [1, 1, 1, 1], numberUp: 4 }
    await expect(render('svg', pages, few)).rejects.toMatchObject({ code: 'ERR_SVG_LIMIT' })
  })
})
