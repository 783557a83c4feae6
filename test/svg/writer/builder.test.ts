import fc from 'fast-check'
import { SaxesParser } from 'saxes'
import { describe, expect, it } from 'vitest'
import { strokesOf } from '../../../src/geometry/drawing.ts'
import { SvgBuilder } from '../../../src/svg/index.ts'
import { anyText } from '../../support/any-text.ts'
import { runs } from '../../support/fuzz.ts'

/** The elements inside the `svg` tag, one per line. */
const inside = (svg: SvgBuilder): string[] => svg.toString().split('\n').slice(2, -2)

function isWellFormed(xml: string): boolean {
  const parser = new SaxesParser({ xmlns: true })
  parser.on('error', (error) => {
    throw error
  })
  parser.write(xml).close()
  return true
}

describe('SvgBuilder', () => {
  it('writes a page with its size and numbers in mm, without fill and with round line ends', () => {
    const [, root = ''] = new SvgBuilder(210, 148).toString().split('\n')
    expect(root).toContain('width="210mm" height="148mm" viewBox="0 0 210 148"')
    expect(root).toContain('fill="none"')
    expect(root).toContain('stroke-linecap="round"')
  })

  it.each([
    ['rect', (svg: SvgBuilder) => svg.rect(1, 2, 3, 4), '<rect x="1" y="2" width="3" height="4"/>'],
    [
      'round corners',
      (svg: SvgBuilder) => svg.rect(1, 2, 3, 4, { rx: 1 }),
      '<rect x="1" y="2" width="3" height="4" rx="1"/>',
    ],
    ['circle', (svg: SvgBuilder) => svg.circle(5, 6, 7), '<circle cx="5" cy="6" r="7"/>'],
    ['ellipse', (svg: SvgBuilder) => svg.ellipse(5, 6, 7, 8), '<ellipse cx="5" cy="6" rx="7" ry="8"/>'],
    ['line', (svg: SvgBuilder) => svg.line(0, 0, 10, 20), '<line x1="0" y1="0" x2="10" y2="20"/>'],
    [
      'polyline of pairs',
      (svg: SvgBuilder) =>
        svg.polyline([
          [0, 0],
          [1, 2],
        ]),
      '<polyline points="0,0 1,2"/>',
    ],
    ['polyline of numbers', (svg: SvgBuilder) => svg.polyline([0, 0, 1, 2]), '<polyline points="0,0 1,2"/>'],
    ['polygon', (svg: SvgBuilder) => svg.polygon([0, 0, 1, 2, 3, 0]), '<polygon points="0,0 1,2 3,0"/>'],
    ['path', (svg: SvgBuilder) => svg.path('M0 0c1,1 2,2 3-3z'), '<path d="M0 0c1,1 2,2 3-3z"/>'],
    ['strokes', (svg: SvgBuilder) => svg.strokes(strokesOf([0, 0, 5, 5], [1, 1])), '<path d="M0,0L5,5M1,1L1,1"/>'],
    [
      'a closed stroke',
      (svg: SvgBuilder) => svg.strokes(strokesOf([0, 0, 5, 5, 9, 0, 0, 0])),
      '<path d="M0,0L5,5 9,0z"/>',
    ],
  ])('writes %s', (_name, draw, element) => {
    expect(inside(draw(new SvgBuilder(100, 100)))).toEqual([element])
  })

  it('keeps three decimals, without trailing zeros or minus zero', () => {
    expect(inside(new SvgBuilder(9, 9).line(1 / 3, -0.0001, 1.5, 2.00049))).toEqual([
      '<line x1="0.333" y1="0" x2="1.5" y2="2"/>',
    ])
  })

  it('nests groups and layers, whether a function draws their content or `end` closes them', () => {
    const nested = new SvgBuilder(9, 9).layer('red', (svg) => svg.group('a').circle(1, 1, 1).end(), { color: 'red' })
    expect(inside(nested)).toEqual([
      '<g inkscape:groupmode="layer" inkscape:label="1 red" stroke="red">',
      '<g inkscape:label="a">',
      '<circle cx="1" cy="1" r="1"/>',
      '</g>',
      '</g>',
    ])
  })

  it('gives layers the pens 1, 2, 3 … in order, unless the caller names a pen', () => {
    const labels = new SvgBuilder(9, 9)
      .layer('a', () => {})
      .layer('b', () => {}, { pen: 7, options: { pauseBefore: true, speedPercent: 40 } })
      .layer('c', () => {})
      .toString()
      .match(/label="[^"]*"/g)
    expect(labels).toEqual(['label="1 a"', 'label="!7+S40 b"', 'label="3 c"'])
  })

  it('closes open groups in the document', () => {
    expect(isWellFormed(new SvgBuilder(9, 9).layer('a').group('b').toString())).toBe(true)
  })

  it.each<[string, (svg: SvgBuilder) => unknown, RegExp]>([
    ['a circle', (svg) => svg.circle(Number.NaN, 0, 1), /circle cx must be a finite number, got NaN/],
    ['a negative radius', (svg) => svg.circle(0, 0, -1), /circle r must be 0 or more, got -1/],
    ['a polyline', (svg) => svg.polyline([0, 0, 1, Infinity]), /y must be a finite number, got Infinity/],
    ['an odd list', (svg) => svg.polyline([0, 0, 1]), /in pairs of x and y, got 3/],
    ['path data', (svg) => svg.path('M NaN 0'), /got "M NaN 0"/],
    ['markup in path data', (svg) => svg.path('M0 0"/><script>'), /must be SVG path data/],
    ['a colour', (svg) => svg.layer('x', () => {}, { color: 'red"' }), /must be a CSS colour/],
    ['a negative pen', (svg) => svg.layer('x', () => {}, { pen: -1 }), /pen must be a whole number .*, got -1/],
    ['half a pen', (svg) => svg.layer('x', () => {}, { pen: 1.5 }), /pen must be a whole number .*, got 1.5/],
    [
      'a speed that the label cannot hold',
      (svg) => svg.layer('x', () => {}, { options: { speedPercent: 33.3 } }),
      /speedPercent must be a whole number from 1 to 110, got 33.3/,
    ],
    [
      'a time that the attribute cannot hold',
      (svg) => svg.layer('x', () => {}, { options: { touchMs: 20_000 } }),
      /touchMs must be a whole number from 0 to 10000, got 20000/,
    ],
    ['a superfluous end', (svg) => svg.end(), /without an open group/],
  ])('refuses an invalid call, and says what is wrong: %s', (_name, draw, message) => {
    expect(() => draw(new SvgBuilder(9, 9))).toThrowError(
      expect.objectContaining({ code: 'ERR_PARAMS', message: expect.stringMatching(message) }),
    )
  })

  it.each([
    [0, 10],
    [Number.NaN, 10],
    [10, -1],
    [Infinity, 1],
  ])('refuses a page of %d × %d mm', (width, height) => {
    expect(() => new SvgBuilder(width, height)).toThrowError(expect.objectContaining({ code: 'ERR_PARAMS' }))
  })

  it('stays well-formed for any titles and names', () => {
    const names = anyText()
    fc.assert(
      fc.property(names, names, (title, name) => isWellFormed(new SvgBuilder(9, 9, { title }).group(name).toString())),
      runs(300),
    )
    expect(isWellFormed(new SvgBuilder(9, 9, { title: '\u0000\u001b]]>&<\ud800' }).layer('"\n\uffff').toString())).toBe(
      true,
    )
  })

  describe('hersheyText', () => {
    const bounds = (svg: SvgBuilder) => {
      const data = [...svg.toString().matchAll(/(-?[\d.]+),(-?[\d.]+)/g)].map(
        ([, x, y]) => [Number(x), Number(y)] as const,
      )
      const [xs, ys] = [data.map(([x]) => x), data.map(([, y]) => y)]
      return { left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) }
    }
    const page = () => new SvgBuilder(210, 148)

    it('draws text as strokes on its baseline, with capitals 5 mm high at scale 0.5', () => {
      const box = bounds(page().hersheyText(105, 74, 'H', 0.5))
      expect(box.bottom).toBeCloseTo(74, 1)
      expect(box.bottom - box.top).toBeCloseTo(5, 1)
      expect(box.left).toBeGreaterThanOrEqual(105)
    })

    it('takes x as the middle or the right edge of the text, by `align`', () => {
      const middle = bounds(page().hersheyText(105, 74, 'HIH', { align: 'center' }))
      expect((middle.left + middle.right) / 2).toBeCloseTo(105, 0)
      expect(bounds(page().hersheyText(105, 74, 'HIH', { align: 'right' })).right).toBeLessThanOrEqual(105)
    })

    it('rotates about its anchor', () => {
      const box = bounds(page().hersheyText(105, 74, 'HIH', { align: 'center', rotation: 90 }))
      expect((box.top + box.bottom) / 2).toBeCloseTo(74, 0)
      expect(box.left).toBeCloseTo(105, 1)
    })

    it('reports the missing characters, with their counts', () => {
      const svg = page().hersheyText(0, 10, 'a\uE000', 1).hersheyText(0, 20, '\uE000b', 1)
      expect(svg.missing).toEqual([expect.objectContaining({ char: '\uE000', count: 2 })])
      expect(page().hersheyText(0, 10, 'plain', 1).missing).toEqual([])
    })

    it('keeps the words as a label in the file', () => {
      expect(page().hersheyText(0, 10, 'a "b" & c', 1).toString()).toContain('aria-label="a &quot;b&quot; &amp; c"')
    })

    it.each([[0], [-1], [Number.NaN]])('refuses scale %d', (scale) => {
      expect(() => page().hersheyText(0, 0, 'x', scale)).toThrowError(expect.objectContaining({ code: 'ERR_PARAMS' }))
    })
  })
})
