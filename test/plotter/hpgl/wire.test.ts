import { describe, expect, it } from 'vitest'
import { spiral } from '../../../bench/plotters/shapes.ts'
import { drawingOf, strokesOf } from '../../../src/geometry/drawing.ts'
import { HpglDriver } from '../../../src/plotter/drivers/hpgl/driver.ts'
import { sleep, VirtualClock } from '../../../src/plotter/link/clock.ts'
import { profileNamed } from '../../../src/plotter/profiles/index.ts'
import { simulatorPort } from '../../../src/plotter/simulators/cable.ts'
import { HpglPlotter, type HpglSimulatorOptions } from '../../../src/plotter/simulators/hpgl/board.ts'
import { planOf, plotAll, until } from '../../support/bench.ts'
import { inkError } from '../../support/ink.ts'

/** A curve of some 20 kB, which the slow wire delays. */
const fine = Array.from({ length: 2000 }, (_, i) => [20 + i / 20, 60 + 25 * Math.sin(i / 100)]).flat()
/** Long lines, for which the pen takes longer than the wire. */
const long = Array.from({ length: 2000 }, (_, i) => [10 + (i % 2) * 300, 20 + i / 10]).flat()

async function connected(name: string, options: HpglSimulatorOptions) {
  const clock = new VirtualClock()
  const plotter = new HpglPlotter({ clock, ...options })
  plotter.cable.faults.lateMs = 1
  const profile = profileNamed(name)
  const driver = new HpglDriver(simulatorPort(plotter.cable), profile, clock)
  await driver.connect()
  const plan = (points: readonly number[]) => planOf(drawingOf(strokesOf(points), 400, 270), profile)
  return { clock, plotter, driver, plan }
}

describe.each([
  ['hp-7470a', '7470A'],
  ['hp-7475a', '7475A'],
  ['hp-7550a', '7550A'],
] as const)('the wire to a plotter (%s)', (name, model) => {
  it('is never so full that a stop takes half a second, and never empty while the pen waits for bytes', async () => {
    const { clock, plotter, driver, plan } = await connected(name, { model })
    const points = fine.map((mm) => mm / 2)
    await plotAll(driver, plan(points))
    expect([plotter.gaps, plotter.lost]).toEqual([0, 0])
    expect(inkError(plotter.ink.strokes(), plan(points))).toBeLessThanOrEqual(0.025)
    const abort = new AbortController()
    const before = plotter.ink.vertexCount
    const plotting = plotAll(driver, plan(points), { signal: abort.signal })
    await until(clock, () => plotter.ink.vertexCount > before + 5)
    const requestedAt = clock.now()
    abort.abort(new Error('enough'))
    await until(clock, () => !plotter.isPenDown && !plotter.isMoving)
    expect(clock.now() - requestedAt).toBeLessThan(500)
    await expect(plotting).rejects.toThrow('enough')
  })
})

it('the wire to a plotter with a small buffer is idle for less than 0.2 percent of a plot while the plotter waits for bytes', async () => {
  const { clock, plotter, driver, plan } = await connected('hp-7470a', { model: '7470A' })
  await driver.home()
  const receive = plotter.receive.bind(plotter)
  let [free, idle, drawn] = [0, 0, 0]
  plotter.receive = (bytes) => {
    const now = clock.now()
    if (plotter.isPenDown && plotter.carriage.busyUntil < now) idle += Math.max(0, now - free)
    if (plotter.isPenDown) drawn = now
    free = Math.max(free, now) + (bytes.length * 10_000) / 9600
    receive(bytes)
  }
  const began = clock.now()
  await plotAll(driver, plan(spiral(1500, 0.3)))
  expect(drawn - began).toBeGreaterThan(15_000)
  expect(idle).toBeLessThan(0.002 * (drawn - began))
})

describe('a plotter that is unplugged', () => {
  it('ends the plot, also when the driver waits for the wire at that moment', async () => {
    const whole = await connected('hp-7475a', {})
    const plan = whole.plan(fine.slice(0, 100))
    const before = whole.plotter.cable.received
    await plotAll(whole.driver, plan)
    const all = whole.plotter.cable.received - before - 'PU;'.length // the driver waits for no answer to its last PU;
    for (let bytes = 1; bytes < all; bytes += 4) {
      const { plotter, driver } = await connected('hp-7475a', {})
      plotter.cable.faults.cutAfterBytes = bytes
      await expect(plotAll(driver, plan), `after ${bytes} bytes`).rejects.toMatchObject({ code: 'ERR_LINK_CLOSED' })
    }
  })
})

describe('a plotter that holds its host back when its buffer is nearly full', () => {
  it.each(['xon-xoff', 'hardware'] as const)(
    'accepts a stop also when plotd has filled its buffer up to the reserve (%s)',
    async (hostFlow) => {
      const { clock, driver, plan } = await connected('hp-7550a', { model: '7550A', hostFlow })
      await driver.adjust({ speedPercent: 5 })
      const abort = new AbortController()
      const plotting = plotAll(driver, plan(long), { signal: abort.signal })
      const ending = expect(plotting).rejects.toThrow('enough') // not the error of an unanswered request
      await sleep(clock, 60_000)
      abort.abort(new Error('enough'))
      await ending
    },
  )
})
