import { describe, expect, it } from 'vitest'
import { connectMachine, machineNamed } from '../../../bench/plot-times/machines.ts'
import { drawingOf, strokesOf } from '../../../src/geometry/drawing.ts'
import type { Driver } from '../../../src/plotter/drivers/driver.ts'
import { planOf } from '../../support/bench.ts'

/** The answer of each board to a line that it refuses. */
const OF = { 'grbl 80/mm': 'error:2', 'grbl Z': 'error:2', 'Marlin servo': 'Error:x\nok', 'Klipper servo': '!! x\nok' }
const COMMANDS: Readonly<Record<string, (driver: Driver) => Promise<void>>> = {
  jog: (driver) => driver.jog(20, 10),
  'lower the pen': (driver) => driver.pen('down'),
}

/** More lines than any command or plot in these tests sends. */
const MOST_LINES = 100

/** A connected machine. After `refuse(2)` its board accepts two lines and refuses the next one. */
async function refusingMachine(name: keyof typeof OF) {
  const machine = await connectMachine(machineNamed(name))
  await machine.driver.pen('up')
  const { cable } = machine.board
  const toHost = cable.toHost.bind(cable)
  let left = Infinity
  let refused = 0
  cable.toHost = (text, ms) => {
    const isRefused = /^ok/m.test(text) && left-- === 0
    if (isRefused) refused++
    toHost(isRefused ? text.replace(/^ok/m, OF[name]) : text, ms)
  }
  const refuse = (lines: number) => {
    left = lines
  }
  return { ...machine, refuse, wasRefused: () => refused > 0 }
}

describe.each(Object.keys(OF) as (keyof typeof OF)[])('the driver of a %s board that refuses a line', (name) => {
  it.each(Object.keys(COMMANDS))('fails with the pen up, and obeys the next commands: %s', async (command) => {
    const run = COMMANDS[command] ?? (async () => {})
    for (let lines = 0; lines < MOST_LINES; lines++) {
      const { driver, board, refuse, wasRefused } = await refusingMachine(name)
      refuse(lines)
      const outcome = await run(driver).then(
        () => 'done',
        () => 'refused',
      )
      if (!wasRefused()) return expect(lines).toBeGreaterThan(0)
      expect([lines, outcome]).toEqual([lines, 'refused'])
      expect(board.isPenDown).toBe(false)
      await driver.pen('up')
      await driver.jog(3, 3)
    }
    expect.unreachable('the command has more lines than expected')
  })

  it('does not count a stroke as drawn when the board refused one of its lines', async () => {
    for (let lines = 0; lines < MOST_LINES; lines++) {
      const { driver, refuse, profile, wasRefused } = await refusingMachine(name)
      const plan = planOf(drawingOf(strokesOf([5, 5, 15, 5, 15, 15]), 60, 60), profile)
      const refusedAt: number[] = []
      const draw = async () => {
        for await (const { executed } of driver.plot(plan, { signal: new AbortController().signal })) {
          if (executed === 0) refuse(lines)
          else if (wasRefused()) refusedAt.push(executed)
        }
      }
      await draw().catch(() => {})
      expect([lines, ...refusedAt]).toEqual([lines])
      if (!wasRefused()) return expect(lines).toBeGreaterThan(0)
    }
    expect.unreachable('the stroke has more lines than expected')
  })
})
