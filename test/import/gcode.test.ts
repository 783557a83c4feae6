import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PlotdError } from '../../src/errors.ts'
import { drawingOf, strokesOf } from '../../src/geometry/drawing.ts'
import { drawGcode, readGcode } from '../../src/import/gcode/read-gcode.ts'
import { identify } from '../../src/import/index.ts'
import { planToGcode } from '../../src/plotter/export/index.ts'
import { profileNamed, withOverrides } from '../../src/plotter/profiles/index.ts'
import { readSvg } from '../../src/svg/index.ts'
import { planOf } from '../support/bench.ts'
import { runs } from '../support/fuzz.ts'
import { linesOf } from './lines.ts'

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
const lines = (text: string): number[][] => linesOf(drawGcode(bytesOf(text)).canvas.strokes())

describe('a long line of G-code', () => {
  it('is drawn when 4,096 characters stand before its comment, and is refused when 4,097 do', () => {
    const line = (length: number): string => `${'G1X5Y5'.padEnd(length)};${' a long comment'.repeat(9)}`
    expect(lines(`G0X1Y1\n${line(4096)}`)).toEqual([[1, 1, 5, 5]])
    expect(() => lines(line(4097))).toThrow('expected at most 4096')
  })
})

describe('the G-code reader', () => {
  it('draws G1 moves, and no G0 moves, when the file never lifts the pen', () => {
    expect(lines('G0X1Y1\nG1X5\nY5\nG0X0Y0\nG1X9Y9')).toEqual([
      [1, 1, 5, 1, 5, 5],
      [0, 0, 9, 9],
    ])
  })

  it('understands inches, relative moves, and an origin that the file sets', () => {
    expect(lines('G20\nG0X0Y0\nG1X1')).toEqual([[0, 0, 25.4, 0]])
    expect(lines('G91\nG0X10Y10\nG1X5\nY5')).toEqual([[10, 10, 15, 10, 15, 15]])
    expect(lines('G0X10Y10\nG92X0Y0\nG1X5')).toEqual([[10, 10, 15, 10]])
  })

  it('draws a move that stands beside a word for the spindle, and draws nothing for the setup of the machine', () => {
    expect(lines('G0X1Y1\nG1X5M3\nY5')).toEqual([[1, 1, 5, 1, 5, 5]])
    expect(lines('G0X1Y1\nM92X80Y80\nG1X5')).toEqual([[1, 1, 5, 1]])
    expect(lines('M5\nG0X1Y1\nG1X2\nX5M3\nY5M8\nM5')).toEqual([[2, 1, 5, 1, 5, 5]])
    expect(lines('G0X1Y1\n$N0=G20 X9\nG1X5')).toEqual([[1, 1, 5, 1]])
  })

  it('notes the G codes that it does not know', () => {
    const notesOf = (text: string) => drawGcode(bytesOf(text)).canvas.notes()
    const known = 'G17G21G40G49G54G61G64G80G90G94G98\nG4P1\nG0X1Y1\nG1X5'
    expect(notesOf(known)).toMatchObject([{ code: 'import' }])
    expect(notesOf(`${known}\nG68X0Y0R45\nG5.1X9Y9I1J1\nG5.1X1Y1I1J1`)).toMatchObject([
      { code: 'not-drawn', message: 'the code G68, which plotd does not know', count: 1 },
      { code: 'not-drawn', message: 'the code G5.1, which plotd does not know (2 ×)', count: 2 },
      { code: 'import' },
    ])
  })

  it('knows G70 and G71 as units, as in the programs of Vectric, and not as the cycles of a lathe', () => {
    const { canvas } = drawGcode(bytesOf('N1G00G21G17G90G40G49G80\nN2G70G91.1\nG0X0Y0\nG1X1\nG71\nX30'))
    expect(linesOf(canvas.strokes())).toEqual([[0, 0, 25.4, 0, 30, 0]])
    expect(canvas.notes()).toMatchObject([{ code: 'import' }])
    expect(drawGcode(bytesOf('G0X1Y1\nG1X5\nG71P1Q2')).canvas.notes()).toMatchObject([
      { code: 'not-drawn', message: 'the code G71, which plotd does not know' },
      { code: 'import' },
    ])
    // On machines by Haas, G70 drills holes on a circle.
    const circle = drawGcode(bytesOf('G0X1Y1\nG70I5J15L12\nG1X5')).canvas
    expect(linesOf(circle.strokes())).toEqual([[1, 1, 5, 1]])
    expect(circle.notes()).toMatchObject([{ message: 'the code G70, which plotd does not know' }, { code: 'import' }])
  })

  it('ignores commands such as START_PRINT, and says so', () => {
    const program = 'START_PRINT BED=60\nG0X1Y1\nG1X5\nEXCLUDE_OBJECT_START NAME=part_X10Y20\nG1Y5\n_PARK X90'
    const { canvas } = drawGcode(bytesOf(program))
    expect(linesOf(canvas.strokes())).toEqual([[1, 1, 5, 1, 5, 5]])
    expect(canvas.notes()[0]).toEqual({
      code: 'import',
      message: 'a command such as START_PRINT is ignored (3 ×)',
      count: 3,
    })
  })

  it('notes lines that it leaves out, and coordinate systems whose zeros it does not know', () => {
    const messages = (lines: string): string[] =>
      drawGcode(Buffer.from(`G21 G90\nG0 Z5\nG0 X0 Y0\nG1 Z-1\nG1 X10\nG0 Z5\n${lines}`))
        .canvas.notes()
        .map(({ message }) => message)
        .filter((message) => !message.startsWith('the pen is down'))
    expect(messages('/G1 X20\n// words\nM117 1,5 m\nG54\nG54')).toEqual([
      'a line that begins with /, which a machine may leave out',
    ])
    expect(messages('G0 X0,5 Y1')).toEqual(['a line with a comma in a number'])
    expect(messages('G54\nG1 X1\nG55\nG1 X2')).toEqual([
      'G55 is drawn with the zero of G54: the file gives no zero of either',
    ])
    expect(messages('G10 L20 P1 X0')).toEqual(['the zero of a coordinate system (G10) is ignored'])
    expect(messages('// Layer 2\nG4 U1\nM92 U80\nG0 U5 V1')).toEqual(['a move of the axis U, V or W'])
    expect(messages('G1 X5 E2\nG92 E0\nG1 E3\nG1 X6')).toEqual([
      'a move with E: the extruder of a 3D printer does not lift the pen',
    ])
  })

  it('reads a number with an exponent, which is no length of an extruder', () => {
    const strokes = (move: string) => linesOf(drawGcode(bytesOf(`G0X1Y1\n${move}`)).canvas.strokes())
    expect(strokes('G1 X20 Y1.5e-05')).toEqual([[1, 1, 20, 0]])
    expect(strokes('G1 X2.5E-01 Y2e1')).toEqual([[1, 1, 0.25, 20]])
    expect(strokes('G1 X20E-5 Y.5E1')).toEqual([[1, 1, 20, 0.5]])
    expect(strokes('g1 x20 y6.123e-17')).toEqual([[1, 1, 20, 0]])
    expect(strokes('g1 x20e-10 y3')).toEqual([[1, 1, 20, 3]])
    expect(strokes('g1 x20e5 y3e-1')).toEqual([[1, 1, 20, 3]])
    expect(strokes('g1 x20e-10.5 y3e-0.25')).toEqual([[1, 1, 20, 3]])
  })

  it('draws nothing after the end of the program, and says so', () => {
    for (const end of ['M2', 'N9 M02 (end)', 'M5 M30', 'X8 M30']) {
      const { canvas } = drawGcode(bytesOf(`G0X1Y1\nG1X8\n${end}\n%\n\n(a subprogram)\nO9001\nG1X9Y9\nM99`))
      expect(linesOf(canvas.strokes())).toEqual([[1, 1, 8, 1]])
      expect(canvas.notes().filter(({ code }) => code === 'not-drawn')).toEqual([
        { code: 'not-drawn', message: 'a line after the end of the program (M2, M30) (3 ×)', count: 3 },
      ])
    }
  })

  it('notes the lines that compute, and draws nothing for them', () => {
    const { canvas } = drawGcode(
      bytesOf('G0X1Y1\n#1=5\nG1X#1\nG1X[2+3]Y9\no100 call\nM98P7\nO2\nM117 No #1 [a]\nN10 M118 No #1 [a]\nG1X5'),
    )
    expect(linesOf(canvas.strokes())).toEqual([[1, 1, 5, 1]])
    expect(canvas.notes().slice(0, 2)).toMatchObject([
      { code: 'not-drawn', message: 'a line with a variable, a formula or a subprogram (4 ×)' },
      { code: 'not-drawn', message: 'the code M98, which plotd does not know' },
    ])
  })

  it('understands every kind of line end', () => {
    for (const end of ['\n', '\r\n', '\r']) expect(lines(['G0X1Y1', 'G1X5', 'Y5'].join(end))).toHaveLength(1)
    expect(lines('G0X1Y1\rG1X5\rY5')).toEqual([[1, 1, 5, 1, 5, 5]])
  })

  it.each([
    ['G2X10Y10I10J0', [10, 10]],
    ['G3X10Y10R-10', [10, 10]],
    ['G90.1\nG2X10Y10I10J0', [10, 10]],
  ])('draws the arc %s to its end', (code, end) => {
    const [arc = []] = lines(`G0X0Y0\n${code}`)
    expect(arc.slice(-2)).toEqual(end)
    expect(arc.length).toBeGreaterThan(20)
  })

  it('draws whole circles, clockwise and counterclockwise', () => {
    const [cw = []] = lines('G0X0Y0\nG2I5J0')
    const [ccw = []] = lines('G0X0Y0\nG3I5J0')
    expect(cw[3]).toBeGreaterThan(0)
    expect(ccw[3]).toBeLessThan(0)
    for (const circle of [cw, ccw]) expect(circle.slice(-2)).toEqual([0, 0])
  })

  it.each([
    ['G2X20Y0R5', 'an arc whose radius (R) is too small is drawn as a half circle'],
    ['G2X20Y0I10J0.2\nG3X30Y3I0J10', 'an arc that misses its end is drawn with a line to the end'],
    ['G2X20Y0R9.999', undefined],
    ['G2X20Y0.01I10', undefined],
  ])('notes the arc %s if its numbers contradict each other', (code, message) => {
    const { canvas } = drawGcode(bytesOf(`G0X0Y0\n${code}`))
    const notes = canvas.notes().filter((note) => note.message.startsWith('an arc'))
    expect(notes).toEqual(message === undefined ? [] : [{ code: 'import', message, count: 1 }])
  })

  it('draws an arc without a centre as a line, and notes it', () => {
    const { canvas } = drawGcode(bytesOf('G0X1Y1\nG2X5Y5\nG3X9Y9R0'))
    expect(linesOf(canvas.strokes())).toEqual([[1, 1, 5, 5, 9, 9]])
    expect(canvas.notes()[0]).toEqual({
      code: 'import',
      message: 'an arc without a centre is drawn as a line (2 ×)',
      count: 2,
    })
  })

  it('moves to a place on the machine (G53) without the origin that the file sets', () => {
    expect(lines('G0X10Y10\nG92X0Y0\nG53G0X20Y20\nG1X5')).toEqual([[20, 20, 15, 20]])
    expect(lines('G91\nG0X10Y10\nG53G0X20Y20\nG1X5')).toEqual([[20, 20, 25, 20]])
  })

  it('skips comments, line numbers, checksums, blanks and optional blocks', () => {
    expect(lines('%\n; G1 X99\nN10 g0 x 1 y 1 *33\nN20 G01 X2 (to X99) Y2*7\n/G1X50')).toEqual([[1, 1, 2, 2]])
  })
})

describe('G-code files', () => {
  it('are recognized by their content, and prose, HP-GL and tables are no G-code', () => {
    const name = (text: string): string => {
      const kind = identify(bytesOf(text))
      return kind.is === 'document' ? kind.importer.name : kind.is
    }
    for (const text of [
      'G21\nG90\nG0 X1 Y1\nG1 X2\n',
      '%\n(vpype)\nN1 G0X0Y0 ; home\nM3 S10\nG1X1\n',
      '$H\nG91G28Z0\ng1 x5\n',
    ])
      expect(name(text)).toBe('gcode')
    for (const text of ['A1 G1 B2\nis a chess game\nof two lines\n', 'IN;SP1;PU0,0;PD9,9;', 'x,y\n1,2\n'])
      expect(name(text)).not.toBe('gcode')
  })

  it('have a layer for each pen, and a y that grows upwards', () => {
    const { svg } = readGcode(bytesOf('(pen 1 red)\nG0X0Y0\nG1X9\nM0\n(pen 2 blue)\nG0X0Y5\nG1X9'), { margin: 0 })
    const { drawing } = readSvg(svg)
    expect(drawing.layers.map(({ name, pen }) => `${pen} ${name}`)).toEqual(['1 red', '2 blue'])
    expect(linesOf(drawing)).toEqual([
      [0, 5, 9, 5],
      [0, 0, 9, 0],
    ])
  })

  it('have a pen for each tool, also above 1000', () => {
    const { svg } = readGcode(bytesOf('T1500\nG1X5\nT1000\nG1X9'))
    expect(readSvg(svg).drawing.layers.map(({ pen }) => pen)).toEqual([1500, 1000])
  })

  it('that select tool 0 several times have one layer', () => {
    const { svg } = readGcode(bytesOf('G0X0Y0\nG1X9\nT0\nG1X12\nT0\nG1X15\n(tool 0)\nG1X18'))
    expect(readSvg(svg).drawing.layers.map(({ pen }) => pen)).toEqual([1])
  })

  it('that give a time or a heater by T have no further layer', () => {
    const { svg } = readGcode(bytesOf('M104T3S20\nM280P0S90T250\nG1X1\nM280P0S30T250\nG1X9\nM280P0S90T250\nG1X12'))
    expect(readSvg(svg).drawing.layers.map(({ pen }) => pen)).toEqual([1])
  })

  it('have one layer for each pen and name, and a tool whose pen has a layer adds none', () => {
    const { svg } = readGcode(bytesOf('(pen 2 red)\nG1X1\n(pen 2 blue)\nG1X2\nT2.5\nG1X3\n(pen 2 blue)\nG1X4'))
    expect(readSvg(svg).drawing.layers.map(({ name, pen }) => `${pen} ${name}`)).toEqual(['2 red', '2 blue'])
  })

  it('from a printer whose y grows downwards are upright', () => {
    const profile = withOverrides(profileNamed('marlin-servo'), { marlin: { yUp: false } })
    const plan = planOf(drawingOf(strokesOf([10, 10, 20, 10], [10, 40, 30, 40]), 210, 160), profile)
    const { drawing } = readSvg(readGcode(bytesOf(planToGcode(plan, profile)), { margin: 0 }).svg)
    const ends = linesOf(drawing).map((line) => [...line.slice(0, 2), ...line.slice(-2)])
    expect(ends).toEqual([
      [0, 0, 10, 0],
      [0, 30, 20, 30],
    ])
  })

  it.each([
    ['grbl-servo', {}],
    ['grbl-servo', { grbl: { yUp: false } }],
    ['grbl-z', {}],
  ])('that plotd exports for %s %j give the same strokes, and no note of a loss', (name, overrides) => {
    const profile = withOverrides(profileNamed(name), overrides)
    const place = fc.tuple(fc.integer({ min: 0, max: 200_000 }), fc.integer({ min: 0, max: 150_000 }))
    const stroke = fc.uniqueArray(place, { minLength: 2, maxLength: 6, selector: String })
    fc.assert(
      fc.property(fc.array(stroke, { minLength: 1, maxLength: 5 }), (list) => {
        const flat = list.map((points) => points.flat().map((value) => value / 1000))
        const plan = planOf(drawingOf(strokesOf(...flat), 210, 160), profile)
        const { canvas, isYDown } = drawGcode(bytesOf(planToGcode(plan, profile)))
        const sign = isYDown ? 1 : -1
        const imported = linesOf(canvas.strokes()).map((line) =>
          line.map((value, i) => (i % 2 === 0 ? value : sign * value + 0)),
        )
        expect(imported).toEqual(linesOf(plan))
        expect(canvas.notes().map(({ code }) => code)).toEqual(['import'])
      }),
      runs(300, 20),
    )
  })

  it('fail only with an error code', () => {
    const word = fc.tuple(
      fc.constantFrom(...'G M X Y Z I J R S T F P Q'.split(' ')),
      fc.oneof(fc.integer({ min: -5, max: 95 }), fc.double({ noNaN: true, min: -1e9, max: 1e9 })),
    )
    const line = fc
      .array(word, { maxLength: 6 })
      .map((words) => words.map(([letter, value]) => `${letter}${value}`).join(' '))
    fc.assert(
      fc.property(fc.array(fc.oneof(line, fc.string({ maxLength: 8 })), { maxLength: 20 }), (list) => {
        try {
          readGcode(bytesOf(list.join('\n')), { limits: { points: 20_000, work: 200_000 } })
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(PlotdError)
        }
      }),
      runs(3000, 200),
    )
  })

  it('are refused for a line that is too long, unless the end of the line is a comment', () => {
    const move = 'G1 X10 Y10 F600 '
    expect(() => readGcode(bytesOf(`G0 X0 Y0\n${move.repeat(400)}`))).toThrow(
      expect.objectContaining({ code: 'ERR_DOCUMENT', message: expect.stringContaining('6400 characters') }),
    )
    const { svg } = readGcode(bytesOf(`M3\nG1 X10 Y10 F600 ; ${'a'.repeat(5000)}\nG1 X20 Y0`))
    expect(svg).toContain('<path')
  })
})
