import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { drawingOf, strokesOf } from '../../../src/geometry/drawing.ts'
import { ramp, reversalTarget, WRAP } from '../../../src/plotter/drivers/ebb/timed.ts'
import { profileNamed } from '../../../src/plotter/profiles/index.ts'
import { axidraw, ebbBench, planOf, planOfLines, plotAll, STEP } from '../../support/bench.ts'
import { runs } from '../../support/fuzz.ts'
import { inkError } from '../../support/ink.ts'

const eggbot = profileNamed('eggbot')
/** Merging short blocks may displace a vertex by this many steps. */
const MERGED = 0.1

/** Short moves in any direction, half of them along axes and diagonals, where motors stand still or reverse. */
const wandering = fc
  .tuple(
    fc.record({ x: fc.integer({ min: 3000, max: 9000 }), y: fc.integer({ min: 3000, max: 9000 }) }),
    fc.array(
      fc.tuple(
        fc.oneof(
          fc.integer({ min: 0, max: 7 }).map((n) => 45 * n),
          fc.integer({ min: 0, max: 359 }),
        ),
        fc.integer({ min: 1, max: 400 }),
      ),
      { minLength: 1, maxLength: 40 },
    ),
  )
  .map(([start, moves]) => {
    let [x, y] = [start.x / 100, start.y / 100]
    const line = [x, y]
    for (const [degrees, length] of moves) {
      x += (length / 100) * Math.cos((degrees * Math.PI) / 180)
      y += (length / 100) * Math.sin((degrees * Math.PI) / 180)
      line.push(x, y)
    }
    return line
  })

describe.each([
  ['3.0.3', 'axidraw-v3', axidraw, 0.5],
  // before a motor reverses, its target mostly moves by at most a quarter of a step
  ['2.8.1', 'axidraw-v3', axidraw, 0.75],
  // each motor is off by at most half a step, and the two directions are at right angles
  ['3.0.3', 'eggbot', eggbot, Math.SQRT1_2],
  ['2.8.1', 'eggbot', eggbot, 0.75 * Math.SQRT2],
] as const)('the steps of firmware %s on %s', (firmware, _, profile, steps) => {
  it(`are less than ${(steps + MERGED).toFixed(2)} steps beside the line, of which 0.1 are for merged blocks`, async () => {
    const property = fc.asyncProperty(fc.array(wandering, { minLength: 1, maxLength: 4 }), async (lines) => {
      const { board, driver } = await ebbBench({ firmware, profile, shape: profile })
      await driver.connect()
      const plan = planOf(drawingOf(strokesOf(...lines), 200, 150), profile)
      await plotAll(driver, plan)
      expect(inkError(board.ink.strokes(), plan) * profile.stepsPerMm).toBeLessThan(steps + MERGED)
      expect(board.machine.carriage).toEqual([0, 0])
    })
    await fc.assert(property, runs(20))
  })
})

describe('the steps of one motor', () => {
  const anything = fc.record({
    distance: fc.integer({ min: 1, max: 1000 * WRAP }),
    ticks: fc.integer({ min: 1100, max: 5000 }),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
  })

  it('bring the motor to its target within a thousandth of a step, and never backward', () => {
    const property = fc.property(anything, ({ distance, ticks, share }) => {
      const { rate, accel, sum } = ramp(distance, ticks, share)
      expect(Math.abs(sum - distance)).toBeLessThan(WRAP / 1000)
      expect(rate).toBeGreaterThanOrEqual(1)
      expect(rate + accel / 2).toBeGreaterThanOrEqual(0)
      expect(rate + accel * ticks - accel / 2).toBeGreaterThanOrEqual(0)
    })
    fc.assert(property, runs(500))
  })

  it('have a `sum` that equals the sum of the rates that the board adds in its ticks', () => {
    const property = fc.property(anything, ({ distance, ticks, share }) => {
      const { rate, accel, sum } = ramp(distance, ticks, share)
      let [addend, all] = [rate - accel / 2, 0n]
      for (let t = 0; t < ticks; t++) {
        addend += accel
        all += BigInt(addend)
      }
      expect(all).toBe(BigInt(sum))
    })
    fc.assert(property, runs(30))
  })

  it('before a reversal, end at most 0.25 steps beside a target of 1 step or more: at a half step or just before a whole step', () => {
    const property = fc.property(fc.double({ min: 1, max: 50, noNaN: true }), (phase) => {
      const aim = reversalTarget(phase, 0)
      expect(Math.abs(aim - phase)).toBeLessThan(0.2501)
      expect(Math.min(Math.abs((aim % 1) - 0.5), 1 - (aim % 1))).toBeLessThan(1e-4)
    })
    fc.assert(property, runs(300))
  })

  it('before a reversal, never have a target behind the position of the motor', () => {
    expect(reversalTarget(0.1, 0.05)).toBe(0.5)
    expect(reversalTarget(3.1, 0.05)).toBeCloseTo(3, 4)
  })
})

it('an EBB driver whose count differs from the board’s position continues from that position', async () => {
  const { board, driver } = await ebbBench({ firmware: '3.0.3' })
  await driver.connect()
  const lines = [
    [10, 10, 30, 10],
    [40, 40, 60, 45],
    [70, 70, 80, 70],
  ]
  const plot = driver.plot(planOfLines(...lines), { signal: new AbortController().signal })
  await plot.next()
  board.onLine = (line) => {
    if (!line.startsWith('SP,1')) return undefined
    board.onLine = undefined
    board.machine.carriage[0] += 5
    board.machine.counters[0] += 5
    return undefined
  }
  while (!(await plot.next()).done);
  const ink = board.ink.strokes()
  const later = { points: ink.points, starts: ink.starts.slice(1) }
  expect(inkError(later, strokesOf(...lines.slice(1)))).toBeLessThan(STEP)
  expect(board.machine.carriage).toEqual([0, 0])
})
