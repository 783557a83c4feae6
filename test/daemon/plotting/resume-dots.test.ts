import { describe, expect, it } from 'vitest'
import { resumePoint } from '../../../src/daemon/plotting/resuming.ts'
import { planOfLines } from '../../support/bench.ts'

/** Ten dots: strokes without length. */
const dots = planOfLines(...Array.from({ length: 10 }, (_, i) => [5, i, 5, i]))

describe('the stroke at which an interrupted drawing of dots resumes', () => {
  it.each([
    ['the dot that was cut, to redraw it', { first: 4, last: 5 }, { cut: 'redraw' }, 4],
    ['the next dot, to skip the one that was cut', { first: 4, last: 5 }, { cut: 'skip' }, 5],
    ['the next dot, when none was cut', { first: 4, last: 4 }, {}, 4],
    ['the dot that the user names', { first: 4, last: 4 }, { from: 2 }, 2],
    ['some dots back', { first: 4, last: 4 }, { strokes: -3 }, 1],
    ['the end of the plan, when a length of ink goes beyond it', { first: 4, last: 4 }, { mm: 1 }, 10],
  ] as const)('is %s', (_, cut, how, stroke) => {
    expect(resumePoint('j', dots, cut, how)).toEqual({ stroke, mm: 0 })
  })

  it('is the first dot after a line when a length of ink ends with that line, and within the line when a length goes back over the dots', () => {
    const mixed = planOfLines([0, 0, 10, 0], [12, 0, 12, 0], [14, 0, 14, 0], [16, 0, 20, 0])
    expect(resumePoint('j', mixed, { first: 0, last: 0 }, { mm: 10 })).toEqual({ stroke: 1, mm: 0 })
    expect(resumePoint('j', mixed, { first: 3, last: 3 }, { mm: -4 })).toEqual({ stroke: 0, mm: 6 })
  })
})
