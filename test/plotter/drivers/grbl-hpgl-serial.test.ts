import { writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { makeDriver } from '../../../src/plotter/drivers/index.ts'
import { realClock } from '../../../src/plotter/link/clock.ts'
import { profileNamed } from '../../../src/plotter/profiles/index.ts'
import type { HpglPlotter } from '../../../src/plotter/simulators/hpgl/board.ts'
import { runSimulator } from '../../../src/plotter/simulators/index.ts'
import { openTransport } from '../../../src/plotter/transport/transport.ts'
import { lines } from '../../contracts/driver.ts'
import { plotAll } from '../../support/bench.ts'
import { inkError } from '../../support/ink.ts'

const wave = Array.from({ length: 300 }, (_, i) => [20 + i / 5, 60 + 25 * Math.sin(i / 20)])

describe.each([
  ['grbl', 'grbl-servo', '', 1 / 80],
  ['hpgl', 'hp-7475a', '?baud=9600', 0.025],
  ['hpgl', 'hp-7550a', '?baud=9600&xonxoff=1', 0.025],
] as const)('a %s plotter (%s) on a pseudo terminal%s', (dialect, name, query, stepMm) => {
  it('draws the plan, comes home, and ends a plot with an error when it is unplugged', async () => {
    const profile = profileNamed(name)
    const model = name === 'hp-7550a' ? { model: '7550A' } : {}
    const simulator = await runSimulator(dialect, { speed: 'instant', ...model })
    const { driver } = await makeDriver(profile, await openTransport(simulator.url + query), realClock)
    expect(await driver.connect()).toMatchObject({ dialect })
    const plan = lines(profile, [10, 10, 30, 10, 30, 30], wave.flat(), [40, 40, 41, 41])
    await plotAll(driver, plan)
    expect(inkError(simulator.board.ink.strokes(), plan)).toBeLessThanOrEqual(stepMm)
    expect(simulator.board.position).toEqual([0, 0])
    const failed = expect(plotAll(driver, plan)).rejects.toMatchObject({ code: 'ERR_LINK_CLOSED' })
    await simulator.close()
    await failed
    await driver.close()
  })
})

it('an HP 7475A holds back a fast sender by the handshake wire of its cable', async () => {
  const zigzag = Array.from({ length: 600 }, (_, i) => `${10 * (i + 1)},${(i % 2) * 400}`).join(',')
  const hpgl = `IN;SP1;PU0,0;PD${zigzag};PU;`
  const lostBytes = async (flow: 'hardware' | 'ignores') => {
    const simulator = await runSimulator('hpgl', { speed: 'instant', flow })
    const { path, board } = simulator
    writeFileSync(path, hpgl)
    await expect.poll(() => board.ink.vertexCount > 1 && !board.isMoving).toBe(true)
    const { lost } = board as HpglPlotter
    await simulator.close()
    return lost
  }
  expect(await lostBytes('hardware')).toBe(0)
  expect(await lostBytes('ignores')).toBeGreaterThan(0)
})
