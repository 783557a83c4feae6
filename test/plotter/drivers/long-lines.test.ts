import { expect, it } from 'vitest'
import { HpglDriver } from '../../../src/plotter/drivers/hpgl/driver.ts'
import { makeDriver } from '../../../src/plotter/drivers/index.ts'
import { VirtualClock } from '../../../src/plotter/link/clock.ts'
import { profileNamed } from '../../../src/plotter/profiles/index.ts'
import { simulatorPort } from '../../../src/plotter/simulators/cable.ts'
import { GrblBoard } from '../../../src/plotter/simulators/grbl/board.ts'
import { HpglPlotter } from '../../../src/plotter/simulators/hpgl/board.ts'
import { MarlinBoard } from '../../../src/plotter/simulators/marlin/board.ts'

it.each([
  ['grbl', 'grbl-servo', GrblBoard],
  ['Marlin', 'marlin-servo', MarlinBoard],
] as const)('a %s driver refuses a line that is too long for the board', async (_, name, Board) => {
  const clock = new VirtualClock()
  const board = new Board({ clock })
  const { driver } = await makeDriver(profileNamed(name), simulatorPort(board.cable), clock)
  await driver.connect()
  await driver.setHome()
  const line = `G4 P0 ;${'-'.repeat(140)}`
  await expect(driver.feed?.([line], new AbortController().signal)).rejects.toMatchObject({
    code: 'ERR_DEVICE',
    message: expect.stringContaining('too long'),
  })
  await driver.feed?.(['G4 P0'], new AbortController().signal)
})

it('a Marlin driver refuses a line that its number and checksum make too long for Marlin', async () => {
  const clock = new VirtualClock()
  const board = new MarlinBoard({ clock })
  const { driver } = await makeDriver(profileNamed('marlin-servo'), simulatorPort(board.cable), clock)
  await driver.connect()
  const { signal } = new AbortController()
  await driver.feed?.([`G4 P0 ;${'-'.repeat(76)}`], signal)
  await expect(driver.feed?.([`G4 P0 ;${'-'.repeat(84)}`], signal)).rejects.toMatchObject({
    code: 'ERR_DEVICE',
    message: expect.stringContaining('too long: the board takes at most 95 bytes'),
  })
  expect(board.receiver.resends).toBe(0)
})

it('an HP-GL driver refuses a command that is longer than the usable buffer of the plotter', async () => {
  const clock = new VirtualClock()
  const plotter = new HpglPlotter({ clock, model: '7470A' })
  const { hpgl, ...profile } = profileNamed('hp-7470a')
  if (!hpgl) throw new Error('the profile has no hpgl options')
  const small = { ...profile, hpgl: { ...hpgl, flow: 'hardware' } } as const
  const driver = new HpglDriver(simulatorPort(plotter.cable), small, clock)
  await driver.connect()
  const { signal } = new AbortController()
  await expect(driver.feed([`PU${'0,0,'.repeat(45)}0,0;`], signal)).rejects.toMatchObject({
    code: 'ERR_DEVICE',
    message: expect.stringContaining('too long'),
  })
  await driver.feed(['PU0,0;'], signal)
})
