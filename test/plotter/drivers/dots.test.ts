import { describe, expect, it } from 'vitest'
import { makeDriver } from '../../../src/plotter/drivers/index.ts'
import { sleep, VirtualClock } from '../../../src/plotter/link/clock.ts'
import { profileNamed } from '../../../src/plotter/profiles/index.ts'
import { simulatorPort } from '../../../src/plotter/simulators/cable.ts'
import { EbbBoard } from '../../../src/plotter/simulators/ebb/board.ts'
import { GrblBoard } from '../../../src/plotter/simulators/grbl/board.ts'
import { HpglPlotter } from '../../../src/plotter/simulators/hpgl/board.ts'
import { MarlinBoard } from '../../../src/plotter/simulators/marlin/board.ts'
import { lines } from '../../contracts/driver.ts'

const MACHINES = [
  { profile: 'axidraw-v3', make: (clock: VirtualClock) => new EbbBoard({ clock }) },
  { profile: 'grbl-servo', make: (clock: VirtualClock) => new GrblBoard({ clock }) },
  { profile: 'fluidnc-servo', make: (clock: VirtualClock) => new GrblBoard({ clock, firmware: 'fluidnc' }) },
  { profile: 'marlin-servo', make: (clock: VirtualClock) => new MarlinBoard({ clock }) },
  { profile: 'klipper-servo', make: (clock: VirtualClock) => new MarlinBoard({ clock, firmware: 'klipper' }) },
  { profile: 'hp-7475a', make: (clock: VirtualClock) => new HpglPlotter({ clock }) },
]

describe.each(MACHINES)('a dot of $profile', ({ profile: name, make }) => {
  it('is drawn once, whenever a pause comes', async () => {
    const counts = new Set<number>()
    for (let ms = 0; ms < 1500; ms += 60) {
      const clock = new VirtualClock()
      const board = make(clock)
      const profile = profileNamed(name)
      const { driver } = await makeDriver(profile, simulatorPort(board.cable), clock)
      await driver.connect()
      if (!driver.position) await driver.setHome()
      let pauseAt = clock.now() + ms
      const hold = () => clock.now() >= pauseAt
      for await (const _ of driver.plot(lines(profile, [10, 10], [20, 20]), {
        signal: new AbortController().signal,
        hold,
      })) {
        if (hold()) pauseAt = Number.POSITIVE_INFINITY
        expect([board.isPenDown, board.isMoving]).toEqual([false, false])
        await sleep(clock, 1000)
        pauseAt += 1000
      }
      counts.add(board.ink.strokeCount)
    }
    expect([...counts]).toEqual([2])
  })
})
