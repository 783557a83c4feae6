import { describe, expect, it } from 'vitest'
import { resumePoint } from '../../src/daemon/resume-point.ts'
import type { Job, Progress } from '../../src/spool/index.ts'

const cutAt = (done: number, more: Partial<Progress> = {}): Job =>
  ({ id: 'j', progress: { phase: 'plot', done, of: 10, planHash: 'p', ...more } }) as unknown as Job

describe('where an interrupted job goes on', () => {
  it.each([
    ['the stroke that was cut, to redraw it', cutAt(4), { cut: 'redraw' }, { from: 4, copiesDone: 0 }],
    ['the one after it, to skip it', cutAt(4), { cut: 'skip' }, { from: 5, copiesDone: 0 }],
    ['exactly where the person says', cutAt(4), { from: 2 }, { from: 2, copiesDone: 0 }],
    ['the person’s word before any choice', cutAt(4), { from: 7, cut: 'redraw' }, { from: 7, copiesDone: 0 }],
    ['the same copy', cutAt(4, { copiesDone: 2 }), { cut: 'redraw' }, { from: 4, copiesDone: 2 }],
    ['the next copy, after a sheet that was done', cutAt(10, { copiesDone: 1 }), {}, { from: 0, copiesDone: 2 }],
  ] as const)('is %s', (_, job, how, point) => {
    expect(resumePoint(job, how)).toEqual({ planHash: 'p', ...point })
  })

  it.each([
    ['nothing is said', {}],
    ['the stroke does not exist', { from: 11 }],
  ])('is nowhere when %s: there is no default', (_, how) => {
    expect(() => resumePoint(cutAt(4), how)).toThrow(expect.objectContaining({ code: 'ERR_PARAMS' }))
  })

  it('is the beginning, with a new plan, when it was cut before there was one', () => {
    expect(resumePoint({ id: 'j' } as unknown as Job, {})).toBeUndefined()
    expect(resumePoint(cutAt(0, { phase: 'plan' }), {})).toBeUndefined()
  })
})
