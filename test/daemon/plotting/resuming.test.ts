import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  cutSheet,
  placeOf,
  requireOrigin,
  resumePoint,
  type Site,
  startOf,
  trace,
} from '../../../src/daemon/plotting/resuming.ts'
import type { Cut, PlanPlace } from '../../../src/plotter/plan/cut.ts'
import { encodePlan } from '../../../src/plotter/plan/make-plan.ts'
import type { PlaceFinder } from '../../../src/plotter/session/commands.ts'
import type { Job, Progress } from '../../../src/spool/index.ts'
import { planOfLines } from '../../support/bench.ts'
import { tempFolder } from '../../support/temp-folder.ts'

const cutAt = (done: number, more: Partial<Progress> = {}): Job =>
  ({ id: 'j', progress: { phase: 'plot', done, of: 10, planHash: 'p', ...more } }) as unknown as Job

/** Ten lines, each 10 mm long. */
const plan = planOfLines(...Array.from({ length: 10 }, (_, i) => [0, i, 10, i]))
const exact: Cut = { first: 4, last: 5, drawnMm: 3 }
const doubt: Cut = { first: 4, last: 7 }

describe('the record of a sheet that was cut', () => {
  it.each([
    ['one stroke in doubt, without further information', cutAt(4), {}, { first: 4, last: 5 }, 0],
    ['the strokes that may have begun', cutAt(4, { begun: 7 }), {}, { first: 4, last: 7 }, 0],
    ['no stroke in doubt, when the plot stopped between two', cutAt(4, { begun: 4 }), {}, { first: 4, last: 4 }, 0],
    ['no finished stroke in doubt', cutAt(4, { begun: 2 }), {}, { first: 4, last: 4 }, 0],
    ['no stroke beyond the end of the plan', cutAt(9, { begun: 12, copiesDone: 2 }), {}, { first: 9, last: 10 }, 2],
    [
      'the start of the next sheet, when the sheet was finished',
      cutAt(10, { copiesDone: 1 }),
      {},
      { first: 0, last: 0 },
      2,
    ],
    ['the end of the finished sheet, when the user names a stroke', cutAt(10), { from: 3 }, { first: 10, last: 10 }, 0],
    ['the end of the finished sheet, when the user goes back', cutAt(10), { strokes: -3 }, { first: 10, last: 10 }, 0],
    [
      'the end of the finished sheet, when the user goes a length of ink back',
      cutAt(10),
      { mm: -5 },
      { first: 10, last: 10 },
      0,
    ],
    ['the start of the next sheet, when the user goes further', cutAt(10), { strokes: 3 }, { first: 0, last: 0 }, 1],
  ] as const)('shows %s', (_, job, how, cut, copiesDone) => {
    expect(cutSheet(job, how)).toEqual({ planHash: 'p', cut, of: 10, copiesDone })
  })

  it('does not exist when the job was cut before it had a plan', () => {
    expect(cutSheet({ id: 'j' } as unknown as Job, {})).toBeUndefined()
    expect(cutSheet(cutAt(0, { phase: 'plan' }), {})).toBeUndefined()
  })
})

describe('the stroke at which an interrupted job resumes', () => {
  it.each([
    ['the stroke that was cut, to redraw it', exact, { cut: 'redraw' }, { stroke: 4, mm: 0 }],
    ['the next stroke, to skip the one that was cut', exact, { cut: 'skip' }, { stroke: 5, mm: 0 }],
    ['the exact place, to draw the rest', exact, { cut: 'continue' }, { stroke: 4, mm: 3 }],
    ['the first stroke in doubt', doubt, { cut: 'redraw' }, { stroke: 4, mm: 0 }],
    ['after the last stroke in doubt', doubt, { cut: 'skip' }, { stroke: 7, mm: 0 }],
    ['the next stroke, when none was cut', { first: 4, last: 4 }, {}, { stroke: 4, mm: 0 }],
    ['some strokes back from the end of the sheet', { first: 10, last: 10 }, { strokes: -3 }, { stroke: 7, mm: 0 }],
    ['exactly where the user says', exact, { from: 2 }, { stroke: 2, mm: 0 }],
    ['the end of the plan, when the user names it', exact, { from: 10 }, { stroke: 10, mm: 0 }],
    ['the stroke that the user names, whatever `cut` says', exact, { from: 7, cut: 'redraw' }, { stroke: 7, mm: 0 }],
    ['some strokes back', exact, { cut: 'redraw', strokes: -3 }, { stroke: 1, mm: 0 }],
    ['no further back than the beginning', exact, { cut: 'redraw', strokes: -9 }, { stroke: 0, mm: 0 }],
    ['some strokes further on', exact, { cut: 'skip', strokes: 2 }, { stroke: 7, mm: 0 }],
    ['a length of ink back from the exact place', exact, { mm: -1 }, { stroke: 4, mm: 2 }],
    ['a length of ink back over several strokes', exact, { mm: -25 }, { stroke: 1, mm: 8 }],
    ['a length of ink back from the place of `cut`', exact, { cut: 'skip', mm: -12 }, { stroke: 3, mm: 8 }],
    ['a length of ink further on', exact, { mm: 8 }, { stroke: 5, mm: 1 }],
    [
      'the end of the plan, when the length of ink goes beyond it',
      exact,
      { cut: 'skip', mm: 900 },
      { stroke: 10, mm: 0 },
    ],
  ] as const)('is %s', (_, cut, how, place) => {
    expect(resumePoint('j', plan, cut, how)).toEqual(place)
  })

  it.each([
    ['strokes', { cut: 'redraw', strokes: -3 }],
    ['mm of ink', { mm: -25 }],
  ] as const)('lies on the side of the sheet that is up, however many %s the user goes back', (_, how) => {
    const back = { name: 'back', pen: 1, first: 3, count: 7, options: { pauseBefore: true } }
    const card = { ...plan, layers: [{ ...back, name: 'front', first: 0, count: 3, options: {} }, back] }
    expect(resumePoint('j', card, exact, how)).toEqual({ stroke: 3, mm: 0 })
    expect(resumePoint('j', card, { first: 3, last: 3 }, { strokes: -2 }, 4)).toEqual({ stroke: 3, mm: 0 })
    // A user can go back to the front if the sheet is not turned over yet, or if `from` names a stroke of the front.
    expect(resumePoint('j', card, { first: 3, last: 3 }, { strokes: -2 })).toEqual({ stroke: 1, mm: 0 })
    expect(resumePoint('j', card, exact, { from: 2, strokes: -1 })).toEqual({ stroke: 1, mm: 0 })
    const moved = { ...plan, registered: [{ first: 3, matrix: [1, 0, 0, 1, 5, 5] as const }] }
    expect(resumePoint('j', moved, exact, how)).toEqual({ stroke: 3, mm: 0 })
  })

  it.each([
    ['the user says nothing', exact, {}, 'stroke 5 of 10 may be'],
    ['the stroke does not exist', exact, { from: 11 }, 'from is 11, expected 0 to 10'],
    ['the user continues from an unknown place', doubt, { cut: 'continue' }, 'strokes 5 to 7 of 10 may be'],
    ['the user goes back from an unknown place', doubt, { mm: -3 }, 'strokes 5 to 7 of 10 may be'],
  ] as const)('is refused when %s: the error names the strokes in doubt, or the range', (_, cut, how, words) => {
    expect(() => resumePoint('j', plan, cut, how)).toThrow(
      expect.objectContaining({ code: 'ERR_PARAMS', message: expect.stringContaining(words) }),
    )
  })

  it('must lie in the plan: the error gives the range', () => {
    expect(() => resumePoint('j', plan, { first: 4, last: 4 }, { from: 11 })).toThrow('from is 11, expected 0 to 10')
  })
})

describe('a plotter that does not know where its carriage stands', () => {
  const lost = (whyLost?: string) => {
    const request: string[] = []
    const session = { device: { whyLost }, state: { is: 'idle' }, setHome: async () => request.push('home') }
    return { request, site: { plotter: 'desk', session } as unknown as Site }
  }

  it('reports why, and names the options', async () => {
    await expect(requireOrigin(lost('grbl says 0, 0').site, false)).rejects.toThrow(
      'desk does not know where its carriage stands (grbl says 0, 0): make sure that the carriage stands at home, then confirm the place (atHome, --at-home)',
    )
    await expect(requireOrigin(lost().site, false)).rejects.toThrow(
      'carriage stands: make sure that the carriage stands at home',
    )
  })

  it('sets home where the carriage stands, if the user says that the carriage is at home', async () => {
    const { request, site } = lost()
    await requireOrigin(site, true)
    expect(request).toEqual(['home'])
  })

  it('gets `setHome` without a confirmation if it has limit switches: the error of `setHome` says how to home it', async () => {
    const { request, site } = lost()
    Object.assign(site.session.device as object, { mustHome: true })
    await requireOrigin(site, false)
    expect(request).toEqual(['home'])
  })
})

describe('an interrupted job on its plotter', () => {
  const HERE = { position: { x: 3, y: 4 } }
  /** A plotter that stopped at x = 3 mm in the stroke at y = 4 mm. Another host has the plan. */
  function stopped({ position, from }: { readonly position?: object; readonly from?: PlanPlace } = HERE) {
    const moves: unknown[] = []
    const plans = tempFolder()
    const session = {
      ...{ position, device: {}, state: { is: 'idle' } },
      stopOf: () => ({ x: 3, y: 4, ...(from && { from }) }),
      goTo: async (find: PlaceFinder) => moves.push(await find(async () => void moves.push('home'))),
    }
    const fetchPlan = async (hash: string) => writeFile(join(plans, hash), encodePlan(plan))
    return { moves, site: { plotter: 'desk', host: 'shed', plans, fetchPlan, session } as unknown as Site }
  }
  const cut = cutAt(4, { copiesDone: 2, planHash: plan.hash })

  it('continues in its plan, on its sheet, exactly where the carriage stopped', async () => {
    expect(await startOf(stopped().site, cut, { cut: 'continue' })).toEqual({
      ...{ plan, from: 4, fromMm: 3, hasBegun: true, copiesDone: 2, plotter: 'desk', host: 'shed' },
    })
  })

  it('knows whether the stroke at which it continues may have begun before', async () => {
    const { site } = stopped()
    expect(await startOf(site, cut, { cut: 'redraw' })).toMatchObject({ from: 4, hasBegun: true })
    expect(await startOf(site, cut, { from: 0 })).toMatchObject({ from: 0, hasBegun: true })
    expect(await startOf(site, cut, { from: 5 })).not.toHaveProperty('hasBegun')
  })

  it('does not continue before the place at which its last plot began', async () => {
    const { site } = stopped({ from: { stroke: 4, mm: 7 } })
    expect(await startOf(site, cut, { cut: 'continue' })).toMatchObject({ from: 4, fromMm: 7 })
  })

  it('continues on a fresh sheet when its sheet is complete', async () => {
    const complete = cutAt(10, { begun: 10, copiesDone: 2, planHash: plan.hash })
    expect(await startOf(stopped().site, complete, {})).toMatchObject({ from: 0, copiesDone: 3, needsSheet: true })
  })

  it('has no place to continue before the user chooses one', async () => {
    const { site } = stopped()
    const place = { first: 4, last: 5, drawnMm: 3, of: 10, homeKnown: true }
    expect(await placeOf(site, cut, {})).toEqual(place)
    expect(await placeOf(site, cut, { mm: -1 })).toEqual({ ...place, next: { stroke: 4, mm: 2, x: 2, y: 4 } })
    expect(await placeOf(site, cut, { from: 6 })).toMatchObject({ next: { stroke: 6, mm: 0, x: 0, y: 6 } })
  })

  it('has a place to continue without a choice when no stroke is in doubt', async () => {
    const between = cutAt(6, { begun: 6, planHash: plan.hash })
    expect(await placeOf(stopped({}).site, between, {})).toEqual({
      ...{ first: 6, last: 6, of: 10, homeKnown: false },
      next: { stroke: 6, mm: 0, x: 0, y: 6 },
    })
  })

  it('needs a known position before it moves the pen over the place to continue', async () => {
    const { site, moves } = stopped({})
    await expect(trace(site, cut, { cut: 'continue', atHome: false })).rejects.toMatchObject({
      code: 'ERR_PLOTTER_STATE',
    })
    expect(moves).toEqual([])
    await trace(site, cut, { cut: 'continue', atHome: true })
    expect(moves).toEqual(['home', { x: 3, y: 4 }])
  })

  it('does not set home again when the position is known', async () => {
    const { site, moves } = stopped()
    await trace(site, cut, { cut: 'skip', atHome: true })
    expect(moves).toEqual([{ x: 0, y: 5 }])
  })

  it('has no place that the pen could show, if the job was cut before it had a plan', async () => {
    const { site, moves } = stopped()
    const unplanned = cutAt(0, { phase: 'plan' })
    await expect(trace(site, unplanned, { atHome: true })).rejects.toMatchObject({ code: 'ERR_JOB_STATE' })
    expect(await placeOf(site, unplanned, {})).toEqual({ first: 0, last: 0, of: 0, homeKnown: true })
    expect(moves).toEqual([])
  })
})
