import { describe, expect, it } from 'vitest'
import { drawDxf } from '../../src/import/dxf/read-dxf.ts'
import { asciiDxf, binaryDxf, groups } from './dxf-files.ts'
import { linesOf } from './lines.ts'

const LINE = groups('0 LINE 8 0 10 0 20 0 11 9 21 9')
const notesOf = (entity: string, options = {}) => {
  const { canvas } = drawDxf(asciiDxf({ entities: [...LINE, ...groups(entity)] }), options)
  return canvas.notes().map(({ code, message }) => `${code}: ${message}`)
}

describe('the DXF reader', () => {
  it.each([
    ['without a boundary', '0 HATCH 70 1 91 0 75 0 76 1'],
    ['with a boundary without points', '0 HATCH 70 1 91 1 92 2 72 0 73 1 93 0 75 0 76 1'],
    ['with edges of an unknown kind', '0 HATCH 70 0 91 1 92 1 93 1 72 9 10 0 20 0 97 0 75 0 76 1'],
  ])('notes a hatch %s', (_, hatch) => {
    for (const hatches of ['edges', 'lines'])
      expect(notesOf(hatch, { hatches })).toEqual(['not-drawn: a hatch without a boundary that plotd can read'])
  })

  it('loses no dash, quote or euro sign of a text in Windows-1252', () => {
    const parts = { entities: groups('0 TEXT 10 0 20 0 40 7 1 \x93a\x94\x96\x80') }
    for (const file of [asciiDxf(parts), binaryDxf(parts)]) {
      const bytes = Buffer.from(
        Buffer.from(file)
          .toString('latin1')
          .replaceAll(/\xc2(?=[\x80-\x9f])/g, ''),
        'latin1',
      )
      const codes = drawDxf(bytes)
        .canvas.notes()
        .map(({ code }) => code)
      expect(codes).not.toContain('not-drawn')
    }
  })

  it.each(['TEXT', 'MTEXT'])('notes a %s whose height is 0', (type) => {
    expect(notesOf(`0 ${type} 10 0 20 0 40 0 1 Ada`)).toEqual(['not-drawn: a text whose height is not above 0'])
  })

  it('notes the lines that it draws without their dashes', () => {
    const tables = groups(
      '0 LTYPE 2 Dashed 73 2 0 LTYPE 2 CONTINUOUS 73 0 0 LAYER 2 A 6 DASHED 0 LAYER 2 B 6 Continuous',
    )
    const notes = (line: string) => {
      const file = asciiDxf({ tables, entities: groups(`0 LINE ${line} 10 0 20 0 11 9 21 9`) })
      return drawDxf(file).canvas.notes()
    }
    for (const line of ['8 A', '8 B 6 DASHED', '8 A 6 BYLAYER'])
      expect(notes(line)).toEqual([
        { code: 'import', message: 'a line with dashes is drawn as a solid line', count: 1 },
      ])
    for (const line of ['8 B', '8 A 6 CONTINUOUS', '8 C', '8 B 6 MISSING']) expect(notes(line)).toEqual([])
  })

  it('notes the elements of a multiline beyond the limit', () => {
    const elements = (count: number): string => '74 1 41 1 75 0 '.repeat(count).trim()
    const multiline = (count: number): string =>
      `0 MLINE 72 2 73 ${count} 11 0 21 0 13 0 23 1 ${elements(count)} 11 9 21 0 13 0 23 1 ${elements(count)}`
    expect(notesOf(multiline(64))).toEqual([])
    expect(notesOf(multiline(65))).toEqual(['not-drawn: elements of a multiline after the first 64'])
  })

  it('notes the strokes that get another layer or colour because the file has too many layers or colours', () => {
    const lines = (group: (i: number) => string, count: number): string =>
      Array.from({ length: count }, (_, i) => `0 LINE ${group(i)} 10 0 20 0 11 9 21 9`).join(' ')
    expect(notesOf(lines((i) => `8 ${i}`, 1000))).toEqual([])
    expect(notesOf(lines((i) => `8 ${i}`, 1002))).toEqual([
      'import: a stroke of a layer after the first 1000 is drawn in the first layer (2 ×)',
    ])
    expect(notesOf(lines((i) => `8 0 420 ${i + 1}`, 4002))).toEqual([
      'import: a stroke of a colour after the first 4000 is drawn in the layer’s first colour (3 ×)',
    ])
  })

  it.each([
    'LINE 10 0,5 20 0 11 9,5 21 9',
    'LINE 10 1e999 20 0 11 9 21 9',
    'POLYLINE 66 1 0 VERTEX 10 0 20 0 0 VERTEX 10 1.5.2 20 3 0 SEQEND',
  ])('notes as not drawn an entity with a number that it cannot read: %s', (entity) => {
    expect(notesOf(`0 ${entity}`)).toEqual(['not-drawn: an entity with a number that plotd cannot read'])
  })

  it('draws no copies of a block whose base point it cannot read, and notes the copies', () => {
    const blocks = groups('0 BLOCK 2 A 10 0,5 20 0 0 LINE 10 0 20 0 11 9 21 9 0 ENDBLK')
    const { canvas } = drawDxf(asciiDxf({ blocks, entities: groups('0 INSERT 2 A 10 50 20 50 0 INSERT 2 A') }))
    expect(linesOf(canvas.strokes())).toEqual([])
    expect(canvas.notes()).toEqual([
      {
        code: 'not-drawn',
        message: 'a copy of the block A, whose base point plotd cannot read (2 ×)',
        count: 2,
      },
    ])
  })

  it('notes the entities that it does not draw because they are on a layout', () => {
    const blocks = groups('0 BLOCK 2 *Paper_Space0 10 0 20 0 0 VIEWPORT 67 1 0 LINE 67 1 10 0 20 0 11 9 21 9 0 ENDBLK')
    const notes = (entities: string) =>
      drawDxf(asciiDxf({ blocks, entities: groups(entities) }))
        .canvas.notes()
        .map(({ message }) => message)
    const line = '0 LINE 10 0 20 0 11 9 21 9'
    expect(notes(line)).toEqual(['an entity of a layout (paper space), because only the model is drawn'])
    expect(notes(`${line} ${line} 67 1`)).toEqual([
      'an entity of a layout (paper space), because only the model is drawn (2 ×)',
    ])
    expect(notes(`${line} 67 1`)).toEqual([
      'the drawing is on a layout (paper space): its viewports are not drawn',
      'an entity of a layout (paper space), because only the first layout is drawn',
    ])
  })

  it('draws a model that stands only in its block, and no model twice', () => {
    const blocks = groups('0 BLOCK 2 *Model_Space 10 0 20 0 0 LINE 10 0 20 0 11 9 21 9 0 ENDBLK')
    for (const entities of [[], groups('0 LINE 67 1 10 0 20 0 11 5 21 5')]) {
      const { canvas } = drawDxf(asciiDxf({ blocks, entities }))
      expect(linesOf(canvas.strokes())).toEqual([[0, 0, 9, 9]])
    }
    expect(linesOf(drawDxf(asciiDxf({ blocks, entities: LINE })).canvas.strokes())).toHaveLength(1)
  })

  it('notes that it does not use the unit of the user when the file names another', () => {
    expect(notesOf('0 POINT 10 0 20 0', { unitMm: 25.4 })).toEqual([
      'import: the file names its unit (mm), so the unit that you named is not used',
    ])
    expect(notesOf('0 POINT 10 0 20 0', { unitMm: 1 })).toEqual([])
  })

  it('draws the diameter sign of CAD programs as the letter Ø', () => {
    expect(notesOf('0 TEXT 10 0 20 0 40 5 1 \u23005').join()).toMatch(/drawn as “Ø”/)
  })

  it('names no font for a text without letters and for an invisible attribute', () => {
    expect(notesOf('0 TEXT 10 0 20 0 40 5 1 %%u')).toEqual([])
    expect(notesOf('0 INSERT 2 B 0 ATTRIB 10 0 20 0 40 5 1 Ada 70 1')).toEqual([
      'not-drawn: a copy of the block B, which the file lacks',
    ])
    expect(notesOf('0 TEXT 10 0 20 0 40 5 1 Ada')).toEqual(['text-font: text is drawn in the stroke font rowmans'])
  })

  it('draws the visible constant attributes of a block, and no other definitions of attributes', () => {
    const attribute = (flags: number) => `0 ATTDEF 8 0 10 0 20 0 40 5 1 Ada 2 NAME 70 ${flags} `
    const blocks = (flags: number) => groups(`0 BLOCK 2 B 10 0 20 0 ${attribute(flags)}0 ENDBLK`)
    const strokes = (flags: number) =>
      linesOf(drawDxf(asciiDxf({ blocks: blocks(flags), entities: groups('0 INSERT 2 B 10 0 20 0') })).canvas.strokes())
    expect(strokes(2).length).toBeGreaterThan(2)
    for (const flags of [0, 3]) expect(strokes(flags)).toEqual([])
  })
})

describe('the DXF reader, for dashes in a hatch,', () => {
  const strokesOf = (dashes: string) => {
    const boundary = '92 2 72 0 73 1 93 4 10 0 20 0 10 14 20 0 10 14 20 4 10 0 20 4 97 0'
    const hatch = `0 HATCH 70 0 91 1 ${boundary} 75 0 76 1 52 0 41 1 77 0 78 1 53 0 43 0 44 0 45 0 46 9 79 2 ${dashes}`
    return linesOf(drawDxf(asciiDxf({ entities: groups(hatch) }), { hatches: 'lines' }).canvas.strokes())
  }

  it('draws no dot where a dash would begin at the end of its line', () => {
    expect(strokesOf('49 -5 49 4')).toEqual([[5, 0, 9, 0]])
    expect(strokesOf('49 -0.1 49 4')[0]).toEqual([0.1, 0, 4.1, 0])
  })

  it('draws a dash of length 0 as a dot, also at both ends of a line', () => {
    for (const dashes of ['49 0 49 -7', '49 -7 49 0'])
      expect(strokesOf(dashes).sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0))).toEqual([
        [0, 0],
        [7, 0],
        [14, 0],
      ])
    expect(strokesOf('49 0 49 -0.7')).toHaveLength(21)
    expect(strokesOf('49 0 49 -0.56')).toHaveLength(26)
  })
})
