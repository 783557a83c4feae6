import { describe, expect, it } from 'vitest'
import { drawingOf, strokeCount, strokesOf } from '../../../src/geometry/drawing.ts'
import { Permission } from '../../../src/plotter/link/permission.ts'
import { withOverrides } from '../../../src/plotter/profiles/index.ts'
import { aDriver } from '../../contracts/driver.ts'
import { axidraw, ebbBench, planOf, plotAll, STEP } from '../../support/bench.ts'
import { inkError } from '../../support/ink.ts'

/**
 * Times for the simulated servo, ms, with a margin of 2 to 3 ms. The servo moves in steps, one every 24 ms. The pen
 * touches the paper halfway between up and down.
 */
const OVERLAP = { clearMs: 50, touchMs: 75, leadMs: 45 }
const overlapping = withOverrides(axidraw, { pen: OVERLAP })

const rig =
  (firmware: '2.8.1' | '3.0.3', profile = overlapping) =>
  async () => {
    const bench = await ebbBench({ firmware, profile })
    bench.board.cable.faults.lateMs = 1
    await bench.driver.connect()
    return { ...bench, profile, stepMm: STEP }
  }

aDriver('an EBB 3.0.3 whose pen rises and falls in travels', rig('3.0.3'))
aDriver('an EBB 2.8.1 whose pen rises in travels', rig('2.8.1'), 8)

/** Dots and short dashes in rows, `apart` mm from one to the next. */
const dots = (apart: number) =>
  strokesOf(
    ...Array.from({ length: 60 }, (_, i) => {
      const [x, y] = [10 + apart * (i % 12), 10 + apart * Math.floor(i / 12)]
      return i % 3 === 0 ? [x, y, x + 0.6 * apart, y] : [x, y]
    }),
  )

/** Plots dots on a board. @returns the time of the plot in s, its plan and its ink */
async function drawn(firmware: '2.8.1' | '3.0.3', profile: typeof axidraw, apart: number) {
  const { clock, board, driver } = await rig(firmware, profile)()
  const { profile: own = profile } = await driver.connect()
  const plan = planOf(drawingOf(dots(apart), 200, 150), own)
  const start = clock.now()
  await plotAll(driver, plan)
  return { seconds: (clock.now() - start) / 1000, plan, ink: board.ink.strokes() }
}

describe('lifts that overlap travel', () => {
  it.each([
    ['2.8.1', 0.3],
    ['2.8.1', 2.2],
    ['3.0.3', 0.3],
    ['3.0.3', 2.2],
    ['3.0.3', 12],
  ] as const)('change no ink and take the estimated time: firmware %s, dots %d mm apart', async (firmware, apart) => {
    const { seconds, plan, ink } = await drawn(firmware, overlapping, apart)
    expect(strokeCount(ink)).toBe(strokeCount(plan))
    expect(inkError(ink, plan)).toBeLessThanOrEqual(STEP)
    expect(Math.abs(seconds / plan.estimate.seconds - 1)).toBeLessThan(0.01)
  })

  it('save more than a quarter of the time of dots 2.2 mm apart', async () => {
    const [slow, quick] = [await drawn('3.0.3', axidraw, 2.2), await drawn('3.0.3', overlapping, 2.2)]
    expect(quick.seconds).toBeLessThan(0.75 * slow.seconds)
  })

  it('change the ink when the profile claims a quicker pen than the machine has', async () => {
    const late = withOverrides(axidraw, { pen: { ...OVERLAP, touchMs: 20, leadMs: 10 } })
    const drags = withOverrides(axidraw, { pen: { ...OVERLAP, clearMs: 5 } })
    for (const profile of [late, drags]) {
      const { ink, plan } = await drawn('3.0.3', profile, 2.2)
      expect(strokeCount(ink) === strokeCount(plan) && inkError(ink, plan) <= STEP).toBe(false)
    }
  })

  it('do not lower the pen without a valid permission at the end of the travel', async () => {
    const { driver, board } = await rig('3.0.3')()
    let isValid = false
    const plan = planOf(drawingOf(strokesOf([30, 30, 40, 30]), 200, 150), overlapping)
    const permission = () => new Permission(isValid ? 1e9 : -1)
    let yields = 0
    for await (const _ of driver.plot(plan, { signal: new AbortController().signal, permission })) {
      yields++
      if (yields === 2) {
        expect(strokeCount(board.ink.strokes())).toBe(0)
        expect(board.isPenDown).toBe(false)
        isValid = true
      }
    }
    expect(yields).toBe(3)
    expect(inkError(board.ink.strokes(), plan)).toBeLessThanOrEqual(STEP)
  })
})
