import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { layerLabel, parseLayerLabel } from '../../src/svg/layer-label.ts'
import { runs } from '../support/fuzz.ts'

describe("the reader of layer labels in AxiDraw's grammar", () => {
  it.each([
    ['3 red', { number: 3, name: 'red' }],
    ['red', { number: undefined, name: 'red' }],
    ['', { number: undefined, name: '' }],
    ['12', { number: 12, name: '' }],
    ['0 outline', { number: 0, name: 'outline' }],
    ['1000x', { number: 1000, name: 'x' }],
    ['1001 nights', { number: undefined, name: '1001 nights' }],
    ['-5', { number: undefined, name: '-5' }],
    ['  4 blanks in front', { number: 4, name: 'blanks in front' }],
    ['1-red pen', { number: 1, name: 'red pen' }],
    ['2_hills', { number: 2, name: 'hills' }],
    ['3: sea', { number: 3, name: 'sea' }],
    ['0.5 mm', { number: 0, name: '.5 mm' }],
    ['%3 guide', { isHidden: true, number: undefined, name: '3 guide' }],
    ['%!', { isHidden: true, name: '!' }],
    ['!red', { number: undefined, name: 'red', options: { pauseBefore: true } }],
    ['!5', { number: 5, options: { pauseBefore: true } }],
    ['3+H20', { number: 3, options: { penDownPercent: 20 } }],
    ['3+h20 x', { number: 3, name: 'x', options: { penDownPercent: 20 } }],
    ['3 +S40', { number: 3, options: { speedPercent: 40 } }],
    ['+S110', { number: undefined, options: { speedPercent: 110 } }],
    [
      '!3+D500+H20+S40 red',
      { number: 3, name: 'red', options: { pauseBefore: true, delayMs: 500, penDownPercent: 20, speedPercent: 40 } },
    ],
    ['3+H20+H30', { options: { penDownPercent: 30 } }],
    ['3+H0+S1', { options: { penDownPercent: 0, speedPercent: 1 } }],
    ['3+H101 x', { options: {}, name: 'x' }],
    ['3+S0 x', { options: {}, name: 'x' }],
    ['7+S200 x', { number: 7, options: {}, name: 'x' }],
    ['7+S200+H30 x', { number: 7, options: { penDownPercent: 30 }, name: 'x' }],
    ['7+S40+S200 x', { number: 7, options: { speedPercent: 40 }, name: 'x' }],
    ['0 zero', { number: 0, name: 'zero' }],
    ['1001 big', { number: undefined, name: '1001 big' }],
    ['3+D2147483647', { options: { delayMs: 2_147_483_647 } }],
    ['3+D2147483648 x', { options: {}, name: 'x' }],
    ['3+S111', { options: {}, name: '' }],
    ['3+H', { options: {}, name: '+H' }],
    ['3+X5+H20', { options: {}, name: '+X5+H20' }],
    ['3 red +H20', { options: {}, name: 'red +H20' }],
  ])('reads %j', (label, expected) => {
    expect(parseLayerLabel(label)).toEqual(expect.objectContaining({ isHidden: false, options: {}, ...expected }))
  })

  it.each(['+H20', '+s5 x', '-5', '_x', ': sea', '- +H20', '. x', '5', '%x', '!x'])(
    'reads the name %j from the label that `layerLabel` writes',
    (name) => {
      const label = layerLabel({ name, pen: 3, options: {} })
      expect(parseLayerLabel(label)).toEqual({ isHidden: false, number: 3, options: {}, name })
    },
  )

  it('reads from a label what `layerLabel` wrote', () => {
    const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined })
    const layer = fc.record({
      name: fc.stringMatching(/^[a-zHS0-9+%!.:_-][a-zHS0-9 +%!.:_-]{0,8}$/).map((name) => name.trim()),
      pen: fc.integer({ min: 0, max: 1000 }),
      pause: fc.boolean(),
      h: optional(fc.integer({ min: 0, max: 100 })),
      s: optional(fc.integer({ min: 1, max: 110 })),
      d: optional(fc.integer({ min: 1, max: 1e6 })),
    })
    fc.assert(
      fc.property(layer, ({ name, pen, pause, h, s, d }) => {
        const options = {
          ...(pause ? { pauseBefore: true } : {}),
          ...(h === undefined ? {} : { penDownPercent: h }),
          ...(s === undefined ? {} : { speedPercent: s }),
          ...(d === undefined ? {} : { delayMs: d }),
        }
        const label = layerLabel({ name, pen, options })
        expect(parseLayerLabel(label)).toEqual({ isHidden: false, number: pen, options, name })
      }),
      runs(500),
    )
  })
})
