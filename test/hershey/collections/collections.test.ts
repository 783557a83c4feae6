import { describe, expect, it } from 'vitest'
import { strokeCount } from '../../../src/geometry/drawing.ts'
import { kanjiFont } from '../../../src/hershey/collections/kanjivg.ts'
import { ufoFont } from '../../../src/hershey/collections/ufo.ts'
import { fontFromSvg, layoutText } from '../../../src/hershey/index.ts'

const kanji = (code: string, ...paths: string[]) =>
  `<svg><g id="kvg:${code}">${paths.map((d, i) => `<path id="kvg:${code}-s${i + 1}" kvg:type="㇔" d="${d}"/>`).join('')}</g></svg>`

describe('KanjiVG', () => {
  const two = kanji('04e8c', 'M27.5,29.5c2.8,0.4,5.5,0.7,8.3,0.3', 'M14,83c10,1,60,1,80,0')

  it('becomes a font with the strokes in writing order, and with kanji that are one em wide', () => {
    const { svg, characters } = kanjiFont([two, kanji('04e00', 'M11,54L99,54')])
    const font = fontFromSvg(svg, 'kanjivg')
    expect(characters).toBe(2)
    const { strokes } = layoutText('二', { font, size: font.metrics.capHeight })
    expect(strokeCount(strokes)).toBe(2)
    expect((strokes.points[1] ?? 0) < (strokes.points.at(-1) ?? 0)).toBe(true)
    expect(layoutText('二一', { font, size: font.metrics.capHeight }).width).toBe(1000)
    expect(svg).toMatch(/Attribution-Share Alike 3\.0/)
  })

  it('is refused when it has no stroke of a character', () => {
    expect(() => kanjiFont(['<svg/>', kanji('04e00-Kaisho', 'M0,0L1,1')])).toThrow(
      expect.objectContaining({ code: 'ERR_FONT_INVALID' }),
    )
  })

  it('is refused when a path is invalid, and the error names the character', () => {
    expect(() => kanjiFont([two, kanji('04e00', 'M11,54C99')])).toThrow(
      expect.objectContaining({ code: 'ERR_FONT_INVALID', message: expect.stringContaining("path of '一'") }),
    )
  })
})

describe('a UFO', () => {
  const plist = (content: string) => `<?xml version="1.0"?><plist version="1.0"><dict>${content}</dict></plist>`
  const point = (x: number, y: number, type?: string) => `<point x="${x}" y="${y}"${type ? ` type="${type}"` : ''}/>`
  const glif = (code: string, ...contours: string[]) =>
    `<glyph><advance width="500"/><unicode hex="${code}"/><outline>${contours.map((each) => `<contour>${each}</contour>`).join('')}</outline></glyph>`
  const files = new Map([
    [
      'glyphs/contents.plist',
      plist(
        '<key>L</key><string>L_.glif</string><key>O</key><string>O_.glif</string><key>A</key><string>A_.glif</string>',
      ),
    ],
    ['glyphs/L_.glif', glif('004C', point(90, 700, 'move') + point(90, 0, 'line') + point(440, 0, 'line'))],
    ['glyphs/O_.glif', glif('004F', point(0, 0, 'line') + point(400, 0, 'line') + point(400, 700, 'line'))],
    [
      'glyphs/A_.glif',
      '<glyph><advance width="500"/><unicode hex="0041"/><outline><component base="L" xOffset="10" xScale="0.5"/></outline></glyph>',
    ],
    [
      'fontinfo.plist',
      plist('<key>familyName</key><string>Mine &amp; Yours</string><key>unitsPerEm</key><integer>1000</integer>'),
    ],
    ['kerning.plist', plist('<key>public.kern1.A</key><dict><key>L</key><integer>-80</integer></dict>')],
    ['groups.plist', plist('<key>public.kern1.A</key><array><string>A</string><string>O</string></array>')],
  ])
  const { svg, characters } = ufoFont(files)
  const font = fontFromSvg(svg, 'ufo')

  it.each(['<integer>0</integer>', '<integer>-1</integer>', '<string>many</string>'])(
    'has 1000 units per em where the file says %s',
    (units) => {
      const info = plist(`<key>unitsPerEm</key>${units}`)
      const { svg: other } = ufoFont(new Map([...files, ['fontinfo.plist', info]]))
      expect(other).toMatch(/<font horiz-adv-x="500"><font-face [^>]*units-per-em="1000"/)
    },
  )

  it('keeps open contours open and closed ones closed, and places components', () => {
    expect([characters, font.info.title]).toEqual([3, 'Mine & Yours'])
    const points = (char: string) =>
      [...(font.glyphs.get(char.codePointAt(0) ?? 0)?.strokes.points ?? [])].map(Math.abs)
    expect(points('L')).toEqual([90, 700, 90, 0, 440, 0])
    expect(points('O')).toEqual([0, 0, 400, 0, 400, 700, 0, 0])
    expect(points('A')).toEqual([55, 700, 55, 0, 230, 0])
  })

  it('leaves out code points that are no characters of XML', () => {
    for (const code of ['0008', '001D', 'D800', 'FFFF']) {
      const control = glif(code, point(0, 0, 'move') + point(9, 9, 'line'))
      const { svg: other } = ufoFont(new Map([...files, ['glyphs/O_.glif', control]]))
      expect([...fontFromSvg(other, 'ufo').glyphs.keys()]).toEqual([0x4c, 0x41])
    }
  })

  it('draws a closed contour that has only points off the curve', () => {
    const ring = glif('004F', point(0, 0) + point(400, 0) + point(400, 400) + point(0, 400))
    const { svg: other } = ufoFont(new Map([...files, ['glyphs/O_.glif', ring]]))
    expect(other).toContain('d="M0 200Q0 0 200 0Q400 0 400 200Q400 400 200 400Q0 400 0 200"')
  })

  it('kerns groups', () => {
    expect(layoutText('AL', { font, size: font.metrics.capHeight }).width).toBe(920)
    expect(layoutText('OL', { font, size: font.metrics.capHeight }).width).toBe(920)
    expect(layoutText('LL', { font, size: font.metrics.capHeight }).width).toBe(1000)
  })

  it('kerns all characters of a glyph that has several characters', () => {
    const twice =
      '<glyph><advance width="500"/><unicode hex="0041"/><unicode hex="0391"/><outline><component base="L"/></outline></glyph>'
    const other = fontFromSvg(ufoFont(new Map([...files, ['glyphs/A_.glif', twice]])).svg, 'ufo')
    const widthOf = (text: string) => layoutText(text, { font: other, size: other.metrics.capHeight }).width
    expect(['AL', 'ΑL', 'LΑ'].map(widthOf)).toEqual([920, 920, 1000])
  })

  it('kerns a pair of glyphs by its own value, whatever the order of the file', () => {
    const pairs = (...keys: string[]) =>
      plist(keys.map((key) => `<key>${key}</key><dict>${KERNED[key]}</dict>`).join(''))
    const KERNED: Readonly<Record<string, string>> = {
      'public.kern1.A': '<key>L</key><integer>-80</integer>',
      A: '<key>L</key><integer>0</integer>',
    }
    for (const kerning of [pairs('public.kern1.A', 'A'), pairs('A', 'public.kern1.A')]) {
      const other = fontFromSvg(ufoFont(new Map([...files, ['kerning.plist', kerning]])).svg, 'ufo')
      const widthOf = (text: string) => layoutText(text, { font: other, size: other.metrics.capHeight }).width
      expect([widthOf('AL'), widthOf('OL')]).toEqual([1000, 920])
    }
  })

  it.each([
    ['nothing', new Map<string, string>()],
    ['a list that is no XML', new Map([['glyphs/contents.plist', 'hello']])],
    ['a glyph whose file is missing', new Map([...files].filter(([path]) => path !== 'glyphs/O_.glif'))],
    [
      'a glyph with a hundred components of itself',
      new Map([
        ['glyphs/contents.plist', plist('<key>A</key><string>A_.glif</string>')],
        [
          'glyphs/A_.glif',
          `<glyph><unicode hex="0041"/><outline>${'<component base="A"/>'.repeat(100)}</outline></glyph>`,
        ],
      ]),
    ],
    [
      'a component of a glyph that is missing',
      new Map([
        ['glyphs/contents.plist', plist('<key>A</key><string>A_.glif</string>')],
        ['glyphs/A_.glif', '<glyph><unicode hex="0041"/><outline><component base="acute"/></outline></glyph>'],
      ]),
    ],
    [
      'a million nested components',
      new Map([
        [
          'glyphs/contents.plist',
          plist(Array.from('ABCD', (name) => `<key>${name}</key><string>${name}_.glif</string>`).join('')),
        ],
        ...['AB', 'BC', 'CD'].map(([name, base]): [string, string] => [
          `glyphs/${name}_.glif`,
          `<glyph><unicode hex="0041"/><outline>${`<component base="${base}"/>`.repeat(100)}</outline></glyph>`,
        ]),
        ['glyphs/D_.glif', glif('0044')],
      ]),
    ],
    [
      'more than 20,000 glyphs',
      new Map([
        [
          'glyphs/contents.plist',
          plist(Array.from({ length: 20_001 }, (_, i) => `<key>g${i}</key><string>g.glif</string>`).join('')),
        ],
        ['glyphs/g.glif', glif('0041', point(0, 0, 'move') + point(0, 700, 'line'))],
      ]),
    ],
  ])('of %s is refused', (_, bad) => {
    expect(() => ufoFont(bad)).toThrow(expect.objectContaining({ code: 'ERR_FONT_INVALID' }))
  })
})
