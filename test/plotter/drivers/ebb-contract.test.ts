import { aDriver } from '../../contracts/driver.ts'
import { axidraw, ebbBench, STEP } from '../../support/bench.ts'

/**
 * Answers take a millisecond, as over USB. Ends are rounded to half a step, and on its way each motor steps at the end
 * of the time that the step stands for: together that is a little over one step at worst.
 */
const rig =
  (firmware: '2.5.3' | '2.8.1' | '3.0.3', steps = 1.1) =>
  async () => {
    const bench = await ebbBench({ firmware })
    bench.board.cable.faults.lateMs = 1
    await bench.driver.connect()
    return { ...bench, profile: axidraw, stepMm: steps * STEP }
  }

aDriver('an EBB with firmware 2.8.1', rig('2.8.1'))
aDriver('an EBB with firmware 3.0.3 and its deep FIFO', rig('3.0.3'))
// nothing clears the accumulators of this firmware: a move may begin half a step early
aDriver('an EBB with firmware 2.5.3, which knows no LM', rig('2.5.3', 1.5), 8)
