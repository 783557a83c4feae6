import { type DriverMemory, makeDriver } from '../../src/plotter/drivers/index.ts'
import { VirtualClock } from '../../src/plotter/link/clock.ts'
import { withOverrides } from '../../src/plotter/profiles/index.ts'
import { simulatorPort } from '../../src/plotter/simulators/cable.ts'
import { EbbBoard } from '../../src/plotter/simulators/ebb/board.ts'
import { cutsEverywhere } from '../contracts/cuts.ts'
import { axidraw, STEP } from '../support/bench.ts'

/** A profile whose pen rises and falls during travels. With these times the simulated AxiDraw draws the same ink. */
const overlapping = withOverrides(axidraw, { pen: { clearMs: 50, touchMs: 75, leadMs: 45 } })

const rig =
  (firmware: '2.8.1' | '3.0.3', profile = axidraw) =>
  async () => {
    const clock = new VirtualClock()
    const board = new EbbBoard({ clock, firmware })
    const memory: DriverMemory = {}
    const reconnect = async () => {
      const { driver } = await makeDriver(profile, simulatorPort(board.cable), clock, memory)
      await driver.connect()
      return driver
    }
    return { clock, board, reconnect, driver: await reconnect(), profile, stepMm: STEP }
  }

cutsEverywhere('an EBB 2.8.1', rig('2.8.1'), 'bytes')
cutsEverywhere('an EBB 2.8.1', rig('2.8.1'), 'lines')
cutsEverywhere('an EBB 3.0.3 with its deep FIFO', rig('3.0.3'), 'lines')
cutsEverywhere('an EBB 3.0.3 whose pen rises and falls in travels', rig('3.0.3', overlapping), 'packets')
