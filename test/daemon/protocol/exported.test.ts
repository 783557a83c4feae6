import { expect, it } from 'vitest'
import { exported } from '../../../src/daemon/protocol/job.ts'

it('an exported job has an id that the spool accepts, so its first character is at most 7', () => {
  const isValid = (id: string): boolean => exported.shape.id.safeParse(id).success
  expect(isValid(`7${'Z'.repeat(25)}`)).toBe(true)
  expect(['8', 'Z'].map((first) => isValid(first.padEnd(26, '0')))).toEqual([false, false])
})

it('an exported job may name several hundred plotters that can draw it', () => {
  const plotters = Array.from({ length: 500 }, (_, i) => `plotter-${i}`)
  const result = { path: 'a.svg', widthMm: 1, heightMm: 1, strokes: 1, estimateSeconds: 1, warnings: [], plotters }
  const parsed = exported.shape.result.safeParse(result)
  const issues = parsed.success ? [] : parsed.error.issues.filter(({ path }) => path.includes('plotters'))
  expect(issues).toEqual([])
})
