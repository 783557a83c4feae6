import { describe, expect, it } from 'vitest'
import { mayDraw } from '../../../clients/node/attention.ts'
import { plotRequest } from '../../../clients/web/src/compose/composition.ts'
import { oldWords, viewOf } from '../../../clients/web/src/farm/view.ts'
import { nextJob } from '../../../clients/web/src/state/daemon-state.ts'
import type { WireJob, WirePlotter } from '../../../src/daemon/protocol/index.ts'

const plotter = (name: string, more: Partial<WirePlotter>) =>
  ({ name, state: { is: 'idle', ready: false }, tags: [], ...more }) as WirePlotter
const job = (id: string, more: Partial<WireJob>) => ({ id, status: 'queued', ...more }) as WireJob
const gold = job('g', { plot: { plotter: 'any', copies: 1, needs: ['gold', 'a5'] } })

const ada = plotter('ada', { room: 'hall', tags: ['a4', 'gold'] })
const bob = plotter('bob', { room: 'loft', tags: ['a5', 'gold'] })

describe('tags', () => {
  it('from the form go into a request for any plotter, and not into a request for a named plotter', () => {
    expect(plotRequest({ needs: ['gold'] }, true)).toEqual({ plotter: 'any', needs: ['gold'] })
    expect(plotRequest({ needs: [] }, true)).toEqual({ plotter: 'any' })
    expect(plotRequest({ needs: ['gold'], plotter: 'ada' }, true)).toEqual({ plotter: 'ada' })
  })

  it('keep a job from a plotter that lacks one of them, even before the job is rendered', () => {
    expect([mayDraw(ada, gold), mayDraw(bob, gold)]).toEqual([false, true])
    expect([nextJob([gold], ada), nextJob([gold], bob)]).toEqual([undefined, gold])
  })
})

describe('the farm', () => {
  it('says why it shows an old state', () => {
    const words = [
      { isConnected: true, isLoggedOut: false },
      { isConnected: false, isLoggedOut: false },
      { isConnected: false, isLoggedOut: true },
    ].map(oldWords)
    expect(words).toEqual(['', expect.stringMatching('No connection'), expect.stringMatching('Logged out')])
  })

  const view = (plotters: readonly WirePlotter[], jobs: readonly WireJob[]) =>
    viewOf({ plotters, jobs: new Map(jobs.map((each) => [each.id, each])) })

  it('asks for a sheet only on a plotter that may draw a job', () => {
    const { urgent, waiting } = view([ada, bob], [gold])
    expect(urgent.map(({ plotter: { name }, need }) => `${name} ${need}`)).toEqual(['bob sheet'])
    expect(waiting).toBe(1)
  })

  it('asks for the sheet of a further copy on the plotter that draws the job', () => {
    const progress = { phase: 'plot' as const, done: 9, of: 9, copiesDone: 0, plotter: 'ada' }
    const reason = { code: 'sheet', message: 'copy 2 of 2 waits for a fresh sheet' }
    const second = job('s', { status: 'paused', plot: { plotter: 'any', copies: 2 }, progress, reason })
    const { urgent, waiting } = view([ada, bob], [second])
    expect(urgent.map(({ plotter: { name }, need }) => `${name} ${need}`)).toEqual(['ada sheet'])
    expect(waiting).toBe(0)
  })

  it('lists a fault before a request for a sheet, and calls no operator to a plotter in maintenance', () => {
    const broken = plotter('cleo', { room: 'hall', state: { is: 'fault', code: 'ERR_DEVICE', message: 'no answer' } })
    const belt = plotter('dora', { host: 'east', maintenance: { reason: 'new belt', by: 'master', since: 0 } })
    const { urgent, rooms } = view([bob, belt, broken, ada], [gold])
    expect(urgent.map(({ plotter: { name } }) => name)).toEqual(['cleo', 'bob'])
    expect(rooms.map(({ name, tiles }) => [name, tiles.map((each) => each.plotter.name)])).toEqual([
      ['east', ['dora']],
      ['hall', ['cleo', 'ada']],
      ['loft', ['bob']],
    ])
  })
})
