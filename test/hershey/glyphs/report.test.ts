import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { strokeCount } from '../../../src/geometry/drawing.ts'
import { coverage, fontsFor, layoutText } from '../../../src/hershey/index.ts'
import { runs } from '../../support/fuzz.ts'

const substituted = (text: string, font = 'rowmans') =>
  layoutText(text, { font }).substituted.map(({ char, as, from, count }) => ({ char, as, from, count }))

describe('the layout of a text', () => {
  it('reports characters that no font can draw, with counts, and draws nothing for them', () => {
    const layout = layoutText('a🦄b🦄 漢', { size: 5 })
    expect(layout.missing).toEqual([
      { char: '🦄', codePoint: 0x1f984, count: 2 },
      { char: '漢', codePoint: 0x6f22, count: 1 },
    ])
    expect(strokeCount(layout.strokes)).toBe(strokeCount(layoutText('ab').strokes))
  })

  it('draws no double space where a character is left out', () => {
    const inkOf = (text: string) => layoutText(text, { size: 5 }).strokes.points
    expect(inkOf('Hi 🦄 Bob')).toEqual(inkOf('Hi Bob'))
    expect(inkOf('🦄 Hi 🦄 🦄 Bob')).toEqual(inkOf('Hi Bob'))
    expect(inkOf('Hi🦄 Bob')).toEqual(inkOf('Hi Bob'))
    expect(inkOf('Hi  Bob')).not.toEqual(inkOf('Hi Bob'))
  })

  it('draws a check mark itself, as one stroke that ends at the upper right', () => {
    expect(substituted('✓ ✔', 'EMSReadability')).toEqual([])
    const { bounds, strokes } = layoutText('✓', { size: 10 })
    expect(strokeCount(strokes)).toBe(1)
    // The lowest point lies left of the middle.
    const { points } = strokes
    const lowest = points.findIndex((value, i) => i % 2 === 1 && value === bounds.maxY)
    expect(points[lowest - 1]).toBeLessThan((bounds.minX + bounds.maxX) / 2)
    expect([points.at(-2), points.at(-1)]).toEqual([bounds.maxX, bounds.minY])
  })

  it('counts an emoji of many code points as one character', () => {
    expect(layoutText('👩‍👩‍👧‍👦!').missing).toEqual([{ char: '👩‍👩‍👧‍👦', codePoint: 0x1f469, count: 1 }])
  })

  it('counts each occurrence of every character that no font can draw', () => {
    const unknown = fc.constantFrom('🦄', '漢', '\u{1F9FF}', '한', 'क', '\u0007')
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constantFrom('a', 'é', ' ', '“', 'Ж', 'Ω'), unknown)), (chars) => {
        const expected = new Map<string, number>()
        for (const char of chars) if (!'aé “ЖΩ'.includes(char)) expected.set(char, (expected.get(char) ?? 0) + 1)
        const missing = new Map(layoutText(chars.join('')).missing.map(({ char, count }) => [char, count]))
        expect(missing).toEqual(expected)
      }),
      runs(100),
    )
  })

  it('reports characters that are drawn by similar signs', () => {
    expect(substituted('☺ ™ ⅔')).toEqual([
      { char: '☺', as: ':-)', from: undefined, count: 1 },
      { char: '™', as: 'TM', from: undefined, count: 1 },
      { char: '⅔', as: '2⁄3', from: undefined, count: 1 },
    ])
  })

  it('reports characters that another font lends, and names that font', () => {
    expect(substituted('Жλ')).toEqual([
      { char: 'Ж', as: undefined, from: 'cyrilc_1', count: 1 },
      { char: 'λ', as: undefined, from: 'greeks', count: 1 },
    ])
    expect(substituted('λ', 'timesrb')).toEqual([{ char: 'λ', as: undefined, from: 'greekc', count: 1 }])
  })

  it('reports no character that the font draws itself, composed accents and quotes included', () => {
    expect(substituted('“Grüße” — ‘naïve’ œuvre… ½ Łódź ąęőű')).toEqual([])
  })

  it('takes nothing from other fonts with `borrow: false`', () => {
    const layout = layoutText('Жλa', { borrow: false })
    expect(layout.missing.map(({ char }) => char)).toEqual(['Ж', 'λ'])
    expect(layoutText('Жλa').missing).toEqual([])
  })

  it('does not take an ASCII character from the font `symbolic`', () => {
    expect(substituted('{}', 'futuram').map(({ from }) => from)).not.toContain('symbolic')
  })

  it('does not report characters without ink', () => {
    expect(layoutText('a\u00A0b\u200Bc\uFEFF\u2009d\u00AD').missing).toEqual([])
  })
})

describe('coverage', () => {
  it('counts the characters that a font draws itself', () => {
    expect(coverage('Né Ж 🦄', 'rowmans')).toMatchObject({
      font: 'rowmans',
      characters: 4,
      own: 2,
      complete: false,
      missing: [{ char: '🦄' }],
      substituted: [{ char: 'Ж', from: 'cyrilc_1' }],
    })
    expect(coverage('Hello', 'scripts').complete).toBe(true)
  })

  it('ranks the fonts for a text', () => {
    expect(fontsFor('Привет')[0]?.font).toBe('cyrilc_1')
    expect(fontsFor('καλημέρα')[0]?.font).toMatch(/greek|timesg/)
  })
})
