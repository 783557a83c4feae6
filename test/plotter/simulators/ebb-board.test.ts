import { describe, expect, it } from 'vitest'
import { measuredOnBoard, simulate } from '../../../bench/bars/ebb-board.ts'

const measured = measuredOnBoard()

describe('a simulated EBB with firmware 3 agrees with the measurements of a real board', () => {
  it('of which 21 are for LM, 15 for LT and 33 for T3', () => {
    const count = (name: string) => measured.filter(({ command }) => command.startsWith(name)).length
    expect([count('LM'), count('LT'), count('T3')]).toEqual([21, 15, 33])
  })

  it.each(measured)('$command', async (each) => {
    expect(await simulate(each.command)).toEqual(each)
  })
})
