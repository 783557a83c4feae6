import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { safeName } from '../../src/tasks/names.ts'
import { nearest } from '../../src/tasks/nearest.ts'
import { anyText } from '../support/any-text.ts'
import { runs } from '../support/fuzz.ts'

describe('a safe file name', () => {
  it.each([
    ['Ada', 'Ada'],
    ['Ada Lovelace', 'Ada-Lovelace'],
    ['Zoë Ångström', 'Zoë-Ångström'],
    ['日本 太郎', '日本-太郎'],
    ['Мария', 'Мария'],
    ['../../etc/passwd', 'etc-passwd'],
    ['C:\\Windows\\x', 'C-Windows-x'],
    ['.hidden', 'hidden'],
    ['...', 'unnamed'],
    ['', 'unnamed'],
    ['🎉🎉', 'unnamed'],
    ['CON', 'CON-'],
    ['nul.txt', 'nul-.txt'],
    ['O’Brien & Söhne', 'O-Brien-Söhne'],
    ['a\0b\nc', 'a-b-c'],
  ])('for %j is %s', (text, name) => {
    expect(safeName(text)).toBe(name)
  })

  it('is never empty, never a path, never hidden, and at most 101 bytes long', () => {
    fc.assert(
      fc.property(anyText({ maxLength: 300 }), (text) => {
        const name = safeName(text)
        expect(name).toMatch(/^[\p{L}\p{M}\p{N}][\p{L}\p{M}\p{N}_.-]*$/u)
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(101)
      }),
      runs(300),
    )
  })

  it('does not cut a letter in two', () => {
    expect(safeName('é'.normalize('NFD').repeat(80)).normalize('NFC')).toBe('é'.repeat(50))
  })
})

describe('the nearest choice', () => {
  it.each([
    ['widht', ['width', 'height'], 'width'],
    ['bithday', ['birthday', 'holiday'], 'birthday'],
    ['THANKYOU', ['thank-you', 'blank'], 'thank-you'],
    ['spir', ['spiral', 'spirograph'], 'spiral'],
    ['banana', ['width', 'height'], undefined],
    ['x', [], undefined],
  ])('to the misspelt word %s among %j is %s', (word, choices, expected) => {
    expect(nearest(word, choices)).toBe(expected)
  })
})
