import { describe, expect, it } from 'vitest'
import { readSvg } from '../../../src/svg/index.ts'
import { box, drawn, lines, page, read } from './support.ts'

const RECT = '<rect id="r" width="10" height="10"/>'

describe('the reader of use, symbol and nested svg', () => {
  it.each([
    ['an element at its place, and again at each use', `${RECT}<use href="#r" x="20" y="30"/>`, [0, 0, 30, 40]],
    [
      'an element of definitions at its use',
      `<use xlink:href="#r" x="20" y="30"/><defs>${RECT}</defs>`,
      [20, 30, 30, 40],
    ],
    [
      'the copy with the transform of its use',
      `<defs>${RECT}</defs><use href="#r" x="10" transform="scale(2)"/>`,
      [20, 0, 40, 20],
    ],
    [
      'a symbol in its box',
      '<symbol id="s" viewBox="0 0 1 1"><rect width="1" height="1"/></symbol><use href="#s" x="5" y="5" width="20" height="20"/>',
      [5, 5, 25, 25],
    ],
    [
      'a symbol cut to its box',
      '<symbol id="s" viewBox="0 0 10 10"><path stroke="red" d="M-5 5H50"/></symbol><use href="#s" width="20" height="20"/>',
      [0, 10, 20, 10],
    ],
    [
      'a nested svg',
      '<svg x="10" y="10" width="50" height="50" viewBox="0 0 10 10"><rect width="10" height="10"/></svg>',
      [10, 10, 60, 60],
    ],
    [
      'a nested svg that shows all',
      '<svg width="10" height="10" overflow="visible"><rect width="30" height="30"/></svg>',
      [0, 0, 30, 30],
    ],
    [
      'a nested svg that shows all, because a variable is missing',
      '<svg width="10" height="10" style="overflow:var(--none)"><rect width="30" height="30"/></svg>',
      [0, 0, 30, 30],
    ],
    [
      'a nested svg that clips as the browser’s own style sheet says',
      '<svg width="10" height="10" overflow="visible" style="overflow:revert"><rect width="30" height="30"/></svg>',
      [0, 0, 10, 10],
    ],
  ])('draws %s', (_name, inside, expected) => {
    expect(box(inside)).toEqual(expected)
  })

  it.each([
    ['the group around the use', '<g id="a"><use href="#a" x="5"/>%</g>', 1],
    ['a group with a use that refers back', '<g id="a"><use href="#b"/>%</g><g id="b"><use href="#a"/>%</g>', 4],
    ['nothing', '<use href="#nope"/>%', 1],
    ['an element that is not drawn', '<linearGradient id="g"/><use href="#g"/>%', 1],
  ])('draws every path when a use refers to %s', (_name, inside, count) => {
    expect(drawn(inside.replaceAll('%', '<path d="M0 0H9V9z"/>'))).toHaveLength(count)
  })

  it('styles the copy by the context of its use', () => {
    expect(
      drawn(
        `<defs><path id="p" d="M0 0H9"/></defs><use href="#p" fill="none"/><use href="#p" fill="none" stroke="red"/>`,
      ),
    ).toHaveLength(1)
  })

  it('lets no selector match a copy through ancestors of the original', () => {
    const svg =
      '<style>g rect{display:none}</style><defs><g><rect id="r" width="9" height="9"/></g></defs><use href="#r"/>'
    expect(drawn(svg)).toHaveLength(1)
  })
})

describe('the SVG reader', () => {
  it.each([
    ['an element a', 1, '<a href="x">%</a>'],
    ['the first match in a switch', 1, '<switch><g systemLanguage="xx">%</g><g>%</g>%</switch>'],
    ['an extension that plotd does not have', 0, '<g requiredExtensions="x">%</g>'],
    ['another language', 0, '<g systemLanguage="fr, de">%</g>'],
    ['English among other languages', 1, '<g systemLanguage="fr, en-GB">%</g>'],
    ['unknown elements', 0, '<wobble>%</wobble>'],
    ['other namespaces', 0, '<g xmlns="http://example.org/">%</g>'],
    ['definitions', 0, '<defs>%</defs><symbol>%</symbol><clipPath>%</clipPath><marker>%</marker><pattern>%</pattern>'],
  ])('draws for %s this number of paths: %d', (_name, count, inside) => {
    expect(drawn(inside.replaceAll('%', '<path d="M0 0H9V9z"/>'))).toHaveLength(count)
  })

  it('reads an SVG without namespaces, and one with a prefix', () => {
    const inside = '<rect width="9" height="9"/>'
    expect(lines(readSvg(`<svg width="9" height="9">${inside}</svg>`).drawing)).toHaveLength(1)
    const prefixed =
      '<s:svg xmlns:s="http://www.w3.org/2000/svg"><s:rect width="9" height="9"/><rect width="5" height="5"/></s:svg>'
    expect(lines(readSvg(prefixed).drawing)).toHaveLength(1)
  })

  it('recognizes attributes by their namespace with any prefix', () => {
    const svg =
      '<svg xmlns="http://www.w3.org/2000/svg" xmlns:l="http://www.w3.org/1999/xlink"><defs><rect id="r" width="9" height="9"/></defs><use l:href="#r"/></svg>'
    expect(lines(readSvg(svg).drawing)).toHaveLength(1)
  })

  it('replaces entities that contain markup or a number', () => {
    const svg = `<!DOCTYPE svg [<!ENTITY w "9"><!ENTITY r '<rect width="&w;" height="9"/>'>]><svg xmlns="http://www.w3.org/2000/svg">&r;<rect width="&w;" height="4"/></svg>`
    expect(lines(readSvg(svg).drawing)).toHaveLength(2)
  })

  it.each([
    ['A &amp; B', 'A &amp; B'],
    ['A &#38;#60; B', 'A &lt; B'],
    ['A &#38;amp;lt; B', 'A &amp;lt; B'],
  ])('draws the entity "%s" as the text %s', (value, text) => {
    const svg = (word: string) => `<svg xmlns="http://www.w3.org/2000/svg"><text y="20">${word}</text></svg>`
    const drawing = (source: string) => lines(readSvg(source).drawing)
    expect(drawing(`<!DOCTYPE svg [<!ENTITY e "${value}">]>${svg('&e;')}`)).toEqual(drawing(svg(text)))
  })

  it('replaces entities of a DTD that follows a comment with brackets', () => {
    const svg = `<!-- a[0]> --><!DOCTYPE svg [<!ENTITY w "9">]><svg xmlns="http://www.w3.org/2000/svg"><rect width="&w;" height="4"/></svg>`
    expect(lines(readSvg(svg).drawing)).toHaveLength(1)
  })

  it.each([
    ['in the value of an entity', `<!ENTITY t ']>'><!ENTITY w "9">`],
    ['in a comment', `<!-- don't ]> <!ENTITY w "none"> --><!ENTITY w "9">`],
    ['in an instruction', `<?x "]>?><!ENTITY w "9">`],
  ])('does not end a DTD at ]> %s', (_, dtd) => {
    const root = '<svg xmlns="http://www.w3.org/2000/svg"><rect width="&w;" height="4"/></svg>'
    expect(
      lines(readSvg(`<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" 'svg11.dtd' [${dtd}]>${root}`).drawing),
    ).toHaveLength(1)
  })

  it('counts the bytes of entities, not their characters', () => {
    const svg = '<!DOCTYPE svg [<!ENTITY e "éé">]><svg xmlns="http://www.w3.org/2000/svg"/>'
    expect(() => readSvg(svg, { limits: { entityBytes: 3 } })).toThrow('beyond 3 bytes')
    expect(readSvg(svg, { limits: { entityBytes: 4 } }).drawing.layers).toEqual([])
  })

  it('says how many characters or bytes a source has when it exceeds the limit', () => {
    const limits = { bytes: 2 }
    expect(() => readSvg('<ä>', { limits })).toThrow('the SVG has 3 characters, at most 2')
    expect(() => readSvg(Buffer.from('<ä>'), { limits })).toThrow('the SVG has 4 bytes, at most 2')
  })

  it('reports no image that is hidden or is for another language', () => {
    const image = (attributes: string) => read(`<image ${attributes} width="9" height="9" href="a.png"/>`).notDrawn
    expect(image('')).toHaveLength(1)
    for (const hidden of ['display="none"', 'style="display: none"', 'systemLanguage="xx"'])
      expect(image(hidden), hidden).toEqual([])
  })

  it('reports an image once for each use that refers to it, but not for a use in a clip path', () => {
    const defs = '<defs><image id="i" width="9" height="9" href="a.png"/></defs>'
    expect(read(`${defs}<use href="#i"/><use href="#i"/>`).notDrawn).toEqual([{ what: 'image', count: 2 }])
    expect(read(`${defs}<clipPath id="c"><use href="#i"/></clipPath>`).notDrawn).toEqual([])
  })

  it('counts elements that the pen cannot draw, and refuses them with `strict`', () => {
    const gradient = '<linearGradient id="g"><stop/></linearGradient>'
    const inside = `${gradient}<image/><image/><rect fill="url(#g)" width="9" height="9"/><g filter="url(#f)" mask="url(#m)"><foreignObject><img xmlns="http://www.w3.org/1999/xhtml"/></foreignObject></g>`
    expect(read(inside).notDrawn.map(({ what, count }) => `${count} ${what}`)).toEqual([
      '2 image',
      '1 gradient',
      '1 filter',
      '1 mask',
      '1 foreignObject',
    ])
    expect(() => read(inside, { strict: true })).toThrowError(
      expect.objectContaining({ code: 'ERR_STRICT', message: expect.stringContaining('2 × image') }),
    )
    expect(read('<rect width="9" height="9"/>', { strict: true }).notDrawn).toEqual([])
  })

  it.each([
    ['<?xml-stylesheet href="a.css"?>', '', 1],
    ['', '<style>@import "a.css"; @import url(b.css);</style>', 2],
    ['', '<style>@import url("https://example.org/a.css");</style><?xml-stylesheet href="a.css"?>', 0],
  ])('counts the style sheets of other files that a browser would load, in %s%s: %d', (before, inside, count) => {
    const { notDrawn } = readSvg(before + page(`${inside}<path d="M0 0H9"/>`))
    const sheets = { what: 'style sheet of another file', count, detail: 'drawn without it' }
    expect(notDrawn).toEqual(count === 0 ? [] : [sheets])
  })

  it.each(['meshgradient', 'hatch'])('counts the shapes that a %s paints in Inkscape', (name) => {
    const painted = (paint: string) =>
      read(`<${name} id="p"/><rect width="9" height="9" fill="${paint}"/><path d="M0 0H9" stroke="${paint}"/>`)
    expect(painted('url(#p)').notDrawn).toEqual([{ what: name, count: 2 }])
    expect(painted('url(#p) red').notDrawn).toEqual([])
    expect(painted('url(#none)').notDrawn).toEqual([])
  })

  it('counts shapes that CSS moves along an offset-path', () => {
    const placed = (style: string) => read(`<rect width="9" height="9" style="${style}"/>`).notDrawn
    const counted = [{ what: 'offset-path', count: 1, detail: 'drawn without it' }]
    expect(placed("offset-path: path('M9 9H90')")).toEqual(counted)
    expect(placed("offset: path('M9 9H90') 50%")).toEqual(counted)
    expect(placed('offset-path: none')).toEqual([])
  })

  it('counts the content behind a mask or filter whose picture is in another file', () => {
    const effects =
      '<mask id="m"><image href="a.png" width="9" height="9"/></mask><filter id="f"><feImage href="b.png"/></filter>'
    const square = (effect: string) => read(`${effects}<rect width="9" height="9" ${effect}/>`).notDrawn
    expect(square('mask="url(#m)"')).toEqual([
      { what: 'content behind a mask with a picture of another file', count: 1, detail: 'a.png' },
    ])
    expect(square('filter="url(#f)"')).toEqual([
      { what: 'content behind a filter with a picture of another file', count: 1, detail: 'b.png' },
    ])
  })

  it('counts masks that cut and masks that do not cut separately', () => {
    const square = (mask: string, at: number) =>
      `<rect x="${at}" y="${at}" width="9" height="9" stroke="red" mask="url(#${mask})"/>`
    const grey = '<mask id="g"><rect width="50" height="50" fill="white" stroke="white"/></mask>'
    const wrong = '<mask id="w"><text y="9" fill="white">a</text></mask>'
    expect(read(grey + wrong + square('g', 0) + square('w', 20)).notDrawn).toEqual([
      { what: 'mask', count: 1, detail: 'cut to its shapes, without its shades and strokes' },
      { what: 'mask', count: 1, detail: 'drawn without it' },
    ])
  })

  it('leaves out shapes without a stroke on request', () => {
    expect(drawn('<rect width="9" height="9"/><path d="M0 0H5" stroke="red"/>', { strokesOnly: true })).toEqual([
      [0, 0, 5, 0],
    ])
  })
})

describe('an element', () => {
  it.each(['constructor', 'toString', '__proto__', 'hasOwnProperty'])(
    'has the attribute %s only when the file gives it',
    (name) => {
      const style = `<style>[${name}] { display: none }</style>`
      expect(drawn(`${style}<line x2="9" stroke="red"/>`)).toEqual([[0, 0, 9, 0]])
      expect(drawn(`${style}<line ${name}="1" x2="9" stroke="red"/>`)).toEqual([])
    },
  )

  it('has its own children', () => {
    const line = '<line x2="9" stroke="red"/>'
    expect(drawn(`<g/><g>${line}</g><g/><g>${line}</g><g/>`)).toEqual([
      [0, 0, 9, 0],
      [0, 0, 9, 0],
    ])
  })
})

describe('a path whose data is repeated', () => {
  const paths = [...Array<string>(5).fill('M0 0L9 0'), 'M0 0C3 3 6 3 9 0Z', 'M0 0L9', 'M0 0L9', '', 'M0 0L9 0']
  const between = [
    '',
    '<circle r="4" stroke="red"/>',
    '<path d="M1 1L2 2" stroke="red"/>',
    '<rect width="0" height="3"/>',
  ]
  const marker = '<marker id="m" orient="auto"><path d="M0 0L0 1" stroke="red"/></marker>'

  it.each([
    ['without markers', ''],
    ['with markers', 'marker-end="url(#m)"'],
  ])('has the same strokes as in a document of its own, %s', (_, attributes) => {
    const shape = (d: string, i: number) => `<path d="${d}" transform="translate(0 ${i})" stroke="red" ${attributes}/>`
    const inTurn = paths.map((d, i) => shape(d, i) + (between[i % 4] ?? ''))
    const strokes = inTurn.flatMap((inside) => drawn(marker + inside))
    expect(drawn(marker + inTurn.join(''))).toEqual(strokes)
    expect(strokes.length).toBeGreaterThan(paths.length)
  })
})
