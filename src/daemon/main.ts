import { join } from 'node:path'
import type { Logger } from 'pino'
import { PlotdError, toPlotdError } from '../errors.ts'
import { type MoveResult, moveQueue, type Repair, repairSpool } from '../spool/index.ts'
import { type ConfigSources, type LoadedConfig, loadConfig } from './config/config.ts'
import { hostName } from './config/schema.ts'
import { type Daemon, startDaemon } from './daemon.ts'
import { systemdNotifier } from './host/index.ts'
import { logger } from './log.ts'

export interface ServeOptions extends ConfigSources {
  /** Called once, when clients can connect. */
  readonly onReady?: (daemon: Daemon, loaded: LoadedConfig) => void
}

/**
 * After a first signal plotters have this time to finish their strokes, ms. A stroke may take longer: a spiral is one
 * stroke. systemd, Docker and launchd kill plotd 120 s after the signal, with the pen on the paper (examples/deploy and
 * clients/cli/setup/steps.ts set the 120 s).
 */
const FINISHING_MS = 100_000
/** After an uncaught exception plotters have this time to lift their pens, ms. */
const LIFTING_MS = 10_000

/**
 * Runs the daemon as a process, until SIGTERM, SIGINT or SIGHUP. At the first signal each plotter finishes its stroke
 * and lifts the pen, and the daemon records where the plotter stopped. If a second SIGTERM or SIGINT comes, a stroke
 * takes too long to finish, or an exception is uncaught, then plotd lifts the pens at once.
 *
 * @returns the exit code: 0, 1 after an error, 130 after a second signal
 * @throws PlotdError as `loadConfig` and `startDaemon` do
 */
export async function serve({ onReady, ...sources }: ServeOptions = {}): Promise<number> {
  const loaded = loadConfig(sources)
  const log = logger(loaded.config.logLevel, process.stderr.isTTY)
  const signals = catchSignals()
  refuseSuspension(log)
  const systemd = systemdNotifier()
  const daemon = await startDaemon(loaded.config, log)
  const bug = uncaughtException(log)
  const { requeued, interrupted, upgraded } = daemon.recovery
  if (upgraded) log.warn(upgraded, 'the spool had an older format: plotd upgraded it')
  // At a terminal `onReady` says the same in sentences.
  const level = onReady && process.stderr.isTTY ? 'debug' : 'info'
  log[level]({ url: daemon.url, state: loaded.config.state, requeued, interrupted }, 'plotd is ready')
  systemd.ready(`${daemon.url}; ${requeued.length} renders cut off, ${interrupted.length} plots interrupted`)
  onReady?.(daemon, loaded)

  if ((await Promise.race([signals.first, bug])) === 'bug') return liftPens(daemon, log)
  systemd.stopping('finishing strokes, lifting pens')
  log.info('stopping: plotters finish their strokes and lift their pens; a second SIGTERM or SIGINT stops at once')
  const finishing = setTimeout(() => {
    log.warn('a stroke takes too long to finish: plotd lifts the pens now')
    daemon.close({ now: true }).catch(() => {}) // the first call of `close` throws this error
  }, FINISHING_MS).unref()
  let hasSecondSignal = false
  const closingNow = signals.second.then(() => {
    hasSecondSignal = true
    return daemon.close({ now: true })
  })
  try {
    // The second `close` also ends the wait of the first `close`.
    if ((await Promise.race([daemon.close(), closingNow, bug])) === 'bug') return await liftPens(daemon, log)
    return hasSecondSignal ? 130 : 0
  } catch (thrown) {
    log.error({ error: toPlotdError(thrown) }, 'an error while plotd stopped')
    return 1
  } finally {
    clearTimeout(finishing)
  }
}

/** Repairs the spool of the state folder that `serve` would use. @returns undefined when the spool is sound */
export function repairState(sources: ConfigSources): Promise<Repair | undefined> {
  return repairSpool(join(loadConfig(sources).config.state, 'spool'))
}

/**
 * Moves the queue of the state folder to a database, or the queue of a database into the state folder.
 *
 * @param to    postgres://…, or 'folder'
 * @param from  the database to read, if `to` is 'folder'; default: the configured database
 * @param warn  receives warnings about the database, such as the reason why the move waits
 * @throws PlotdError ERR_PARAMS without a postgres:// or postgresql:// address; the errors of `loadConfig` and
 *   `moveQueue`
 */
export async function moveState(
  sources: ConfigSources,
  to: string,
  from?: string,
  warn: (message: string) => void = () => {},
): Promise<MoveResult> {
  const { config } = loadConfig(sources)
  const url = to === 'folder' ? (from ?? config.spool) : to
  if (url === undefined || !/^postgres(ql)?:\/\//.test(url)) {
    const expected = 'expected postgres://USER@SERVER/DATABASE, or folder with --from postgres://…'
    throw new PlotdError('ERR_PARAMS', `spool migrate: ${expected}`, { to, from })
  }
  return moveQueue({
    folder: join(config.state, 'spool'),
    host: hostName(config),
    retention: config.retention,
    url,
    to: to === 'folder' ? 'folder' : 'server',
    warn,
  })
}

/**
 * Resolves after an uncaught exception. Without a listener Node would end the process at once, with the pen on the
 * paper.
 */
function uncaughtException(log: Logger): Promise<'bug'> {
  return new Promise((resolve) => {
    process.on('uncaughtException', (error) => {
      resolve('bug')
      try {
        log.fatal({ error }, 'a bug: plotd lifts the pens and ends')
      } catch {} // When the reader of the log has closed its pipe, a write to the log is itself a cause of this event.
    })
  })
}

async function liftPens(daemon: Daemon, log: Logger): Promise<number> {
  setTimeout(() => process.exit(1), LIFTING_MS).unref()
  await daemon
    .close({ now: true })
    .catch((error: unknown) => log.error({ error: toPlotdError(error) }, 'an error while plotd stopped'))
  return 1
}

/**
 * Listens for signals. Call this function before the start, so that no signal during the start is missed. SIGHUP is
 * never the second signal: when a terminal is closed, the shell sends SIGHUP, and then the system sends SIGHUP again.
 */
function catchSignals(): { first: Promise<void>; second: Promise<void> } {
  const waiting: (() => void)[] = []
  const next = () => new Promise<void>((resolve) => waiting.push(resolve))
  const signals = { first: next(), second: next() }
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.on(name, () => waiting.shift()?.())
  process.on('SIGHUP', () => {
    if (waiting.length === 2) waiting.shift()?.()
  })
  return signals
}

/**
 * Makes Ctrl-Z in the terminal have no effect. A suspended process could not lift the pen, and the ink would spread.
 */
function refuseSuspension(log: Logger): void {
  process.on('SIGTSTP', () => {
    log.warn('plotd ignores Ctrl-Z (SIGTSTP), because a pen could stay on the paper: Ctrl-C stops plotd')
  })
}
