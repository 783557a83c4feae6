import { describe, expect, it } from 'vitest'
import { read } from '../support.ts'

const report = (inside: string): unknown => read(inside).notDrawn.map(({ what, count }) => [what, count])

describe('the report of text that is not drawn', () => {
  it('includes decoration lines of upright letters in vertical text', () => {
    const upright = 'style="writing-mode: vertical-rl; text-orientation: upright; text-decoration: underline"'
    expect(report(`<text y="20" ${upright}>a</text>`)).toEqual([['text-decoration', 1]])
    const vertical = 'style="writing-mode: vertical-rl; text-decoration: underline"'
    expect(report(`<text y="20" ${vertical}>一二</text>`)).toEqual([['text-decoration', 1]])
    expect(report(`<text y="20" ${vertical}>ab</text>`)).toEqual([])
  })

  it('includes text from another element', () => {
    expect(report('<text y="20">a<tref href="#b"/></text>')).toEqual([['tref', 1]])
  })

  it('includes the text frames of Inkscape, except empty ones', () => {
    const frame = (text: string) =>
      `<flowRoot><flowRegion><rect width="9" height="9"/></flowRegion><flowPara>${text}</flowPara></flowRoot>`
    expect(report(frame('<flowSpan>a</flowSpan>'))).toEqual([['flowRoot', 1]])
    expect(report(frame(' '))).toEqual([])
  })

  it('includes text along an element that is no path', () => {
    const along = '<circle id="c" r="30"/><text><textPath href="#c">a</textPath></text>'
    expect(report(along)).toEqual([['text without a usable path', 1]])
  })

  it('includes the letters of a text that is longer than its path', () => {
    const along = (words: string) =>
      `<path id="p" d="M5 50H30" fill="none"/><text font-size="5"><textPath href="#p">${words}</textPath></text>`
    expect(report(along('HHHH HHHH HHHH'))).toEqual([['character beyond the end of its path', 6]])
    expect(report(along('HHHH   '))).toEqual([])
  })

  it.each([
    ['inline-size:40px', 'inline-size of text'],
    ['shape-inside:url(#frame)', 'shape-inside of text'],
    ['shape-inside:none;inline-size:auto', undefined],
    ['inline-size:90px', undefined],
    ['inline-size:0', undefined],
  ])(
    'includes a style that browsers ignore too, but only when it would break a line of the text: %s',
    (style, what) => {
      const text = (words: string) => report(`<text y="20" font-size="5" style="${style}">${words}</text>`)
      expect(text('Many happy returns')).toEqual(what === undefined ? [] : [[what, 1]])
      // Inkscape adds the places of the lines for browsers.
      expect(text('<tspan x="0" y="20">Many happy </tspan><tspan x="0" y="26">returns</tspan>')).toEqual([])
    },
  )

  it.each([
    ['Wingdings', 'wingdings'],
    ["'SymbolMT', Symbol", 'SymbolMT'],
    ['"Material Icons"', 'Material Icons'],
  ])('includes text in the symbol font %s, which is drawn as letters', (family, name) => {
    const text = `<text y="20" font-family='${family.replaceAll("'", '&apos;')}'>ab<tspan font-family="Arial">c</tspan></text>`
    expect(read(text).notDrawn).toEqual([
      { what: `text in the symbol font ${name}`, count: 1, detail: 'drawn as letters' },
    ])
    expect(report(`<text y="20" font-family='Arial, Symbola'><tspan>ab</tspan></text>`)).toEqual([])
    // The font Symbol shows these characters as other fonts do.
    expect(report('<text y="20" font-family="Symbol">α • 12.5 = (3 + 4)</text>')).toEqual([])
    expect(report('<text y="20" font-family="Wingdings" visibility="hidden">ab</text>')).toEqual([])
  })

  it('is empty when all text is drawn', () => {
    expect(report('<text y="20" text-decoration="none">a<tspan>b</tspan></text>')).toEqual([])
  })
})
