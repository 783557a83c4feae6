import { describe, expect, it } from 'vitest'
import { boundsOf } from '../../src/geometry/bounds.ts'
import { type Drawing, drawingOf, stroke, strokesOf } from '../../src/geometry/drawing.ts'
import { NUMBERS_UP, sharedSheet } from '../../src/tasks/impose/index.ts'

/** An A4 page with a line of 50 mm along its top edge, from its top left corner. */
const PAGE = drawingOf(strokesOf([0, 0, 50, 0]), 210, 297)
const lines = (sheet: Drawing) => Array.from({ length: sheet.starts.length - 1 }, (_, i) => [...stroke(sheet, i)])
const roundAll = (line: readonly number[] | undefined) => line?.map((value) => Math.round(value) + 0)

describe('pages that share a sheet', () => {
  it('do not change when there is only one', () => {
    expect(sharedSheet([PAGE], 1)).toBe(PAGE)
  })

  it('stand row by row, half as large, when there are four', () => {
    const sheet = sharedSheet([PAGE, PAGE, PAGE, PAGE], 4)
    expect([sheet.width, sheet.height]).toEqual([210, 297])
    expect(lines(sheet).map(roundAll)).toEqual([
      [0, 0, 25, 0],
      [105, 0, 130, 0],
      [0, 149, 25, 149],
      [105, 149, 130, 149],
    ])
  })

  it('have their tops to the left when there are two, the first page below the second', () => {
    const [first, second] = lines(sharedSheet([PAGE, PAGE], 2)).sort((a, b) => (b[1] ?? 0) - (a[1] ?? 0))
    expect(roundAll(first)).toEqual([0, 297, 0, 262])
    expect(roundAll(second)).toEqual([0, 148, 0, 113])
  })

  it('are as small on a partly filled last sheet as on a full sheet', () => {
    expect(lines(sharedSheet([PAGE], 4)).map(roundAll)).toEqual([[0, 0, 25, 0]])
  })

  it('keep their size when they are small enough, even beside larger pages', () => {
    const small = drawingOf(strokesOf([0, 0, 50, 0]), 60, 60)
    const [, line] = lines(sharedSheet([PAGE, small, PAGE, PAGE], 4))
    expect((line?.[2] ?? 0) - (line?.[0] ?? 0)).toBeCloseTo(50)
  })

  it.each(NUMBERS_UP)(
    'have ink from each page, all of it within the sheet and in one layer, when there are %i',
    (number) => {
      const sheet = sharedSheet(Array(number).fill(PAGE), number)
      expect(sheet.starts.length - 1).toBe(number)
      expect(sheet.layers.filter(({ count }) => count > 0)).toHaveLength(1)
      const { minX, minY, maxX, maxY } = boundsOf(sheet)
      expect(Math.min(minX, minY, sheet.width - maxX, sheet.height - maxY)).toBeGreaterThanOrEqual(-1e-9)
    },
  )
})
