import { describe, expect, it } from 'vitest'
import { connectMachine, machineNamed } from '../../../bench/plot-times/machines.ts'
import { drawingOf, strokesOf } from '../../../src/geometry/drawing.ts'
import { GcodePen } from '../../../src/plotter/drivers/gcode/pen.ts'
import { penLines } from '../../../src/plotter/drivers/gcode/program.ts'
import { profileNamed } from '../../../src/plotter/profiles/index.ts'
import { planOf, plotAll } from '../../support/bench.ts'
import { inkError } from '../../support/ink.ts'

const drawing = drawingOf(strokesOf([10, 10, 30, 10], [10, 20, 30, 20], [40, 20, 40, 40]), 200, 150)
const [layer] = drawing.layers
const light = { ...drawing, layers: layer ? [{ ...layer, options: { penDownPercent: 40 } }] : [] }
const pressed = { ...drawing, layers: layer ? [{ ...layer, options: { penDownPercent: 10 } }] : [] }

describe.each(['grbl 80/mm', 'Marlin servo', 'Klipper servo', 'EBB 3.0.3'])('the pen of %s on a servo', (name) => {
  const machine = machineNamed(name)

  it.each([
    ['rises higher by the adjustments of a user', drawing, { penUpPercent: 100 }],
    ['falls lower by the heights of a layer', pressed, {}],
    ['rises less by the adjustments of a user, and falls lower in a layer', pressed, { penUpPercent: 50 }],
    ['rises higher by the adjustments of a user, and falls lower in a layer', pressed, { penUpPercent: 100 }],
    ['rises higher by the adjustments of a user, and falls less in a layer', light, { penUpPercent: 100 }],
    ['falls lower by the adjustments of a user', drawing, { penDownPercent: 0 }],
  ])(
    '%s: each stroke is drawn from its start, and the plot takes as long as the estimate',
    async (_, drawn, changes) => {
      const { board, clock, driver, profile, profileWith } = await connectMachine(machine)
      await driver.setHome()
      await driver.adjust(changes)
      await driver.pen('up')
      board.ink.newSheet()
      const plan = planOf(drawn, profileWith?.(changes) ?? profile)
      const start = clock.now()
      await plotAll(driver, plan)
      expect(inkError(board.ink.strokes(), plan)).toBeLessThanOrEqual(1 / 40)
      expect(Math.abs((clock.now() - start) / 1000 / plan.estimate.seconds - 1)).toBeLessThan(0.02)
    },
  )
})

it('a servo gets as much time to rise in a pause as at the end of a stroke that is pressed deeper', async () => {
  const profile = profileNamed('grbl-servo')
  const sent: string[] = []
  const talk = { ask: async (line: string) => sent.push(line) }
  const pen = new GcodePen(talk, profile, profile.grbl ?? { penUp: [], penDown: [], homing: false }, penLines)
  const [deepLayer] = pressed.layers
  await pen.move('down', deepLayer)
  await pen.move('up', deepLayer)
  const atEnd = sent.splice(0).slice(2)
  expect(atEnd).toEqual(['M3 S600', 'G4 P0.333'])
  await pen.move('down', deepLayer)
  await pen.raise()
  expect(sent.slice(2)).toEqual(atEnd)
})
