import { join } from 'node:path'
import type { Logger } from 'pino'
import { toPlotdError } from '../errors.ts'
import { type Repair, repairSpool } from '../spool/index.ts'
import { type ConfigSources, type LoadedConfig, loadConfig } from './config/config.ts'
import { type Daemon, startDaemon } from './daemon.ts'
import { serviceManager } from './host/service-manager.ts'
import { logger } from './log.ts'

export { type Daemon, startDaemon } from './daemon.ts'

export interface ServeOptions extends ConfigSources {
  /** Told once, when clients can connect. */
  readonly onReady?: (daemon: Daemon, loaded: LoadedConfig) => void
}

/**
 * The daemon as a process: until SIGTERM or SIGINT. The first signal finishes the stroke, lifts the pen and writes
 * down where it stopped; a second one lifts the pen at once, and so does a bug that nobody caught.
 *
 * @returns the exit code
 * @throws PlotdError as `loadConfig` and `startDaemon` do
 */
export async function serve({ onReady, ...sources }: ServeOptions = {}): Promise<number> {
  const loaded = loadConfig(sources)
  const log = logger(loaded.config.logLevel, process.stderr.isTTY)
  const signals = caughtSignals()
  const manager = serviceManager()
  const daemon = await startDaemon(loaded.config, log)
  const bug = uncaughtBug(log)
  const { requeued, interrupted, upgraded } = daemon.recovery
  if (upgraded) log.warn(upgraded, 'the spool was of an older format: it was copied, and is upgraded')
  // a person at a terminal is told by `onReady`, in sentences
  const level = onReady && process.stderr.isTTY ? 'debug' : 'info'
  log[level]({ url: daemon.url, state: loaded.config.state, requeued, interrupted }, 'plotd is ready')
  manager.ready(`${daemon.url}; ${requeued.length} renders again, ${interrupted.length} plots interrupted`)
  onReady?.(daemon, loaded)

  if ((await Promise.race([signals.first, bug])) === 'bug') return afterBug(daemon, log)
  manager.stopping('finishing strokes, lifting pens')
  log.info('stopping: strokes are finished and pens lifted; a second signal stops at once')
  let told = 1
  const hurried = signals.second.then(() => {
    told = 2
    return daemon.close({ now: true })
  })
  try {
    // Whichever is done first: hurrying lets the unhurried end, too.
    await Promise.race([daemon.close(), hurried])
    return told === 1 ? 0 : 130
  } catch (thrown) {
    log.error({ error: toPlotdError(thrown) }, 'stopping')
    return 1
  }
}

/** Repairs the spool of the state folder that `serve` would use. @returns undefined when it is sound */
export function repairState(sources: ConfigSources): Promise<Repair | undefined> {
  return repairSpool(join(loadConfig(sources).config.state, 'spool'))
}

/** How long plotters may take to lift their pens in a process that is not to be trusted any more, ms. */
const LAST_WORDS = 10_000

/** What would have ended the process there and then, with the pen on the paper. */
function uncaughtBug(log: Logger): Promise<'bug'> {
  return new Promise((resolve) => {
    process.on('uncaughtException', (error) => {
      resolve('bug')
      try {
        log.fatal({ error }, 'a bug: pens are lifted, and plotd ends')
      } catch {} // where the bug is that nobody reads the log
    })
  })
}

async function afterBug(daemon: Daemon, log: Logger): Promise<number> {
  setTimeout(() => process.exit(1), LAST_WORDS).unref()
  await daemon.close({ now: true }).catch((error: unknown) => log.error({ error: toPlotdError(error) }, 'stopping'))
  return 1
}

/** Listens from the start, so that a signal during the start is not missed. */
function caughtSignals(): { first: Promise<void>; second: Promise<void> } {
  const caught: (() => void)[] = []
  const next = () => new Promise<void>((resolve) => caught.push(resolve))
  const signals = { first: next(), second: next() }
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.on(name, () => caught.shift()?.())
  return signals
}
