import { describe, expect, it } from 'vitest'
import { type ConfiguredProfile, changeBy, penTimes } from '../../../clients/cli/calibrate/change.ts'
import { rowTimes, SHEETS } from '../../../clients/cli/calibrate/sheets.ts'
import { stroke, strokeCount } from '../../../src/geometry/drawing.ts'
import { readSvg } from '../../../src/index.ts'
import { makePlan } from '../../../src/plotter/plan/make-plan.ts'
import { profileNamed, withOverrides } from '../../../src/plotter/profiles/index.ts'
import { Servo } from '../../../src/plotter/simulators/ebb/servo.ts'
import { ebbBench, plotAll, STEP } from '../../support/bench.ts'
import { inkError } from '../../support/ink.ts'

const TICKS_PER_MS = 25

/** The latest times at which the simulated pen leaves the paper and touches the paper, ms after the command. */
function trueTimes({ rateUp, rateDown, up, down }: Servo): { clear: number; touch: number } {
  const latest = (isUp: boolean): number => {
    const times = Array.from({ length: 240 }, (_, i) => {
      const servo = new Servo(isUp ? down : up)
      Object.assign(servo, { rateUp, rateDown, up, down })
      const tick = 10_000 + 10 * i // the command comes at any moment of a frame
      servo.setPen(isUp, tick)
      return (servo.nextChange(tick) - tick) / TICKS_PER_MS
    })
    return Math.max(...times)
  }
  return { clear: latest(true), touch: latest(false) }
}

/** Draws the calibration sheet for the times of the pen on a simulated board. */
async function drawnSheet(profile = profileNamed('axidraw-v3')) {
  const { board, driver } = await ebbBench({ firmware: '3.0.3', profile })
  board.cable.faults.lateMs = 1
  await driver.connect()
  const { drawing } = readSvg(SHEETS.pen.draw(penTimes(profile.name)))
  const { plan } = makePlan(drawing, { effort: 0 }, profile)
  await plotAll(driver, plan)
  return { plan, ink: board.ink.strokes(), servo: board.machine.servo }
}

/**
 * Reads the sheet exactly. From the row of the time `clear` on, no bar has a hook. From the row of the time `touch` on,
 * no dot is missing.
 */
function read(
  ink: ReturnType<typeof readSvg>['drawing'] | Awaited<ReturnType<typeof drawnSheet>>['ink'],
  full: { raiseMs: number; lowerMs: number },
) {
  const top = (row: number): number => 14 + 7.5 * row
  const marks = Array.from({ length: strokeCount(ink) }, (_, i) => stroke(ink, i))
  const marksIn = (row: number, left: number) =>
    marks.filter((points) => (points[0] ?? 0) > left && Math.abs((points[1] ?? 0) - top(row)) < 3)
  const width = (points: Float64Array) => {
    const xs = [...points].filter((_, i) => i % 2 === 0)
    return Math.max(...xs) - Math.min(...xs)
  }
  const rows = rowTimes(full.raiseMs).map((_, row) => row)
  /** The first row from which on all rows are good. */
  const firstGood = (isGood: (row: number) => boolean): number => rows.findLastIndex((row) => !isGood(row)) + 1
  const clear = firstGood((row) =>
    marksIn(row, 20)
      .filter((points) => (points[0] ?? 0) < 70)
      .every((points) => width(points) < STEP / 2),
  )
  const touch = firstGood((row) => marksIn(row, 88).length === 8)
  return { clear: rowTimes(full.raiseMs)[clear] ?? Number.NaN, touch: rowTimes(full.lowerMs)[touch] ?? Number.NaN }
}

describe('the calibration sheet for the times of the pen', () => {
  it('shows the times of the servo within one row, and a plot with these times has the ink of its plan', async () => {
    const full = penTimes('axidraw-v3')
    const { ink, servo } = await drawnSheet()
    const output = read(ink, full)
    const real = trueTimes(servo)
    const row = rowTimes(full.lowerMs)[1] ?? 0
    expect(Math.abs(output.touch - real.touch)).toBeLessThanOrEqual(row)
    expect(Math.abs(output.clear - real.clear)).toBeLessThanOrEqual(row)

    const { profile } = changeBy('pen', [output.clear, output.touch], 'axidraw-v3')
    const { base, ...changes } = profile as Record<string, unknown> & { base: string }
    const quick = withOverrides(profileNamed(base), changes)
    const { board, driver } = await ebbBench({ firmware: '3.0.3', profile: quick })
    await driver.connect()
    const { drawing } = readSvg(SHEETS.heights.draw())
    const plain = { ...drawing, layers: drawing.layers.map((layer) => ({ ...layer, options: {} })) }
    const { plan } = makePlan(plain, { effort: 0 }, quick)
    await plotAll(driver, plan)
    expect(strokeCount(board.ink.strokes())).toBe(strokeCount(plan))
    expect(inkError(board.ink.strokes(), plan)).toBeLessThanOrEqual(STEP)
  })

  it('gives the profile the time of the row below each number that the user read, and refuses numbers above those of the sheet', () => {
    const entry: ConfiguredProfile = { base: 'axidraw-v3', pen: { upPercent: 70 } }
    const { profile, message } = changeBy('pen', [48, 72], entry)
    expect(profile).toMatchObject({ pen: { upPercent: 70, clearMs: 60, touchMs: 84, leadMs: 36 } })
    expect(message).toContain('60 ms')
    expect(changeBy('pen', [100, 150], 'grbl-servo').profile).toEqual({
      base: 'grbl-servo',
      pen: { clearMs: 120, touchMs: 170 },
    })
    expect(() => changeBy('pen', [48, 500], entry)).toThrow(/two numbers of the sheet/)
  })
})
