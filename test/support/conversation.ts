import { VirtualClock } from '../../src/plotter/link/clock.ts'
import { EbbBoard } from '../../src/plotter/simulators/ebb/board.ts'
import type { EbbSimulatorOptions, SimulatedPlotter } from '../../src/plotter/simulators/index.ts'

/** The computer's end of the cable to a simulated EBB. Keeps every byte of the latest answer. */
export function conversation(options: EbbSimulatorOptions = {}) {
  const clock = new VirtualClock()
  return converse(new EbbBoard({ clock, ...options }), clock)
}

/** The computer's end of the cable to any simulated plotter. */
export function converse<Plotter extends SimulatedPlotter>(board: Plotter, clock: VirtualClock) {
  let received = ''
  let hungUp = false
  const plug = board.cable.plug({
    send: (bytes) => {
      received += Buffer.from(bytes).toString('latin1')
    },
    hangUp: () => {
      hungUp = true
    },
  })
  return {
    clock,
    board,
    /** Sends text unchanged, and returns the immediate answer. */
    say: (text: string): string => {
      received = ''
      plug.send(Buffer.from(text, 'latin1'))
      return received
    },
    /** The answers since the last `say`. */
    received: () => received,
    hungUp: () => hungUp,
    /** Advances virtual time. */
    pass: (ms: number) => new Promise<void>((resolve) => clock.after(ms, resolve)),
  }
}
