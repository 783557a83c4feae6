import { describe, expect, it } from 'vitest'
import { boundsOf } from '../../../src/geometry/bounds.ts'
import { stroke } from '../../../src/geometry/drawing.ts'
import { fitText, fontFromSvg, layoutText, type StrokeFont, textOnPath } from '../../../src/hershey/index.ts'
import { readSvg } from '../../../src/svg/index.ts'

/** A font of 1000 units to the em. Each letter is one upright line, 700 high, with an advance of 500. */
function font(pairs: string): StrokeFont {
  const glyph = (unicode: string, name: string) => `<glyph unicode="${unicode}" glyph-name="${name}" d="M250 0V700"/>`
  const glyphs = [
    glyph('A', 'A'),
    glyph('V', 'V'),
    glyph('H', 'H'),
    glyph('\u00e9', 'eacute'),
    glyph(',', 'comma'),
    glyph('-', 'hyphen'),
    glyph('א', 'alef'),
    glyph('ב', 'bet'),
    glyph('ג', 'gimel'),
  ]
  return fontFromSvg(
    `<svg xmlns="http://www.w3.org/2000/svg"><font horiz-adv-x="500"><font-face font-family="Mine"/>
     <glyph unicode=" "/>${pairs}${glyphs.join('')}</font></svg>`,
    'mine',
  )
}

/** Width of a text at a cap height of 700 mm, so 1 mm is one font unit. */
const width = (text: string, pairs: string, options = {}): number =>
  layoutText(text, { font: font(pairs), size: 700, ...options }).width

const AV = '<hkern u1="A" u2="V" k="100"/>'

describe('kerning pairs of an SVG font', () => {
  it('bring the second letter nearer to the first, or further away', () => {
    expect(width('AV', '')).toBeCloseTo(1000)
    expect(width('AV', AV)).toBeCloseTo(900)
    expect(width('AV', '<hkern u1="A" u2="V" k="-50"/>')).toBeCloseTo(1050)
    expect(width('VA', AV)).toBeCloseTo(1000)
    expect(width('AVAVH', AV)).toBeCloseTo(2300)
  })

  it.each([
    ['the first two', 'אב', [250, 750, 1150]],
    ['the last two', 'בג', [250, 650, 1150]],
  ])('bring %s letters of a text from right to left nearer together', (_, pair, places) => {
    const pairs = `<hkern u1="${pair.charAt(0)}" u2="${pair.charAt(1)}" k="100"/>`
    const { strokes, width } = layoutText('אבג', { font: font(pairs), size: 700 })
    const xs = Array.from({ length: 3 }, (_, i) => stroke(strokes, i)[0] ?? 0).sort((a, b) => a - b)
    expect([width, ...xs].map(Math.round)).toEqual([1400, ...places])
  })

  it('do not apply to two letters that have spaces between them', () => {
    expect(width('A V', AV)).toBeCloseTo(1500)
    expect(width('A  V', '<hkern g1="A" g2="V" k="100"/>')).toBeCloseTo(2000)
  })

  it.each([
    ['a list', 'u1="H,A" u2="H,V"'],
    ['a list with spaces', 'u1="H, A" u2="V"'],
    ['a range', 'u1="U+41-5a" u2="U+0056"'],
    ['a range with a wildcard digit', 'u1="U+4?" u2="U+5?"'],
    ['names of glyphs that follow in the file', 'g1="H, A" g2="V"'],
  ])('name letters by %s', (_, pair) => {
    expect(width('AV', `<hkern ${pair} k="100"/>`)).toBeCloseTo(900)
  })

  it.each([
    ['a range without A', 'u1="U+61-7A" u2="V"'],
    ['an empty list', 'u1="" u2="V"'],
    ['a name that no glyph has', 'g1="nobody" g2="V"'],
    ['more than one letter', 'u1="AV" u2="V"'],
  ])('do not name A by %s', (_, pair) => {
    expect(width('AV', `<hkern ${pair} k="100"/>`)).toBeCloseTo(1000)
  })

  it('may name the comma, which also separates the list', () => {
    for (const list of ['A,,,V', ',', ',,H', 'U+2c']) {
      expect(width('A,', `<hkern u1="A" u2="${list}" k="100"/>`)).toBeCloseTo(900)
    }
  })

  it('do not add up: of two elements for the same letters, the first counts', () => {
    expect(width('AV', `${AV}<hkern u1="A" u2="V" k="300"/>`)).toBeCloseTo(900)
  })

  it('with k="0" keep a later element from moving the same letters', () => {
    const later = '<hkern u1="A,B" u2="V,W" k="80"/>'
    expect(width('AV', `<hkern u1="A" u2="V" k="0"/>${later}`)).toBeCloseTo(1000)
  })

  it('do not count at the end of a line, but may make a word fit on its line', () => {
    const pairs = `${AV}<hkern u1="V" u2=" " k="90"/>`
    const lines = (width: number) =>
      layoutText('AV AV', { font: font(pairs), size: 700, width }).lines.map((line) => [line.text, line.width])
    expect(lines(2300)).toEqual([['AV AV', expect.closeTo(2210)]])
    expect(lines(2200)).toEqual([
      ['AV', expect.closeTo(900)],
      ['AV', expect.closeTo(900)],
    ])
    const three = layoutText('AV AV AV', { font: font(pairs), size: 700, width: 2150 }).lines
    expect(three.map((line) => line.width)).toEqual([expect.closeTo(900), expect.closeTo(900), expect.closeTo(900)])
  })

  it('apply across a soft hyphen at which no line breaks, and not to the hyphen of a broken line', () => {
    expect(width('A\u00adV', AV)).toBeCloseTo(900)
    const broken = layoutText('A\u00adV', { font: font(`${AV}<hkern u1="A" u2="-" k="70"/>`), size: 700, width: 800 })
    expect(broken.lines).toHaveLength(2)
    expect(broken.lines[0]?.width).toBeCloseTo(1000)
  })

  it('do not apply to characters of other fonts', () => {
    const pairs = '<hkern u1="A" u2="U+0-10FFFF" k="100"/>'
    expect(width('A\u00e9', pairs)).toBeCloseTo(900)
    expect(width('A\u00c9', pairs)).toBeCloseTo(width('A\u00c9', ''))
  })

  it('apply in a box, along a path and in the text of an SVG, except to letters placed apart or of two sizes', () => {
    const kerned = font(AV)
    expect(fitText('AV', { font: kerned, width: 100, height: 1000, maxSize: 500 }).size).toBeGreaterThan(
      fitText('AV', { font: font(''), width: 100, height: 1000, maxSize: 500 }).size,
    )
    expect(textOnPath('AV', Float64Array.of(0, 0, 5000, 0), { font: kerned, size: 700 }).length).toBeCloseTo(900)
    const gapIn = (svgFont: StrokeFont, inside: string): number => {
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="9999mm" height="9999mm" viewBox="0 0 9999 9999"><text y="5000" font-size="1000">${inside}</text></svg>`
      const { minX, maxX } = boundsOf(readSvg(svg, { font: svgFont }).drawing)
      return maxX - minX
    }
    expect(gapIn(kerned, 'AV')).toBeCloseTo(gapIn(font(''), 'AV') - 100, 0)
    const placed = '<tspan x="3000" text-anchor="end">A<tspan x="5000">V</tspan></tspan>'
    expect(gapIn(kerned, placed)).toBeCloseTo(gapIn(font(''), placed))
    expect(gapIn(kerned, 'A<tspan font-size="500">V</tspan>')).toBeCloseTo(
      gapIn(font(''), 'A<tspan font-size="500">V</tspan>'),
    )
  })

  it('without a number in `k` are refused with an error that names the line', () => {
    expect(() => font('<hkern u1="A" u2="V" k="much"/>')).toThrow(/line 2: k="much": expected a number/)
  })
})
