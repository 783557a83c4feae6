import { describe, expect, it } from 'vitest'
import { type Strokes, strokeCount } from '../../src/geometry/drawing.ts'
import type { Driver } from '../../src/plotter/drivers/driver.ts'
import { sleep } from '../../src/plotter/link/clock.ts'
import type { Plan } from '../../src/plotter/plan/plan.ts'
import type { CableFaults, SimulatedPlotter } from '../../src/plotter/simulators/index.ts'
import { plotAll } from '../support/bench.ts'
import { isLong } from '../support/fuzz.ts'
import { inkError } from '../support/ink.ts'
import { lines, type Rig } from './driver.ts'

/** A rig whose cable can be cut and plugged in again. */
export interface CutRig extends Rig {
  /** Plugs the cable in again and connects, with a new driver. */
  readonly reconnect: () => Promise<Driver>
}

const SETTLE_MS = 10_000

const WHERE = {
  bytes: 'cutAfterBytes',
  lines: 'cutAfterLines',
  packets: 'cutAfterPackets',
} as const satisfies Record<string, keyof CableFaults>

/** The strokes of `ink` from number `first` on. */
const strokesFrom = (ink: Strokes, first: number): Strokes => ({ points: ink.points, starts: ink.starts.slice(first) })

/** Distance between two cuts. `npm run test:long` cuts at every place. */
const STEP = isLong ? { bytes: 1, lines: 1, packets: 1 } : { bytes: 17, lines: 5, packets: 3 }

/**
 * Cuts the cable at places throughout a plot, one in each run. The board ends the motion that it has received, and
 * then stands still. After a new connection the pen is up. After a resume the drawing is complete, and only the cut
 * stroke may be drawn twice.
 */
export function cutsEverywhere(name: string, makeRig: () => Promise<CutRig>, unit: keyof typeof WHERE): void {
  const [where, step] = [WHERE[unit], STEP[unit]]

  describe(`${name}, cut after ${step === 1 ? 'each' : 'some'} of its ${unit} in turn`, () => {
    it('completes its drawing after a resume, and never moves by itself', async () => {
      let cuts = 0
      for (let n = 1; ; n += step) {
        const rig = await makeRig()
        const plan = lines(rig.profile, [2, 2, 4, 3, 3, 4], [6, 2, 6, 4])
        rig.board.cable.faults[where] = n
        const executed = await plotUntilCut(rig, plan)
        if (executed === undefined) break // the plot ended before the cut
        cuts++
        await checkRest(rig.board, rig.clock)
        const driver = await rig.reconnect()
        expect([rig.board.isPenDown, rig.board.isMoving], `after ${n} ${unit}`).toEqual([false, false])
        await resume(rig, driver, plan, executed, `after ${n} ${unit}`)
      }
      expect(cuts * step).toBeGreaterThan(unit === 'bytes' ? 100 : 15)
    })
  })

  async function plotUntilCut({ driver, board, clock }: CutRig, plan: Plan): Promise<number | undefined> {
    let executed = 0
    try {
      for await (const moment of driver.plot(plan, { signal: new AbortController().signal })) {
        executed = moment.executed
      }
      await sleep(clock, 1)
      return board.cable.isPluggedIn ? undefined : executed
    } catch {
      return executed
    }
  }

  /** Lets the board end the motion that it has received, and expects that the board then stands still. */
  async function checkRest(board: SimulatedPlotter, clock: Rig['clock']): Promise<void> {
    await sleep(clock, SETTLE_MS)
    const { position } = board
    await sleep(clock, SETTLE_MS)
    expect([board.position, board.isMoving]).toEqual([position, false])
  }

  async function resume(rig: CutRig, driver: Driver, plan: Plan, executed: number, when: string): Promise<void> {
    const { board, stepMm } = rig
    const before = board.ink.strokes()
    // the ink exceeds the reported strokes by at most the cut stroke
    expect(strokeCount(before) - executed, when).toBeLessThanOrEqual(1)
    expect(strokeCount(before), when).toBeGreaterThanOrEqual(executed)
    const { position } = board
    await sleep(rig.clock, SETTLE_MS)
    expect(board.position, when).toEqual(position)
    await plotAll(driver, plan, { from: executed })
    const ink = board.ink.strokes()
    const whole = { points: plan.points, starts: plan.starts.slice(executed) }
    expect(inkError(strokesFrom(ink, strokeCount(before)), whole), when).toBeLessThanOrEqual(stepMm)
    const first = { points: ink.points, starts: ink.starts.slice(0, executed + 1) }
    expect(inkError(first, { points: plan.points, starts: plan.starts.slice(0, executed + 1) })).toBeLessThanOrEqual(
      stepMm,
    )
  }
}
