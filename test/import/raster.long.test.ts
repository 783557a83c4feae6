import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PlotdError } from '../../src/errors.ts'
import { boundsOf } from '../../src/geometry/bounds.ts'
import { stroke, strokeCount } from '../../src/geometry/drawing.ts'
import { decodePage, pagesIn } from '../../src/import/raster/pages.ts'
import { readSvg } from '../../src/svg/index.ts'
import { describeDocument, importDocument } from '../../src/tasks/documents.ts'
import { runs } from '../support/fuzz.ts'
import { pwg, type TestPage, urf } from '../support/print-raster.ts'

/** 50.8 × 25.4 mm at 300 dpi. */
const page = (shade: TestPage['shade']): TestPage => ({ width: 600, height: 300, dpi: 300, shade })
const line = page((x, y) => (x >= 100 && x < 500 && Math.abs(y - 150) < 4 ? 0 : 255))
const ring = page((x, y) => (Math.abs(Math.hypot(x - 300, y - 150) - 100) < 3 ? 0 : 255))
const disc = page((x, y) => (Math.hypot(x - 300, y - 150) < 80 ? 0 : 255))
const slope = page((x, y) => (x >= 150 && x < 450 && y >= 50 && y < 250 ? Math.round((x - 150) / 1.2) : 255))

const drawingOf = async (bytes: Uint8Array, number = 1) => {
  const { svg, notes } = await importDocument(bytes, { page: number })
  return { drawing: readSvg(svg).drawing, notes: notes.map(({ message }) => message) }
}

describe('a raster page of a printer', () => {
  it.each([
    ['PWG, grey', pwg([line])],
    ['PWG, grey of 16 bits', pwg([line], 'sgray_16')],
    ['PWG, colours', pwg([line], 'srgb_8')],
    ['PWG, black of 1 bit', pwg([line], 'black_1')],
    ['PWG, inks', pwg([line], 'cmyk_8')],
    ['URF', urf([line])],
  ])('becomes the centre lines of its ink: %s', async (_, bytes) => {
    const { drawing, notes } = await drawingOf(bytes)
    expect([drawing.width, drawing.height].map((mm) => Math.round(100 * mm))).toEqual([5080, 2540])
    expect(strokeCount(drawing)).toBe(1)
    const { minX, minY, maxX, maxY } = boundsOf(drawing)
    expect(minX).toBeCloseTo(100 * 0.0847, 0)
    expect(maxX).toBeCloseTo(500 * 0.0847, 0)
    expect(Math.abs((minY + maxY) / 2 - 150 * 0.08467)).toBeLessThan(0.1)
    expect(notes).toEqual([
      'the page came as pixels of 300 dpi: its lines and letters are traced along their centre lines',
    ])
  })

  it('keeps a ring closed and round', async () => {
    const { drawing } = await drawingOf(urf([ring]))
    expect(strokeCount(drawing)).toBe(1)
    const points = stroke(drawing, 0)
    expect([points.at(-2), points.at(-1)]).toEqual([points[0], points[1]])
    for (let i = 0; i < points.length; i += 2) {
      const radius = Math.hypot((points[i] ?? 0) - 25.4, (points[i + 1] ?? 0) - 12.7)
      expect(Math.abs(radius - 8.47)).toBeLessThan(0.15)
    }
  })

  it('with wide ink becomes the outline of that ink, and a note says so', async () => {
    const { drawing, notes } = await drawingOf(pwg([disc]))
    expect(strokeCount(drawing)).toBe(1)
    expect(boundsOf(drawing).maxX - boundsOf(drawing).minX).toBeCloseTo(160 * 0.0847, 0)
    expect(notes).toContain('ink wider than 1.6 mm is drawn as its outline')
  })

  it('with a picture becomes horizontal lines, denser where the picture is darker, and a note says so', async () => {
    const { drawing, notes } = await drawingOf(pwg([slope], 'srgb_8'))
    expect(notes).toContain('pictures are drawn as horizontal lines')
    const all = Array.from({ length: strokeCount(drawing) }, (_, i) => stroke(drawing, i))
    const linesAcross = (mm: number) => all.filter((line) => (line[0] ?? 0) < mm && (line.at(-2) ?? 0) > mm).length
    expect([linesAcross(16), linesAcross(22), linesAcross(28), linesAcross(37)]).toEqual([24, 19, 13, 0])
  })

  it('of 600 dpi has its pixels averaged to 300 dpi', async () => {
    const fine = { ...line, dpi: 600 }
    const [header] = pagesIn(pwg([fine]))
    const grey = header && decodePage(pwg([fine]), header)
    expect(grey && [grey.width, grey.height]).toEqual([300, 150])
    expect((await drawingOf(pwg([fine]))).drawing.width).toBeCloseTo(25.4)
  })

  it('is refused when it has too many pixels after averaging', () => {
    const sized = (dpi: number): Buffer => {
      const fields = [
        [372, 9000],
        [376, 12_000],
        [392, 9000],
        [276, dpi],
        [280, dpi],
      ] as const
      return fields.reduce((bytes, [at, value]) => changed(bytes, 4 + at, value), pwg([line]))
    }
    expect(() => pagesIn(sized(300))).toThrow('more than plotd reads')
    // At 600 dpi the averaged page has few enough pixels. So plotd reads the lines, and the file ends too early.
    expect(() => pagesIn(sized(600))).toThrow('cut off')
  })

  it('may be one of several in a file, and plotd draws the requested one', async () => {
    const bytes = urf([line, ring, disc])
    expect(await describeDocument(bytes)).toEqual({ format: 'raster', task: 'svg', pages: 3 })
    expect((await drawingOf(bytes, 2)).drawing).toEqual((await drawingOf(urf([ring]))).drawing)
    expect((await drawingOf(bytes, 2)).notes).toContain('this is page 2 of 3')
    await expect(importDocument(bytes, { page: 4 })).rejects.toThrow('pageNumber is 4, expected at most 3')
  })

  it('becomes an empty drawing when it is white', async () => {
    expect(strokeCount((await drawingOf(urf([page(() => 255)]))).drawing)).toBe(0)
  })

  it.each([
    ['no page', Buffer.from('RaS2PwgRaster')],
    ['a page cut off', pwg([ring]).subarray(0, 2500)],
    ['a huge page', changed(pwg([line]), 4 + 372, 0xffff_ffff)],
    ['an unknown colour space', changed(pwg([line]), 4 + 400, 48)],
    ['colours of 1 bit', changed(changed(pwg([{ ...line, width: 72 }], 'black_1'), 4 + 372, 24), 4 + 400, 19)],
    ['lines that are too short', changed(pwg([line]), 4 + 392, 20)],
  ])('is refused with the error code ERR_DOCUMENT: %s', async (_, bytes) => {
    await expect(importDocument(bytes)).rejects.toMatchObject({ code: 'ERR_DOCUMENT' })
  })

  it('whose bytes were changed at random is read, or refused with a PlotdError', () => {
    const small = { width: 24, height: 9, dpi: 100, shade: (x: number, y: number) => (x === y ? 0 : 255) }
    const valid = [pwg([small, small]), urf([small, small])]
    const change = fc.record({ at: fc.nat(5000), to: fc.nat(255) })
    fc.assert(
      fc.property(fc.constantFrom(...valid), fc.array(change, { minLength: 1, maxLength: 6 }), (bytes, changes) => {
        const mutant = Buffer.from(bytes)
        for (const { at, to } of changes) mutant[4 + (at % (mutant.length - 4))] = to
        try {
          for (const header of pagesIn(mutant)) if (header.width * header.height < 1e6) decodePage(mutant, header)
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(PlotdError)
        }
      }),
      runs(5000, 300),
    )
  })
})

function changed(bytes: Buffer, at: number, value: number): Buffer {
  const copy = Buffer.from(bytes)
  copy.writeUInt32BE(value, at)
  return copy
}
