import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PlotdError } from '../../src/errors.ts'
import { boundsOf } from '../../src/geometry/bounds.ts'
import { drawDxf, readDxf } from '../../src/import/dxf/read-dxf.ts'
import { identify } from '../../src/import/index.ts'
import { readSvg } from '../../src/svg/index.ts'
import { runs } from '../support/fuzz.ts'
import { asciiDxf, binaryDxf, type DxfParts, type Group, groups } from './dxf-files.ts'
import { linesOf } from './lines.ts'

const drawn = (entities: readonly Group[], more: Omit<DxfParts, 'entities'> = {}) => {
  const { canvas } = drawDxf(asciiDxf({ ...more, entities }))
  return { lines: linesOf(canvas.strokes()), notes: canvas.notes(), bounds: canvas.bounds(), strokes: canvas.strokes() }
}
const line = (x0: number, y0: number, x1: number, y1: number, more: readonly Group[] = []): Group[] => [
  [0, 'LINE'],
  ...(more.some(([code]) => code === 8) ? [] : ([[8, '0']] as Group[])),
  ...more,
  [10, x0],
  [20, y0],
  [11, x1],
  [21, y1],
]
/** The least distance of a point from the segments of a line. */
function distanceTo(line: readonly number[], x: number, y: number): number {
  let least = Number.POSITIVE_INFINITY
  for (let i = 0; i + 3 < line.length; i += 2) {
    const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = line.slice(i, i + 4)
    const length = (x1 - x0) ** 2 + (y1 - y0) ** 2 || 1
    const share = Math.max(0, Math.min(1, ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / length))
    least = Math.min(least, Math.hypot(x - x0 - share * (x1 - x0), y - y0 - share * (y1 - y0)))
  }
  return least
}
const block = (name: string, inside: readonly Group[], base: readonly [number, number] = [0, 0]): Group[] => [
  [0, 'BLOCK'],
  [2, name],
  [10, base[0]],
  [20, base[1]],
  ...inside,
  [0, 'ENDBLK'],
]
const insert = (name: string, more: readonly Group[]): Group[] => [[0, 'INSERT'], [8, '0'], [2, name], ...more]

describe('the DXF reader, for shapes,', () => {
  it('draws lines, polylines and points', () => {
    const { lines } = drawn([
      ...line(1, 2, 3, 4),
      ...groups('0 LWPOLYLINE 70 1 10 0 20 0 10 4 20 0 10 4 20 3'),
      ...groups('0 POINT 10 7 20 8'),
    ])
    expect(lines).toEqual([
      [1, 2, 3, 4],
      [0, 0, 4, 0, 4, 3, 0, 0],
      [7, 8],
    ])
  })

  it('draws a bulge of 1 as a half circle to the right of its chord', () => {
    const { bounds } = drawn(groups('0 LWPOLYLINE 10 0 20 0 42 1 10 10 20 0'))
    expect(bounds.minY).toBeCloseTo(-5, 2)
    expect(bounds.maxY).toBeCloseTo(0, 6)
  })

  it('draws arcs counterclockwise, and mirrors them under an extrusion of −z', () => {
    const arc: Group[] = groups('0 ARC 10 10 20 0 40 5 50 0 51 90')
    expect(drawn(arc).bounds.minX).toBeCloseTo(10, 6)
    expect(drawn(arc).bounds.maxY).toBeCloseTo(5, 6)
    const mirrored = drawn([...arc, [210, 0], [220, 0], [230, -1]]).bounds
    expect(mirrored.minX).toBeCloseTo(-15, 6)
    expect(mirrored.maxX).toBeCloseTo(-10, 6)
  })

  it('draws whole circles and ellipses as closed strokes', () => {
    const { lines } = drawn([
      ...groups('0 CIRCLE 10 1 20 1 40 2'),
      ...([
        [0, 'ELLIPSE'],
        [10, 0],
        [20, 0],
        [11, 4],
        [21, 0],
        [40, 0.5],
        [41, 0],
        [42, 2 * Math.PI],
      ] as Group[]),
    ])
    expect(lines).toHaveLength(2)
    for (const each of lines) expect(each.slice(0, 2)).toEqual(each.slice(-2))
  })

  it('draws a rational spline along a quarter circle', () => {
    const weight = Math.SQRT1_2
    const spline: Group[] = [
      ...groups('0 SPLINE 71 2'),
      ...[0, 0, 0, 1, 1, 1].map((knot): Group => [40, knot]),
      ...[1, weight, 1].map((value): Group => [41, value]),
      ...groups('10 10 20 0 10 10 20 10 10 0 20 10'),
    ]
    const [curve = []] = drawn(spline).lines
    expect(curve.slice(-2)).toEqual([0, 10])
    for (let i = 0; i < curve.length; i += 2) expect(Math.hypot(curve[i] ?? 0, curve[i + 1] ?? 0)).toBeCloseTo(10, 2)
  })

  it('comes within 0.01 mm of a turn of a spline of degree 5', () => {
    const places = [95.608, -26.469, -32.064, -57.95, 15.243, -60.073, 2.704, 63.85]
    places.push(36.287, 59.575, -82.53, 83.781, 63.931, 32.409)
    const [curve = []] = drawn([
      ...groups('0 SPLINE 71 5'),
      ...[0, 0, 0, 0, 0, 0, 1, 2, 2, 2, 2, 2, 2].map((knot): Group => [40, knot]),
      ...places.map((value, i): Group => [i % 2 === 0 ? 10 : 20, value]),
    ]).lines
    expect(distanceTo(curve, -2.2394, -31.2887)).toBeLessThan(0.01)
  })

  it('draws a spline with fit points through each of these points', () => {
    const places = [0, 0, 5, 8, 10, 0, 15, 8]
    const groups = places.map((value, i): Group => [i % 2 === 0 ? 11 : 21, value])
    const [curve = []] = drawn([[0, 'SPLINE'], [71, 3], ...groups]).lines
    for (let i = 0; i < places.length; i += 2)
      expect(curve.some((x, k) => k % 2 === 0 && x === places[i] && curve[k + 1] === places[i + 1])).toBe(true)
  })

  it('notes a spline whose degree is no whole number', () => {
    const spline = groups('0 SPLINE 71 2.5 10 0 20 0 10 1 20 1 10 2 20 0 10 3 20 3')
    expect(drawn([...line(0, 0, 1, 0), ...spline]).notes).toMatchObject([{ code: 'not-drawn', count: 1 }])
  })

  it('draws the line of a leader, also as a spline, and notes its arrowhead', () => {
    const places = '10 0 20 0 10 5 20 8 10 10 20 0'
    expect(drawn(groups(`0 LEADER 71 0 ${places}`))).toMatchObject({ lines: [[0, 0, 5, 8, 10, 0]], notes: [] })
    const { lines, notes } = drawn(groups(`0 LEADER 72 1 ${places}`))
    expect(lines[0]?.length).toBeGreaterThan(10)
    expect(notes).toMatchObject([{ code: 'not-drawn', message: 'the arrowhead of a leader', count: 1 }])
  })

  it('draws the edges of a hatch', () => {
    const { lines } = drawn([
      ...groups('0 HATCH 70 1 91 1 92 1 93 3'),
      ...groups('72 1 10 0 20 0 11 5 21 0'),
      ...groups('72 1 10 5 20 0 11 0 21 5'),
      ...groups('72 1 10 0 20 5 11 0 21 0 97 0 75 0 76 1'),
    ])
    expect(lines).toEqual([[0, 0, 5, 0, 0, 5, 0, 0]])
  })
})

describe('the DXF reader, for blocks and objects,', () => {
  const blocks = [
    ...block('TICK', line(1, 1, 2, 1), [1, 1]),
    ...block(
      'OUTER',
      insert('TICK', [
        [10, 10],
        [20, 0],
      ]),
    ),
  ]

  it('inserts blocks within blocks, with base point, scale and rotation', () => {
    const { lines } = drawn(insert('outer', groups('10 100 20 0 41 2 42 2 50 90')), { blocks })
    expect(lines).toEqual([[100, 20, 100, 22]])
  })

  it('repeats a block in rows and columns', () => {
    const { lines } = drawn(insert('TICK', groups('10 0 20 0 70 2 71 2 44 10 45 5')), { blocks })
    expect(lines.map(([x, y]) => [x, y])).toEqual([
      [0, 0],
      [10, 0],
      [0, 5],
      [10, 5],
    ])
  })

  it('notes an embedded object, which it cannot draw', () => {
    const { notes } = drawn([...line(0, 0, 1, 1), [0, 'OLE2FRAME'], [8, '0']])
    expect(notes).toMatchObject([{ code: 'not-drawn', message: 'an entity OLE2FRAME', count: 1 }])
    const two = drawn([...line(0, 0, 1, 1), [0, 'OLE2FRAME'], [8, '0'], [0, 'OLE2FRAME'], [8, '0']])
    expect(two.notes).toMatchObject([{ message: 'an entity OLE2FRAME (2 ×)', count: 2 }])
  })

  it('notes a block that contains itself, and a block that is missing', () => {
    const { notes } = drawn([...line(0, 0, 1, 1), ...insert('LOOP', []), ...insert('NOWHERE', [])], {
      blocks: block('LOOP', insert('LOOP', [])),
    })
    expect(notes.map(({ message }) => message).join()).toMatch(/LOOP in itself.*NOWHERE, which the file lacks/)
  })

  it('refuses nested blocks that would take more steps than the limit', () => {
    const names = Array.from({ length: 12 }, (_, i) => `B${i}`)
    const nested = names.flatMap((name, i) =>
      block(name, i === 11 ? line(0, 0, 1, 1) : Array.from({ length: 10 }, () => insert(`B${i + 1}`, [])).flat()),
    )
    const bomb = asciiDxf({ blocks: nested, entities: insert('B0', []) })
    expect(() => drawDxf(bomb, { limits: { points: 1e5, work: 1e5 } })).toThrow(/more than 100000 steps/)
  })
})

describe('the DXF reader, for layers, colours and units,', () => {
  const layer = (name: string, color: number, flags = 0): Group[] => [
    [0, 'LAYER'],
    [2, name],
    [70, flags],
    [62, color],
  ]

  it('writes a layer of the file to the SVG in its colour, and leaves out layers that are off or frozen', () => {
    const parts: DxfParts = {
      tables: [...layer('Walls', 1), ...layer('Off', -3), ...layer('Frozen', 3, 1)],
      entities: [
        ...line(0, 0, 1, 0, [[8, 'Walls']]),
        ...line(0, 0, 2, 0, [
          [8, 'Walls'],
          [62, 5],
        ]),
        ...line(0, 0, 3, 0, [[8, 'Off']]),
        ...line(0, 0, 4, 0, [[8, 'Frozen']]),
      ],
    }
    const { svg, notes } = readDxf(asciiDxf(parts))
    expect(svg).toContain('inkscape:label="1 Walls" stroke="#ff0000"')
    expect(svg).toContain('<path stroke="#0000ff"')
    expect(notes.map(({ message }) => message).join()).toMatch(/“Off” is off.*“Frozen” is frozen/)
    expect(readSvg(svg).drawing.starts).toHaveLength(3)
  })

  it.each([
    [
      [
        [9, '$INSUNITS'],
        [70, 1],
      ],
      25.4,
    ],
    [
      [
        [9, '$INSUNITS'],
        [70, 6],
      ],
      1000,
    ],
    [groups('9 $INSUNITS 70 0 9 $MEASUREMENT 70 0'), 25.4],
    [groups('9 $INSUNITS 70 0 9 $MEASUREMENT 70 1'), 1],
    [groups('9 $insunits 70 0 9 $Measurement 70 0'), 25.4],
  ] as [Group[], number][])('takes the unit from the header %j', (header, mm) => {
    const { drawing } = readSvg(readDxf(asciiDxf({ header, entities: line(0, 0, 2, 0) }), { margin: 0 }).svg)
    expect(drawing.width).toBeCloseTo(2 * mm, 3)
  })

  it('takes the unit of the user only when the file names no unit', () => {
    const width = (header: Group[]) =>
      readSvg(readDxf(asciiDxf({ header, entities: line(0, 0, 2, 0) }), { margin: 0, unitMm: 10 }).svg).drawing.width
    expect([
      width([
        [9, '$INSUNITS'],
        [70, 0],
      ]),
      width([
        [9, '$INSUNITS'],
        [70, 4],
      ]),
    ]).toEqual([20, 2])
  })
})

describe('text of a DXF drawing', () => {
  const text = (words: string, more: readonly Group[] = []): Group[] => [
    [0, 'TEXT'],
    [10, 0],
    [20, 0],
    [40, 7],
    [1, words],
    ...more,
  ]

  it('has the cap height of the file and stands on its baseline', () => {
    const { bounds } = drawn(text('HH'))
    expect(bounds.minY).toBeCloseTo(0, 1)
    expect(bounds.maxY).toBeCloseTo(7, 1)
  })

  it.each([
    ['centred at', groups('72 1 11 0 21 0'), 'center'],
    ['to the left of', groups('72 2 11 0 21 0'), 'right'],
  ] as [string, Group[], string][])('is set %s its second point', (_, more, where) => {
    const { minX, maxX } = drawn(text('HAH', more)).bounds
    if (where === 'center') expect(minX + maxX).toBeCloseTo(0, 1)
    else expect(maxX).toBeLessThanOrEqual(0)
  })

  it('may have codes for special characters', () => {
    const same = (a: string, b: string) => expect(drawn(text(a)).lines).toEqual(drawn(text(b)).lines)
    same('%%c5 %%d %%p %%065 %%150 %%233', 'Ø5 ° ± A – é')
    same('\\U+03A9', 'Ω')
    same('%%u5%%%', '5%')
  })

  it('stands below its point if the text is MTEXT, whose codes are interpreted', () => {
    const mtext = (words: string): Group[] => [
      [0, 'MTEXT'],
      [10, 0],
      [20, 0],
      [40, 5],
      [71, 1],
      [1, words],
    ]
    const { bounds } = drawn(mtext('{\\fArial|b1;One}\\PTwo'))
    expect(bounds.maxY).toBeCloseTo(0, 0)
    expect(bounds.minY).toBeCloseTo(-5 - (5 * 5) / 3, 0)
    expect(drawn(mtext('{\\C1;A}\\H2x;\\S1/2;')).lines.length).toBeGreaterThan(2)
    // The codes of a paragraph begin with \p. A new paragraph begins with \P.
    expect(drawn(mtext('\\pi-2,l2;One')).lines).toEqual(drawn(mtext('One')).lines)
  })

  it('in MTEXT is not drawn after 5000 changes of height, and a note says so', () => {
    const words = Array.from({ length: 5001 }, (_, i) => `\\H${1 + (i % 2)};I`).join('\\P')
    expect(
      drawn([
        [0, 'MTEXT'],
        [40, 1],
        [1, words],
      ]).notes,
    ).toContainEqual(
      expect.objectContaining({ code: 'not-drawn', message: expect.stringContaining('after 5000 changes') }),
    )
  })

  it('is decoded as Windows-1252 when it is not UTF-8 and the file names no code page', () => {
    const content = new TextDecoder().decode(asciiDxf({ entities: text('Größe') }))
    const boundsIn = (encoding: BufferEncoding) => boundsOf(drawDxf(Buffer.from(content, encoding)).canvas.strokes())
    expect(boundsIn('latin1')).toEqual(boundsIn('utf8'))
  })
})

describe('the DXF reader, for files,', () => {
  const parts: DxfParts = {
    tables: groups('0 LAYER 2 Walls 70 0 62 1'),
    entities: [...line(0, 0, 10, 5, [[8, 'Walls']]), [0, 'CIRCLE'], [8, '0'], [10, 3], [20, 4], [40, 5]],
  }

  it('reads a binary file, also of R12, like the ASCII file of the same drawing', () => {
    const { svg } = readDxf(asciiDxf(parts))
    expect(readDxf(binaryDxf(parts)).svg).toBe(svg)
    expect(readDxf(binaryDxf(parts, true)).svg).toBe(svg)
    expect(readDxf(asciiDxf(parts, '\n')).svg).toBe(svg)
  })

  it('recognizes a file by its content', () => {
    for (const bytes of [asciiDxf(parts), binaryDxf(parts), Buffer.from('999\nmade by hand\n  0\nSECTION\n')]) {
      const kind = identify(bytes)
      expect(kind.is === 'document' && kind.importer.name).toBe('dxf')
    }
  })

  it('names the line that should be a group code', () => {
    expect(() => readDxf(Buffer.from('0\nSECTION\n2\nENTITIES\nhello\n1\n'))).toThrow(/line 5 .* got "hello"/)
  })

  it('reports a binary file that is cut off', () => {
    expect(() => readDxf(binaryDxf(parts).subarray(0, -30))).toThrow(/byte \d+ of the binary DXF file/)
    const chunkOf9 = [...Buffer.from('AutoCAD Binary DXF\r\n\u001a\0\0\0SECTION\0'), 0x36, 1, 9, 255]
    expect(() => readDxf(Uint8Array.from(chunkOf9))).toThrow(/byte 34 of the binary DXF file: a group is cut off/)
  })

  it('names the byte at which a group code of a binary file should begin', () => {
    const code1100 = [...Buffer.from('AutoCAD Binary DXF\r\n\u001a\0\0\0SECTION\0'), 0x4c, 4]
    expect(() => readDxf(Uint8Array.from(code1100))).toThrow(/byte 32 of the binary DXF file: .* got 1100/)
  })

  it('gives the reason why nothing is drawn', () => {
    expect(() =>
      readDxf(
        asciiDxf({
          entities: [
            [0, '3DSOLID'],
            [8, '0'],
          ],
        }),
      ),
    ).toThrow(/nothing to draw: .*3DSOLID/)
  })

  it('fails only with an error code', () => {
    const whole = [asciiDxf(parts), binaryDxf(parts)]
    const change = fc.record({ at: fc.nat(), byte: fc.nat(255), file: fc.nat(1), cut: fc.nat() })
    fc.assert(
      fc.property(change, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 8 }), ({ file, cut }, edits) => {
        const bytes = Uint8Array.from(whole[file] ?? [])
        for (const [at, byte] of edits) bytes[at % bytes.length] = byte
        try {
          readDxf(cut % 3 === 0 ? bytes.subarray(0, cut % bytes.length) : bytes)
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(PlotdError)
        }
      }),
      runs(3000, 200),
    )
  })
})
