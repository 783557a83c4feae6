import { describe, expect, it } from 'vitest'
import { withSoftHyphens } from '../../../src/hershey/paragraph/hyphens.ts'

const withDots = (text: string, language: string) => withSoftHyphens(text, language).replaceAll('\u00AD', '·')

describe('the hyphenation of a text', () => {
  it.each([
    ['en', 'hyphenation of a wonderful afternoon', 'hy·phen·ation of a won·der·ful af·ter·noon'],
    ['en-GB', 'wonderful', 'won·der·ful'],
    ['de', 'Rechtschreibung und Silbentrennung', 'Recht·schrei·bung und Sil·ben·tren·nung'],
    ['fr', 'anticonstitutionnellement', 'an·ti·cons·ti·tu·tion·nel·le·ment'],
    ['es', 'murciélago', 'mur·cié·lago'],
    ['pl', 'konstantynopolitańczykowianeczka', 'kon·stan·ty·no·po·li·tań·czy·ko·wia·neczka'],
  ])('finds places for hyphens in words of the language %s', (language, text, expected) => {
    expect(withDots(text, language)).toBe(expected)
  })

  it('leaves names, capitals, numbers, addresses and short words whole', () => {
    const whole = 'Babbage NATIONAL iPhones 2026edition www.example.org/afternoons ada@example.org into'
    expect(withDots(whole, 'en')).toBe(whole)
    expect(withDots('straße.österreich', 'de')).toBe('straße.österreich')
  })

  it('adds no hyphen to a word that has soft hyphens of its own', () => {
    expect(withDots('after\u00ADnoons', 'en')).toBe('after·noons')
  })

  it('leaves a word of more than 200 letters whole', () => {
    for (const word of ['a'.repeat(2_000_000), 'afternoon'.repeat(30)]) expect(withDots(word, 'en')).toBe(word)
    expect(withDots('afternoon'.repeat(20), 'en')).toMatch(/·/)
  })

  it('leaves the words of a language without patterns whole', () => {
    for (const language of ['tlh', 'vi', 'constructor']) expect(withDots('afternoon', language)).toBe('afternoon')
  })

  it('takes the patterns of the longest known prefix of a tag', () => {
    expect(withDots('Silbentrennung', 'de-AT-1996')).toBe('Sil·ben·tren·nung')
    expect(withDots('пријатељство', 'sr-RS')).toMatch(/·/)
    expect(withDots('prijateljstvo', 'sr-Latn-RS')).toMatch(/·/)
  })
})
