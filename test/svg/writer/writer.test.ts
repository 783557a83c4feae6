import { describe, expect, it } from 'vitest'
import { type Drawing, drawingOf, strokesOf } from '../../../src/geometry/drawing.ts'
import { drawingToSvg, inkToSvg, readSvg } from '../../../src/svg/index.ts'

const twoPens: Drawing = {
  ...strokesOf([0, 0, 10, 0], [1, 1, 2, 2, 3, 1, 1, 1], [5, 5]),
  width: 20,
  height: 10,
  layers: [
    { name: 'outline', pen: 1, first: 0, count: 2, options: {} },
    { name: 'dots & dashes', pen: 2, first: 2, count: 1, options: { pauseBefore: true }, color: '#c00' },
  ],
}

describe('drawingToSvg', () => {
  it('keeps pens above 1000, for which a label has no number', () => {
    const pens = [1000, 1001, 2000]
    const layers = pens.map((pen, first) => ({ name: 'sea', pen, first, count: 1, options: {} }))
    const { drawing } = readSvg(drawingToSvg({ ...twoPens, layers }))
    expect(drawing.layers.map(({ name, pen }) => [name, pen])).toEqual(pens.map((pen) => ['sea', pen]))
  })

  it('writes each layer as an Inkscape layer and each stroke as one path, in mm', () => {
    expect(drawingToSvg(twoPens).split('\n').slice(1)).toEqual([
      expect.stringContaining('width="20mm" height="10mm" viewBox="0 0 20 10" fill="none" stroke="black"'),
      '<g inkscape:groupmode="layer" inkscape:label="1 outline">',
      '<path d="M0,0L10,0"/>',
      '<path d="M1,1L2,2 3,1z"/>',
      '</g>',
      '<g inkscape:groupmode="layer" inkscape:label="!2 dots &amp; dashes" stroke="#c00">',
      '<path d="M5,5L5,5"/>',
      '</g>',
      '</svg>',
      '',
    ])
  })

  it('shows the pen-up travel on request, in a layer that `%` marks as not plotted', () => {
    const svg = drawingToSvg(twoPens, { penUp: true })
    expect(svg).toContain('inkscape:label="% pen-up travel" stroke="#3b82f6"')
    expect(svg).toContain('d="M0,0L0,0M10,0L1,1M1,1L5,5M5,5L0,0"')
  })

  it('takes the pen width, the colours, a title and the paper', () => {
    const svg = drawingToSvg(twoPens, { strokeWidth: 0.5, color: 'navy', title: 'A <b>', background: '#fffdf5' })
    expect(svg).toContain('stroke="navy" stroke-width="0.5"')
    expect(svg).toContain('<title>A &lt;b&gt;</title>')
    expect(svg).toContain('"% paper"><rect width="100%" height="100%" fill="#fffdf5" stroke="none"/></g>')
  })

  it('refuses a drawing with a point that is not finite', () => {
    const nowhere = drawingOf(strokesOf([0, 0, Number.NaN, 1]), 10, 10)
    expect(() => drawingToSvg(nowhere)).toThrowError(expect.objectContaining({ code: 'ERR_PARAMS' }))
  })
})

describe('inkToSvg', () => {
  it('shows only the strokes that a simulator drew', () => {
    const ink = { ...strokesOf([0, 0, 3, 4]), times: [0, 1], width: 10, height: 10 }
    expect(inkToSvg(ink)).toContain('\n<path d="M0,0L3,4"/>\n</svg>')
  })
})
