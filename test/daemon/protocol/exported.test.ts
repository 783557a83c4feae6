import { expect, it } from 'vitest'
import { exported } from '../../../src/daemon/protocol/job.ts'

it('an exported job has an id that the spool accepts, so its first character is at most 7', () => {
  const isValid = (id: string): boolean => exported.shape.id.safeParse(id).success
  expect(isValid(`7${'Z'.repeat(25)}`)).toBe(true)
  expect(['8', 'Z'].map((first) => isValid(first.padEnd(26, '0')))).toEqual([false, false])
})
