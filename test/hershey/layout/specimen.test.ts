import { describe, expect, it } from 'vitest'
import { boundsOf } from '../../../src/geometry/bounds.ts'
import { strokeCount } from '../../../src/geometry/drawing.ts'
import { fontNames, fontSpecimen, layoutText, sampleOf } from '../../../src/hershey/index.ts'
import { strokeShapes } from '../../support/stroke-shapes.ts'

describe('the specimen', () => {
  it('is one page with all ink in one layer, inside its margins', () => {
    const page = fontSpecimen()
    const { minX, minY, maxX, maxY } = boundsOf(page)
    expect(page.width).toBe(210)
    expect(minX).toBeGreaterThan(11)
    expect(minY).toBeGreaterThan(11)
    expect(maxX).toBeLessThan(199)
    expect(maxY).toBeLessThan(page.height - 11)
    expect(page.layers[0]?.count).toBe(strokeCount(page))
  })

  it('of a single font is less than 50 mm high', () => {
    expect(fontSpecimen({ fonts: ['rowmans'] }).height).toBeLessThan(50)
  })

  it.each(fontNames().map(({ name }) => name))(
    'has a sample of %s without missing and lent glyphs; only Greek and Cyrillic fonts lend to each other',
    (name) => {
      const { missing, substituted } = sampleOf(name)
      expect(missing).toEqual([])
      const twins = /^(cyril|greek|timesg)/.test(name) ? /cyril|greek|timesg/ : /^$/
      expect(substituted.filter(({ from }) => !twins.test(from ?? ''))).toEqual([])
    },
  )

  it('writes the title of the font `gothiceng` in that font', () => {
    const title = layoutText('Gothic English', { font: 'gothiceng', size: 3.2 }).strokes
    expect(strokeShapes(fontSpecimen({ fonts: ['gothiceng'] }))).toEqual(expect.arrayContaining(strokeShapes(title)))
  })
})
