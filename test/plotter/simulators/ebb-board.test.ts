import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { VirtualClock } from '../../../src/plotter/link/clock.ts'
import { EbbBoard } from '../../../src/plotter/simulators/ebb/board.ts'
import { converse } from '../../support/conversation.ts'

interface Measured {
  readonly command: string
  readonly ticks: number
  readonly steps: number
  readonly accumulator: number
  readonly position: number
}

const file = new URL('fixtures/ebb-board-measurements.csv', import.meta.url)
const measured: readonly Measured[] = readFileSync(file, 'utf8')
  .split('\n')
  .flatMap((line) => {
    const [, command = '', numbers = ''] = /^"(.+)",(.+)$/.exec(line) ?? []
    const [ticks = 0, steps = 0, accumulator = 0, , position = 0] = numbers.split(',').map(Number)
    return command === '' ? [] : [{ command, ticks, steps, accumulator, position }]
  })

/** Clears both accumulators, executes a command, and reads the motor's position at each tick. */
async function execute({ command }: Measured): Promise<Measured> {
  const clock = new VirtualClock()
  const board = new EbbBoard({ clock, firmware: '3.0.3' })
  const { say, pass } = converse(board, clock)
  say(`${command},3\r`) // 3 clears both accumulators
  const idleTicks = command.startsWith('LM') ? 0 : 1
  const ticks = board.machine.endTick - idleTicks
  let [steps, last] = [0, 0]
  for (let t = 1; t <= ticks; t++) {
    await pass(0.04)
    board.catchUp()
    const [place] = board.machine.countersAt(t)
    if (place !== last) steps++
    last = place
  }
  await pass(0.1)
  board.catchUp()
  return {
    command,
    ticks,
    steps,
    accumulator: board.machine.accumulators[0],
    position: board.machine.counters[0],
  }
}

describe('a simulated EBB with firmware 3 agrees with the measurements of a real board', () => {
  it('of which 21 are for LM, 15 for LT and 33 for T3', () => {
    const count = (name: string) => measured.filter(({ command }) => command.startsWith(name)).length
    expect([count('LM'), count('LT'), count('T3')]).toEqual([21, 15, 33])
  })

  it.each(measured.filter(({ ticks }) => ticks < 2000))('$command', async (each) => {
    expect(await execute(each)).toEqual(each)
  })

  it.each(measured.filter(({ ticks }) => ticks >= 2000))('$command', async (each) => {
    const clock = new VirtualClock()
    const { say, pass, board } = converse(new EbbBoard({ clock, firmware: '3.0.3' }), clock)
    say(`${each.command},3\r`)
    await pass(each.ticks / 25 + 1)
    board.catchUp()
    const { counters, accumulators } = board.machine
    expect([counters[0], accumulators[0]]).toEqual([each.position, each.accumulator])
  })
})
