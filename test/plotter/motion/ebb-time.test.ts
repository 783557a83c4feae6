import { describe, expect, it } from 'vitest'
import { ebbBench, planOfLines, plotAll } from '../../support/bench.ts'

const ring = (cx: number, cy: number, radius: number, pieces: number): number[] =>
  Array.from({ length: pieces + 1 }, (_, i) => (2 * Math.PI * (i % pieces)) / pieces).flatMap((angle) => [
    cx + radius * Math.cos(angle),
    cy + radius * Math.sin(angle),
  ])

const grid = <T>(make: (x: number, y: number) => T): T[] =>
  Array.from({ length: 40 }, (_, i) => make(15 + (i % 10) * 16, 15 + Math.floor(i / 10) * 20))

/** How much longer the board took than was said, percent: it steps every move that it is sent. */
async function off(lines: readonly (readonly number[])[]): Promise<number> {
  const { clock, driver } = await ebbBench()
  await driver.connect()
  const plan = planOfLines(...lines)
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
})
