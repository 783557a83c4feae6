import { expect, it } from 'vitest'
import { VirtualClock } from '../../../src/plotter/link/clock.ts'
import { MarlinBoard } from '../../../src/plotter/simulators/marlin/board.ts'
import { BOOT } from '../../../src/plotter/simulators/marlin/firmware.ts'
import { converse } from '../../support/conversation.ts'

it('a simulated Marlin that restarts during a long command forgets the command and the unit of length', async () => {
  const clock = new VirtualClock()
  const board = new MarlinBoard({ clock, resetsOnOpen: false })
  const talk = converse(board, clock)
  talk.say('G20\nG4 S10\n')
  await talk.pass(1000)
  board.powerUp()
  await talk.pass(5000)
  expect(talk.received()).toBe(`ok\n${BOOT}`)
  talk.say('G1 X1 F600\nM114\n')
  await talk.pass(1000)
  expect(talk.received()).toContain('X:1.00 ')
})
