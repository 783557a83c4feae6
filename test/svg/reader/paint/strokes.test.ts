import { describe, expect, it } from 'vitest'
import { readSvg } from '../../../../src/svg/index.ts'
import { box, drawn, lines, page } from '../support.ts'

const dashes = (attributes: string, data = 'M0 0H30'): number[][] =>
  drawn(`<path fill="none" stroke="red" d="${data}" ${attributes}/>`)

describe('dashes', () => {
  it.each<[string, number[][]]>([
    [
      'stroke-dasharray="10"',
      [
        [0, 0, 10, 0],
        [20, 0, 30, 0],
      ],
    ],
    [
      'stroke-dasharray="10 5"',
      [
        [0, 0, 10, 0],
        [15, 0, 25, 0],
      ],
    ],
    [
      'stroke-dasharray="5,1,2"',
      [
        [0, 0, 5, 0],
        [6, 0, 8, 0],
        [13, 0, 14, 0],
        [16, 0, 21, 0],
        [22, 0, 24, 0],
        [29, 0, 30, 0],
      ],
    ],
    [
      'stroke-dasharray="10" stroke-dashoffset="5"',
      [
        [0, 0, 5, 0],
        [15, 0, 25, 0],
      ],
    ],
    [
      'stroke-dasharray="10" stroke-dashoffset="-5"',
      [
        [5, 0, 15, 0],
        [25, 0, 30, 0],
      ],
    ],
    [
      'stroke-dasharray="10%"',
      [
        [0, 0, 10, 0],
        [20, 0, 30, 0],
      ],
    ],
    ['stroke-dasharray="10 -5"', [[0, 0, 30, 0]]],
    ['stroke-dasharray="0 0"', [[0, 0, 30, 0]]],
    ['stroke-dasharray="none"', [[0, 0, 30, 0]]],
    ['stroke-dasharray="rubbish"', [[0, 0, 30, 0]]],
    [
      'stroke-dasharray="0 10" stroke-linecap="round"',
      [
        [0, 0],
        [10, 0],
        [20, 0],
        [30, 0],
      ],
    ],
    ['stroke-dasharray="0 10"', []],
    [
      'stroke-dasharray="1" pathLength="3"',
      [
        [0, 0, 10, 0],
        [20, 0, 30, 0],
      ],
    ],
  ])('with %s are drawn as %j', (attributes, expected) => {
    expect(dashes(attributes)).toEqual(expected)
  })

  it('go round corners, and begin anew with each subpath', () => {
    expect(dashes('stroke-dasharray="6 4"', 'M0 0H5V5')).toEqual([[0, 0, 5, 0, 5, 1]])
    expect(dashes('stroke-dasharray="6 4"', 'M0 0H8M0 5H8')).toEqual([
      [0, 0, 6, 0],
      [0, 5, 6, 5],
    ])
  })

  it('are measured in user units, unless the stroke does not scale', () => {
    const scaled = (more: string) => dashes(`stroke-dasharray="10" transform="scale(2)" ${more}`, 'M0 0H15')
    expect(scaled('')).toEqual([[0, 0, 20, 0]])
    expect(scaled('vector-effect="non-scaling-stroke"').length).toBeGreaterThan(3)
  })

  it('of a stroke that does not scale are measured in pixels, and pathLength divides the length in user units, as in browsers', () => {
    const pixel = 25.4 / 96
    const thirds = (scale: number, data: string): number[] => {
      const fixed = 'pathLength="3" vector-effect="non-scaling-stroke"'
      const strokes = dashes(`stroke-dasharray="1" transform="scale(${scale})" ${fixed}`, data)
      return strokes.map(([from = 0, , to = 0]) => Math.round((to - from) / pixel))
    }
    expect(thirds(pixel, 'M0 0H300')).toEqual([100, 100])
    expect(thirds(pixel / 2, 'M0 0H300')).toEqual([100])
    expect(thirds(2 * pixel, 'M0 0H60')).toEqual([20, 20, 20])
  })

  it('are for strokes only, so the outline of a fill is whole', () => {
    expect(drawn('<rect width="9" height="9" stroke-dasharray="1"/>')).toHaveLength(1)
  })

  it('in em follow the font size of the element that declares them, also where they are inherited', () => {
    const svg = (dash: string) =>
      `<g stroke-dasharray="${dash}" font-size="10" stroke="red"><path font-size="1" d="M0 0H30"/></g>`
    for (const dash of ['1em', '1em,10', 'calc(1em + 0px) 2ex'])
      expect(drawn(svg(dash))).toEqual([
        [0, 0, 10, 0],
        [20, 0, 30, 0],
      ])
  })
})

describe('strokes of no length', () => {
  it.each([
    ['stroke-linecap="round"', [[5, 5]]],
    ['stroke-linecap="square"', [[5, 5]]],
    ['stroke-linecap="butt"', []],
  ])('with %s are drawn as %j, and a lone M as nothing', (cap, expected) => {
    expect(drawn(`<path stroke="red" d="M5 5L5 5" ${cap}/>`)).toEqual(expected)
    expect(drawn(`<path stroke="red" d="M5 5z" ${cap}/>`)).toEqual(expected)
    expect(drawn(`<path stroke="red" d="M5 5" ${cap}/>`)).toEqual([])
  })
})

describe('markers', () => {
  const marker = (attributes: string): string => {
    const width = attributes.includes('markerWidth') ? '' : 'markerWidth="10"'
    const line = '<path d="M0 0H2" fill="none" stroke="red"/>'
    return `<marker id="m" ${width} markerHeight="10" ${attributes}>${line}</marker>`
  }
  const marked = (shape: string, attributes: string): number[][] =>
    drawn(`${marker(attributes)}<g fill="none" stroke="red">${shape}</g>`).slice(1)

  it.each<[string, string, string, number[][]]>([
    ['at the start', '<path d="M10 10H20" marker-start="url(#m)"/>', '', [[10, 10, 12, 10]]],
    ['at the end, turned', '<path d="M10 10V20" marker-end="url(#m)"/>', 'orient="auto"', [[10, 20, 10, 22]]],
    [
      'at a corner, turned halfway',
      '<path d="M10 10H20V20" marker-mid="url(#m)"/>',
      'orient="auto"',
      [[20, 10, 21.414, 11.414]],
    ],
    [
      'turned round at the start',
      '<path d="M10 10H20" marker-start="url(#m)"/>',
      'orient="auto-start-reverse"',
      [[10, 10, 8, 10]],
    ],
    ['at an angle', '<path d="M10 10H20" marker-start="url(#m)"/>', 'orient="90"', [[10, 10, 10, 12]]],
    [
      'scaled by the width of the stroke',
      '<path stroke-width="3" d="M10 10H20" marker-start="url(#m)"/>',
      '',
      [[10, 10, 16, 10]],
    ],
    [
      'in user units',
      '<path stroke-width="3" d="M10 10H20" marker-start="url(#m)"/>',
      'markerUnits="userSpaceOnUse"',
      [[10, 10, 12, 10]],
    ],
    [
      'with the reference point on the vertex',
      '<path d="M10 10H20" marker-start="url(#m)"/>',
      'refX="2"',
      [[8, 10, 10, 10]],
    ],
    ['scaled by the viewBox', '<path d="M10 10H20" marker-start="url(#m)"/>', 'viewBox="0 0 5 5"', [[10, 10, 14, 10]]],
    ['cut to their boxes', '<path d="M10 10H20" marker-start="url(#m)"/>', 'markerWidth="1"', [[10, 10, 11, 10]]],
    ['not on shapes without vertices', '<circle cx="50" cy="50" r="5" marker-start="url(#m)"/>', '', []],
    ['nowhere when they do not exist', '<path d="M10 10H20" marker-start="url(#nope)"/>', '', []],
  ])('stand %s', (_name, shape, attributes, expected) => {
    expect(marked(shape, attributes)).toEqual(expected)
  })

  it.each(['stroke="none"', 'stroke-opacity="0"', 'stroke="transparent"'])('stand on a shape with %s', (attributes) => {
    const shape = `<path d="M10 10H20" fill="none" ${attributes} marker-end="url(#m)"/>`
    expect(drawn(marker('') + shape)).toEqual([[20, 10, 22, 10]])
    expect(drawn(marker('') + shape.replace('<path', '<path visibility="hidden"'))).toEqual([])
  })

  it('stand on every vertex of a line, and not on their own vertices', () => {
    const svg = '<marker id="m" markerWidth="9" markerHeight="9" style="marker:url(#m)"><path d="M0 0H1V1z"/></marker>'
    expect(
      drawn(`${svg}<polyline points="0,0 10,0 20,0 30,0" fill="none" stroke="red" style="marker:url(#m)"/>`),
    ).toHaveLength(5)
  })
})

describe('text', () => {
  it('is drawn in a stroke font at its font size, and reported', () => {
    const svg = page('<text x="10" y="50" font-size="10">H</text>')
    expect(readSvg(svg).text).toEqual({ count: 1, font: expect.any(String), missing: [] })
    const [, top = 0, , bottom = 0] = box('<text x="10" y="50" font-size="10">H</text>')
    expect([bottom, bottom - top]).toEqual([50, 7])
  })

  const left = (inside: string): number => box(inside)[0] ?? 0
  const right = (inside: string): number => box(inside)[2] ?? 0

  it('is anchored at its start, middle or end', () => {
    const text = (anchor: string) => `<text x="50" y="50" font-size="8" text-anchor="${anchor}">HHH</text>`
    expect(left(text('start'))).toBeGreaterThanOrEqual(50)
    expect((left(text('middle')) + right(text('middle'))) / 2).toBeCloseTo(50, 1)
    expect(right(text('end'))).toBeLessThanOrEqual(50)
  })

  it('has its characters at individual positions', () => {
    const text = '<text x="10 40" y="20 60" font-size="5">I<tspan dx="5" dy="-1">II</tspan></text>'
    const places = lines(readSvg(page(text)).drawing).map(([, y = 0, , y2 = 0]) => Math.max(y, y2))
    expect(places).toEqual([20, 59, 59])
  })

  it('is capitalized word by word, also across elements', () => {
    const text = (content: string) => drawn(`<text x="5" y="9" font-size="5">${content}</text>`)
    const inside = `<tspan style="text-transform:capitalize">`
    expect(text(`${inside}don<tspan>'t a</tspan>b <tspan>c</tspan></tspan>`)).toEqual(text(`Don't Ab C`))
  })

  it('takes letter spacing and textLength', () => {
    const width = (attributes: string) => right(`<text font-size="5" y="9" ${attributes}>IIII</text>`)
    expect(width('letter-spacing="2"') - width('')).toBeCloseTo(6, 3)
    expect(width('textLength="60"')).toBeGreaterThan(width('') + 20)
  })

  it('collapses white space, unless xml:space preserves it', () => {
    const width = (attributes: string) => right(`<text font-size="5" y="9" ${attributes}>  a \n  b  </text>`)
    expect(width('xml:space="preserve"')).toBeGreaterThan(width('') + 10)
  })

  it('follows a path', () => {
    const svg =
      '<path id="p" d="M20 0V90" fill="none"/><text font-size="5"><textPath href="#p" startOffset="50%">HHHH</textPath></text>'
    const [x1 = 0, y1 = 0, x2 = 0] = box(svg)
    expect(y1).toBeGreaterThan(45)
    expect([Math.round(x1 * 10) / 10, x2]).toEqual([20, 23.5])
  })

  it('is left out on request, and counted', () => {
    const reading = readSvg(page('<text y="9">a</text>'), { text: false })
    expect([lines(reading.drawing), reading.text, reading.notDrawn]).toEqual([
      [],
      undefined,
      [{ what: 'text', count: 1 }],
    ])
  })

  it('is reported with the characters that no font has, and their count', () => {
    const { text, notDrawn } = readSvg(page('<text y="9">a\uE000</text>'))
    expect(text?.missing).toEqual([expect.objectContaining({ char: '\uE000', count: 1 })])
    expect(notDrawn).toEqual([{ what: 'character that no font has', count: 1, detail: '\uE000' }])
  })
})
