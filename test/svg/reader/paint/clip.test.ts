import { describe, expect, it } from 'vitest'
import { drawn, read } from '../support.ts'

const H = '<path d="M0 50H100" fill="none" stroke="red" clip-path="url(#c)"/>'
const clip = (inside: string, attributes = ''): string => `<clipPath id="c" ${attributes}>${inside}</clipPath>`

describe('clip paths', () => {
  it.each<[string, string, number[][]]>([
    ['to a shape', `${clip('<rect x="20" y="20" width="60" height="60"/>')}${H}`, [[20, 50, 80, 50]]],
    ['to a circle', `${clip('<circle cx="50" cy="50" r="30"/>')}${H}`, [[20, 50, 80, 50]]],
    [
      'to several shapes together',
      `${clip('<rect width="30" height="99"/><rect x="20" width="20" height="99"/><rect x="80" width="9" height="99"/>')}${H}`,
      [
        [0, 50, 40, 50],
        [80, 50, 89, 50],
      ],
    ],
    [
      'to a ring by the even-odd rule',
      `${clip('<path clip-rule="evenodd" d="M10 10H90V90H10zM30 30H70V70H30z"/>')}${H}`,
      [
        [10, 50, 30, 50],
        [70, 50, 90, 50],
      ],
    ],
    [
      'to a whole square by the nonzero rule',
      `${clip('<path d="M10 10H90V90H10zM30 30H70V70H30z"/>')}${H}`,
      [[10, 50, 90, 50]],
    ],
    [
      'to a transformed shape in a transformed clip path',
      `${clip('<rect width="10" height="10" transform="translate(0 45)"/>', 'transform="scale(2) translate(0 -25)"')}${H}`,
      [[0, 50, 20, 50]],
    ],
    [
      'to the common part of two clip paths',
      `<clipPath id="d"><rect width="50" height="99"/></clipPath>${clip('<rect x="20" width="60" height="99"/>', 'clip-path="url(#d)"')}${H}`,
      [[20, 50, 50, 50]],
    ],
    [
      'a <use> to the common part of two clip paths, each in the units of the <use>',
      `<defs><path id="p" d="M0 50H90" stroke="red"/></defs><clipPath id="d"><rect width="50" height="99"/></clipPath>${clip('<rect x="20" width="60" height="99"/>', 'clip-path="url(#d)"')}<use href="#p" x="10" clip-path="url(#c)"/>`,
      [[30, 50, 60, 50]],
    ],
    [
      'to a shape that is clipped itself',
      `<clipPath id="d"><rect width="50" height="99"/></clipPath>${clip('<rect x="20" width="60" height="99" clip-path="url(#d)"/>')}${H}`,
      [[20, 50, 50, 50]],
    ],
    [
      'to a share of the box of the clipped shape',
      `${clip('<rect width="0.5" height="1"/>', 'clipPathUnits="objectBoundingBox"')}<rect x="20" y="20" width="40" height="40" clip-path="url(#c)"/>`,
      [
        [20, 20, 40, 20],
        [40, 60, 20, 60, 20, 20],
      ],
    ],
    [
      'to a shape that <use> repeats',
      `<defs><rect id="r" width="9" height="99"/></defs>${clip('<use href="#r" x="20"/>')}${H}`,
      [[20, 50, 29, 50]],
    ],
    ['to nothing', `${clip('')}${H}`, []],
    [
      'to nothing when all shapes are hidden',
      `${clip('<rect width="99" height="99" display="none"/><rect width="99" height="99" visibility="hidden"/>')}${H}`,
      [],
    ],
    ['to nothing when a group is the only child', `${clip('<g><rect width="99" height="99"/></g>')}${H}`, []],
    ['nothing when the clip path does not exist', H, [[0, 50, 100, 50]]],
    [
      'to the shape of a clip path that names itself',
      `${clip('<rect width="50" height="99"/>', 'clip-path="url(#c)"')}${H}`,
      [[0, 50, 50, 50]],
    ],
    [
      'each member of a group',
      `${clip('<rect width="50" height="99"/>')}<g clip-path="url(#c)"><path d="M0 1H99" stroke="red"/><path d="M60 1H99" stroke="red"/></g>`,
      [[0, 1, 50, 1]],
    ],
    [
      'to a share of the viewport of the clip path',
      `<svg width="80" height="80" viewBox="0 0 8 8">${clip('<rect width="50%" height="50%"/>')}</svg><svg width="10" height="90" viewBox="0 0 10 90"><path d="M0 2H9" stroke="red" clip-path="url(#c)"/></svg>`,
      [[0, 2, 4, 2]],
    ],
    [
      'to a circle of CSS',
      '<path d="M0 50H100V50.001H0z" style="clip-path:circle(20px at 50px 0) fill-box" stroke="red"/>',
      [
        [30, 50, 70, 50],
        [70, 50.001, 30, 50.001],
      ],
    ],
    [
      'to a circle of CSS, placed in the box that includes the stroke',
      '<path d="M0 50H100" stroke-width="8" style="clip-path:circle(20px at 50px 4px)" stroke="red"/>',
      [[30, 50, 70, 50]],
    ],
    [
      'a level line to the box of its stroke, which has a height',
      '<line x1="10" y1="50" x2="90" y2="50" stroke="red" style="clip-path:inset(0 25%)"/>',
      [[30, 50, 70, 50]],
    ],
    ['a level line to its box without the stroke', `${H.replace('url(#c)', 'fill-box')}`, []],
    [
      'a group to its box, to which a picture and HTML belong',
      '<g style="clip-path:inset(0 50% 0 0)"><image width="40" height="90"/><foreignObject x="60" width="40" height="90"/><path d="M0 50H99" stroke="red"/></g>',
      [[0, 50, 50, 50]],
    ],
    [
      'to an inset of CSS',
      '<rect width="90" height="90" style="clip-path:inset(-1px 50% -1px -1px)"/>',
      [
        [0, 0, 45, 0],
        [45, 90, 0, 90, 0, 0],
      ],
    ],
  ])('cut %s', (_name, inside, expected) => {
    expect(drawn(inside, { tolerance: 1e-4, clipEdges: false })).toEqual(expected)
  })

  it('cut to letters as if their stems were a tenth of an em broad, and to nothing when the letters are hidden or clipped away', () => {
    const letter = (attributes: string): string => `${clip(`<text y="80" font-size="60" ${attributes}>I</text>`)}${H}`
    const [[from = 0, , to = 0] = [], ...more] = drawn(letter(''))
    expect(more).toEqual([])
    expect(to - from).toBeCloseTo(6)
    const [[wider = 0, , end = 0] = []] = drawn(letter('transform="scale(1.5 1)"'))
    expect(end - wider).toBeCloseTo(9)
    expect(drawn(letter('visibility="hidden"'))).toEqual([])
    expect(drawn(`${letter('clip-path="url(#none-of-it)"')}<clipPath id="none-of-it"/>`)).toEqual([])
  })

  it('of text come with a note: plotd cuts to letters of a stroke font', () => {
    const { notDrawn } = read(`${clip('<text y="80" font-size="60">II</text>')}${H}`)
    expect(notDrawn).toEqual([
      { what: 'text in a clip path', count: 2, detail: 'cut to letters of the stroke font, made bold' },
    ])
  })

  it.each([
    'circle(-5px)',
    'circle(10px 5px)',
    'circle(wide)',
    'ellipse(5px)',
    'ellipse(5px 5px 5px)',
    'polygon()',
    'polygon(0 0, 10px)',
    'path("")',
    'path("L5 5")',
  ])('are ignored for an invalid CSS shape: %s', (shape) => {
    expect(drawn(`<path d="M0 50H100" fill="none" stroke="red" style='clip-path: ${shape}'/>`)).toEqual([
      [0, 50, 100, 50],
    ])
  })

  it.each([
    ['M10 19H70', 1],
    ['M19 10V70', 1],
    ['M81 70C81 60 81 50 81 40', 1],
    ['M10 20H70', 0],
    ['M10 18H70', 0],
    ['M10 18.04H70', 0],
    ['M10 17H70', 0],
    ['M5 17L17 19', 0],
    ['M10 10L90 90', 0],
    ['M10 19V50', 0],
  ])(
    'come with a note only for a stroke whose whole middle line lies outside while its edge lies inside: %s',
    (d, count) => {
      const stroke = `<path d="${d}" fill="none" stroke="red" stroke-width="4" clip-path="url(#c)"/>`
      const { notDrawn } = read(clip('<rect x="20" y="20" width="60" height="60"/>') + stroke)
      expect(notDrawn).toEqual(count === 0 ? [] : [{ what: 'stroke whose middle lies outside of its clip', count }])
    },
  )

  it('come with a note for each dash whose middle line lies outside while its edge lies inside, however short the dash is', () => {
    const line = '<path d="M30 19H39" stroke-dasharray="1 3" stroke="red" stroke-width="4" clip-path="url(#c)"/>'
    const { notDrawn } = read(clip('<rect x="20" y="20" width="60" height="60"/>') + line)
    expect(notDrawn).toEqual([{ what: 'stroke whose middle lies outside of its clip', count: 3 }])
  })

  it('keep a stroke that runs along the border', () => {
    const square = '<rect x="20" y="20" width="60" height="60"'
    expect(drawn(`${clip(`${square}/>`)}${square} clip-path="url(#c)"/>`)).toEqual([
      [20, 20, 80, 20, 80, 80, 20, 80, 20, 20],
    ])
  })
})
