import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { coverage, forgetReported, isPlainIn, loadFont, notesOn, reportPlain } from '../../../src/hershey/index.ts'
import { runs } from '../../support/fuzz.ts'

describe('the notes on a text', () => {
  it('are empty for characters of the font, newlines, tabs and soft hyphens', () => {
    expect(notesOn('Dear Ada,\n\tthank you!\u00AD', 'rowmans')).toEqual([])
  })

  it('say what is drawn for each character without a glyph, where it stands first, and how often it occurs', () => {
    expect(notesOn('“é”\nΩ ™ 🎂 é', 'rowmans')).toEqual([
      { how: 'composed', char: '“', codePoint: 0x201c, count: 1, line: 1, column: 1 },
      { how: 'composed', char: 'é', codePoint: 0xe9, count: 2, line: 1, column: 2 },
      { how: 'composed', char: '”', codePoint: 0x201d, count: 1, line: 1, column: 3 },
      { how: 'lent', from: 'greeks', char: 'Ω', codePoint: 0x3a9, count: 1, line: 2, column: 1 },
      { how: 'substituted', as: 'TM', char: '™', codePoint: 0x2122, count: 1, line: 2, column: 3 },
      { how: 'missing', char: '🎂', codePoint: 0x1f382, count: 1, line: 2, column: 5 },
    ])
  })

  it('count a letter with its combining accent as one character, and an emoji of many code points too', () => {
    expect(notesOn('e\u0301 👩‍👩‍👧‍👦', 'EMSReadability')).toMatchObject([
      { how: 'missing', column: 3, codePoint: 0x1f469 },
    ])
  })

  it('name no lent glyph when `borrow` is false', () => {
    expect(notesOn('Ω', 'rowmans', false)).toMatchObject([{ how: 'missing' }])
    expect(notesOn('Ω', 'rowmans', true)).toMatchObject([{ how: 'lent' }])
  })

  it('agree with the coverage, for random texts in three fonts', () => {
    const letters = fc.constantFrom(
      'a',
      'B',
      ' ',
      '\n',
      'é',
      'ß',
      '“',
      '—',
      '~',
      '€',
      '™',
      'Ω',
      'Ж',
      '🎂',
      '\u0301',
      '漢',
    )
    const fonts = fc.constantFrom('rowmans', 'EMSAllure', 'gothiceng')
    fc.assert(
      fc.property(fc.array(letters), fonts, (chars, font) => {
        const text = chars.join('')
        const { missing, substituted } = coverage(text, font)
        const notes = notesOn(text, font).filter(({ how }) => how !== 'composed')
        const counted = (list: readonly { char: string; count: number }[]) =>
          new Map(list.map(({ char, count }) => [char, count]))
        expect(counted(notes)).toEqual(counted([...missing, ...substituted]))
      }),
      runs(100),
    )
  })
})

describe('the notes on a text in a font that this thread has not loaded', () => {
  it('use the characters that another thread reported, until the fonts change', () => {
    const font = 'only-on-a-thread'
    expect(isPlainIn('Ada', font)).toBe(false)
    reportPlain('Dear Ada', font)
    reportPlain('ė́', font) // a letter with marks gives no information about its parts
    expect([isPlainIn('read Ada', font), isPlainIn('Adam', font), isPlainIn('ė', font)]).toEqual([true, false, false])
    forgetReported()
    expect(isPlainIn('Ada', font)).toBe(false)
  })

  it('use the font itself as soon as it is loaded', () => {
    const font = 'gothicita'
    reportPlain('ƿ', font)
    loadFont(font)
    expect([isPlainIn('ƿ', font), isPlainIn('Ada', font)]).toEqual([false, true])
  })
})
