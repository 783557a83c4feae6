import { describe, expect, it } from 'vitest'
import { boundsOf } from '../../../src/geometry/bounds.ts'
import { inkLength } from '../../../src/geometry/measure.ts'
import { readSvg } from '../../../src/svg/index.ts'

const page = (body: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="100mm" height="100mm" viewBox="0 0 100 100">${body}</svg>`
const CLIP = '<clipPath id="c"><rect x="20" y="20" width="30" height="40"/></clipPath>'
const ink = (body: string, options = {}) => {
  const { drawing, notDrawn, whiteFills } = readSvg(page(body), options)
  return {
    drawing,
    length: inkLength(drawing),
    bounds: boundsOf(drawing),
    notDrawn,
    whiteFills,
    layers: drawing.layers,
  }
}

describe('a shape under a clip path', () => {
  it('ends at the edge of the clip, and the edge is drawn if the shape is filled', () => {
    const { length, bounds } = ink(`${CLIP}<rect width="100" height="100" fill="teal" clip-path="url(#c)"/>`)
    expect(length).toBeCloseTo(140, 3)
    expect(bounds).toEqual({ minX: 20, minY: 20, maxX: 50, maxY: 60 })
  })

  it('keeps its own outline inside the clip, and adds the edge where it is cut', () => {
    const { length } = ink(`${CLIP}<rect x="30" y="30" width="60" height="10" fill="teal" clip-path="url(#c)"/>`)
    expect(length).toBeCloseTo(20 + 10 + 20 + 10, 3)
  })

  it('draws only once an edge that the shape and the clip share', () => {
    const { length } = ink(`${CLIP}<rect x="20" y="20" width="30" height="40" fill="teal" clip-path="url(#c)"/>`)
    expect(length).toBeCloseTo(140, 3)
    const half = ink(`${CLIP}<rect x="20" y="20" width="60" height="40" fill="teal" clip-path="url(#c)"/>`)
    expect(half.length).toBeCloseTo(140, 3)
  })

  it('gets an edge in the colour of its fill', () => {
    const { layers } = ink(`${CLIP}<rect width="100" height="100" fill="teal" clip-path="url(#c)"/>`, {
      layers: 'color',
    })
    expect(layers.map(({ name }) => name)).toEqual(['#008080'])
  })

  it('is cut by a clip of several shapes at the outline of their union', () => {
    const two = '<clipPath id="c"><rect width="30" height="20"/><rect x="20" y="5" width="30" height="20"/></clipPath>'
    const { length } = ink(`${two}<rect x="-10" y="-10" width="200" height="200" fill="teal" clip-path="url(#c)"/>`)
    expect(length).toBeCloseTo(150, 3)
  })

  it('gets no edge from the clip if the shape has only a stroke', () => {
    const { length } = ink(`${CLIP}<rect width="100" height="100" fill="none" stroke="teal" clip-path="url(#c)"/>`)
    expect(length).toBe(0)
  })
})

describe('a mask', () => {
  const masked = (mask: string) =>
    ink(`<mask id="m">${mask}</mask><rect width="100" height="100" fill="teal" mask="url(#m)"/>`)

  it('shows only the parts under white shapes', () => {
    const { length, notDrawn } = masked('<rect x="20" y="20" width="30" height="40" fill="white"/>')
    expect(length).toBeCloseTo(140, 3)
    expect(notDrawn).toEqual([])
  })

  it('may hold copies of shapes, as in files of Sketch, but no copies of groups', () => {
    const copied = (mask: string) => masked(`<defs><rect id="r" width="30" height="40"/></defs>${mask}`)
    const { length, notDrawn } = copied('<use href="#r" x="20" y="20" fill="white"/>')
    expect(length).toBeCloseTo(140, 3)
    expect(notDrawn).toEqual([])
    expect(copied('<g id="g"><use href="#r" fill="white"/></g><use href="#g"/>').notDrawn).toMatchObject([
      { what: 'mask' },
    ])
  })

  it('hides the parts under black shapes that lie on white ones', () => {
    const { length } = masked(
      '<rect width="100" height="100" fill="white"/><rect x="20" y="20" width="30" height="40" fill="black"/>',
    )
    expect(length).toBeCloseTo(400 + 140, 3)
  })

  it('cuts at the edges of grey shapes, and reports that the shades are ignored', () => {
    const { length, notDrawn } = masked('<rect x="20" y="20" width="30" height="40" fill="#ccc"/>')
    expect(length).toBeCloseTo(140, 3)
    expect(notDrawn).toEqual([{ what: 'mask', count: 1, detail: 'cut to its shapes, without its shades and strokes' }])
  })

  it.each([
    ['in a translucent colour', '<rect width="100" height="50" fill="rgb(255 255 255 / 20%)"/>'],
    ['in a translucent group', '<g opacity="0.2"><rect width="100" height="50" fill="white"/></g>'],
  ])('ignores white shapes that pass less than half of the light: %s', (_, faint) => {
    const { length, notDrawn } = masked(`<rect x="20" y="20" width="30" height="40" fill="white"/>${faint}`)
    expect(length).toBeCloseTo(140, 3)
    expect(notDrawn).toEqual([{ what: 'mask', count: 1, detail: 'cut to its shapes, without its shades and strokes' }])
  })

  it('treats a colour as light when plotd cannot compute it, and reports that the shades are ignored', () => {
    const { length, notDrawn } = masked(
      '<rect x="20" y="20" width="30" height="40" fill="white"/><rect x="25" y="25" width="9" height="9" fill="oklch(1 0 0)"/>',
    )
    expect(length).toBeCloseTo(140, 3)
    expect(notDrawn).toEqual([{ what: 'mask', count: 1, detail: 'cut to its shapes, without its shades and strokes' }])
  })

  it('reports that the strokes in it are ignored', () => {
    const { length, notDrawn } = masked('<rect x="20" y="20" width="30" height="40" fill="white" stroke="black"/>')
    expect(length).toBeCloseTo(140, 3)
    expect(notDrawn).toEqual([{ what: 'mask', count: 1, detail: 'cut to its shapes, without its shades and strokes' }])
  })

  it.each([
    ['x="0.2" y="20%" width="0.5" height="10%"', 2 * (50 + 10)],
    ['width="60%"', 2 * (50 + 100)],
    ['maskUnits="userSpaceOnUse" x="20" y="30" width="30" height="40"', 2 * (30 + 40)],
    ['maskUnits="userSpaceOnUse" x="20" y="30" width="2em" height="40"', 2 * (32 + 40)],
  ])('shows nothing outside of its region: %s', (region, expected) => {
    const mask = `<mask id="m" ${region}><rect x="-999" y="-999" width="1999" height="1999" fill="white"/></mask>`
    const { length, notDrawn } = ink(`${mask}<rect width="100" height="100" fill="teal" font-size="5" mask="url(#m)"/>`)
    expect(length).toBeCloseTo(expected, 3)
    expect(notDrawn).toEqual([])
  })

  it('moves with the use that it masks, as a clip does', () => {
    const shape = '<rect x="20" y="0" width="10" height="10" fill="white"/>'
    const line = '<defs><path id="l" d="M0 5H50V6" fill="none" stroke="red"/></defs>'
    const use = (attribute: string) => ink(`${line}<use href="#l" x="30" ${attribute}/>`).drawing.points
    const masked = ink(`<mask id="m">${shape}</mask>${line}<use href="#l" x="30" mask="url(#m)"/>`)
    const clipped = ink(`<clipPath id="m">${shape}</clipPath>${line}<use href="#l" x="30" clip-path="url(#m)"/>`)
    expect(use('')).toHaveLength(6)
    expect(masked.drawing.points).toEqual(clipped.drawing.points)
  })

  it('cuts the shapes of a translucent group, too', () => {
    const mask = '<mask id="m"><rect x="20" y="20" width="30" height="40" fill="white"/></mask>'
    const path = '<path d="M0 30H99V31" fill="none" stroke="red" mask="url(#m)"/>'
    const { length, notDrawn } = ink(`${mask}<g opacity="0.3">${path}</g>`)
    expect(length).toBeCloseTo(30, 6)
    expect(notDrawn).toEqual([])
  })

  it('may hold ten thousand shapes', () => {
    const dots = Array.from(
      { length: 10_000 },
      (_, i) => `<circle cx="${i % 100}" cy="${Math.floor(i / 100)}" r="0.25"/>`,
    )
    const mask = `<mask id="m" maskUnits="userSpaceOnUse"><g fill="white">${dots.join('')}</g></mask>`
    const { length } = ink(`${mask}<path d="M0 50H100V60" fill="none" stroke="red" mask="url(#m)"/>`)
    expect(length).toBeCloseTo(100 * 0.5 - 0.25, 2)
  })

  it('is ignored and listed when it holds a picture', () => {
    const { length, notDrawn } = masked('<image href="data:image/png;base64,AA" width="9" height="9"/>')
    expect(length).toBeCloseTo(400, 3)
    expect(notDrawn).toEqual([{ what: 'mask', count: 1, detail: 'drawn without it' }])
  })

  it('that refers to itself does not loop', () => {
    const { notDrawn } = masked('<rect width="9" height="9" fill="white" mask="url(#m)"/>')
    expect(notDrawn.length).toBeLessThan(3)
  })
})

describe('a white fill', () => {
  it('without a stroke is paper: it is left out and counted', () => {
    const { length, whiteFills } = ink('<rect width="100" height="100" fill="#fff"/><path d="M0 0H9" stroke="red"/>')
    expect([length, whiteFills]).toEqual([9, 1])
  })

  it.each(['Canvas', 'Window', 'hwb(0 100% 0%)', 'color(display-p3 1 1 1)', 'color(srgb 100% 100% 100% / 1)'])(
    'is paper also when the file calls it %s',
    (color) => {
      expect(ink(`<rect width="9" height="9" fill="${color}"/>`)).toMatchObject({ length: 0, whiteFills: 1 })
    },
  )

  it('is drawn on request', () => {
    expect(ink('<rect width="100" height="100" fill="white"/>', { drawWhite: true })).toMatchObject({
      length: 400,
      whiteFills: 0,
    })
  })

  it('still hides the lines that it covers', () => {
    const { length } = ink('<path d="M0 50H100" stroke="red"/><rect x="20" width="50" height="100" fill="white"/>', {
      hide: true,
    })
    expect(length).toBeCloseTo(50, 3)
  })

  it('with a stroke is drawn', () => {
    expect(ink('<rect width="10" height="10" fill="white" stroke="black"/>').length).toBeCloseTo(40)
  })
})
