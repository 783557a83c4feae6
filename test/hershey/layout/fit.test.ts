import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fitText } from '../../../src/hershey/index.ts'
import { runs } from '../../support/fuzz.ts'

const text = fc
  .array(fc.stringMatching(/^[a-zA-ZÉgjyQ,.!]{1,10}$/), { minLength: 1, maxLength: 25 })
  .map((w) => w.join(' '))
const font = fc.constantFrom('rowmans', 'scripts', 'timesi', 'EMSAllure', 'EMSTech', 'gothgrt')
const side = fc.double({ min: 25, max: 120, noNaN: true })
const hand = fc.option(fc.record({ seed: fc.integer(), amount: fc.double({ min: 0, max: 2, noNaN: true }) }), {
  nil: undefined,
})

describe('text in a box', () => {
  it('never leaves the box: accents, descenders, swashes, slant and hand included', () => {
    const style = fc.record({
      font,
      align: fc.constantFrom('left', 'center', 'right', 'justify'),
      slant: fc.constantFrom(0, 12),
      smooth: fc.boolean(),
    })
    fc.assert(
      fc.property(text, side, side, style, hand, (words, width, height, options, written) => {
        const fitted = fitText(words, { ...options, ...(written && { hand: written }), width, height, minSize: 0.3 })
        expect(fitted.fits).toBe(true)
        expect(fitted.bounds.minX).toBeGreaterThanOrEqual(-1e-6)
        expect(fitted.bounds.minY).toBeGreaterThanOrEqual(-1e-6)
        expect(fitted.bounds.maxX).toBeLessThanOrEqual(width + 1e-6)
        expect(fitted.bounds.maxY).toBeLessThanOrEqual(height + 1e-6)
      }),
      runs(60),
    )
  })

  it('is as large as it can be, up to 50 mm: two per cent larger would not fit', () => {
    fc.assert(
      fc.property(text, side, side, (words, width, height) => {
        const { size } = fitText(words, { width, height, minSize: 0.3 })
        if (size === 50) return
        const larger = fitText(words, { width, height, minSize: 1.02 * size, maxSize: 1.02 * size })
        expect(larger.fits).toBe(false)
      }),
      runs(40),
    )
  })

  it('stays between the given sizes, and reports when even the smallest does not fit', () => {
    expect(fitText('Hi', { width: 500, height: 500, maxSize: 12 })).toMatchObject({ size: 12, fits: true })
    expect(fitText('much too long '.repeat(50), { width: 30, height: 10, minSize: 3 })).toMatchObject({
      size: 3,
      fits: false,
    })
    expect(fitText('Donaudampfschiffahrt', { width: 10, height: 100, minSize: 3 })).toMatchObject({
      size: 3,
      fits: false,
    })
  })

  it('stands at the top, in the middle or at the bottom', () => {
    const top = (vertical: 'top' | 'middle' | 'bottom') =>
      fitText('H', { width: 100, height: 100, maxSize: 10, vertical }).bounds.minY
    expect(top('top')).toBeCloseTo(0)
    expect(top('bottom')).toBeGreaterThan(80)
    expect(top('middle')).toBeCloseTo((top('top') + top('bottom')) / 2)
  })

  it('reports missing characters', () => {
    expect(fitText('a🦄', { width: 50, height: 50 }).missing).toMatchObject([{ char: '🦄', count: 1 }])
  })

  it('is refused for a box of width 0, with an error that names the width', () => {
    expect(() => fitText('a', { width: 0, height: 5 })).toThrow(/width must be a finite number above 0/)
  })
})
