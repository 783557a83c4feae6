import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { strokeCount } from '../../../src/geometry/drawing.ts'
import { fontNames, layoutText, notesOn } from '../../../src/hershey/index.ts'
import { anyText } from '../../support/any-text.ts'
import { runs } from '../../support/fuzz.ts'

const fonts = fc.constantFrom(...fontNames().map(({ name }) => name))
const mark = fc
  .integer({ min: 0x300, max: 0x36f })
  .filter((code) => code !== 0x34f) // U+034F has no ink
  .map((code) => String.fromCharCode(code))
const letter = fc.constantFrom(...'aeinosxqzAEGQWZ19жщΩά~?'.split(''))
const piled = fc
  .tuple(letter, fc.array(mark, { minLength: 1, maxLength: 3 }))
  .map(([base, marks]) => base + marks.join(''))
const pasted = fc.constantFrom(
  ...[
    '“',
    '”',
    '’',
    '—',
    '…',
    '\u00A0',
    '\u00AD',
    '\t',
    '\n',
    '\u200B',
    '\u200D',
    '\u202E',
    '\u2066',
    '\uFEFF',
    '\uFE0F',
  ],
  ...[
    '1️⃣',
    '❤️',
    '👩‍👩‍👧‍👦',
    '🇩🇪',
    '🏴‍☠️',
    '👍🏽',
    'ﬁ',
    'שלום',
    'مرحبا',
    'नमस्ते',
    'ไทย',
    '한글',
    '漢',
    'ｦ',
    '‰',
    '⅔',
    '\u0007',
    '\ud83d',
  ],
)
/** Text that a user may paste: all of Unicode, stacked marks, special characters of Word, phones and the web. */
const text = fc
  .array(fc.oneof(piled, pasted, anyText({ maxLength: 4 }), fc.string({ unit: 'grapheme', maxLength: 4 })))
  .map((parts) => parts.join(''))

/** Characters without ink, defined without the project's own tables. */
const BLANK = /^[\p{White_Space}\p{Default_Ignorable_Code_Point}\u00AD]*$/u
const inkOf = (char: string, font: string) => layoutText(char, { font }).strokes
const graphemes = new Intl.Segmenter('und')

describe('each character of a text', () => {
  it('is either drawn or reported as left out', () => {
    fc.assert(
      fc.property(text, fonts, (words, font) => {
        for (const { segment: char } of graphemes.segment(words)) {
          if (BLANK.test(char)) continue
          const notes = notesOn(char, font)
          const drawn = strokeCount(inkOf(char, font))
          // One grapheme, in Indic scripts for example, may be several characters to the fonts, each with its note.
          // This test leaves out such a grapheme, and a grapheme of several code points without a note.
          if (notes.length > 1 || (Array.from(char).length > 1 && notes.length === 0)) continue
          const isMissing = notes.some(({ how }) => how === 'missing')
          expect({ char, font, drawn: drawn > 0 }).toEqual({ char, font, drawn: !isMissing })
        }
      }),
      runs(300),
    )
  })

  it('has the same count in the notes and in the layout when it is missing, lent or substituted', () => {
    fc.assert(
      fc.property(text, fonts, (words, font) => {
        const { missing, substituted } = layoutText(words, { font })
        const counts = (list: readonly { char: string; count: number }[]) =>
          new Map(list.map((each) => [each.char, each.count]))
        const notes = notesOn(words, font)
        expect(counts(notes.filter(({ how }) => how === 'missing'))).toEqual(counts(missing))
        expect(counts(notes.filter(({ how }) => how === 'lent' || how === 'substituted'))).toEqual(counts(substituted))
      }),
      runs(200),
    )
  })

  it('keeps its marks, or is reported as missing or substituted', () => {
    fc.assert(
      fc.property(piled, fonts, (char, font) => {
        const [note] = notesOn(char, font)
        if (note?.how === 'missing') return
        const base = char.normalize('NFD')[0] ?? ''
        if (note?.how === 'substituted') expect(inkOf(note.as ?? '', font)).toEqual(inkOf(char, font))
        else expect(inkOf(char, font)).not.toEqual(inkOf(base, font))
      }),
      runs(400),
    )
  })

  it('is not reported when it is invisible', () => {
    const unseen = '\u200B\u200D\u200E\u202A\u202C\u202E\u2060\u2066\u2069\uFEFF\uFE0F\u061C\u{E0067}'
    for (const char of unseen) {
      expect(notesOn(`a${char}b`, 'rowmans')).toEqual([])
      expect(inkOf(`${char} b`, 'rowmans')).toEqual(inkOf(' b', 'rowmans'))
    }
  })

  it('is substituted by the same character without the mark when the mark cannot be drawn', () => {
    expect(notesOn('n\u033A e\u033A\u0302 1️⃣', 'rowmans')).toMatchObject([
      { how: 'substituted', char: 'n\u033A', as: 'n' },
      { how: 'substituted', char: 'ê\u033A', as: 'ê' },
      { how: 'substituted', as: '1' },
    ])
  })
})
