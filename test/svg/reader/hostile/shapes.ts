import { page } from '../support.ts'
import { chance, filled, type Hostile, levels, list, nested } from './make.ts'

const turns = (count: number): string =>
  `M50 50${list(count, (i) => `L${(50 + (i / count) * 49 * Math.cos(i)).toFixed(3)} ${(50 + (i / count) * 49 * Math.sin(i)).toFixed(3)}`)}`

/** Hostile files: shapes, patterns, foreign text (HTML in a `foreignObject`), classes, ids and other markup. */
export const SHAPES: readonly Hostile[] = [
  {
    name: 'a chain of patterns',
    svg: (s) =>
      page(
        `${list(
          levels(s, 20_000),
          (i) =>
            `<pattern id="c${i}" width="9" height="9" patternUnits="userSpaceOnUse"><rect width="9" height="9" fill="url(#c${i + 1})"/></pattern>`,
        )}<rect width="99" height="99" fill="url(#c0)"/>`,
      ),
  },
  {
    name: 'patterns that take their content from others',
    svg: (s) =>
      page(
        `${list(levels(s, 20_000), (i) => `<pattern id="c${i}" href="#c${i + 1}"/>`)}<rect width="99" height="99" fill="url(#c0)"/>`,
      ),
  },
  {
    name: 'patterns that each use the next one twice',
    svg: (s) =>
      page(
        `${list(
          levels(s, 40),
          (i) =>
            `<pattern id="c${i}" width="9" height="9" patternUnits="userSpaceOnUse"><rect width="9" height="9" fill="url(#c${i + 1})"/><rect width="5" height="5" fill="url(#c${i + 1})"/></pattern>`,
        )}<rect width="99" height="99" fill="url(#c0)"/>`,
      ),
  },
  {
    name: 'a pattern of tiny cells',
    svg: () =>
      page(
        '<pattern id="p" width="1e-9" height="1e-9" patternUnits="userSpaceOnUse"><path d="M0 0h9" stroke="red"/></pattern><rect width="99" height="99" fill="url(#p)"/>',
      ),
    options: { fill: { mode: 'hatch', spacing: 0.05 } },
  },
  {
    name: 'a hatch of a spiral',
    svg: (s) => page(`<path fill="red" d="${turns(levels(s, 150_000))}z"/>`),
    options: { fill: { mode: 'hatch', spacing: 0.05 } },
  },
  {
    name: 'hidden lines of a spiral',
    svg: (s) => page(`<path fill="red" stroke="red" d="${turns(levels(s, 150_000))}z"/>`.repeat(2)),
    options: { hide: true },
  },
  {
    name: 'hidden lines under many shapes that cross',
    svg: (s) =>
      page(
        filled(
          s,
          (i) =>
            `<circle cx="${chance(i, 90)}" cy="${chance(3 * i, 90)}" r="${5 + (i % 40)}" stroke="red" fill="#fff"/>`,
        ),
      ),
    options: { hide: true },
  },
  {
    name: 'many arcs of enormous size',
    svg: (s) => page(`<path stroke="red" d="M0 0${filled(s, () => 'a9e9 9e9 9 1 1 1 1')}"/>`),
  },
  {
    name: 'curves of enormous size',
    svg: (s) => page(`<path stroke="red" d="M0 0${filled(s, () => 'c1e9-1e9 1e9 1e9 0 1')}"/>`),
  },
  {
    name: 'circles of enormous size',
    svg: (s) => page(filled(s, (i) => `<circle r="1e${i % 300}" stroke="red"/>`)),
  },
  { name: 'a path of many commands', svg: (s) => page(`<path stroke="red" d="M0 0${filled(s, () => 'h1h-1')}"/>`) },
  { name: 'moves without lines', svg: (s) => page(`<path stroke="red" d="${filled(s, () => 'M1 1')}"/>`) },
  {
    name: 'a polygon of invalid numbers',
    svg: (s) => page(`<polygon stroke="red" points="${filled(s, () => '1e999 ')}"/>`),
  },
  {
    name: 'foreign text in nested boxes',
    svg: (s) => foreign(nested(levels(s, 50_000), '<div style="margin:1px">', 'x', '</div>')),
  },
  {
    name: 'nested foreign tables',
    svg: (s) => foreign(nested(levels(s, 20_000), '<table><tr><td>', 'x', '</td></tr></table>')),
  },
  {
    name: 'nested foreign lists',
    svg: (s) => foreign(nested(levels(s, 20_000), '<ul><li>', 'x', '</li></ul>')),
  },
  { name: 'a very long foreign text', svg: (s) => foreign(`<p>${filled(s, () => 'hello ')}</p>`) },
  { name: 'many foreign paragraphs', svg: (s) => foreign(filled(s, () => '<p>x</p>')) },
  { name: 'many foreign <b> elements', svg: (s) => foreign(`<p>${filled(s, () => '<b>x</b>')}</p>`) },
  {
    name: 'foreign text again and again',
    svg: (s) =>
      page(
        filled(
          s,
          () =>
            `<foreignObject width="9" height="9"><p xmlns="http://www.w3.org/1999/xhtml">hello you</p></foreignObject>`,
        ),
      ),
  },
  {
    name: 'many classes on each element',
    svg: (s) =>
      page(
        `<style>.c1.c2.c3{stroke:red}</style>${list(20, () => `<rect width="9" height="9" class="${filled(s / 20, (i) => `c${i} `)}"/>`)}`,
      ),
  },
  {
    name: 'many class rules on an element with many classes',
    svg: (s) =>
      page(
        `<style>${filled(s / 2, (i) => `.c${i}{stroke:red}`)}</style><rect width="9" height="9" class="${filled(s / 3, (i) => `c${i} `)}"/>`,
      ),
  },
  {
    name: 'many attributes on one element',
    svg: (s) => page(`<rect width="9" height="9" ${filled(s, (i) => `a${i}="1" `)}/>`),
  },
  { name: 'many comments', svg: (s) => page(`${filled(s, () => '<!--x-->')}<rect width="9" height="9"/>`) },
  { name: 'a text of many CDATA sections', svg: (s) => page(`<text>${filled(s, () => '<![CDATA[x]]>')}</text>`) },
  { name: 'many elements with the same id', svg: (s) => page(`${filled(s, () => '<g id="a"/>')}<use href="#a"/>`) },
  {
    name: 'a chain of groups whose end uses itself',
    svg: (s) => page(filled(s, (i) => `<g id="a${i}"><use href="#a${i === 0 ? 0 : i - 1}"/></g>`)),
  },
  {
    name: 'nested links',
    svg: (s) => page(nested(levels(s, 20_000), '<a>', '<rect width="9" height="9"/>', '</a>')),
  },
  {
    name: 'nested symbols',
    svg: (s) =>
      page(
        `${nested(levels(s, 20_000), '<symbol id="s">', '<rect width="9" height="9"/>', '</symbol>')}<use href="#s"/>`,
      ),
  },
  {
    name: ':is() nested deep',
    svg: (s) =>
      page(`<style>${nested(levels(s, 50_000), ':is(', 'rect', ')')}{stroke:red}</style><rect width="9" height="9"/>`),
  },
  {
    name: 'attribute selectors on many elements',
    svg: (s) =>
      page(
        `<style>${list(levels(s, 2000), (i) => `[x*="a${i}"]{stroke:red}`)}</style>${filled(s / 2, () => `<rect x="${'1'.repeat(50)}"/>`)}`,
      ),
  },
  {
    name: 'clip-path: path() on many shapes',
    svg: (s) =>
      page(
        `<style>rect{clip-path:path("${turns(levels(s, 2000))}")}</style>${filled(s / 2, () => '<rect width="9" height="9"/>')}`,
      ),
  },
  {
    name: 'many fonts in the file',
    svg: (s) =>
      page(
        `<style>${filled(s, (i) => `@font-face{font-family:f${i};src:url(data:font/ttf;base64,AAAA)}`)}</style><text font-family="f1">x</text>`,
      ),
  },
  {
    name: 'letters of enormous size',
    svg: (s) =>
      page(
        filled(
          s,
          (i) => `<text font-size="1e${i % 300}" letter-spacing="1e${i % 300}" textLength="1e${i % 300}">hello</text>`,
        ),
      ),
  },
  {
    name: 'pictures in the file',
    svg: (s) => page(filled(s, () => `<image width="9" height="9" href="data:image/svg+xml;base64,PHN2Zy8+"/>`)),
  },
  {
    name: 'a viewBox of almost no size',
    svg: (s) =>
      `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1e-300 1e-300">${filled(s, () => '<circle r="9" stroke="red"/>')}</svg>`,
  },
  {
    name: 'strokes of many dashes on circles',
    svg: (s) => page(`<g stroke-dasharray="1e-9 1e-9" stroke="red">${filled(s, () => '<circle r="1e5"/>')}</g>`),
  },
]

const foreign = (inside: string): string =>
  page(
    `<foreignObject width="99" height="99"><body xmlns="http://www.w3.org/1999/xhtml">${inside}</body></foreignObject>`,
  )
