import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { strokeCount } from '../../../src/geometry/drawing.ts'
import { verticalForm, verticalText } from '../../../src/hershey/index.ts'
import { runs } from '../../support/fuzz.ts'

/** The font `japanese` has a square of 27 units at a cap height of 21. */
const font = 'japanese'
const [SIZE, SQUARE] = [21, 27]
const set = (text: string, options = {}) => verticalText(text, { font, size: SIZE, ...options })

describe('text in columns', () => {
  it('runs from top to bottom, and its first column stands at the right', () => {
    const { width, height } = set('アカ\nサ')
    expect([width, height]).toEqual([SQUARE * 2.6, 2 * SQUARE])
    expect(set('ア\nア').bounds.maxX).toBeGreaterThan(set('\nア').bounds.maxX)
    expect(set('アア').bounds.maxY).toBeCloseTo(set('ア').bounds.maxY + SQUARE)
  })

  it('stands in the middle of its column', () => {
    const { minX, maxX } = set('国').bounds
    expect((minX + maxX) / 2).toBeCloseTo(SQUARE / 2, -0.5)
  })

  it('has stops in the upper right of their squares', () => {
    const { minX, maxY } = set('。').bounds
    expect(minX).toBeGreaterThan(SQUARE / 2)
    expect(maxY).toBeLessThan(SQUARE / 2)
  })

  it('draws the long vowel mark, dashes and the ellipsis downwards', () => {
    for (const text of ['ー', '―', '…', '〜']) {
      const { minX, maxX, minY, maxY } = set(text, { font: 'rowmans' }).bounds
      expect(maxY - minY, text).toBeGreaterThan(2.5 * (maxX - minX))
    }
  })

  it.each([
    ['upright', 'あ国ガ！々한'],
    ['turned', 'aβ「〈《）：…—-'],
    ['corner', '、。'],
    ['small', 'ぁッョ'],
    ['mirrored', 'ー〜'],
  ])('has the form “%s” for %s', (form, chars) => {
    for (const char of chars) expect(verticalForm(char), char).toBe(form)
  })

  it('turns Latin letters, or sets them upright', () => {
    const lengthOf = (latin: string) => {
      const { bounds } = set('ill', { latin })
      return bounds.maxY - bounds.minY
    }
    expect(lengthOf('upright')).toBeGreaterThan(2 * SQUARE)
    expect(lengthOf('turned')).toBeLessThan(1.5 * SQUARE)
  })

  it('sets two digits side by side, and turns longer numbers', () => {
    expect(set('11ア').height).toBe(2 * SQUARE)
    expect(set('5ア').height).toBe(2 * SQUARE)
    expect(set('123').height).toBeLessThan(3 * SQUARE)
  })

  it('ends columns where Japanese may be divided', () => {
    const columns = (text: string) => set(text, { height: 3 * SQUARE }).columns
    expect(columns('アカサタナ')).toEqual(['アカサ', 'タナ'])
    expect(columns('アカサ。タ')).toEqual(['アカサ。', 'タ']) // the full stop hangs below the column
    expect(columns('アカサータ')).toEqual(['アカ', 'サータ'])
    expect(columns('アカ「サ」')).toEqual(['アカ', '「サ」'])
    expect(columns('アカ illi')).toEqual(['アカ ', 'illi'])
  })

  it('stands at the top, in the middle or at the bottom', () => {
    const top = (align: string) => set('ア', { height: 3 * SQUARE, align }).bounds.minY
    expect(top('middle') - top('top')).toBeCloseTo(SQUARE)
    expect(top('bottom') - top('top')).toBeCloseTo(2 * SQUARE)
  })

  it('reports missing characters, and keeps all characters of any text except spaces', () => {
    expect(set('あ\u{20000}').missing.map(({ char }) => char)).toEqual(['\u{20000}'])
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...Array.from('アー。「」1ab \u3000っ')), maxLength: 40 }),
        fc.integer({ min: 1, max: 6 }),
        (text, squares) => {
          const { columns, strokes } = set(text, { height: squares * SQUARE })
          expect(columns.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''))
          expect(strokeCount(strokes)).toBe(strokeCount(set(text).strokes))
        },
      ),
      runs(40),
    )
  })
})
