import { aDriver } from '../../contracts/driver.ts'
import { axidraw, ebbBench, STEP } from '../../support/bench.ts'

/** Answers take a millisecond, as over USB. */
const rig =
  (firmware: '2.5.3' | '2.8.1' | '3.0.3', mostSteps = 1) =>
  async () => {
    const bench = await ebbBench({ firmware })
    bench.board.cable.faults.lateMs = 1
    await bench.driver.connect()
    return { ...bench, profile: axidraw, stepMm: mostSteps * STEP }
  }

aDriver('an EBB with firmware 2.8.1', rig('2.8.1'))
aDriver('an EBB with firmware 3.0.3 and its deep FIFO', rig('3.0.3'))
// The ink may lie 1.2 steps off: SM makes each step late, at the end of the time for that step. Firmware 2.5.3 has no
// command that sets the board's accumulators, so plotd cannot make a motor run half a step ahead.
aDriver('an EBB with firmware 2.5.3, which knows no LT', rig('2.5.3', 1.2), 8)
