import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sleep, VirtualClock } from '../../src/plotter/link/clock.ts'
import { EbbBoard } from '../../src/plotter/simulators/ebb/board.ts'
import { packageRoot } from '../../src/threads.ts'

/** A command, and what it did to motor 1 of a real EBB. */
export interface Measured {
  readonly command: string
  readonly ticks: number
  readonly steps: number
  readonly accumulator: number
  readonly position: number
}

export const measuredOnBoard = (): Measured[] =>
  readFileSync(join(packageRoot, 'bench/bars/ebb-board.csv'), 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [, command = '', numbers = ''] = /^"(.+)",(.+)$/.exec(line) ?? []
      const [ticks = 0, steps = 0, accumulator = 0, , position = 0] = numbers.split(',').map(Number)
      return command === '' ? [] : [{ command, ticks, steps, accumulator, position }]
    })

/** Clears both accumulators, executes a command on a simulated EBB, and reads the motor's position at each tick. */
export async function simulate(command: string): Promise<Measured> {
  const clock = new VirtualClock()
  const board = new EbbBoard({ clock, firmware: '3.0.3' })
  const { machine } = board
  board.cable.plug({ send: () => {}, hangUp: () => {} }).send(Buffer.from(`${command},3\r`)) // 3 clears both accumulators
  const idleTicks = command.startsWith('LM') ? 0 : 1
  const ticks = machine.endTick - idleTicks
  let [steps, last] = [0, 0]
  for (let tick = 1; tick <= ticks; tick++) {
    await sleep(clock, 0.04)
    board.catchUp()
    const [place] = machine.countersAt(tick)
    if (place !== last) steps++
    last = place
  }
  await sleep(clock, 0.1)
  board.catchUp()
  return { command, ticks, steps, accumulator: machine.accumulators[0], position: machine.counters[0] }
}
