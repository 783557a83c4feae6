import { setTimeout } from 'node:timers/promises'
import type { WirePlotter } from '../../../src/daemon/protocol/index.ts'
import { toPlotdError } from '../../../src/errors.ts'
import { EXIT } from '../errors/exit-codes.ts'
import type { Io } from '../io/io.ts'
import { trim } from '../ui/format.ts'

/** Time between two attempts to stop a move, ms. */
const ATTEMPT_MS = 50

/**
 * Makes a request that moves a carriage, and prints its answer. At Ctrl-C, stops the carriage, and prints where it
 * stands. A second Ctrl-C ends this process immediately.
 *
 * @returns the exit code
 * @throws PlotdError as `request`; ERR_DAEMON_AWAY when the stop was not confirmed
 */
export async function moveUntilInterrupt<T>(
  io: Io,
  name: string,
  request: () => Promise<T>,
  print: (answer: T) => void | Promise<void>,
): Promise<number> {
  let stop = (): void => {}
  const interrupted = new Promise<undefined>((resolve) => {
    stop = () => resolve(undefined)
  })
  process.once('SIGINT', stop)
  try {
    const moved = request().then((answer) => ({ answer }))
    const first = await Promise.race([moved, interrupted])
    if (first) {
      await print(first.answer)
      return EXIT.ok
    }
    io.note(`Stopping ${name}. Press Ctrl-C again to end this command before ${name} has stopped.`)
    await stopMove(io, name, moved)
    const after = await io.daemon.call('plotter.get', { name })
    io.answer(after, () => `${name} stopped${placeWords(after)}.`)
    return EXIT.interrupted
  } finally {
    process.removeListener('SIGINT', stop)
  }
}

/** Stops a move, and waits for its end. */
async function stopMove(io: Io, name: string, moved: Promise<unknown>): Promise<void> {
  let hasEnded = false
  const end = moved
    .catch(() => {})
    .then(() => {
      hasEnded = true
    })
  while (!hasEnded) {
    try {
      await io.daemon.call('plotter.pause', { name, now: true })
      break
    } catch (thrown) {
      // The move has just ended, or the daemon has not begun it, because each request has its own connection.
      if (toPlotdError(thrown).code !== 'ERR_PLOTTER_STATE') throw thrown
      await Promise.race([end, setTimeout(ATTEMPT_MS)])
    }
  }
  await end
}

const placeWords = ({ position }: WirePlotter): string =>
  position === undefined ? '' : ` at ${trim(position.x, 1)}, ${trim(position.y, 1)} mm`
