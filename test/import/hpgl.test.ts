import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PlotdError } from '../../src/errors.ts'
import { drawingOf, strokesOf } from '../../src/geometry/drawing.ts'
import { drawHpgl, hpglPages, type ReadHpglOptions, readHpgl } from '../../src/import/hpgl/read-hpgl.ts'
import { identify } from '../../src/import/index.ts'
import { planToHpgl } from '../../src/plotter/export/index.ts'
import { profileNamed } from '../../src/plotter/profiles/index.ts'
import { readSvg } from '../../src/svg/index.ts'
import { importDocument } from '../../src/tasks/documents.ts'
import { planOf } from '../support/bench.ts'
import { runs } from '../support/fuzz.ts'
import { linesOf } from './lines.ts'

const bytesOf = (text: string): Uint8Array => Buffer.from(text, 'latin1')
const drawn = (text: string, options: ReadHpglOptions = {}) => {
  const canvas = drawHpgl(bytesOf(text), options)
  return { lines: linesOf(canvas.strokes()), notes: canvas.notes(), bounds: canvas.bounds() }
}
const lines = (text: string): number[][] => drawn(text).lines

describe('the HP-GL importer, for moves,', () => {
  it('draws with the pen down, absolute and relative', () => {
    expect(lines('IN;SP1;PU0,0;PD100,0,100,50;PU;PR10,0;PD0,10;')).toEqual([
      [0, 0, 100, 0, 100, 50],
      [110, 50, 110, 60],
    ])
  })

  it('reads instructions in capitals and small letters, without separators, with blanks between numbers', () => {
    expect(lines('inSP1PU0 0PD10 20PUsp0')).toEqual([[0, 0, 10, 20]])
    expect(lines('SP1;PU1e-05,0;PD1.5E2,2e+1;')).toEqual([[0, 0, 150, 20]])
  })

  it('leaves a dot where the pen is lowered in place', () => {
    for (const type of ['', 'LT2;', 'LT-4;']) expect(lines(`SP1;${type}PU5,5;PD;PU;`)).toEqual([[5, 5]])
  })

  it('skips PJL, PCL, escape sequences and device control', () => {
    const text =
      '\u001b%-12345X@PJL SET A=B\r\n@PJL ENTER LANGUAGE=HPGL2\r\n\u001b.(;\u001b.I81;;17:\u001b%0BIN;SP1;PU0,0;PD9,9;\u001b%0A\u001bE'
    expect(lines(text)).toEqual([[0, 0, 9, 9]])
  })

  it('draws what follows a message to the operator or a label mode', () => {
    for (const words of ['MG"plot; A";', 'MGplot A;', 'MGplot A\u0003', 'MG;', 'LM0;', 'LM;'])
      expect(lines(`IN;SP1;PU0,0;PD9,0;${words}PU0,5;PD9,5;`)).toEqual([
        [0, 0, 9, 0],
        [0, 5, 9, 5],
      ])
  })

  it('reads labels of two bytes a character, and notes the characters that no font has', () => {
    const wide = 'LM1;LB\0A\u0003B\u0000\u0003'
    for (const mode of [1, 3])
      expect(lines(`SP1;PU0,0;LM${mode};LB\0A\0B\0\u0003LM0;LBC\u0003PD9,9;`)).toEqual(
        lines('SP1;PU0,0;LBABC\u0003PD9,9;'),
      )
    expect(lines('SP1;LM1;SM\0+;PA0,0;SM\0;PA9,9;')).toEqual(lines('SP1;SM+;PA0,0;'))
    expect(drawn(`SP1;PU0,0;${wide}PD9,9;`).notes).toMatchObject([{ code: 'not-drawn', count: 1 }])
  })

  it.each(['IN', 'DF'])('ends labels at ETX again, with one byte a character, after %s', (name) => {
    expect(lines(`DT*;LM1;${name};SP1;PU0,0;LBA\u0003PD9,9;`)).toEqual(lines('SP1;PU0,0;LBA\u0003PD9,9;'))
  })

  it('scales user units between P1 and P2, and rotates', () => {
    expect(lines('IP0,0,1000,2000;SC0,10,0,10;PU0,0;PD10,10;')).toEqual([[0, 0, 1000, 2000]])
    expect(lines('IP0,0,1000,2000;SC0,10,0,10,1,0,0;PU0,0;PD10,10;')).toEqual([[0, 0, 1000, 1000]])
    expect(lines('IP0,0,9,9;SC0,4,0,2,2;PU0,0;PD10,10;')).toEqual([[0, 0, 40, 20]])
    expect(lines('RO90;PU0,0;PD10,0;')).toEqual([[0, 0, 0, 10]])
    // P1 and P2 have the same X, so the reader moves P2 by one unit, as a plotter does.
    expect(drawn('IP5,0,5,100;SC0,1,0,10;PU0,0;CI1;').bounds.maxX).toBeCloseTo(6, 6)
  })

  it('cuts lines at the edge of the window', () => {
    expect(lines('IW0,0,10,10;PU-5,5;PD20,5;')).toEqual([[0, 5, 10, 5]])
  })

  it('decodes polylines in base 64 and base 32, with pen up, absolute places and fractions', () => {
    const withSign = (value: number): number => (value < 0 ? 2 * -value + 1 : 2 * value)
    const encode = (values: readonly number[], base: 64 | 32): string =>
      values
        .map((value) => {
          let [rest, text] = [withSign(value), '']
          for (; rest >= base; rest = Math.floor(rest / base)) text += String.fromCharCode(63 + (rest % base))
          return text + String.fromCharCode((base === 64 ? 191 : 95) + rest)
        })
        .join('')
    const polyline = (base: 64 | 32): string =>
      `PE${base === 32 ? '7' : ''}<=${encode([1000, 2000], base)}${encode([50, -70, -5000, 9], base)};`
    for (const base of [64, 32] as const)
      expect(lines(`SP1;${polyline(base)}`)).toEqual([[1000, 2000, 1050, 1930, -3950, 1939]])
    expect(lines(`SP1;PU0,0;PE>${encode([2], 64)}${encode([40, 8], 64)};`)).toEqual([[0, 0, 10, 2]])
    // An escape sequence ends PE, too.
    expect(lines(`SP1;${polyline(64).slice(0, -1)}\u001b%0A\u001b%0BPU0,0;PD3,3;`)).toEqual([
      [1000, 2000, 1050, 1930, -3950, 1939],
      [0, 0, 3, 3],
    ])
    // PE selects pens within the same bounds as SP.
    for (const pen of [-3, 0])
      expect(drawn(`SP1;PU0,0;PE:${encode([pen], 64)}${encode([4, 8], 64)};`)).toMatchObject({
        lines: [],
        notes: [{ code: 'not-drawn', message: expect.stringContaining('SP0') }],
      })
  })
})

describe('the HP-GL importer, for shapes,', () => {
  it('draws a smooth circle, or chords where the file names their angle', () => {
    const [round = []] = lines('PU0,0;CI1000;')
    expect(round.length).toBeGreaterThan(100)
    for (let i = 0; i < round.length; i += 2) expect(Math.hypot(round[i] ?? 0, round[i + 1] ?? 0)).toBeCloseTo(1000, 2)
    expect(lines('PU0,0;CI1000,90;')[0]).toHaveLength(10)
  })

  it('draws arcs about a centre and through three points', () => {
    expect(lines('PU100,0;PD;AA0,0,90;PU;')[0]?.slice(-2)).toEqual([0, 100])
    expect(lines('PU100,0;PD;AT0,100,-100,0;PU;')[0]?.slice(-2)).toEqual([-100, 0])
    expect(drawn('PU100,0;PD;AT0,100,-100,0;').bounds.maxY).toBeCloseTo(100, 0)
  })

  it('draws edges of rectangles and wedges, and leaves the pen where it was', () => {
    expect(lines('PU1,1;EA5,4;PD9,9;')).toEqual([
      [1, 1, 5, 1, 5, 4, 1, 4, 1, 1],
      [1, 1, 9, 9],
    ])
    expect(lines('PU0,0;EW100,0,90,45;')).toEqual([[0, 0, 100, 0, 70.711, 70.711, 0, 100, 0, 0]])
  })

  it('fills with the lines of a hatch, and draws a solid area as its outline', () => {
    expect(drawn('FT3,10,0;PU0,0;RA100,35;').lines).toHaveLength(3)
    const solid = drawn('FT1;PU0,0;RA100,35;')
    expect(solid.lines).toEqual([[0, 0, 100, 0, 100, 35, 0, 35, 0, 0]])
    expect(solid.notes).toMatchObject([{ code: 'import', count: 1 }])
  })

  it('draws the edges of a polygon with a hole', () => {
    expect(lines('PU0,0;PM0;PD90,0,90,90,0,90;PM1;PU20,20;PD40,20,40,40;PM2;EP;')).toEqual([
      [0, 0, 90, 0, 90, 90, 0, 90, 0, 0],
      [20, 20, 40, 20, 40, 40, 20, 20],
    ])
  })

  it('leaves the pen after a polygon up or down, as before the polygon', () => {
    expect(lines('SP1;PA5,5;PM0;PD9,5,9,9;PM2;EP;PA3,3;PD4,3;')).toEqual([
      [5, 5, 9, 5, 9, 9, 5, 5],
      [3, 3, 4, 3],
    ])
    expect(lines('SP1;PU0,0;PD5,5;PM0;PU9,5,9,9;PM2;PA0,5;')).toEqual([
      [0, 0, 5, 5],
      [9, 9, 0, 5],
    ])
    // DF leaves polygon mode, too, and lifts the pen.
    expect(lines('SP1;PA5,5;PM0;PD9,5,9,9;DF;PA3,3;PD4,3;')).toEqual([[3, 3, 4, 3]])
  })

  it('closes a ring of a polygon at the point where the pen was last lowered, and only if the pen is down', () => {
    expect(lines('SP1;PA1,1;PM0;PU10,10;PD20,10,20,20,10,10;PM2;EP;')).toEqual([
      [10, 10, 20, 10, 20, 20, 10, 10, 10, 10],
    ])
    expect(lines('SP1;PA1,1;PM0;PD20,10,20,20;PU10,10;PM2;EP;')).toEqual([[1, 1, 20, 10, 20, 20]])
    expect(lines('SP1;PA1,1;PM0;PD20,10,20,20;PU;PM2;EP;')).toEqual([[1, 1, 20, 10, 20, 20]])
    expect(lines('SP1;PA1,1;PM0;PD20,10,20,20;PU;PM1;PU3,3;PD4,3,4,4;PM2;EP;')).toEqual([
      [1, 1, 20, 10, 20, 20],
      [3, 3, 4, 3, 4, 4, 3, 3],
    ])
  })

  it('fills the area inside both of two rings with FP1, and leaves that area empty with FP', () => {
    const rings = 'FT3,10,0;PU0,0;PM0;PD100,0,100,40,0,40;PM1;PU20,0;PD60,0,60,40,20,40;PM2;'
    expect(new Set(lines(`${rings}FP1;`).map(String)).size).toBe(3)
    expect(new Set(lines(`${rings}FP;`).map(String)).size).toBe(6)
  })

  it('draws the edges of polygons and the lines of fills in the line type', () => {
    const setup = 'IP0,0,300,400;SP1;LT2,20;FT3,10,0;PU0,0;'
    expect(lines(`${setup}PM0;PU0,5;PD200,5;PU;PM2;EP;`)).toEqual([
      [0, 5, 50, 5],
      [100, 5, 150, 5],
    ])
    expect(lines(`${setup}RA200,15;`)).toEqual([
      [200, 10, 150, 10],
      [100, 10, 50, 10],
    ])
    // The outline of a solid area has no gaps.
    expect(lines(`${setup}FT1;RA200,15;`)).toEqual([[0, 0, 200, 0, 200, 15, 0, 15, 0, 0]])
  })

  it('forgets tick lengths at TL without numbers, and at IN also the present and the previous line type', () => {
    const tick = lines('IN;SP1;PA1000,1000;XT;')
    expect(lines('IN;TL10,10;IN;SP1;PA1000,1000;XT;')).toEqual(tick)
    expect(lines('IN;TL10,10;TL;SP1;PA1000,1000;XT;')).toEqual(tick)
    for (const previous of ['', 'LT99;'])
      expect(lines(`IN;LT2;LT3;IN;SP1;${previous}PU0,0;PD4000,0;`)).toEqual([[0, 0, 4000, 0]])
  })

  it('draws line types as dashes', () => {
    expect(lines('IP0,0,300,400;LT2,20;PU0,0;PD200,0;')).toEqual([
      [0, 0, 50, 0],
      [100, 0, 150, 0],
    ])
    // UL defines a line type. UL with a number alone restores that type, and UL alone restores all types.
    const own = lines('IP0,0,300,400;UL2,25,75;LT2,20;PU0,0;PD200,0;')
    expect(own[0]).toEqual([0, 0, 25, 0])
    for (const restore of ['UL;', 'UL2;'])
      expect(lines(`IP0,0,300,400;UL2,25,75;${restore}LT2,20;PU0,0;PD200,0;`)[0]).toEqual([0, 0, 50, 0])
    // A line type below 0 puts whole patterns into each segment, which begins and ends with half a dash.
    expect(lines('IP0,0,300,400;LT-2,20;PU0,0;PD100,0;')).toEqual([
      [0, 0, 25, 0],
      [75, 0, 100, 0],
    ])
  })
})

describe('labels in HP-GL', () => {
  it('have letters of the size that SI sets, with left edges one and a half widths apart', () => {
    const { bounds } = drawn('SI0.5,1;PU0,0;LBH\u0003')
    expect(bounds.maxY - bounds.minY).toBeCloseTo(400, 0)
    expect(bounds.maxX - bounds.minX).toBeCloseTo(200, 0)
    const two = drawn('SI0.5,1;PU0,0;LBHH\u0003').bounds
    expect(two.maxX - two.minX).toBeCloseTo(500, 0)
  })

  it('end at the terminator of DT, run in the direction of DI, and are aligned to their origin by LO', () => {
    expect(lines('DT#;LBH#PU0,0;PD1,1;').at(-1)).toEqual([0, 0, 1, 1])
    expect(drawn('DI0,1;PU0,0;LBHHHH\u0003').bounds.maxY).toBeGreaterThan(300)
    const middle = drawn('LO5;SI0.5,1;PU0,0;LBHHH\u0003').bounds
    expect(middle.minX + middle.maxX).toBeCloseTo(0, 0)
    expect(middle.minY + middle.maxY).toBeCloseTo(0, 0)
  })

  it('begin a new line after CR and LF', () => {
    const { bounds } = drawn('SI0.5,1;PU0,0;LBH\r\nH\u0003')
    expect([bounds.maxX - bounds.minX, bounds.maxY - bounds.minY].map(Math.round)).toEqual([200, 1200])
  })

  it('print their terminator in mode 0 of DT', () => {
    expect(lines('DT#,1;LBH#;')).toHaveLength(3)
    expect(lines('DTH,0;LBH;')).toHaveLength(3)
    expect(lines('DTH,0;LBH;DT;LB \u0003;')).toHaveLength(3)
  })

  it('stand in columns from right to left when they are vertical', () => {
    const [first, , , second] = lines('SI.1,.2;DV1;LBH\r\nH\u0003;')
    expect(second?.map((value, i) => value - (first?.[i] ?? 0))).toEqual([-60, 0, -60, 0])
  })

  it('leave the pen where the next character would stand, also when their middle or end is at the origin (LO)', () => {
    const end = (text: string) => lines(`SI.1,.2;${text}PD0,900;`).at(-1)?.slice(0, 2)
    expect(end('LBHH\u0003;')).toEqual([120, 0])
    expect(end('LO4;LBHH\u0003;')).toEqual([60, 0])
    expect(end('LO7;LBHH\u0003;')).toEqual([0, 0])
    expect(end('LO7;LBHH\r\u0003;')).toEqual([0, 0])
  })
})

describe('plotter files', () => {
  it('become drawings in mm with a layer for each pen', () => {
    const { svg } = readHpgl(bytesOf('IN;SP1;PU0,0;PD400,0;SP3;PU0,400;PD400,400;SP0;PD0,0;'), { margin: 0 })
    const { drawing } = readSvg(svg)
    expect(drawing.layers.map(({ name, pen }) => `${name} ${pen}`)).toEqual(['pen 1 1', 'pen 3 3'])
    expect(linesOf(drawing)).toEqual([
      [0, 10, 10, 10],
      [0, 0, 10, 0],
    ])
  })

  it('lose the strokes after the pen is put away, also those of labels, and a note counts the strokes', () => {
    const { lines, notes } = drawn('IN;SP1;PD9,0;PU;SP0;PD0,9;PU;LBI\u0003;')
    expect(lines).toEqual([[0, 0, 9, 0]])
    expect(notes).toMatchObject([{ code: 'not-drawn', message: expect.stringContaining('SP0'), count: 2 }])
  })

  it('cause a note for the characters of the drawn page that no font has, with their count', () => {
    const text = 'IN;SP1;PU0,0;PD9,0;LB\u0081a\u0081\u0003;PG;PU0,0;PD9,0;LB\u0081\u0003;'
    expect(drawn(text).notes).toMatchObject([{ code: 'not-drawn', count: 2 }])
    expect(drawn(text, { page: 2 }).notes).toMatchObject([{ code: 'not-drawn', count: 1 }])
  })

  it('are refused for more numbers in one instruction than the reader takes', () => {
    expect(() => drawHpgl(Buffer.from(`PD${'1,'.repeat(2_000_001)}`))).toThrow(
      expect.objectContaining({ code: 'ERR_SVG_LIMIT', message: expect.stringContaining('numbers') }),
    )
  })

  it('lose points whose coordinates are too large, and a note counts these', () => {
    const { lines, notes } = drawn(`SP1;PU0,0;PD5,5,${'9'.repeat(400)},0,9,9;`)
    expect(lines).toEqual([[0, 0, 5, 5, 9, 9]])
    expect(notes).toMatchObject([{ code: 'not-drawn', message: expect.stringContaining('too large'), count: 1 }])
  })

  it('are divided into pages', () => {
    const text = 'IN;SP1;PU0,0;PD9,0;PG;PG;PU0,0;PD0,9;PG;'
    expect(hpglPages(bytesOf(text))).toBe(2)
    expect(hpglPages(bytesOf(`${text}PG;SM;`))).toBe(2)
    expect(drawn(text, { page: 2 }).lines).toEqual([[0, 0, 0, 9]])
  })

  it('with several pages have a note that names the page and the number of pages', async () => {
    const { notes } = await importDocument(bytesOf('IN;SP1;PU0,0;PD9,0;PG;PU0,0;PD0,9;PG;'))
    expect(notes).toEqual([{ code: 'import', message: 'this is page 1 of 2' }])
  })

  it('with a label in a font that has a size (SD) have a note, unless a later SI sets the size', () => {
    const notes = (font: string) => drawn(`IN;SP1;${font};SS;PU0,0;LBa\u0003;`).notes
    expect(notes('SD1,21,2,1,4,25,5,0')).toEqual([
      {
        code: 'import',
        message: 'a label has the size of SI or SR, and not that of its font (SD, AD)',
        count: 1,
      },
    ])
    expect(notes('SD1,21,2,0')).toEqual([])
    expect(notes('SD1,21,2,1,4,25,5,0;SI.2,.3')).toEqual([])
  })

  it('with labels in a character set other than 0 have a note, also when an earlier page chose the set', () => {
    const text = 'IN;SP1;CS0;PU0,0;LBa\u0003;CS33;LB[\u0003;PG;PU0,0;LB[\u0003;PG;IN;SP1;PU0,0;LB[\u0003;'
    const note = { code: 'import', message: 'a label in the character set 33 is read as set 0', count: 1 }
    expect([1, 2, 3].map((page) => drawn(text, { page }).notes)).toEqual([[note], [note], []])
    for (const alternate of ['SA;PU0,0;LB[\u0003;', 'PU0,0;LB[\u000e[\u000f[\u0003;', 'SA;SS;LB\u000e[\u0003;'])
      expect(drawn(`IN;SP1;CA33;${alternate}`).notes).toEqual([note])
    expect(drawn('IN;SP1;CA33;SA;SS;PU0,0;LB[\u0003;').notes).toEqual([])
    const shifted = 'IN;SP1;CA33;PU0,0;LBa\u000e\u0003;LB[\u0003;'
    expect(drawn(shifted).notes).toEqual([note])
    expect(drawn(`${shifted}LB\u000fa\u0003;LBa\u0003;`).notes).toEqual([note])
    expect(drawn(`${shifted}IN;LBa\u0003;`).notes).toEqual([note])
  })

  it('are recognized by their content, and prose, G-code and tables are no HP-GL', () => {
    const name = (text: string): string => {
      const kind = identify(bytesOf(text))
      return kind.is === 'document' ? kind.importer.name : kind.is
    }
    for (const text of ['IN;SP1;PU0,0;PD9,9;', '\u0003INSP2VSPAPU6545,6440PRPD-95,90', '\u001b%0BBPINPSSP1PA0,0PD1,1'])
      expect(name(text)).toBe('hpgl')
    for (const text of ['IN THE BEGINNING, PAUL PUT PAPER IN A PRINTER.', 'G21\nG90\nG0X1Y1\n', 'a,b\n1,2\n'])
      expect(name(text)).not.toBe('hpgl')
  })

  it('that plotd exports give the same strokes', () => {
    const profile = profileNamed('hp-7475a')
    const { origin, unitMm } = profile.hpgl ?? { origin: { y: 0 }, unitMm: 1 }
    const place = fc.tuple(fc.integer({ min: 0, max: 9000 }), fc.integer({ min: 0, max: 7000 }))
    const stroke = fc.uniqueArray(place, { minLength: 2, maxLength: 6, selector: String })
    fc.assert(
      fc.property(fc.array(stroke, { minLength: 1, maxLength: 5 }), (list) => {
        const flat = list.map((points) => points.flat().map((value) => value * unitMm))
        const plan = planOf(drawingOf(strokesOf(...flat), 400, 270), profile)
        const imported = linesOf(drawHpgl(bytesOf(planToHpgl(plan, profile))).strokes())
        const inUnits = (value: number, i: number) =>
          Math.round(i % 2 === 0 ? value / unitMm : origin.y - value / unitMm)
        expect(imported).toEqual(linesOf(plan).map((line) => line.map(inUnits)))
      }),
      runs(300, 30),
    )
  })

  it('fail only with an error code', () => {
    const names = fc.constantFrom(
      ...'IN SP PU PD PA PR AA CI EA EW WG RA LT FT PM EP FP SC IP RO IW LB DI SI CP UC PE SM PS BZ AT'.split(' '),
    )
    const number = fc.oneof(
      fc.integer({ min: -40_000, max: 40_000 }),
      fc.double({ noNaN: true, min: -1e9, max: 1e9 }),
      fc.constant(0),
    )
    const instruction = fc
      .tuple(names, fc.array(number, { maxLength: 7 }))
      .map(([name, list]) => `${name}${list.join(',')}${name === 'LB' ? '\u0003' : ';'}`)
    fc.assert(
      fc.property(fc.array(fc.oneof(instruction, fc.string({ maxLength: 5 })), { maxLength: 30 }), (parts) => {
        try {
          readHpgl(bytesOf(parts.join('')), { limits: { points: 20_000, work: 200_000 } })
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(PlotdError)
        }
      }),
      runs(3000, 200),
    )
  })
})
