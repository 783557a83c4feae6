import { describe, expect, it } from 'vitest'
import { VirtualClock } from '../../../src/plotter/clock.ts'
import { makeDriver } from '../../../src/plotter/drivers/index.ts'
import { profileNamed } from '../../../src/plotter/profiles/index.ts'
import { GrblBoard, HpglPlotter, simulatorPort } from '../../../src/plotter/simulators/index.ts'
import { lines } from '../../contracts/driver.ts'
import { plotAll } from '../../support/bench.ts'

/** A spiral in chords of `mm`. */
function spiral(vertices: number, mm: number): number[] {
  const points: number[] = []
  let [angle, radius] = [0, 5]
  for (let i = 0; i < vertices; i++) {
    points.push(100 + radius * Math.cos(angle), 100 + radius * Math.sin(angle))
    angle += mm / radius
    radius += (mm / radius) * 0.3
  }
  return points
}

const hooks = Array.from({ length: 60 }, (_, i) => {
  const [x, y] = [10 + (i % 10) * 12, 10 + Math.floor(i / 10) * 12]
  return [x, y, x + 4, y, x + 4, y + 7]
})

/** Before and after: the pen is lifted once more to be sure, and fetched from its stall. */
const ONCE_MS = { grbl: 400, hpgl: 1500 }

/** How much longer the plot took than was said, percent. */
async function off(dialect: 'grbl' | 'hpgl', strokes: readonly (readonly number[])[]): Promise<number> {
  const clock = new VirtualClock()
  const board = dialect === 'grbl' ? new GrblBoard({ clock }) : new HpglPlotter({ clock })
  const asked = profileNamed(dialect === 'grbl' ? 'grbl-servo' : 'hp-7475a')
  const { driver } = await makeDriver(asked, simulatorPort(board.cable), clock)
  const { profile = asked } = await driver.connect()
  const plan = lines(profile, ...strokes)
  const start = clock.now()
  await plotAll(driver, plan)
  return ((clock.now() - start - ONCE_MS[dialect]) / 1000 / plan.estimate.seconds - 1) * 100
}

describe('the time of a plot on a board that plans its own motion', () => {
  it.each([
    ['grbl', 'half a millimetre', [spiral(1500, 0.5)], 1.5],
    ['grbl', 'a tenth of a millimetre, where its look-ahead is what limits it', [spiral(2500, 0.1)], 1.5],
    ['grbl', 'millimetres, in 60 strokes', hooks, 1.5],
    ['hpgl', 'half a millimetre, as fast as the wire', [spiral(1500, 0.5)], 4],
    ['hpgl', 'millimetres, in 60 strokes', hooks, 4],
  ] as const)('is what %s takes for segments of %s', async (dialect, _segments, strokes, percent) => {
    const error = await off(dialect, strokes)
    expect(Math.abs(error)).toBeLessThan(percent)
  })
})
