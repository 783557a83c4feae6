/* Drawings that are easily read in another way than a browser shows them. */
import { describe, expect, it } from 'vitest'
import { boundsOf } from '../../../src/geometry/bounds.ts'
import { strokeCount } from '../../../src/geometry/drawing.ts'
import { readSvg } from '../../../src/svg/index.ts'

const page = (body: string, root = 'width="100mm" height="100mm" viewBox="0 0 100 100"'): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" ${root}>${body}</svg>`
const read = (body: string, root?: string) => {
  const { drawing, notDrawn, text } = readSvg(page(body, root), { layers: 'color' })
  return { bounds: boundsOf(drawing), strokes: strokeCount(drawing), layers: drawing.layers, notDrawn, text }
}

describe('text from right to left', () => {
  it('has its left end at x in the direction ltr, and its right end in the direction rtl', () => {
    expect(read('<text x="50" y="50" font-size="10">שלום</text>').bounds.minX).toBeGreaterThan(49.9)
    expect(read('<text x="50" y="50" font-size="10" direction="rtl">שלום</text>').bounds.maxX).toBeLessThan(50.1)
  })
})

describe('text with a stroke', () => {
  it.each([
    ['fill="navy" stroke="white" style="paint-order:stroke"', '#000080'],
    ['fill="white" stroke="navy"', '#000080'],
    ['fill="white" stroke="white"', '#ffffff'],
    ['fill="none" stroke="red"', '#ff0000'],
    ['fill="transparent" stroke="red"', '#ff0000'],
  ])('has the colour of its fill, or of its stroke when the fill is white or not visible: %s', (paint, color) => {
    const { layers } = read(`<text x="50" y="50" font-size="10" ${paint}>abc</text>`)
    expect(layers.map(({ name }) => name)).toEqual([color])
  })
})

describe('vertical text', () => {
  it('has Chinese and Japanese letters upright, and Latin letters on their side', () => {
    const { bounds } = read('<text x="50" y="10" font-size="20" writing-mode="vertical-rl">一</text>')
    expect(bounds.maxX - bounds.minX).toBeGreaterThan(2 * (bounds.maxY - bounds.minY))
    const latin = read('<text x="50" y="10" font-size="20" writing-mode="vertical-rl">l</text>').bounds
    expect(latin.maxX - latin.minX).toBeGreaterThan(2 * (latin.maxY - latin.minY))
  })
})

describe('a root whose width or height is 0', () => {
  it.each(['width="0" height="0"', 'width="10" height="0"', 'width="0mm" viewBox="0 0 9 9"'])(
    'draws nothing: %s',
    (root) => {
      expect(read('<path d="M0 0H9" stroke="red"/>', root).strokes).toBe(0)
    },
  )
})

describe('new parts of CSS', () => {
  it.each([
    ['clip-path: shape()', '<path d="M0 5h9" stroke="red" style="clip-path:shape(from 0 0, line to 9px 0, close)"/>'],
    ['@scope', '<style>@scope (.a) { path { stroke: red } }</style><path d="M0 5h9" stroke="red"/>'],
  ])('that are not read are reported: %s', (what, inside) => {
    expect(read(inside).notDrawn).toEqual([{ what, count: 1, detail: 'drawn without it' }])
  })

  it('that are read include the colour contrast-color()', () => {
    expect(read('<path d="M0 5h9" fill="none" style="stroke:contrast-color(white)"/>').strokes).toBe(1)
  })
})

describe('the text of a foreignObject', () => {
  const object = (html: string, style = ''): string =>
    `<foreignObject x="10" y="20" width="60" height="30"><div xmlns="http://www.w3.org/1999/xhtml" style="${style}">${html}</div></foreignObject>`

  it('is drawn as lines of text, in the colour and size of its style', () => {
    const { text, notDrawn, layers, bounds } = read(object('<p>One</p><p>two</p>', 'color: #00f; font-size: 8px'))
    expect([text?.count, notDrawn]).toEqual([2, []])
    expect(layers.map(({ name }) => name)).toEqual(['#0000ff'])
    expect(bounds.minX).toBeGreaterThan(9.9)
    expect([bounds.minY > 20, bounds.maxY < 42]).toEqual([true, true])
  })

  it('stands in the middle when it is centred', () => {
    const { bounds } = read(object('<span>II</span>', 'text-align: center; font-size: 8px'))
    expect((bounds.minX + bounds.maxX) / 2).toBeCloseTo(40, 0)
  })

  it('wraps at the width of its box, and breaks at br', () => {
    expect(read(object('several words that need more than one line', 'font-size: 8px')).text?.count).toBeGreaterThan(2)
    expect(read(object('a<br/>b', 'font-size: 8px')).text?.count).toBe(2)
  })

  it('has the alignment and the white space of style sheets, for each of its lines', () => {
    const sheet = '<style>.m{text-align:center} .r{text-align:right} .n{white-space:nowrap}</style>'
    const { bounds } = read(sheet + object('<p class="m">II</p>', 'font-size: 8px'))
    expect((bounds.minX + bounds.maxX) / 2).toBeCloseTo(40, 0)
    const both = read(sheet + object('<p>I</p><p class="r">I</p>', 'font-size: 8px')).bounds
    expect([both.minX < 13, both.maxX > 66]).toEqual([true, true])
    const long = object('<p class="n">several words that need more than one line</p>', 'font-size: 8px')
    expect(read(sheet + long).text?.count).toBe(1)
  })

  it.each([
    ['center', 'center', 0.5],
    ['flex-start', 'left', 0],
    ['flex-end', 'right', 1],
  ])(
    'has its own width, aligned to the box of 1 px that draw.io writes for a label without a width: %s',
    (justify, align, part) => {
      const outer = `display: flex; align-items: unsafe center; justify-content: unsafe ${justify}; width: 1px; height: 1px`
      const inner = `font-size: 6px; text-align: ${align}; white-space: nowrap`
      const { bounds } = read(
        object(`<div style="${inner}">HHHHHH</div>`, `${outer}; padding-top: 10px; margin-left: 30px`),
      )
      const width = bounds.maxX - bounds.minX
      expect(width).toBeGreaterThan(20)
      expect(Math.abs(bounds.minX + part * width - 40.5)).toBeLessThan(2)
    },
  )

  it.each([
    ['flex-start', 30, 37],
    ['center', 26, 35],
    ['flex-end', 23, 31],
  ])('stands below, across or above the place that draw.io gives: %s', (align, top, bottom) => {
    const outer = `display: flex; align-items: unsafe ${align}; justify-content: unsafe center; width: 1px; height: 1px`
    const inner = 'font-size: 6px; line-height: 1.2; white-space: nowrap'
    const { bounds } = read(object(`<div style="${inner}">H</div>`, `${outer}; padding-top: 10px; margin-left: 30px`))
    expect([bounds.minY > top, bounds.maxY < bottom]).toEqual([true, true])
  })

  it('stands at the top of a column whose items are aligned to the right', () => {
    const column = 'display: flex; flex-direction: column; align-items: flex-end; width: 60px; height: 90px'
    expect(read(object('<div style="font-size: 6px">H</div>', column)).bounds.maxY).toBeLessThan(40)
  })

  it('causes no note when it is empty and its box has no size, as Mermaid writes for an edge without a label', () => {
    const label = '<div xmlns="http://www.w3.org/1999/xhtml"><span class="edgeLabel"></span></div>'
    expect(read(`<foreignObject width="0" height="0">${label}</foreignObject>`).notDrawn).toEqual([])
    expect(read(`<foreignObject width="9" height="9">${label}</foreignObject>`).notDrawn).toMatchObject([
      { what: 'foreignObject' },
    ])
  })

  it('keeps blank lines', () => {
    const height = (html: string): number => {
      const { minY, maxY } = read(object(html, 'font-size: 8px')).bounds
      return maxY - minY
    }
    const [two, three] = ['I<br/>I', 'I<br/>I<br/>I'].map(height)
    expect(three).toBeGreaterThan((two ?? 0) + 8)
    for (const html of ['I<br/><br/>I', '<p>I</p><br/>I', 'I<p>&#160;</p>I', '<pre>I\n\nI</pre>'])
      expect([html, height(html)]).toEqual([html, three])
    for (const html of ['<p>I<br/></p>I', '<p>I</p><p> </p><p>I</p>', '<p>I</p> <p>I</p>'])
      expect([html, height(html)]).toEqual([html, two])
  })

  it('is drawn when the foreignObject is the first child of a switch, as in browsers', () => {
    expect(read(`<switch>${object('A')}<text y="9">B</text></switch>`)).toEqual(read(object('A')))
  })

  it('is the only drawn part of the foreignObject, and other parts are reported', () => {
    expect(read(object('<img src="x.png"/>word')).notDrawn).toEqual([
      { what: 'foreignObject', count: 1, detail: 'only its text is drawn' },
    ])
    for (const [html, count] of [
      ['<p>a</p><hr/><p>b</p>', 1],
      ['<ul><li>a</li></ul>', 1],
      ['<p style="color:red; border: 1px solid">a</p>', 1],
      ['<p style="border:none; border-radius:2px; box-sizing:border-box">a</p>', 0],
    ] as const)
      expect(read(object(html)).notDrawn).toHaveLength(count)
  })

  it('lacks the text of form fields, which are counted, and text that a browser does not show', () => {
    const fields = '<textarea>a</textarea><select><option>b</option></select><input value="c"/><input type="hidden"/>'
    const { text, notDrawn } = read(object(`word ${fields}`))
    expect(text?.count).toBe(1)
    expect(notDrawn).toEqual(['textarea', 'select', 'input'].map((what) => ({ what, count: 1 })))
    for (const hidden of [
      '<datalist><option>x</option></datalist>',
      '<noscript>x</noscript>',
      '<dialog>x</dialog>',
      '<p hidden="">x</p>',
      '<p style="opacity: 0">x</p>',
      '<img style="display: none"/>',
    ])
      expect([hidden, read(object(`word${hidden}`))]).toEqual([hidden, read(object('word'))])
    for (const rich of ['iframe', 'video', 'canvas', 'progress'])
      expect([rich, read(object(`word<${rich}>x</${rich}>`)).text?.count]).toEqual([rich, 1])
    expect(read(object('<iframe>x</iframe>')).text).toBeUndefined()
  })

  it('is drawn without the lines under it and through it, which are reported', () => {
    for (const [html, count] of [
      ['<u>a</u>', 1],
      ['<a href="#b">a</a>', 1],
      ['<a href="#b" style="text-decoration: none">a</a>', 0],
      ['<a>a</a>', 0],
      ['<span style="text-decoration: line-through">a</span>', 1],
    ] as const)
      expect([html, read(object(html)).notDrawn.length]).toEqual([html, count])
  })

  it('keeps the lines of preformatted text, and their indent unless it is pre-line', () => {
    const lines = (html: string) => read(object(html, 'font-size: 5px'))
    for (const space of ['pre', 'pre-wrap', 'pre-line', 'break-spaces'])
      expect([space, lines(`<p style="white-space: ${space}">a\nb\n\nc</p>`).text?.count]).toEqual([space, 3])
    expect(lines('<pre>\na\nb</pre>').text?.count).toBe(2)
    expect(lines('<p>a\nb</p>').text?.count).toBe(1)
    const [loose, plain] = ['pre-line', 'normal'].map((space) =>
      lines(`<p style="white-space: ${space}">I <b>I</b> I</p>`),
    )
    expect(loose?.bounds).toEqual(plain?.bounds)
    const left = (html: string): number => lines(html).bounds.minX
    expect(left('<pre>    I</pre>')).toBeGreaterThan(left('<pre>I</pre>') + 5)
    expect(left('<p style="white-space: pre-line">    I</p>')).toBeCloseTo(left('<p>I</p>'))
  })

  it('breaks where a block of any kind begins or ends', () => {
    for (const tag of ['form', 'main', 'figure', 'address', 'center'])
      expect([tag, read(object(`a<${tag}>b</${tag}>c`, 'font-size: 5px')).text?.count]).toEqual([tag, 3])
  })
})
