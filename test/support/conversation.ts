import { VirtualClock } from '../../src/plotter/link/clock.ts'
import { EbbBoard } from '../../src/plotter/simulators/ebb/board.ts'
import type { EbbSimulatorOptions, SimulatedPlotter } from '../../src/plotter/simulators/index.ts'

/** A host that speaks to a simulated EBB byte by byte and keeps every byte of the answers. */
export function conversation(options: EbbSimulatorOptions = {}) {
  const clock = new VirtualClock()
  return converse(new EbbBoard({ clock, ...options }), clock)
}

/** The same, to any simulated plotter. */
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
    /** Send text as it is; returns what is answered at once. */
    say: (text: string): string => {
      received = ''
      plug.send(Buffer.from(text, 'latin1'))
      return received
    },
    /** What has been answered since the last `say`. */
    received: () => received,
    hungUp: () => hungUp,
    /** Let virtual time pass. */
    pass: (ms: number) => new Promise<void>((resolve) => clock.after(ms, resolve)),
  }
}
