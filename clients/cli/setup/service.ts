import { spawn } from 'node:child_process'
import { mkdirSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { WirePlotter } from '../../../src/daemon/protocol/index.ts'
import { PlotdError } from '../../../src/errors.ts'
import type { Daemon } from '../io/daemon.ts'
import type { Host } from './host.ts'

const POLL_MS = 250
/** Longest wait for a daemon to start or to end, ms. */
const START_MS = 60_000
/**
 * Time in which `waitForPlotter` waits for the board, ms. In this time the daemon tries four times to connect to the
 * board, with pauses of 1, 2 and 4 s.
 */
const PLOTTER_MS = 15_000

/** The process id and the plotters of the daemon; undefined when no daemon answers, or the state folder is unsafe. */
export async function answering(
  daemon: Daemon,
): Promise<{ pid: number; plotters: readonly WirePlotter[] } | undefined> {
  try {
    const { pid } = await daemon.fresh().call('server.info', {})
    return { pid, plotters: await daemon.fresh().call('plotter.list', {}) }
  } catch (thrown) {
    if (thrown instanceof PlotdError && (thrown.code === 'ERR_DAEMON_AWAY' || thrown.code === 'ERR_STATE_UNSAFE'))
      return undefined
    throw thrown
  }
}

/**
 * Ends a daemon as Ctrl-C does: plotters finish their strokes and lift their pens.
 *
 * @returns false when the daemon still answers after 60 s
 */
export async function stop(daemon: Daemon, pid: number): Promise<boolean> {
  process.kill(pid, 'SIGTERM')
  for (let waited = 0; waited < START_MS; waited += POLL_MS) {
    if ((await answering(daemon)) === undefined) return true
    await setTimeout(POLL_MS)
  }
  return false
}

/** Starts a daemon that stays when this process and its terminal end. @returns the file of its log */
export function startInBackground({ node, script, home, stateFolder }: Host): string {
  mkdirSync(stateFolder, { recursive: true, mode: 0o700 })
  const file = join(stateFolder, 'plotd.log')
  const log = openSync(file, 'a', 0o600)
  spawn(node, [script, 'serve'], { cwd: home, detached: true, stdio: ['ignore', log, log] }).unref()
  return file
}

/**
 * Waits up to 60 s for the daemon and, in the first 15 s, also for the plotter's board.
 *
 * @returns undefined when no daemon reported a plotter of this name
 */
export async function waitForPlotter(daemon: Daemon, name: string): Promise<WirePlotter | undefined> {
  let plotter: WirePlotter | undefined
  for (let waited = 0; waited < START_MS; waited += POLL_MS) {
    plotter = (await answering(daemon))?.plotters.find((candidate) => candidate.name === name)
    if (plotter && (plotter.state.is !== 'offline' || waited > PLOTTER_MS)) return plotter
    await setTimeout(POLL_MS)
  }
  return plotter
}
