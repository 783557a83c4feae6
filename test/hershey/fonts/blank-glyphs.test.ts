import { describe, expect, it } from 'vitest'
import { fontFromSvg, layoutText, notesOn } from '../../../src/hershey/index.ts'

const glyph = (text: string, path: string) => `<glyph unicode="${text}" d="${path}"/>`
const STEM = 'M0 0L0 700'
const fontOf = (...glyphs: readonly string[]) =>
  fontFromSvg(
    `<svg><defs><font horiz-adv-x="500"><font-face units-per-em="1000"/>${glyphs.join('')}</font></defs></svg>`,
    'blanks',
  )

describe('a blank glyph in place of a letter', () => {
  const font = fontOf(...Array.from('Hae ', (char) => glyph(char, char === ' ' ? '' : STEM)), glyph('b', ''))

  it.each(['b', 'b\u0301', '½'])(
    'is not used for %s: another font lends its glyph, or the character is missing',
    (char) => {
      const own = fontOf(...Array.from('Hab1½', (letter) => glyph(letter, letter === 'H' ? STEM : '')))
      expect(notesOn(char, own)).toMatchObject([{ how: 'lent' }])
      expect(layoutText(char, { font: own }).strokes.points.length).toBeGreaterThan(4)
      expect(layoutText(char, { font: own, borrow: false }).missing).toMatchObject([{ count: 1 }])
    },
  )

  it('stays for a space', () => {
    expect(notesOn('H a', font)).toEqual([])
    expect(layoutText('H a', { font, size: 7 }).width).toBeCloseTo(15)
  })

  it('does not replace letters as a ligature or as a second form', () => {
    const more = fontOf(glyph('H', STEM), glyph('a', STEM), glyph('a', ''), glyph('aH', ''))
    for (const text of ['aa', 'aH', 'aaaa'])
      expect(layoutText(text, { font: more }).strokes.points).toHaveLength(4 * text.length)
  })
})
