import { describe, expect, it } from 'vitest'
import { pagesIn } from '../../../clients/cli/jobs/file-jobs.ts'

describe('the pages of a range', () => {
  it('are listed once each, in the order of the parts', () => {
    expect(pagesIn('3-,1,4', 5)).toEqual([3, 4, 5, 1])
  })

  it.each(['1 5', '1 5-', '-', ''])(
    'are refused unless each part is a page, or a dash with a page before it, after it or on both sides: %j',
    (range) => {
      expect(() => pagesIn(range, 9)).toThrow('expected pages such as 2, 1-3, 4- or 1,3-5')
      expect(pagesIn(' 1 - 3 , -2, 8 - ', 9)).toEqual([1, 2, 3, 8, 9])
    },
  )

  it('are refused before they are listed, when the parts have more than 100,000 in all', () => {
    expect(() => pagesIn('1-', 1e9)).toThrow('at most 100000 pages')
    expect(() => pagesIn('1-60000,1-60000', 1e9)).toThrow('at most 100000 pages')
    expect(pagesIn('999999999-', 1e9)).toEqual([999_999_999, 1e9])
  })
})
