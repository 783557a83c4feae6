import { describe, expect, it } from 'vitest'
import { UNBOUNDED } from '../../../../src/geometry/work.ts'
import { levelsOf } from '../../../../src/svg/reader/text/bidi.ts'
import { mirroredText, visualOrder } from '../../../../src/svg/reader/text/order.ts'

/** The characters in the order in which they are seen, from left to right. */
const visible = (text: string, level: number, isOverridden = false): string => {
  const chars = Array.from(text, (char) => ({ text: char, level, isOverridden }))
  const levels = levelsOf(chars, UNBOUNDED)
  return visualOrder(chars, UNBOUNDED)
    .map((i) => mirroredText(chars[i]?.text ?? '', levels[i] ?? 0))
    .join('')
}

describe('the visual order of characters', () => {
  it('equals the order in the text when the text runs from left to right', () =>
    expect(visible('one, two!', 0)).toBe('one, two!'))
  it('is reversed for letters from right to left', () => expect(visible('a אבג b', 0)).toBe('a גבא b'))
  it('keeps words that run against the text in their own order', () => expect(visible('one two!', 1)).toBe('!one two'))
  it('is reversed for all characters when the direction is overridden', () =>
    expect(visible('(abc', 1, true)).toBe('cba)'))
  it('keeps brackets around their content', () => {
    expect(visible('a (b) c', 1)).toBe('a (b) c')
    expect(visible('(a) b', 1)).toBe('b (a)')
    expect(visible('1 [2', 1)).toBe('2] 1')
    expect(visible('a (אב) b', 0)).toBe('a (בא) b')
  })
  it('keeps numbers together with their separators, and places their signs by the reading direction', () => {
    expect(visible('1,234.5 %', 1)).toBe('% 1,234.5')
    expect(visible('+12 $5 -3', 1)).toBe('3- $5 12+')
    expect(visible('1/2 3:4', 1)).toBe('3:4 1/2')
    expect(visible('a+1', 1)).toBe('a+1')
  })
  it('is empty for no text', () => expect(visible('', 1)).toBe(''))
})
