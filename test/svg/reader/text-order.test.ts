import { describe, expect, it } from 'vitest'
import { shownTexts, visualOrder } from '../../../src/svg/reader/text-order.ts'

/** As it is seen, from left to right. */
const seen = (text: string, level: number, overridden = false): string => {
  const chars = Array.from(text, (char) => ({ text: char, level, overridden }))
  const shown = shownTexts(chars)
  return visualOrder(chars)
    .map((i) => shown[i])
    .join('')
}

describe('the order in which characters stand', () => {
  it('is that of writing from left to right', () => expect(seen('one, two!', 0)).toBe('one, two!'))
  it('turns letters that run from right to left', () => expect(seen('a אבג b', 0)).toBe('a גבא b'))
  it('keeps words of the other direction as they are', () => expect(seen('one two!', 1)).toBe('!one two'))
  it('turns all when it is told to', () => expect(seen('(abc', 1, true)).toBe('cba)'))
  it('is empty for no text', () => expect(seen('', 1)).toBe(''))
})
