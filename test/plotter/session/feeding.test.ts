import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import type { Driver } from '../../../src/plotter/drivers/driver.ts'
import { VirtualClock } from '../../../src/plotter/link/clock.ts'
import { profileNamed } from '../../../src/plotter/profiles/index.ts'
import { type Grant, nextGrant, permits, wantsFeeding } from '../../../src/plotter/session/grant.ts'
import { PlotterSession } from '../../../src/plotter/session/session.ts'
import { simulatorPort } from '../../../src/plotter/simulators/cable.ts'
import { EbbBoard } from '../../../src/plotter/simulators/ebb/board.ts'
import { GrblBoard } from '../../../src/plotter/simulators/grbl/board.ts'
import { HpglPlotter } from '../../../src/plotter/simulators/hpgl/board.ts'
import { planOfLines, sessionBench, until } from '../../support/bench.ts'
import { runs } from '../../support/fuzz.ts'

const forSheets = (sheets: number): Grant => ({
  by: 'ada',
  since: 0,
  until: 1,
  for: { sheets, of: sheets },
  sheet: { is: 'fresh' },
})

describe('a grant of a plotter with a feeder', () => {
  it('permits the sheet that is down, and then a fed sheet only for the job that it was fed for', () => {
    let grant: Grant | undefined = forSheets(3)
    expect(permits(grant, 'a')).toBe(true)
    grant = nextGrant(grant, { type: 'begun' }).grant
    expect([permits(grant, 'b'), wantsFeeding(grant)]).toEqual([false, true])
    grant = nextGrant(grant, { type: 'fed', job: 'b' }).grant
    expect([permits(grant, 'b'), permits(grant, 'c'), wantsFeeding(grant)]).toEqual([true, false, false])
  })

  it('ignores a feed that it did not request', () => {
    const grant = forSheets(2)
    expect(nextGrant(grant, { type: 'fed', job: 'a' }).grant).toBe(grant)
    expect(nextGrant(undefined, { type: 'fed', job: 'a' }).grant).toBeUndefined()
  })

  it('permits no plot on a used sheet, and no more sheets than granted, in any order of events', () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('ready' as const), sheets: fc.integer({ min: 1, max: 4 }) }),
      fc.record({
        do: fc.constantFrom('feed' as const, 'plot' as const),
        job: fc.constantFrom('a', 'b'),
        isGood: fc.boolean(),
      }),
      fc.constantFrom({ do: 'cut' as const }, { do: 'unready' as const }),
    )
    fc.assert(
      fc.property(fc.array(step, { minLength: 40, maxLength: 60 }), (steps) => {
        let grant: Grant | undefined
        /** The sheet under the pen. The operator puts a fresh sheet down before `ready`. */
        let paper: 'fresh' | 'used' = 'used'
        let granted = 0
        for (const each of steps) {
          if (each.do === 'ready') {
            paper = 'fresh'
            grant = nextGrant(grant, { type: 'given', grant: forSheets(each.sheets) }).grant
            granted = each.sheets
          } else if (each.do === 'feed') {
            if (!wantsFeeding(grant)) continue
            if (each.isGood) paper = 'fresh'
            const event = each.isGood
              ? ({ type: 'fed', job: each.job } as const)
              : ({ type: 'void', why: 'the feeder failed' } as const)
            grant = nextGrant(grant, event).grant
          } else if (each.do === 'plot') {
            if (!permits(grant, each.job)) continue
            expect(paper).toBe('fresh')
            expect(granted--).toBeGreaterThan(0)
            paper = 'used'
            grant = nextGrant(grant, { type: 'begun' }).grant
            grant = nextGrant(grant, { type: 'drawn', isFinished: each.isGood }).grant
          } else grant = nextGrant(grant, { type: 'void', why: 'the link was lost' }).grant
        }
      }),
      runs(2000, 200),
    )
  })
})

const plan = planOfLines([1, 1, 4, 1], [1, 3, 4, 3])

async function feedingBench() {
  const bench = await sessionBench()
  await bench.session.ready({
    by: 'ada',
    for: { sheets: 3, of: 3 },
    limitMs: Number.POSITIVE_INFINITY,
    sheet: { is: 'fresh' },
  })
  await bench.session.plot('a', plan)
  return bench
}

describe('a session with a feeder', () => {
  it('draws the next sheet only after the feeder has brought it', async () => {
    const { session } = await feedingBench()
    expect([session.wantsFeeding(), session.mayBegin('b')]).toEqual([true, false])
    await expect(session.plot('b', plan)).rejects.toMatchObject({ code: 'ERR_PLOTTER_STATE' })
    await session.feed('b', async () => {})
    expect([session.mayBegin('c'), session.mayBegin('b')]).toEqual([false, true])
    expect(await session.plot('b', plan)).toMatchObject({ is: 'finished' })
    await session.close()
  })

  it('feeds nothing without a grant for a sheet that must be fed', async () => {
    const { session } = await feedingBench()
    let fed = 0
    const feed = () => session.feed('b', async () => void fed++)
    await feed()
    // the sheet that the feeder brought is fresh, so no other sheet is wanted
    await expect(feed()).rejects.toMatchObject({ code: 'ERR_PLOTTER_STATE' })
    session.unready()
    await expect(feed()).rejects.toMatchObject({ code: 'ERR_PLOTTER_STATE' })
    expect(fed).toBe(1)
    await session.close()
  })

  it('has no grant after the feeder has failed', async () => {
    const { session } = await feedingBench()
    await expect(session.feed('b', () => Promise.reject(new Error('jam')))).rejects.toThrow('jam')
    expect([session.grant, session.mayBegin('b')]).toEqual([undefined, false])
    await session.close()
  })

  it('permits no sheet when the cable was pulled during the feed', async () => {
    const { session, board, clock } = await feedingBench()
    const feeding = session.feed('b', (_, signal) => {
      board.cable.cut()
      return until(clock, () => signal.aborted)
    })
    await expect(feeding).rejects.toMatchObject({ message: expect.stringContaining('the link was lost') })
    await until(clock, () => session.state.is === 'idle')
    expect(session.mayBegin('b')).toBe(false)
    await session.close()
  })

  it('moves nothing else while the feeder works', async () => {
    const { session } = await feedingBench()
    const order: string[] = []
    const feeding = session.feed('b', async () => {
      await new Promise((resolve) => setImmediate(resolve))
      order.push('fed')
    })
    await Promise.all([feeding, session.jog(1, 0).then(() => order.push('jogged'))])
    expect(order).toEqual(['fed', 'jogged'])
    await session.close()
  })
})

const MACHINES = [
  { dialect: 'ebb', profile: 'axidraw-v3', make: (clock: VirtualClock) => new EbbBoard({ clock }) },
  { dialect: 'grbl', profile: 'grbl-servo', make: (clock: VirtualClock) => new GrblBoard({ clock }) },
  { dialect: 'hpgl', profile: 'hp-7475a', make: (clock: VirtualClock) => new HpglPlotter({ clock }) },
] as const

describe.each(MACHINES)('the button of a board that speaks $dialect', ({ profile, make }) => {
  async function opened() {
    const clock = new VirtualClock()
    const board = make(clock)
    const open = () => Promise.resolve(simulatorPort(board.cable))
    const onMoved = vi.fn()
    const session = new PlotterSession({ url: 'sim:', profile: profileNamed(profile), clock, open, onMoved })
    await until(clock, () => session.state.is === 'idle')
    return { clock, board, session, onMoved }
  }
  const passed = async (clock: VirtualClock, ms: number) => {
    const end = clock.now() + ms
    await until(clock, () => clock.now() >= end)
  }

  it('counts once when it is pressed while the session watches it, and `onMoved` is not called', async () => {
    const { clock, board, session, onMoved } = await opened()
    let presses = 0
    const end = session.watchButton(() => presses++)
    await passed(clock, 1000)
    expect(presses).toBe(0)
    board.pressStart()
    await passed(clock, 4000)
    expect(presses).toBe(1)
    expect(onMoved).not.toHaveBeenCalled()
    end()
    board.pressStart()
    await passed(clock, 4000)
    expect(presses).toBe(1)
    await session.close()
  })

  it('does not count when it was pressed before the session watched it', async () => {
    const { clock, board, session } = await opened()
    board.pressStart()
    let presses = 0
    const end = session.watchButton(() => presses++)
    await passed(clock, 4000)
    expect(presses).toBe(0)
    end()
    await session.close()
  })
})

describe('the commands of a board that move a feeder', () => {
  const sending =
    (lines: readonly string[]) =>
    async (driver: Driver, signal: AbortSignal): Promise<void> => {
      if (driver.feed === undefined) throw new Error('expected a driver with `feed`')
      await driver.feed(lines, signal)
    }

  it('leave an EBB with the pen up, and the carriage where it was', async () => {
    const { session, board } = await feedingBench()
    await session.feed('b', sending(['PO,B,3,1', 'SP,0,200', 'PO,B,3,0']))
    expect(board.isPenDown).toBe(false)
    expect(session.position).toEqual({ x: 0, y: 0 })
    expect(session.mayBegin('b')).toBe(true)
    await session.close()
  })

  it('end the grant when an EBB refuses them', async () => {
    const { session } = await feedingBench()
    const feeding = session.feed('b', sending(['NONSENSE']))
    await expect(feeding).rejects.toMatchObject({ code: 'ERR_DEVICE' })
    expect(session.grant).toBeUndefined()
    await session.close()
  })

  it('end the grant when a grbl board refuses them', async () => {
    const [, { profile, make }] = MACHINES
    const clock = new VirtualClock()
    const board = make(clock)
    const open = () => Promise.resolve(simulatorPort(board.cable))
    const session = new PlotterSession({ url: 'sim:', profile: profileNamed(profile), clock, open })
    await until(clock, () => session.state.is === 'idle')
    await session.ready({
      by: 'ada',
      for: { sheets: 2, of: 2 },
      limitMs: Number.POSITIVE_INFINITY,
      sheet: { is: 'used' },
    })
    await expect(session.feed('b', sending(['G99']))).rejects.toThrow()
    expect([session.grant, session.mayBegin('b')]).toEqual([undefined, false])
    await session.close()
  })

  it('leave grbl and HP-GL plotters able to draw the whole plan', async () => {
    for (const [{ profile, make }, lines] of [
      [MACHINES[1], ['M8', 'G4P0.5', 'M9']],
      [MACHINES[2], ['AF;']],
    ] as const) {
      const clock = new VirtualClock()
      const board = make(clock)
      const open = () => Promise.resolve(simulatorPort(board.cable))
      const session = new PlotterSession({ url: 'sim:', profile: profileNamed(profile), clock, open })
      await until(clock, () => session.state.is === 'idle')
      await session.ready({
        by: 'ada',
        for: { sheets: 2, of: 2 },
        limitMs: Number.POSITIVE_INFINITY,
        sheet: { is: 'used' },
      })
      await session.feed('b', sending(lines))
      expect(await session.plot('b', plan)).toMatchObject({ is: 'finished' })
      expect(board.ink.strokes().starts.length - 1).toBe(2)
      await session.close()
    }
  })
})
