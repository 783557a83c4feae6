import { describe, expect, it } from 'vitest'
import { drawingOf, strokesOf } from '../../../src/geometry/drawing.ts'
import type { Profile } from '../../../src/plotter/profile.ts'
import { withOverrides } from '../../../src/plotter/profiles/index.ts'
import { axidraw, ebbBench, planOf, plotAll } from '../../support/bench.ts'

const ring = (cx: number, cy: number, radius: number, pieces: number): number[] =>
  Array.from({ length: pieces + 1 }, (_, i) => (2 * Math.PI * (i % pieces)) / pieces).flatMap((angle) => [
    cx + radius * Math.cos(angle),
    cy + radius * Math.sin(angle),
  ])

const grid = <T>(make: (x: number, y: number) => T): T[] =>
  Array.from({ length: 40 }, (_, i) => make(15 + (i % 10) * 16, 15 + Math.floor(i / 10) * 20))

/** How much longer the board took than was said, percent: it steps every move that it is sent. */
async function off(lines: readonly (readonly number[])[], profile: Profile = axidraw): Promise<number> {
  const { clock, driver } = await ebbBench({ profile })
  await driver.connect()
  const plan = planOf(drawingOf(strokesOf(...lines), 200, 150), profile)
  const start = clock.now()
  await plotAll(driver, plan)
  return ((clock.now() - start) / 1000 / plan.estimate.seconds - 1) * 100
}

describe('the time of a plot on an EBB board', () => {
  it.each([
    { what: 'long lines', lines: grid((x, y) => [x, y, x + 14, y + 12]) },
    { what: 'corners', lines: grid((x, y) => [x, y, x + 4, y, x + 4, y + 7, x, y + 3]) },
    { what: 'rings in fine chords', lines: grid((x, y) => ring(x, y, 5, 120)) },
    { what: 'rings of half a millimetre', lines: grid((x, y) => ring(x, y, 0.25, 24)) },
    { what: 'dashes of a third of a millimetre', lines: grid((x, y) => [x, y, x + 0.3, y]) },
    { what: 'dots', lines: grid((x, y) => [x, y]) },
  ])('is that of the estimate within 1 %: $what', async ({ lines }) => {
    expect(Math.abs(await off(lines))).toBeLessThan(1)
  })

  it('is that of the estimate within 1 % with a limited jerk as well, which takes longer', async () => {
    const gentle = withOverrides(axidraw, { down: { jerk: 2000 }, up: { jerk: 4000 } })
    const lines = [...grid((x, y) => [x, y, x + 4, y, x + 4, y + 7]).slice(0, 20), ring(90, 60, 5, 120)]
    expect(Math.abs(await off(lines, gentle))).toBeLessThan(1)
    const [slow, quick] = [gentle, axidraw].map((profile) => planOf(drawingOf(strokesOf(...lines), 200, 150), profile))
    expect(slow?.estimate.seconds).toBeGreaterThan((quick?.estimate.seconds ?? 0) * 1.05)
  })
})
