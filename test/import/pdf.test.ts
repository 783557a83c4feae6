import { describe, expect, it } from 'vitest'
import { boundsOf } from '../../src/geometry/bounds.ts'
import { stroke } from '../../src/geometry/drawing.ts'
import { identify, importOptions, type Picture, readDocument } from '../../src/import/index.ts'
import { readSvg } from '../../src/svg/index.ts'
import { pdfFile, stream } from '../support/pdf-file.ts'

/** A typographic point, mm. */
const PT = 25.4 / 72

async function imported(bytes: Uint8Array, options = {}) {
  const kind = identify(bytes)
  if (kind.is !== 'document') throw new Error(`this is ${kind.is}`)
  return readDocument(kind.importer, bytes, importOptions({ font: 'rowmans', ...options }))
}

async function drawn(content: string, more: Parameters<typeof pdfFile>[1] = {}, options = {}) {
  const { svg, notes, layers } = await imported(pdfFile([content], more), options)
  const { drawing } = readSvg(svg, layers ? { layers } : {})
  return { svg, notes: notes.map(({ message }) => message), drawing, bounds: boundsOf(drawing) }
}

describe('the PDF reader, for paths,', () => {
  it('keeps the size of the page, and turns y down', async () => {
    const { drawing } = await drawn('10 20 m 90 20 l S')
    expect([drawing.width, drawing.height]).toEqual([expect.closeTo(100 * PT, 3), expect.closeTo(100 * PT, 3)])
    expect(Array.from(stroke(drawing, 0), (n) => n / PT)).toEqual([10, 80, 90, 80].map((n) => expect.closeTo(n, 2)))
  })

  it('draws the edge with which a fill closes an open path, and leaves a stroked path open', async () => {
    const corner = '10 10 m 50 10 l 50 50 l'
    const points = async (content: string, more = {}) => {
      const { drawing } = await drawn(content, more)
      return Array.from({ length: drawing.starts.length - 1 }, (_, i) => stroke(drawing, i).length / 2)
    }
    expect(await points(`${corner} f ${corner} S 60 10 m 90 10 l f ${corner} ${corner} f*`)).toEqual([4, 3, 2, 4, 4])
    const gradient =
      '<< /ShadingType 2 /ColorSpace /DeviceGray /Coords [0 0 1 0] /Function << /FunctionType 2 /Domain [0 1] /N 1 >> >>'
    const more = { objects: [gradient], resources: '/Shading << /G 10 0 R >>' }
    expect(await points(`${corner} W n /G sh`, more)).toEqual([4])
  })

  it('makes a layer of each colour', async () => {
    const { drawing } = await drawn('1 0 0 RG 10 10 m 20 10 l S 0 0 1 RG 30 10 m 40 10 l S 1 0 0 RG 50 10 m 60 10 l S')
    expect(drawing.layers.map(({ color, count }) => [color, count])).toEqual([
      ['#ff0000', 2],
      ['#0000ff', 1],
    ])
  })

  it('scales line widths and dashes by the transformation, and keeps caps and joins', async () => {
    const { svg, drawing } = await drawn('2 0 0 2 0 0 cm 3 w 1 J 1 j [4 2] 1 d 5 5 m 45 5 l S')
    expect(svg).toContain(`stroke-width="${Math.round(6 * PT * 1e4) / 1e4}"`)
    expect(svg).toMatch(/stroke-linecap="round" stroke-linejoin="round" stroke-dasharray="2\.8222 1\.4111"/)
    expect(drawing.starts.length - 1).toBe(7)
  })

  it('stretches dashes with a transformation that stretches one axis', async () => {
    const { drawing } = await drawn('4 0 0 1 0 0 cm [5 2.5] 0 d 0 10 m 20 10 l S 10 20 m 10 35 l S')
    const ends = Array.from({ length: 5 }, (_, i) => Array.from(stroke(drawing, i), (n) => n / PT))
    const line = (...numbers: number[]) => numbers.map((n) => expect.closeTo(n, 1))
    expect(ends).toEqual([
      ...[line(0, 90, 20, 90), line(30, 90, 50, 90), line(60, 90, 80, 90)],
      ...[line(40, 80, 40, 75), line(40, 72.5, 40, 67.5)],
    ])
  })

  it('takes from an ExtGState the dash and the line width, which Chromium writes there', async () => {
    const { svg } = await drawn('/G gs 10 10 m 90 10 l S', {
      resources: '/ExtGState << /G << /LW 5 /D [[10 5] 0] >> >>',
    })
    expect(svg).toMatch(/stroke-width="1\.7639".*stroke-dasharray="3\.5278 1\.7639"/)
  })

  it('clips to the clip path, until the state is restored', async () => {
    const { bounds, drawing } = await drawn('q 20 20 30 30 re W n 0 30 m 100 30 l S Q 0 60 m 100 60 l S')
    expect(drawing.starts.length - 1).toBe(2)
    const [clipped] = [stroke(drawing, 0)]
    expect(Math.min(clipped[0] ?? 0, clipped[2] ?? 0) / PT).toBeCloseTo(20, 1)
    expect(Math.max(clipped[0] ?? 0, clipped[2] ?? 0) / PT).toBeCloseTo(50, 1)
    expect(bounds.maxX / PT).toBeCloseTo(100, 1)
  })

  it('draws forms with their matrix and box', async () => {
    const form = stream('0 5 m 100 5 l S', '/Type /XObject /Subtype /Form /BBox [0 0 10 10] /Matrix [2 0 0 2 10 10]')
    const { bounds } = await drawn('/X Do', { objects: [form], resources: '/XObject << /X 10 0 R >>' })
    expect([bounds.minX, bounds.maxX, bounds.minY].map((n) => n / PT)).toEqual(
      [10, 30, 80].map((n) => expect.closeTo(n, 1)),
    )
  })

  it.each([
    ['one restore too many', 'Q 0 5 m 10 5 l S'],
    ['two restores too many', 'Q Q 0 5 m 10 5 l S'],
    ['one save too many', 'q 3 0 0 3 0 0 cm 0 2 m 4 2 l S'],
    ['a hidden layer that it does not close', '0 5 m 10 5 l S /OC /Off BDC'],
    ['one end of marked content (EMC) too many', 'EMC 0 5 m 10 5 l S'],
  ])('keeps the state of the page around a form with %s', async (_, content) => {
    const form = stream(
      content,
      '/Subtype /Form /BBox [0 0 10 10] /Matrix [2 0 0 2 10 10] /Resources << /Properties << /Off 11 0 R >> >>',
    )
    const { drawing } = await drawn('/Span BMC q 0 0 50 50 re W n /X Do 0 40 m 80 40 l S Q EMC 0 60 m 80 60 l S', {
      objects: [form, '<< /Type /OCG /Name (off) >>'],
      resources: '/XObject << /X 10 0 R >>',
      catalog: '/OCProperties << /OCGs [11 0 R] /D << /OFF [11 0 R] >> >>',
    })
    const lines = Array.from({ length: drawing.starts.length - 1 }, (_, i) => Array.from(stroke(drawing, i)))
    expect(lines.map(([x0 = 0, , x1 = 0]) => [Math.min(x0, x1) / PT, Math.max(x0, x1) / PT])).toEqual([
      [expect.closeTo(10, 1), expect.closeTo(30, 1)],
      [0, expect.closeTo(50, 1)],
      [0, expect.closeTo(80, 1)],
    ])
  })

  it('keeps the state of the page around a pattern with too many restores', async () => {
    const cell = stream(
      'Q Q Q 0 5 m 10 5 l S',
      '/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 10 10] /XStep 10 /YStep 10 /Resources << >>',
    )
    const { drawing } = await drawn('q q 0 0 50 50 re W n /Pattern cs /P scn 20 20 10 10 re f Q Q 0 60 m 80 60 l S', {
      objects: [cell],
      resources: '/Pattern << /P 10 0 R >>',
    })
    const last = stroke(drawing, drawing.starts.length - 2)
    expect([(last[0] ?? 0) / PT, (last[2] ?? 0) / PT]).toEqual([0, expect.closeTo(80, 1)])
  })

  it('repeats the cell of a tiling pattern inside the path', async () => {
    const cell = stream(
      '0 5 m 10 5 l S',
      '/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 10 10] /XStep 10 /YStep 10 /Resources << >>',
    )
    const { drawing, bounds } = await drawn('/Pattern cs /P scn 20 20 40 40 re f', {
      objects: [cell],
      resources: '/Pattern << /P 10 0 R >>',
    })
    expect(drawing.starts.length - 1).toBeGreaterThanOrEqual(4)
    expect([bounds.minX / PT, bounds.maxX / PT]).toEqual([expect.closeTo(20, 1), expect.closeTo(60, 1)])
  })

  it('places a pattern in the space of the form that names it', async () => {
    const cell = stream(
      '0 0 m 5 5 l S',
      '/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 20 20] /XStep 20 /YStep 20 /Resources << >>',
    )
    const form = stream(
      '/Pattern cs /P scn 0 0 20 20 re f',
      '/Subtype /Form /BBox [0 0 20 20] /Matrix [2 0 0 2 7 9] /Resources << /Pattern << /P 10 0 R >> >>',
    )
    const { bounds } = await drawn('/X Do', { objects: [cell, form], resources: '/XObject << /X 11 0 R >>' })
    expect([bounds.minX, bounds.maxX, bounds.minY, bounds.maxY].map((n) => n / PT)).toEqual(
      [7, 17, 81, 91].map((n) => expect.closeTo(n, 1)),
    )
  })

  it('places a pattern of the page in the space of the page, also when a form paints with it', async () => {
    const cell = stream(
      '0 0 m 5 5 l S',
      '/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 20 20] /XStep 20 /YStep 20 /Resources << >>',
    )
    const form = stream('0 0 5 5 re f', '/Subtype /Form /BBox [0 0 20 20] /Matrix [2 0 0 2 40 40]')
    const { bounds } = await drawn('/Pattern cs /P scn /X Do', {
      objects: [cell, form],
      resources: '/XObject << /X 11 0 R >> /Pattern << /P 10 0 R >>',
    })
    expect([bounds.minX, bounds.maxX, bounds.minY, bounds.maxY].map((n) => n / PT)).toEqual(
      [40, 45, 55, 60].map((n) => expect.closeTo(n, 1)),
    )
  })

  it('draws the cell of a pattern that names no colour', async () => {
    const cell = stream(
      '2 2 4 4 re f',
      '/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 10 10] /XStep 10 /YStep 10 /Resources << >>',
    )
    const { drawing } = await drawn('/Pattern cs /P scn 20 20 20 20 re f', {
      objects: [cell],
      resources: '/Pattern << /P 10 0 R >>',
    })
    expect(drawing.starts.length - 1).toBe(4)
  })

  it('says why it does not draw a picture with a side shorter than 3 mm, and names no option', async () => {
    const picture = stream('\0', '/Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8')
    const more = { objects: [picture], resources: '/XObject << /X 10 0 R >>' }
    const { notes } = await drawn('q 60 0 0 5 20 40 cm /X Do Q', more)
    expect(notes).toEqual(['1 × picture will not be drawn: one of its sides is shorter than 3 mm'])
  })

  it('lists pictures, and draws them in strokes on request, in their place', async () => {
    const pixels = Buffer.from([0, 0, 0, 255, 255, 255]).toString('latin1')
    const picture = stream(pixels, '/Subtype /Image /Width 2 /Height 1 /ColorSpace /DeviceRGB /BitsPerComponent 8')
    const more = { objects: [picture], resources: '/XObject << /X 10 0 R >>' }
    const content = 'q 60 0 0 30 20 40 cm /X Do Q'
    expect((await drawn(content, more)).notes).toEqual([expect.stringMatching(/1 × picture will not be drawn/)])
    const received: number[][] = []
    const drawPicture = async ({ width, height, rgba }: Picture, wide: number, high: number) => {
      received.push([width, height, ...rgba])
      return [[0, 0, wide, high]]
    }
    const { bounds } = await drawn(content, more, { drawPicture })
    expect(received).toEqual([[2, 1, 0, 0, 0, 255, 255, 255, 255, 255]])
    expect([bounds.minX, bounds.minY, bounds.maxX, bounds.maxY].map((n) => n / PT)).toEqual(
      [20, 30, 80, 60].map((n) => expect.closeTo(n, 1)),
    )
  })

  it('honours the crop box and the rotation of the page', async () => {
    const { drawing, bounds } = await drawn('30 40 m 30 90 l S', { page: '/CropBox [20 30 80 95] /Rotate 90' })
    expect([drawing.width / PT, drawing.height / PT]).toEqual([expect.closeTo(65, 2), expect.closeTo(60, 2)])
    expect(bounds.maxY / PT).toBeCloseTo(10, 1)
    expect([bounds.minX / PT, bounds.maxX / PT]).toEqual([expect.closeTo(10, 1), expect.closeTo(60, 1)])
  })

  it('leaves out the parts on a hidden layer, and lists them', async () => {
    const bytes = pdfFile(['/OC /L BDC 10 10 m 90 10 l S EMC 10 50 m 90 50 l S'], {
      objects: ['<< /Type /OCG /Name (off) >>'],
      resources: '/Properties << /L 10 0 R >>',
      catalog: '/OCProperties << /OCGs [10 0 R] /D << /OFF [10 0 R] >> >>',
    })
    const { svg, notes } = await imported(bytes)
    expect(readSvg(svg).drawing.starts.length - 1).toBe(1)
    expect(notes.map(({ message }) => message)).toEqual([expect.stringMatching(/hidden layer/)])
  })
})

describe('the PDF reader, for text,', () => {
  const TEXT = 'BT /F1 20 Tf 10 40 Td (Hill) Tj ET'

  it('sets words in a stroke font, on the baseline and with the height and width of the original', async () => {
    const { bounds, notes, svg } = await drawn(TEXT)
    expect(bounds.maxY / PT).toBeCloseTo(60, 1)
    expect((bounds.maxY - bounds.minY) / PT).toBeGreaterThan(0.65 * 20)
    expect((bounds.maxY - bounds.minY) / PT).toBeLessThan(0.8 * 20)
    // Helvetica: H 722, i 222, l 222, l 222
    expect((bounds.maxX - bounds.minX) / PT).toBeLessThan(20 * 1.388)
    expect((bounds.maxX - bounds.minX) / PT).toBeGreaterThan(20 * 1.388 * 0.8)
    expect(svg).toContain('aria-label="Hill"')
    expect(notes).toEqual(['1 × word is drawn in the stroke font rowmans'])
  })

  it('draws outlines on request', async () => {
    const { svg, notes } = await drawn(TEXT, {}, { outlines: true })
    expect(svg.match(/<use /g)?.length).toBe(4)
    expect(notes).toEqual([
      '4 × character of Helvetica is drawn as outlines of another font: its own font is not in the file',
    ])
  })

  it('keeps the outlines of several fonts apart', async () => {
    const bold = '<< /Type /Font /Subtype /Type1 /BaseFont /Times-Bold /Encoding /WinAnsiEncoding >>'
    const { svg } = await drawn(
      'BT /F1 20 Tf 10 40 Td (A) Tj /F2 20 Tf (B) Tj /F1 20 Tf (CA) Tj /F2 20 Tf (D) Tj ET',
      { objects: [bold], resources: '/Font << /F1 3 0 R /F2 10 0 R >>' },
      { outlines: true },
    )
    const [ids, uses] = [/<path id="(g\d+)"/g, /<use href="#(g\d+)"/g].map((pattern) =>
      Array.from(svg.matchAll(pattern), ([, id]) => id),
    )
    expect(new Set(ids).size).toBe(4)
    expect(new Set(uses).size).toBe(4)
  })

  it('rotates text by the matrix', async () => {
    const { bounds } = await drawn('BT /F1 20 Tf 0 1 -1 0 50 10 Tm (Hill) Tj ET')
    expect(bounds.maxX / PT).toBeCloseTo(50, 1)
    expect((bounds.maxY - bounds.minY) / (bounds.maxX - bounds.minX)).toBeGreaterThan(1.3)
  })

  it('divides words at gaps, and joins letters that kerning moves', async () => {
    const { svg } = await drawn('BT /F1 10 Tf 10 40 Td [(Wa)40(ve)-600(two)] TJ ( three) Tj ET')
    expect(Array.from(svg.matchAll(/aria-label="([^"]*)"/g), ([, word]) => word)).toEqual(['Wave', 'two', 'three'])
  })

  it('scales by Tz, and spaces by Tc and Tw', async () => {
    const narrow = await drawn('BT /F1 20 Tf 50 Tz 10 40 Td (Hill) Tj ET')
    const wide = await drawn(TEXT)
    const width = ({ bounds }: typeof wide) => bounds.maxX - bounds.minX
    expect(width(narrow) / width(wide)).toBeCloseTo(0.5, 2)
    const spaced = await drawn('BT /F1 20 Tf 10 Tw 2 Tc 10 40 Td (I I) Tj ET')
    const plain = await drawn('BT /F1 20 Tf 10 40 Td (I I) Tj ET')
    expect((width(spaced) - width(plain)) / PT).toBeCloseTo(14, 1)
  })

  /** Objects and resources for a page with a vertical font as /F2. `more` adds metrics to its descendant font. */
  const verticalFont = (more = '') => ({
    objects: [
      '<< /Type /Font /Subtype /Type0 /BaseFont /Kana /Encoding /Identity-V /DescendantFonts [11 0 R] /ToUnicode 13 0 R >>',
      '<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Kana /FontDescriptor 12 0 R ' +
        `/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> ${more} >>`,
      '<< /Type /FontDescriptor /FontName /Kana /Flags 4 /FontBBox [0 -120 1000 880] /ItalicAngle 0 /Ascent 880 ' +
        '/Descent -120 /CapHeight 700 /StemV 80 >>',
      stream(
        '/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def ' +
          '1 begincodespacerange <0000> <FFFF> endcodespacerange 1 beginbfchar <0049> <0049> endbfchar endcmap end end',
      ),
    ],
    resources: '/Font << /F2 10 0 R >>',
  })

  it('draws vertical characters closer together when Tc is positive', async () => {
    const height = async (spacing: number) => {
      const { bounds } = await drawn(`BT /F2 20 Tf ${spacing} Tc 50 90 Td <00490049> Tj ET`, verticalFont())
      return (bounds.maxY - bounds.minY) / PT
    }
    expect((await height(0)) - (await height(5))).toBeCloseTo(5, 1)
  })

  it.each([
    ['the default metrics of a PDF', '', 0.88],
    ['the width of the character', '/DW 1000 /W [73 [500]]', 0.88],
    ['the vertical metrics of the font', '/DW2 [700 -1000] /DW 1000 /W [73 [500]]', 0.7],
    ['the vertical metrics of the character', '/DW 500 /W2 [73 [-1000 250 600]]', 0.6],
  ])('places a vertical character by %s', async (_, metrics, down) => {
    const { bounds } = await drawn('BT /F2 20 Tf 50 90 Td <0049> Tj ET', verticalFont(metrics))
    expect(bounds.maxY / PT).toBeCloseTo(10 + 20 * down, 1)
    expect((bounds.minX + bounds.maxX) / 2 / PT).toBeCloseTo(50, 1)
  })

  it('dashes the outline of a character like the lines beside it', async () => {
    const content = '[3 2] 0 d 0 10 m 90 10 l S BT /F1 40 Tf 1 Tr 10 40 Td (H) Tj ET'
    const { drawing } = await drawn(content, {}, { outlines: true })
    const dashes = Array.from({ length: drawing.starts.length - 1 }, (_, i) => {
      const { minX, minY, maxX, maxY } = boundsOf({ points: stroke(drawing, i) })
      return Math.hypot(maxX - minX, maxY - minY) / PT
    })
    expect(dashes.length).toBeGreaterThan(30)
    expect(Math.max(...dashes)).toBeCloseTo(3, 1)
    expect(dashes.filter((length) => length < 2.9).length).toBeLessThan(10)
  })

  it('lists invisible text, such as that of scanned pages', async () => {
    const { notes, drawing } = await drawn('BT 3 Tr /F1 20 Tf 10 40 Td (Hill) Tj ET')
    expect(drawing.starts.length - 1).toBe(0)
    expect(notes).toEqual(['4 × invisible character will not be drawn'])
  })
})

describe('the PDF reader', () => {
  it.each([
    ['a broken file', new Uint8Array(Buffer.from('%PDF-1.4\nnothing'))],
    ['a truncated file', pdfFile(['10 10 m 20 20 l S']).slice(0, 60)],
  ])('refuses %s with an error code', async (_, bytes) => {
    await expect(imported(bytes)).rejects.toMatchObject({
      code: 'ERR_DOCUMENT',
      message: expect.stringMatching(/the PDF cannot be read/),
    })
  })

  it('refuses a missing page', async () => {
    await expect(imported(pdfFile(['', '']), { page: 3 })).rejects.toMatchObject({
      code: 'ERR_PARAMS',
      message: expect.stringMatching(/at most 2/),
    })
  })

  it('refuses a drawing with more characters as SVG than the limit', async () => {
    const bytes = pdfFile(['10 10 m 20 20 l S '.repeat(100)])
    await expect(imported(bytes, { limits: { bytes: 1e6, characters: 2000 } })).rejects.toMatchObject({
      code: 'ERR_SVG_LIMIT',
    })
  })

  it('comes to an end when a form draws itself', async () => {
    const form = stream(
      '/X Do 0 5 m 10 5 l S',
      '/Subtype /Form /BBox [0 0 10 10] /Resources << /XObject << /X 10 0 R >> >>',
    )
    const { drawing } = await drawn('/X Do', { objects: [form], resources: '/XObject << /X 10 0 R >>' })
    expect(drawing.starts.length - 1).toBeGreaterThanOrEqual(1)
  })
})
