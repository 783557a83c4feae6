import { describe, expect, it } from 'vitest'
import { boundsOf } from '../../src/geometry/bounds.ts'
import { identify, importOptions, type Picture, readDocument } from '../../src/import/index.ts'
import { fontOf } from '../../src/import/pdf/fonts.ts'
import type { Font, Glyph } from '../../src/import/pdf/instructions.ts'
import { interpret } from '../../src/import/pdf/interpret.ts'
import { closeSubpaths, mapToPage } from '../../src/import/pdf/paths.ts'
import { readSvg } from '../../src/svg/index.ts'
import { ENCRYPTED, RESTRICTED } from '../support/encrypted-pdfs.ts'
import { pdfFile, stream } from '../support/pdf-file.ts'

/** A typographic point, mm. */
const PT = 25.4 / 72

async function imported(bytes: Uint8Array, options = {}) {
  const kind = identify(bytes)
  if (kind.is !== 'document') throw new Error(`this is ${kind.is}`)
  const { svg, notes } = await readDocument(kind.importer, bytes, importOptions({ font: 'rowmans', ...options }))
  const { drawing } = readSvg(svg, { layers: 'color' })
  return { svg, drawing, bounds: boundsOf(drawing), notes: notes.map(({ message }) => message) }
}

const drawn = (content: string, more: Parameters<typeof pdfFile>[1] = {}, options = {}) =>
  imported(pdfFile([content], more), options)

/** A font of Type 3: the code 97 means the glyph with the name `glyph`, whose drawing is object 11. */
const drawnFont = (glyph: string) =>
  `<< /Type /Font /Subtype /Type3 /FontBBox [0 0 1000 1000] /FontMatrix [.001 0 0 .001 0 0] /CharProcs << /${glyph} 11 0 R >>
  /Encoding << /Type /Encoding /Differences [97 /${glyph}] >> /FirstChar 97 /LastChar 97 /Widths [1000] /Resources << >> >>`
const FONT = '/Font << /F2 10 0 R >>'
const TEXT = 'BT /F2 20 Tf 10 40 Td (a) Tj ET'

describe('the PDF reader, for fonts that name only some of their characters,', () => {
  it('sets the named characters in the stroke font, and never takes a code for a letter', async () => {
    const font = `<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /FirstChar 97 /LastChar 98 /Widths [500 500]
  /Encoding << /Type /Encoding /Differences [97 /radical.v4 /b] >> >>`
    const { svg, notes } = await drawn('BT /F2 20 Tf 10 40 Td (ab) Tj ET', { objects: [font], resources: FONT })
    expect(svg).toContain('aria-label="b"')
    expect(notes).toEqual([
      '1 × character will not be drawn: its font has no shape for it',
      '1 × word is drawn in the stroke font rowmans',
    ])
  })
})

describe('the PDF reader, for words from right to left,', () => {
  it('sets them in the order of reading, and does not join them to words from left to right', async () => {
    const font = `<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /FirstChar 97 /LastChar 100 /Widths [500 500 500 500]
  /Encoding << /Type /Encoding /Differences [97 /uni05DD /uni05D0 /x /uni0661] >> >>`
    const { svg } = await drawn('BT /F2 20 Tf 10 40 Td (abcd) Tj ET', { objects: [font], resources: FONT })
    expect([...svg.matchAll(/aria-label="(.*?)"/g)].map(([, label]) => label)).toEqual(['אם', 'x١'])
  })
})

describe('the PDF reader, for fonts that are drawings,', () => {
  it('draws the shapes of glyphs whose names are meaningless', async () => {
    const square = stream('1000 0 0 0 750 750 d1 0 0 750 750 re f')
    const { svg, notes, bounds } = await drawn(TEXT, { objects: [drawnFont('sq'), square], resources: FONT })
    expect(svg).not.toContain('aria-label')
    expect(notes).toEqual(['1 × character is drawn as outlines: its font is a set of drawings'])
    expect((bounds.maxX - bounds.minX) / PT).toBeCloseTo(15, 1)
  })

  it('counts characters whose drawings are nested too deep', () => {
    const glyph: Glyph = { unicode: 'a', width: 1, isSpace: false, isInFont: true, key: 'a', drawnBy: 'a', code: 97 }
    const none = { id: '', name: '', isBold: false, isItalic: false, isVertical: false, isCoded: false }
    const nested = (depth: number): Font => ({
      ...{ ...none, matrix: [1, 0, 0, 1, 0, 0], isDrawn: true, isReadable: false, isEmbedded: true, isBroken: false },
      ...{ names: () => false, outline: () => undefined },
      drawing: () => (depth === 0 ? [{ op: 'nextLine' }] : text(depth - 1)),
    })
    const text = (depth: number) => [
      { op: 'font' as const, font: nested(depth), size: 1 },
      { op: 'showText' as const, glyphs: [glyph] },
    ]
    const lost = (depth: number) =>
      interpret({
        ...{ width: 100, height: 100, matrix: [1, 0, 0, 1, 0, 0], instructions: text(depth) },
        ...{ annotations: {}, onScreenOnly: {}, hasErrors: false },
      }).lost.get('nested too deep')
    expect([lost(20), lost(60)]).toEqual([undefined, 1])
  })

  it('uses the stroke font for glyphs whose names are letters', async () => {
    const shape = stream('1000 0 0 0 750 750 d1 0 0 750 750 re f')
    const { svg } = await drawn(TEXT, { objects: [drawnFont('a'), shape], resources: FONT })
    expect(svg).toContain('aria-label="a"')
  })

  it('draws the edges of glyphs that are bitmaps, such as the glyphs of old TeX files', async () => {
    const bits = Buffer.from([0b10111111, 0b10111111, 0b00011111]).toString('latin1')
    const bitmap = stream(`1000 0 0 0 750 750 d1 800 0 0 300 0 0 cm BI /W 8 /H 3 /IM true /BPC 1 ID ${bits}\nEI`)
    const { bounds, notes } = await drawn(TEXT, { objects: [drawnFont('a97'), bitmap], resources: FONT })
    expect(notes).toEqual(['1 × character is drawn as outlines: its font is a set of drawings'])
    // Three columns and three rows of pixels, each 2 pt wide and 2 pt high, stand on the baseline at 40 pt.
    expect([bounds.minX, bounds.maxX, 100 * PT - bounds.maxY, 100 * PT - bounds.minY].map((n) => n / PT)).toEqual(
      [10, 16, 40, 46].map((n) => expect.closeTo(n, 1)),
    )
  })

  it('counts glyphs without a drawing', async () => {
    const { notes } = await drawn(TEXT, { objects: [drawnFont('a97'), stream('')], resources: FONT })
    expect(notes).toEqual(['1 × character will not be drawn: its font has no shape for it'])
  })
})

it.each([
  // Node 20 has no array of 16-bit floats.
  ['64-bit floats, in place of the 16-bit floats of Node 24', Float64Array],
  ['32-bit floats', Float32Array],
])('the PDF reader takes the outline of a glyph in %s', (_, Floats) => {
  const path = Floats.of(0, 0.5, 0.25, 1, 0, 1)
  const font = fontOf(
    'g_f1',
    { name: 'Body' },
    () => ({ path }),
    () => [],
  )
  expect(font.outline('a')).toEqual(Float32Array.from(path))
  expect(
    fontOf(
      'g_f2',
      {},
      () => ({ path: new Floats(0) }),
      () => [],
    ).outline('a'),
  ).toBeUndefined()
})

describe('the path of a fill', () => {
  const [MOVE, LINE, CURVE, CLOSE] = [0, 1, 2, 4]
  const closed = (...path: number[]) => Array.from(closeSubpaths(Float64Array.from(path)))

  it.each([
    ['a curve', [MOVE, 0, 0, CURVE, 0, 9, 9, 9, 9, 0]],
    ['two lines, of which the last ends with the code of a close', [MOVE, 0, 0, LINE, 9, 0, LINE, 9, 4]],
  ])('is closed when it is %s', (_, path) => {
    expect(closed(...path)).toEqual([...path, CLOSE])
  })

  it('is not closed when it is one line, also after a part that the file closes', () => {
    const line = [MOVE, 0, 0, LINE, 9, 0]
    const parts = [MOVE, 0, 0, LINE, 9, 0, LINE, 9, 9, CLOSE, LINE, 5, 0]
    expect([closed(...line), closed(...parts)]).toEqual([line, parts])
  })
})

it('mapToPage closes a path that the PDF closes, even if the last number of the path is the code of a close', () => {
  const path = [0, 0, 0, 1, 9, 4]
  expect(Array.from(mapToPage(path, [1, 0, 0, 1, 0, 0], true))).toEqual([...path, 4])
})

describe('the PDF reader, for annotations and form fields,', () => {
  const withAnnotation = (entries: string, flags = 4) =>
    drawn('', {
      page: '/Annots [10 0 R]',
      objects: [`<< /Type /Annot /F ${flags} /Rect [10 40 90 60] ${entries} >>`],
    })

  it('writes the value of a field that has no drawing', async () => {
    const { svg, notes } = await withAnnotation('/Subtype /Widget /FT /Tx /T (name) /V (Ada) /DA (/Helv 12 Tf 0 g)')
    expect(svg).toContain('aria-label="Ada"')
    expect(notes).toEqual(['1 × word is drawn in the stroke font rowmans'])
  })

  it('draws the choices of a list and the frame of an empty field when the file has no drawing of them', async () => {
    const choice = await withAnnotation('/Subtype /Widget /FT /Ch /T (c) /Opt [(A) (B)] /V (B) /DA (/Helv 5 Tf 0 g)')
    expect(choice.svg.match(/aria-label="[AB]"/g)).toEqual(['aria-label="A"', 'aria-label="B"'])
    const line = '/Subtype /Widget /FT /Ch /Ff 131072 /T (c) /Opt [[(1) (Uno)]] /V (1) /DA (/Helv 8 Tf 0 g)'
    expect((await withAnnotation(line)).svg).toContain('aria-label="Uno"')
    const empty = await withAnnotation('/Subtype /Widget /FT /Tx /T (t) /MK << /BC [1 0 0] >> /DA (/Helv 8 Tf 0 g)')
    expect(empty.svg).toContain('stroke="#ff0000"')
    expect(empty.notes).toEqual([])
  })

  it('lists fields without a drawing that it cannot draw, but no check box that is off', async () => {
    const field = '1 × annotation (form field) will not be drawn: it has no picture in the file'
    const text = '/Subtype /Widget /FT /Tx /T (t) /DA (/Helv 8 Tf 0 g)'
    expect((await withAnnotation(`${text} /V (secret) /Ff 8192`)).notes).toEqual([field])
    expect((await withAnnotation(`${text} /V <FEFF4E2D6587>`)).notes).toEqual([field])
    const button = '/Subtype /Widget /FT /Btn /T (b)'
    expect((await withAnnotation(`${button} /MK << /BC [1 0 0] >> /Ff 65536`)).notes).toEqual([field])
    expect((await withAnnotation(`${button} /V /Off`)).notes).toEqual([])
  })

  it('does not list what it draws, and reports errors in the drawing of an annotation', async () => {
    const line = await withAnnotation('/Subtype /Line /L [10 40 90 60] /C [1 0 0]')
    expect(line.notes).toEqual([])
    expect(line.drawing.starts.length - 1).toBe(1)
    const broken = await drawn('', {
      page: '/Annots [10 0 R]',
      objects: [
        '<< /Type /Annot /F 4 /Subtype /Stamp /Rect [10 40 90 60] /AP << /N 11 0 R >> >>',
        stream('/Pattern cs /Missing scn 0 0 9 9 re f', '/Subtype /Form /BBox [0 0 9 9]'),
      ],
    })
    expect(broken.notes).toEqual(['the PDF has errors: parts of the page may be missing'])
  })

  it('draws a box that has no drawing in the file, and lists what it cannot draw', async () => {
    expect((await withAnnotation('/Subtype /Square /C [1 0 0] /BS << /W 2 >>')).drawing.starts.length - 1).toBe(1)
    expect((await withAnnotation('/Subtype /FreeText /Contents (hello)')).notes).toEqual([
      '1 × annotation (FreeText) will not be drawn: it has no picture in the file',
    ])
  })

  it('lists annotations for the screen, which are not to be printed', async () => {
    const { notes } = await withAnnotation('/Subtype /Link /Border [0 0 1] /A << /S /URI /URI (http://x) >>', 0)
    expect(notes).toEqual(['1 × annotation (border of a link) is for the screen: the file says not to print it'])
  })

  it('does not list hidden annotations, or links without a border', async () => {
    expect((await withAnnotation('/Subtype /Square /C [1 0 0]', 2)).notes).toEqual([])
    expect((await withAnnotation('/Subtype /Link /Border [0 0 0]')).notes).toEqual([])
  })
})

describe('the PDF reader, for errors on the page,', () => {
  const note = 'the PDF has errors: parts of the page may be missing'

  it('reports that the parts after an error may be missing', async () => {
    const { notes, drawing } = await drawn('10 10 m 90 10 l S /Pattern cs /Missing scn 9 9 9 9 re f 10 90 m 90 90 l S')
    expect(notes).toEqual([note])
    expect(drawing.starts.length - 1).toBe(1)
  })

  it('draws the parts after a part that is missing in the file, and reports that parts may be missing', async () => {
    const { notes, drawing } = await drawn('/Missing Do 10 10 m 90 10 l S')
    expect(notes).toEqual([note])
    expect(drawing.starts.length - 1).toBe(1)
  })

  it('sets text in a substitute for a font that is missing in the file', async () => {
    const { svg, notes } = await drawn('BT /Missing 20 Tf 10 40 Td (Ada) Tj ET')
    expect(svg).toContain('aria-label="Ada"')
    expect(notes).toEqual(['1 × word is drawn in the stroke font rowmans'])
  })

  it.each([
    ['has no name', '/Subtype /TrueType'],
    ['has no type', '/BaseFont /Helvetica'],
    ['is a set of no drawings', '/Subtype /Type3'],
    ['has no descendants', '/Subtype /Type0 /BaseFont /Foo /Encoding /Identity-H /DescendantFonts [ ]'],
  ])('lists the text in a font that %s', async (_, font) => {
    const { notes } = await drawn('BT /G gs 10 40 Td (Ada) Tj 0 20 Td /X 12 Tf (Bob) Tj ET', {
      objects: [`<< /Type /Font ${font} >>`],
      resources: '/ExtGState << /G << /Font [10 0 R 12] >> >> /Font << /X 10 0 R >>',
    })
    expect(notes).toEqual(['2 × piece of text will not be drawn: its font in the file is broken'])
  })

  it.each([
    ['the page', 'BT /X 12 Tf 10 40 Td (Ada) Tj ET', ''],
    ['a graphics state', 'BT /G gs 10 40 Td (Ada) Tj ET', '/ExtGState << /G << /Font [10 0 R 12] >> >>'],
    ['a pattern', '/Pattern cs /P scn 0 0 90 90 re f', '/Pattern << /P 13 0 R >>'],
  ])('sets text of %s in a substitute for a font whose data are missing', async (_, content, resources) => {
    const tiles = '/PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 90 90] /XStep 90 /YStep 90'
    const { svg } = await drawn(content, {
      objects: [
        '<< /Type /Font /Subtype /TrueType /BaseFont /Foo /FontDescriptor 11 0 R >>',
        '<< /Type /FontDescriptor /FontName /Foo /FontFile2 12 0 R >>',
        stream(''),
        stream('BT /X 12 Tf 10 40 Td (Ada) Tj ET', `${tiles} /Resources << /Font << /X 10 0 R >> >>`),
      ],
      resources: `/Font << /X 10 0 R >> ${resources}`,
    })
    expect(svg).toContain('aria-label="Ada"')
  })

  it('ignores a clip without a path', async () => {
    const { notes, drawing } = await drawn('W n 10 10 m 90 10 l S')
    expect(notes).toEqual([])
    expect(drawing.starts.length - 1).toBe(1)
  })
})

describe('the PDF reader, for paint,', () => {
  it('keeps opacity in the SVG, also of groups', async () => {
    const { svg } = await drawn('/G gs 10 10 20 20 re f /X Do', {
      objects: [
        stream(
          '50 50 20 20 re B',
          '/Type /XObject /Subtype /Form /BBox [0 0 100 100] /Group << /S /Transparency >> /Resources << >>',
        ),
      ],
      resources: '/ExtGState << /G << /ca 0.25 >> >> /XObject << /X 10 0 R >>',
    })
    expect(svg.match(/fill-opacity="0.25"/g)?.length).toBe(2)
    expect(svg.match(/stroke-opacity="0.25"/g)?.length).toBe(1)
  })

  it('draws a picture of one colour on request, in its colour', async () => {
    const bits = Buffer.from([0b01111111]).toString('latin1')
    const mask = stream(bits, '/Subtype /Image /ImageMask true /Width 2 /Height 1 /BitsPerComponent 1')
    const more = { objects: [mask], resources: '/XObject << /X 10 0 R >>' }
    const content = '1 0 0 rg q 60 0 0 30 20 40 cm /X Do Q'
    expect((await drawn(content, more)).notes).toEqual([expect.stringMatching(/1 × picture will not be drawn/)])
    const received: number[][] = []
    const drawPicture = async ({ rgba }: Picture, wide: number, high: number) => {
      received.push([...rgba])
      return [[0, 0, wide, high]]
    }
    const { svg } = await drawn(content, more, { drawPicture })
    expect(received).toEqual([[0, 0, 0, 255, 255, 255, 255, 255]])
    expect(svg).toContain('stroke="#ff0000"')
  })

  it('draws an area with a very fine pattern as its outline', async () => {
    const cell = stream(
      '0 0 m 1 1 l S',
      '/PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 .1 .1] /XStep .1 /YStep .1 /Resources << >>',
    )
    const { notes, drawing } = await drawn('/Pattern cs /P scn 20 20 40 40 re f', {
      objects: [cell],
      resources: '/Pattern << /P 10 0 R >>',
    })
    expect(notes).toEqual(['1 × fill with a fine pattern is drawn as its outline'])
    expect(drawing.starts.length - 1).toBe(1)
  })
})

describe('the PDF reader, for encryption,', () => {
  it.each(Object.entries(ENCRYPTED))('refuses a file that needs a password: %s', async (_, file) => {
    await expect(imported(Buffer.from(file, 'base64'))).rejects.toMatchObject({
      code: 'ERR_DOCUMENT',
      message: 'the PDF is encrypted and needs a password',
    })
  })

  it.each(Object.entries(RESTRICTED))('reads a file that its author asks readers not to print: %s', async (_, file) => {
    const { svg, notes } = await imported(Buffer.from(file, 'base64'))
    expect(svg).toContain('aria-label="Hi"')
    expect(notes).toContain('the author of the PDF asks readers not to print it')
  })
})
