import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Grant,
  type GrantEnd,
  type GrantEvent,
  type GrantPurpose,
  nextGrant,
  permits,
} from '../../../src/plotter/session/grant.ts'
import { planOfLines, sessionBench, until } from '../../support/bench.ts'
import { runs } from '../../support/fuzz.ts'

const grant = (purpose: GrantPurpose): Grant => ({ by: 'ada', since: 0, until: 1, for: purpose })
const forJob = grant({ job: 'a', title: 'A' })
const forSheets = grant({ sheets: 2, of: 3 })

describe('a grant', () => {
  it('permits its job, or any job while sheets are left', () => {
    expect([permits(forJob, 'a'), permits(forJob, 'b'), permits(undefined, 'a')]).toEqual([true, false, false])
    expect([permits(forSheets, 'a'), permits(grant({ sheets: 0, of: 3 }), 'a')]).toEqual([true, false])
  })

  it.each<[string, Grant | undefined, GrantEvent, Grant | undefined, GrantEnd | undefined]>([
    ['is given', undefined, { type: 'given', grant: forJob }, forJob, undefined],
    ['is replaced', forSheets, { type: 'given', grant: forJob }, forJob, 'replaced'],
    ['is used by one sheet of its job', forJob, { type: 'begun' }, undefined, 'used'],
    ['has one sheet fewer after a sheet begins', forSheets, { type: 'begun' }, grant({ sheets: 1, of: 3 }), undefined],
    ['is used by its last sheet', grant({ sheets: 1, of: 3 }), { type: 'begun' }, undefined, 'used'],
    ['continues after a sheet that was drawn', forSheets, { type: 'drawn', isFinished: true }, forSheets, undefined],
    [
      'ends with a sheet that was not finished',
      forSheets,
      { type: 'drawn', isFinished: false },
      undefined,
      'the sheet was not finished',
    ],
    ['ends when it is taken back', forJob, { type: 'void', why: 'taken back' }, undefined, 'taken back'],
    ['that does not exist cannot be taken back', undefined, { type: 'void', why: 'taken back' }, undefined, undefined],
  ])('%s', (_, before, event, after, ended) => {
    expect(nextGrant(before, event)).toEqual({ grant: after, ...(ended && { ended }) })
  })
})

type Step =
  | { readonly do: 'ready'; readonly purpose: GrantPurpose; readonly limitMs: number }
  | { readonly do: 'jump'; readonly clock: 'monotonic' | 'uptime' | 'wall'; readonly ms: number }
  | { readonly do: 'unready' | 'unplug' | 'free motors' }
  | { readonly do: 'plot'; readonly job: string; readonly how: 'to the end' | 'canceled' | 'unplugged' }

const job = fc.constantFrom('a', 'b')
const purpose = fc.oneof(
  job.map((id) => ({ job: id, title: id })),
  fc.integer({ min: 1, max: 3 }).map((sheets) => ({ sheets, of: sheets })),
)
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('ready'), purpose, limitMs: fc.integer({ min: 1000, max: 9000 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('jump'),
      clock: fc.constantFrom('monotonic', 'uptime', 'wall'),
      ms: fc.integer({ min: -5000, max: 5000 }),
    }),
  },
  { weight: 2, arbitrary: fc.constantFrom({ do: 'unready' }, { do: 'unplug' }, { do: 'free motors' }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('plot'),
      job,
      how: fc.constantFrom('to the end', 'to the end', 'canceled', 'unplugged'),
    }),
  },
) as fc.Arbitrary<Step>

const plan = planOfLines([1, 1, 4, 1], [1, 3, 4, 3])

describe('in any order of events at a plotter', () => {
  it('a plot on a fresh sheet begins if a grant for the plot is valid, and never without one', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 20 }), async (steps) => {
        const clocks = { monotonic: 0, uptime: 0, wall: 1e12 }
        const bench = await sessionBench({ readClocks: () => ({ ...clocks }) })
        const { session, clock, board } = bench
        const isIdle = () => session.state.is === 'idle'
        /** The grant as a simple model computes it. */
        let valid: { sheets: number; only?: string; limitMs: number; until: typeof clocks } | undefined
        const endOf = (limitMs: number) => ({
          monotonic: clocks.monotonic + limitMs,
          uptime: clocks.uptime + limitMs,
          wall: clocks.wall + limitMs,
        })
        const unplug = async () => {
          board.cable.cut()
          await until(clock, () => session.state.is === 'offline')
          await until(clock, isIdle)
          valid = undefined
        }
        for (const each of steps) {
          if (each.do === 'jump') clocks[each.clock] += each.clock === 'wall' ? each.ms : Math.abs(each.ms)
          if (each.do === 'unplug') await unplug()
          if (each.do === 'unready') session.unready()
          if (each.do === 'free motors') await session.motors(false)
          if (each.do === 'unready' || each.do === 'free motors') valid = undefined
          if (each.do === 'ready') {
            await session.ready({ by: 'ada', for: each.purpose, limitMs: each.limitMs })
            const { limitMs } = each
            const ends = endOf(limitMs)
            const { purpose: given } = each
            valid =
              'job' in given
                ? { sheets: 1, only: given.job, limitMs, until: ends }
                : { sheets: given.sheets, limitMs, until: ends }
          }
          if (
            valid &&
            (['monotonic', 'uptime', 'wall'] as const).some((name) => clocks[name] >= (valid?.until[name] ?? 0))
          ) {
            session.mayBegin('a')
            valid = undefined
          }
          if (each.do !== 'plot') continue
          const may = valid !== undefined && (valid.only === undefined || valid.only === each.job)
          const before = board.ink.strokes().starts.length
          const outcome = session.plot(each.job, plan).catch((error: unknown) => error)
          if (!may) {
            expect(await outcome).toMatchObject({ code: 'ERR_PLOTTER_STATE' })
            expect(board.ink.strokes().starts.length).toBe(before)
            continue
          }
          if (valid) valid = valid.sheets > 1 ? { ...valid, sheets: valid.sheets - 1 } : undefined
          if (each.how === 'canceled') await session.cancel()
          if (each.how === 'unplugged') await unplug()
          const { is } = (await outcome) as { is: string }
          if (is !== 'finished') valid = undefined
          // each sheet that is drawn restarts the grant's time
          if (valid) valid.until = endOf(valid.limitMs)
          await until(clock, isIdle)
          expect(session.grant === undefined).toBe(valid === undefined)
        }
        await session.close(true)
      }),
      runs(200, 20),
    )
  })
})
