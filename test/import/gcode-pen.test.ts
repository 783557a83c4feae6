import { describe, expect, it } from 'vitest'
import { drawGcode, type ReadGcodeOptions } from '../../src/import/gcode/read-gcode.ts'
import { linesOf } from './lines.ts'

const drawn = (text: string, options: ReadGcodeOptions = {}) => {
  const { canvas } = drawGcode(new TextEncoder().encode(text), options)
  return { lines: linesOf(canvas.strokes()), message: canvas.notes()[0]?.message }
}
const lines = (text: string): number[][] => drawn(text).lines

describe('the pen in G-code', () => {
  it.each([
    [
      'Z',
      'G0Z5\nG0X1Y1\nG1Z-1F300\nG1X2\nG0Z5\nG0X8\nG1Z-1\nG1X9\nG0Z5',
      /down at Z of at most 2 mm; the file uses -1, 5/,
    ],
    ['Z without rapid moves', 'G1Z5\nG1X1Y1\nG1Z0\nG1X2\nG1Z5\nG1X8\nG1Z0\nG1X9\nG1Z5', /down at Z of at most 2.5 mm/],
    [
      'a spindle that turns on and off',
      'M5\nG0X1Y1\nM3S900\nG1X2\nM5\nG0X8\nM3\nG1X9\nM5',
      /down at S 900, and up at 0/,
    ],
    [
      'a servo on the spindle',
      'M3S1000\nG0X1Y1\nM3S0\nG1X2\nM3S1000\nG0X8\nM3S0\nG1X9\nM3S1000',
      /down at S 0, and up at 1000/,
    ],
    [
      'a servo that is off at the start and at the end',
      'M5\nM3S90\nG0X1Y1\nM3S30\nG1X2\nM3S90\nG0X8\nM3S30\nG1X9\nM3S90\nG0X0Y0\nM5',
      /down at S 30, and up at 90, 0$/,
    ],
    ['a laser', 'M4S0\nG0X1Y1\nG1X2S800\nG0X8\nG1X9S700\nM5', /down at S 700, 800/],
    [
      'M280 of Marlin',
      'M280P0S90\nG1X1Y1\nM280P0S30\nG1X2\nM280P0S90\nG1X8\nM280P0S30\nG1X9\nM280P0S90',
      /servo angle 30, and up at 90/,
    ],
    [
      'SET_SERVO of Klipper',
      ['90\nG1X1Y1', '30\nG1X2', '90\nG1X8', '30\nG1X9', '90'].map((s) => `SET_SERVO SERVO=pen ANGLE=${s}`).join('\n'),
      /servo angle 30, and up at 90/,
    ],
    [
      'M300, as the extension Unicorn of Inkscape writes it',
      'M300S50\nG1X1Y1\nM300S30\nG1X2\nM300S50\nG1X8\nM300S30\nG1X9\nM300S50\nM300S255\nG1X0Y0',
      /servo angle 30, and up at 50$/,
    ],
    [
      'Z while M300 beeps',
      'G0Z5\nG0X1Y1\nG1Z-1\nG1X2\nG0Z5\nG0X8\nG1Z-2\nG1X9\nG0Z5\nM300S440P200\nM300S880\nM300S440\nM300S880\nM300S440',
      /at most/,
    ],
    [
      'Z while a spindle keeps turning',
      'M3S9000\nG0Z5\nG0X1Y1\nG1Z-1\nG1X2\nG0Z5\nG0X8\nG1Z-2\nG1X9\nG0Z5\nM5',
      /at most/,
    ],
    ...['M64P0 M65P0', 'M62P0 M63P0', 'M42P4S1 M42P4S0', 'M67E0Q1 M67E0Q0', 'M8 M9'].map(
      (codes): [string, string, RegExp] => {
        const [on, off] = codes.split(' ')
        return [
          codes,
          `${off}\nG1X1Y1\n${on}\nG1X2\n${off}\nG1X8\n${on}\nG1X9\n${off}`,
          /down at output 1, and up at 0$/,
        ]
      },
    ),
    ...[
      ['M64P0 M65P0', 'M64P1', 'M65P1'],
      ['M62P3 M63P3', 'M62', 'M63'],
      ['M42P4S1 M42P4S0', 'M42P5S1', 'M42P5S0'],
      ['M67E0Q1 M67E0Q0', 'M68E1Q5', 'M68E1Q0'],
      ['M64P0 M65P0', 'M8', 'M9'],
    ].map(([codes = '', lamp, dark]): [string, string, RegExp] => {
      const [on, off] = codes.split(' ')
      return [
        `${codes} beside another output, which ${lamp} switches`,
        `${off}\nG1X1Y1\n${lamp}\n${on}\n${dark}\nG1X2\n${off}\n${lamp}\nG1X8\n${on}\nG1X9\n${off}`,
        /down at output 1, and up at 0$/,
      ]
    }),
    ['a fan', 'M107\nG0X1Y1\nM106\nG1X2\nM107\nG0X8\nM106\nG1X9\nM107', /fan 255/],
  ])('is lowered by %s', (_, code, message) => {
    const result = drawn(code)
    expect(result.lines).toEqual([
      [1, 1, 2, 1],
      [8, 1, 9, 1],
    ])
    expect(result.message).toMatch(message)
  })

  it.each([
    ['the time of a pause', 'G4 S1'],
    ['a temperature', 'M104 S20'],
    ['an acceleration', 'M204 S800'],
  ])('is not moved by the S of %s', (_, setting) => {
    const code = ['M3S90', 'G1X1Y1', 'M3S30', 'G1X2', 'M3S90', 'G1X8', 'M3S30', 'G1X9'].join(`\n${setting}\n`)
    expect(drawn(code)).toMatchObject({
      lines: [
        [1, 1, 2, 1],
        [8, 1, 9, 1],
      ],
      message: expect.stringMatching(/down at S 30, and up at 90/),
    })
  })

  it('ignores the outputs of a program with too many, and says so', () => {
    const program = `${Array.from({ length: 30 }, (_, i) => `M64P${i}`).join('\n')}\nG1X5Y5`
    const { canvas } = drawGcode(new TextEncoder().encode(program))
    const message = 'a switch of an output is ignored: the program has too many outputs'
    expect(canvas.notes()).toContainEqual(expect.objectContaining({ message: expect.stringContaining(message) }))
  })

  it('is down at and below the height that the user gives', () => {
    const code = 'G1Z3\nG1X1Y1\nG1Z2\nG1X2\nG1Z0\nG1X3\n'
    expect(drawn(code).message).toMatch(/does not show which/)
    expect(drawn(code, { penDownZ: 2.5 }).lines).toEqual([[1, 1, 2, 1, 3, 1]])
  })

  it('is up where rapid moves lift it, and down at the heights of a ramp', () => {
    const ramp = drawn('G0X0Y1\nG0Z15\nG0Z5\nG1Z1\nG1X1Z-0.7\nX8\nX9Z-1\nX12\nG0Z15')
    expect(ramp.lines).toEqual([[0, 1, 1, 1, 8, 1, 9, 1, 12, 1]])
    expect(ramp.message).toMatch(/at most 10 mm.*15 mm$/)
    const zigzag = [1, 5].map((x) => `G1Z5\nG1X${x}Y1\nG1Z0\nX${x + 1}Z-1\nX${x}Z-2\nX${x + 1}Z-1\nX${x}Z-3`)
    expect(drawn(`${zigzag.join('\n')}\nG1Z5`).message).toMatch(/at most 2.5 mm.*does not show which/)
  })

  it.each([
    ['all moves have a feed', 'G1Z', 'Z0.2'],
    ['rapid moves set the heights', 'G0Z', '\nG0Z0.2\nG1X5.5'],
  ])('is down at all heights of a brush when %s', (_, set, press) => {
    const stroke = (y: number): string =>
      `${set}5\nG1X0Y${y}\n${set}0\n${[1, 3, 5].map((x) => `G1X${x}${press}\n${set}0\nG1X${x + 1}`).join('\n')}`
    const { lines, message } = drawn(`${[1, 2, 3, 4, 5].map(stroke).join('\n')}\n${set}5`)
    expect(lines.map((line) => line.slice(0, 2))).toEqual([1, 2, 3, 4, 5].map((y) => [0, y]))
    expect(message).toMatch(/at most 2.6 mm.*does not show which/)
  })

  it('has a note of unclear heights when rapid moves lift it to several heights, and the lowest of them has drawn moves', () => {
    const tab = 'G0X0Y0\nG0Z5\nG1Z-2\nG1X10\nG0Z-1\nG1X12\nG1Z-2\nG1X20\nG0Z5'
    expect(drawn(tab).message).toMatch(/-1.5 mm.*does not show which/)
  })

  it('is up at S0 of a laser that is switched on before its power is set, as LightBurn does', () => {
    expect(drawn('M4\nM8\nG0X1Y1\nG1X5S0F99\nX8S200\nX9S0\nG0X1\nG1X2S100\nM5')).toEqual({
      lines: [
        [5, 1, 8, 1],
        [1, 1, 2, 1],
      ],
      message: 'the pen is down at S 100, 200, and up at 0',
    })
  })

  it('leaves a dot when M3 and M5 without S switch it in place', () => {
    expect(lines('G0X1Y1\nM3\nG4P1\nM5\nG0X3\nM3\nG1X4\nM5')).toEqual([
      [1, 1],
      [3, 1, 4, 1],
    ])
  })

  it('is up at the travels of a program without rapid moves that parks the pen high above them', () => {
    const code = `${[1, 3, 5, 7, 9].map((x) => `G1Z5\nG1X${x}Y1\nG1Z0\nG1X${x + 1}`).join('\n')}\nG1Z50`
    const strokes = [
      [1, 1, 2, 1],
      [3, 1, 4, 1],
      [5, 1, 6, 1],
      [7, 1, 8, 1],
      [9, 1, 10, 1],
    ]
    expect(drawn(code)).toEqual({
      lines: strokes,
      message: 'the pen is down at Z of at most 2.5 mm; the file uses 0, 5, 50 mm',
    })
    const away = drawn(`G1Z50\nG1X0Y1\n${code}\nG1X0`)
    expect(away.lines).toEqual(strokes)
    expect(away.message).toMatch(/2.5 mm.*does not show which/)
  })

  it.each(['G91G28Z0\nG90', 'G53G0Z0'])('is up after %j, which moves Z to the zero of the machine', (home) => {
    expect(lines(`G0Z5\nG0X1Y1\nG1Z-1\nG1X2\n${home}\nG0X8\nG1Z-1\nG1X9\n${home}\nG0X0Y0`)).toEqual([
      [1, 1, 2, 1],
      [8, 1, 9, 1],
    ])
  })

  it('is not controlled by an output that stays on during rapid and drawn moves: the air of a laser', () => {
    const layers = ['M8', 'M9', 'M8'].map((air, i) => `${air}\nG0X0Y${i}\nG1X4S200\nG0X6\nG1X9`)
    const { lines, message } = drawn(`M4\n${layers.join('\n')}\nM9\nG1S0\nM5`)
    expect(message).toMatch(/down at S 200, and up at 0$/)
    expect(lines).toEqual(
      [0, 1, 2].flatMap((y) => [
        [0, y, 4, y],
        [6, y, 9, y],
      ]),
    )
  })

  it.each(['M5', 'M107', 'M9', 'G0Z1'])('leaves no dot at %s of a program that never lifts it', (code) => {
    expect(lines(`${code}\nG0X1Y1\nG1X5\nG0X8\nG1X9`)).toEqual([
      [1, 1, 5, 1],
      [8, 1, 9, 1],
    ])
  })

  it('leaves a dot when it is lowered and lifted in place', () => {
    expect(lines('G0Z5\nG0X1Y1\nG1Z0\nG0Z5\nG0X3\nG1Z0\nG1X4\nG0Z5')).toEqual([
      [1, 1],
      [3, 1, 4, 1],
    ])
  })
})
