import { describe, expect, it } from 'vitest'
import { strokeCount } from '../../../src/geometry/drawing.ts'
import { fontFromSvg, loadFontFile, readFont } from '../../../src/hershey/fonts/read-font.ts'
import { parseSvgFont } from '../../../src/hershey/fonts/svg-font.ts'
import { coverage, layoutText } from '../../../src/hershey/index.ts'

const font = (glyphs: string, attributes = 'horiz-adv-x="500"') =>
  `<svg xmlns="http://www.w3.org/2000/svg"><defs>\n<font ${attributes}>\n<font-face font-family="Mine"/>\n${glyphs}\n</font></defs></svg>`
const points = (d: string) => [
  ...(parseSvgFont(font(`<glyph unicode="A" d="${d}"/>`)).glyphs.get(65)?.strokes.points ?? []),
]

describe('an SVG font', () => {
  it('gives its glyphs by code point, with y pointing down', () => {
    const { glyphs, family } = parseSvgFont(font('<glyph unicode="&#xe9;" horiz-adv-x="300" d="M10 700L20 0"/>'))
    expect(family).toBe('Mine')
    expect(glyphs.get(0xe9)?.advance).toBe(300)
    expect([...(glyphs.get(0xe9)?.strokes.points ?? [])]).toEqual([10, -700, 20, -0])
  })

  it('takes the advance of the font where the glyph has none', () => {
    expect(parseSvgFont(font('<glyph unicode="A"/>')).glyphs.get(65)?.advance).toBe(500)
  })

  it('draws lines by M, h, v and l, and closes them by z', () => {
    expect(points('M0 0h10v-10l5 5z')).toEqual([0, -0, 10, -0, 10, 10, 15, 5, 0, -0])
    expect(points('M0 0z l1 1')).toEqual([0, -0, 0, -0, 0, -0, 1, -1])
  })

  it('is read in slices: a large font does not block the event loop', async () => {
    const source = font(
      Array.from({ length: 4000 }, (_, i) => `<glyph unicode="&#${0x4e00 + i};" d="M0 0C1 2 30 40 500 600"/>`).join(''),
    )
    let turns = 0
    const turning = setInterval(() => turns++, 0)
    const read = await readFont(new TextEncoder().encode(source), 'large', 'large.svg')
    clearInterval(turning)
    expect(turns).toBeGreaterThan(0)
    expect(read.glyphs.get(0x4e00 + 3999)).toEqual(fontFromSvg(source, 'large').glyphs.get(0x4e00 + 3999))
  })

  it.each([
    ['M 1 2 3 4 L5,6', [1, -2, 3, -4, 5, -6]],
    ['M1-2L3.5-4', [1, 2, 3.5, 4]],
    ['M1 2 M3 4 L5 6', [3, -4, 5, -6]],
    ['M1e1 2L3 4', [10, -2, 3, -4]],
    ['M.5 2L3 4', [0.5, -2, 3, -4]],
  ])('reads %s, however its numbers are separated', (d, expected) => {
    expect(points(d)).toEqual(expected)
  })

  it('draws a curve by more than 8 points, each less than a thousandth of an em from the circle that the curve follows', () => {
    const flat = points('M0 0C0 552 448 1000 1000 1000')
    expect(flat.length / 2).toBeGreaterThan(8)
    for (let i = 0; i < flat.length; i += 2) {
      expect(Math.abs(Math.hypot(1000 - (flat[i] ?? 0), flat[i + 1] ?? 0) - 1000)).toBeLessThan(1)
    }
    expect(flat.slice(-2)).toEqual([1000, -1000])
  })

  const HUGE: readonly (readonly [name: string, glyphs: string, refusal: RegExp])[] = [
    ['a curve with coordinates of 1e9', `<glyph unicode="A" d="M0 0C1e9 1e9 -1e9 1e9 5 5"/>`, /beyond 1000000 units/],
    [
      'a curve with coordinates of 1e300',
      `<glyph unicode="A" d="M0 0C1e300 1e300 -1e300 1e300 5 5"/>`,
      /beyond 1000000 units/,
    ],
    [
      'a glyph of a million vertices',
      `<glyph unicode="A" d="${'M1 1L2 2'.repeat(500_000)}"/>`,
      /more than 100000 vertices/,
    ],
    [
      'glyphs of millions of vertices',
      Array.from(
        { length: 80 },
        (_, i) => `<glyph unicode="&#${100 + i};" d="M0 0${'q1 2 3 4 '.repeat(40_000)}"/>`,
      ).join(''),
      /more than 2000000 vertices/,
    ],
    [
      'kerning pairs of 200,000 characters',
      `<glyph unicode="A"/>${`<hkern u1="${'A,'.repeat(1000)}A" u2="A" k="1"/>`.repeat(200)}`,
      /have more than 100000 characters/,
    ],
  ]
  it.each(HUGE)('is refused when it has %s', (_name, glyphs, refusal) => {
    expect(() => parseSvgFont(font(glyphs))).toThrowError(
      expect.objectContaining({ code: 'ERR_FONT_INVALID', message: expect.stringMatching(refusal) }),
    )
  })

  it('keeps the first of two glyphs of one character', () => {
    const { glyphs } = parseSvgFont(font('<glyph unicode="a" horiz-adv-x="1"/><glyph unicode="a" horiz-adv-x="2"/>'))
    expect([...glyphs].map(([code, glyph]) => [code, glyph.advance])).toEqual([[97, 1]])
  })

  it('draws the longest ligature in place of its characters, and keeps a second glyph of a ligature as another form', () => {
    const glyph = (text: string, width: number) =>
      `<glyph unicode="${text}" horiz-adv-x="${width}" d="M0 0L${width} 700"/>`
    const source = font(['f', 'i', 'a'].map((char) => glyph(char, 500)).join('') + glyph('fi', 600) + glyph('ffi', 700))
    const widths = (text: string, more = '') => {
      const own = fontFromSvg(source.replace('</font>', `${more}</font>`), 'own')
      const scale = 5 / own.metrics.capHeight
      return (layoutText(text, { font: own, size: 5 }).lines[0]?.width ?? 0) / scale
    }
    expect(widths('afia')).toBeCloseTo(1600)
    expect(widths('ffi')).toBeCloseTo(700)
    expect(widths('f\u00ADi')).toBeCloseTo(1000)
    expect(widths('fi fi') - widths('a a')).toBeCloseTo(200)
    expect(coverage('affia', fontFromSvg(source, 'own')).complete).toBe(true)
    const forms = fontFromSvg(source.replace('</font>', `${glyph('fi', 640)}</font>`), 'own').faces
    expect(forms?.map(({ ligatures }) => ligatures?.get('fi')?.advance)).toEqual([600, 640])
  })

  it.each([
    ['is no XML', 'hello', /own\.svg, line 1: /],
    ['is cut off', font('<glyph unicode="a"/>').slice(0, -20), /own\.svg, line 5: unclosed tag: font/],
    ['is an ordinary drawing', '<svg xmlns="http://www.w3.org/2000/svg"/>', /the file has no <font>/],
    ['has no glyphs', font(''), /the file has no <glyph>/],
    ['holds two fonts', font('</font><font>'), /line 4: expected one <font>, found a second one/],
    [
      'has a width that is no number',
      font('<glyph unicode="a" horiz-adv-x="wide"/>'),
      /line 4: horiz-adv-x="wide": expected a number/,
    ],
    [
      'has no width at all',
      font('<glyph unicode="a"/>', ''),
      /line 4: neither the glyph 'a' nor the font has horiz-adv-x/,
    ],
    ['has a glyph wider than 1,000,000 units', font('<glyph unicode="a" horiz-adv-x="1e7"/>'), /line 4: .*to 1000000/],
    [
      'has a path of numbers that are too large',
      font(`<glyph unicode="a" d="M0 0L${'9'.repeat(400)} 0"/>`),
      /line 4: the path of 'a': it reaches beyond 1000000 units/,
    ],
    [
      'has an em of less than 0.01 units',
      font('<font-face units-per-em="1e-300"/>'),
      /line 4: units-per-em="1e-300": expected at least 0.01/,
    ],
    ['has a broken path', font('\n<glyph unicode="a" d="M0 0 L 5"/>'), /line 5: the path of 'a': /],
  ])('is refused when it %s: the error names the line, or the element that is missing', (_, source, message) => {
    expect(() => fontFromSvg(source, 'own')).toThrow(message)
    expect(() => fontFromSvg(source, 'own')).toThrow(expect.objectContaining({ code: 'ERR_FONT_INVALID' }))
  })
})

describe('a font of the user', () => {
  it('has the name that the caller gives, and takes its metrics from its own letters', () => {
    const own = fontFromSvg(font('<glyph unicode="H" d="M0 0L0 400"/><glyph unicode="x" d="M0 0L100 200"/>'), 'Hand')
    expect(own.info).toMatchObject({ name: 'Hand', title: 'Mine' })
    expect(own.metrics).toMatchObject({ capHeight: 400, xHeight: 200 })
  })

  it.each(['M0 0L300 0', 'M0 -500L300 -300'])('takes no height from a sign in the place of H: %s', (d) => {
    const own = fontFromSvg(font(`<glyph unicode="H" d="${d}"/><glyph unicode="x" d="${d}"/>`), 'Signs')
    expect(own.metrics).toMatchObject({ capHeight: 700, ascent: 700 })
    expect(own.metrics.xHeight).toBeCloseTo(1400 / 3)
  })

  it('keeps 12 forms of a letter that has very many', () => {
    const own = fontFromSvg(font('<glyph unicode="a" d="M0 0H9"/>'.repeat(100_000)), 'Forms')
    expect(own.faces).toHaveLength(12)
  })

  it('may be a .jhf in ASCII order', async () => {
    const own = await readFont(new TextEncoder().encode('    1  1JZ\n    2  3MWRFRT\n'), 'tiny', 'tiny.jhf')
    expect(strokeCount(own.glyphs.get(33)?.strokes ?? { points: new Float64Array(), starts: new Uint32Array(1) })).toBe(
      1,
    )
  })

  it.each([
    ['is of another kind', import.meta.filename, 'ERR_FONT_INVALID'],
    ['does not exist', '/nowhere/a.jhf', 'ERR_FILE'],
  ])('is refused when its file %s', async (_, path, code) => {
    await expect(loadFontFile(path)).rejects.toThrow(expect.objectContaining({ code }))
  })
})
