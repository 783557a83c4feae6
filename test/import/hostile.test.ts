import { describe, expect, it } from 'vitest'
import { HOSTILE_DOCUMENTS } from './hostile/index.ts'
import { outcome } from './hostile/outcome.ts'
import { REFUSED } from './hostile/refused.ts'

/**
 * Approximate size of each document whose size is not fixed, bytes. `hostile.long.test.ts` reads more documents, and
 * larger ones.
 */
const SIZE = 40_000

describe('a hostile document', () => {
  it.each(REFUSED.filter(({ isSlow }) => !isSlow).map(({ format, name }) => [format, name] as const))(
    'is refused by a limit: %s, %s',
    async (format, name) => {
      const hostile = HOSTILE_DOCUMENTS.find((each) => each.format === format && each.name === name)
      expect(hostile && (await outcome(hostile, SIZE))).toBe('ERR_SVG_LIMIT')
    },
  )

  it.each([
    ['pdf', 'a form that draws itself'],
    ['pdf', 'a drawn letter that draws itself'],
    ['pdf', 'a form that draws itself, many times in the file'],
  ])('is drawn, because pdf.js draws no form or letter within itself: %s, %s', async (format, name) => {
    const hostile = HOSTILE_DOCUMENTS.find((each) => each.format === format && each.name === name)
    expect(hostile && (await outcome(hostile, SIZE))).toBe('drawn')
  })

  it('is refused for too many characters without an empty line', async () => {
    const hostile = { format: 'markdown', name: '', document: () => '*a **b '.repeat(10_000) }
    expect(await outcome(hostile, SIZE)).toBe('ERR_SVG_LIMIT')
  })
})
