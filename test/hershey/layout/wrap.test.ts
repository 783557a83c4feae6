import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { layoutText, type TextLayout } from '../../../src/hershey/index.ts'
import { runs } from '../../support/fuzz.ts'

const word = fc.stringMatching(/^[a-zA-Z,.é]{1,12}$/)
const sentence = fc.array(word, { minLength: 1, maxLength: 30 }).map((words) => words.join(' '))
const texts = (layout: TextLayout) => layout.lines.map((line) => line.text)
const width = (text: string, font = 'rowmans') => layoutText(text, { font, size: 4 }).width

describe('wrapping', () => {
  it('makes a line wider than the width only when the line is a single word', () => {
    fc.assert(
      fc.property(sentence, fc.double({ min: 5, max: 120, noNaN: true }), fc.boolean(), (text, measure, script) => {
        const font = script ? 'scripts' : 'rowmans'
        for (const line of layoutText(text, { font, size: 4, width: measure }).lines) {
          if (line.width > measure + 1e-6) expect(line.text).not.toContain(' ')
        }
      }),
      runs(100),
    )
  })

  it('keeps every word, in order', () => {
    fc.assert(
      fc.property(sentence, fc.double({ min: 5, max: 120, noNaN: true }), (text, measure) => {
        expect(texts(layoutText(text, { size: 4, width: measure })).join(' ')).toBe(text)
      }),
      runs(100),
    )
  })

  it('gives as many lines as a greedy fill', () => {
    fc.assert(
      fc.property(sentence, fc.double({ min: 20, max: 120, noNaN: true }), (text, measure) => {
        const filled: string[] = []
        for (const next of text.split(' ')) {
          const longer = filled.length === 0 ? next : `${filled.at(-1)} ${next}`
          if (filled.length > 0 && width(longer) <= measure + 1e-9) filled[filled.length - 1] = longer
          else filled.push(next)
        }
        expect(layoutText(text, { size: 4, width: measure }).lines.length).toBe(filled.length)
      }),
      runs(60),
    )
  })

  it('gives lines of more even width than a greedy fill', () => {
    const lines = texts(layoutText('aaa bb cc ddddd', { size: 4, width: width('aaa bb') }))
    expect(lines).toEqual(['aaa', 'bb cc', 'ddddd'])
  })

  it('does not leave only one or two short words on the last line', () => {
    const text = 'We hope that you will come and see us when the cherries are ripe, I do'
    const measure = width('We hope that you will come and see us when the cherries are ripe,') / 2 + 8
    const last = texts(layoutText(text, { size: 4, width: measure })).at(-1)
    expect(last?.split(' ').length).toBeGreaterThan(2)
  })

  it('drops the spaces at a break and keeps an indent', () => {
    const measure = width('  aaaa bbb')
    expect(texts(layoutText('  aaaa    bbbb', { size: 4, width: measure }))).toEqual(['  aaaa', 'bbbb'])
  })

  it('breaks after hyphens between letters, not in numbers', () => {
    const measure = width('well-k')
    expect(texts(layoutText('well-known', { size: 4, width: measure }))).toEqual(['well-', 'known'])
    expect(texts(layoutText('2026-11', { size: 4, width: measure }))).toEqual(['2026-11'])
  })

  it('breaks at a soft hyphen, and shows a hyphen only at a break', () => {
    const measure = width('Donaudampf-') + 1
    expect(texts(layoutText('Donaudampf\u00ADschiff', { size: 4, width: measure }))).toEqual(['Donaudampf-', 'schiff'])
    expect(texts(layoutText('Donaudampf\u00ADschiff', { size: 4 }))).toEqual(['Donaudampfschiff'])
  })

  it('does not break at a no-break space, nor before a dash between spaces', () => {
    const measure = width('aaa bbb c')
    for (const space of ['\u00A0', '\u2007', '\u202F']) {
      const lines = texts(layoutText(`aaa bbb${space}ccc`, { size: 4, width: measure }))
      expect(lines).toEqual(['aaa', `bbb${space}ccc`])
    }
    expect(texts(layoutText('aaa bbb – cc', { size: 4, width: measure })).every((line) => !line.startsWith('–'))).toBe(
      true,
    )
  })

  it('breaks a word that is wider than a line, but only with `breakWords`', () => {
    const measure = width('abcdefgh')
    const url = 'see abcdefghijklmnopqrst now'
    expect(texts(layoutText(url, { size: 4, width: measure }))).toEqual(['see', 'abcdefghijklmnopqrst', 'now'])
    const lines = layoutText(url, { size: 4, width: measure, breakWords: true }).lines
    expect(
      lines
        .map(({ text }) => text)
        .join('')
        .replaceAll(' ', ''),
    ).toBe('seeabcdefghijklmnopqrstnow')
    for (const line of lines) expect(line.width).toBeLessThanOrEqual(measure + 1e-6)
  })

  it('wraps tabbed text too', () => {
    const { lines } = layoutText('a\tbbb ccc ddd', { size: 4, width: 60, tabWidth: 30 })
    expect(lines.length).toBeGreaterThan(1)
    for (const line of lines) expect(line.width).toBeLessThanOrEqual(60)
  })

  it('finishes for a very long text', () => {
    const { lines } = layoutText('lörem “ipsum” '.repeat(5000), { size: 2, width: 100 })
    expect(lines.length).toBeGreaterThan(500)
  })
})
