import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { PlotdError } from '../../errors.ts'
import { memoryFrom, type PlotterMemory } from '../../plotter/session/memory.ts'
import type { WakeLock } from '../../plotter/session/session-options.ts'
import { writeDurably } from '../../spool/index.ts'
import type { Job } from '../../spool/job.ts'
import type { Spool } from '../../spool/spool.ts'
import { type Config, machineOf } from '../config/schema.ts'
import type { Machine, ThreadPools } from '../render/index.ts'
import { Station } from './station.ts'

export interface StationsParts {
  readonly config: Config
  /** The name of this host. */
  readonly host: string
  /** Whether several hosts may share the queue. */
  readonly inFarm: boolean
  readonly spool: Spool
  readonly threads: ThreadPools
  readonly log: Logger
  readonly wakeLock: WakeLock
  /** Whether the queue of a plotter, or the whole queue, is paused. */
  readonly isPaused: (plotter: string) => boolean
  /** Called at each change of a plotter; `onlyMoved` is true when only its position has changed. */
  readonly changed: (station: Station, onlyMoved: boolean) => void
}

/**
 * Opens a station for each plotter of the configuration. Each station connects to its plotter.
 *
 * @param stations  receives each station as soon as it is open
 */
export async function openStations(parts: StationsParts, stations: Station[]): Promise<void> {
  const { config, changed, isPaused, ...shared } = parts
  const interrupted = config.plotters.length === 0 ? [] : await interruptedJobs(parts.spool)
  for (const plotter of config.plotters) {
    const { name } = plotter
    const station: Station = new Station({
      ...shared,
      config: plotter,
      profile: machineOf(plotter.profile),
      owner: join(config.state, name),
      memory: await openMemory(config.state, name),
      grantMs: config.grant,
      pens: config.pens,
      interrupted,
      isQueuePaused: () => isPaused(name),
      changed: (onlyMoved) => changed(station, onlyMoved),
    })
    stations.push(station)
  }
}

/** The machines that may draw a job for the plotter of this name; all machines for 'any'. */
export const machinesBehind = (stations: readonly Station[], plotter: string): readonly Machine[] =>
  stations
    .filter(({ name }) => plotter === 'any' || name === plotter)
    .map(({ name, profile, pace, tags, paper }) => ({ name, profile, pace, tags, paper }))

async function interruptedJobs(spool: Spool): Promise<Job[]> {
  const jobs: Job[] = []
  let cursor: string | undefined
  do {
    const page = await spool.list({ status: ['interrupted'], ...(cursor !== undefined && { cursor }) })
    jobs.push(...page.jobs)
    cursor = page.next
  } while (cursor !== undefined)
  return jobs
}

/**
 * The memory of a plotter, in a file of its own in the folder `plotters` of the state folder.
 *
 * @throws PlotdError ERR_FILE when the file is there and cannot be read: the next write would replace it
 */
async function openMemory(state: string, name: string): Promise<PlotterMemory> {
  const path = join(state, 'plotters', `${encodeURIComponent(name)}.json`)
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw new PlotdError('ERR_FILE', `the memory of ${name} cannot be read: ${error.message}`, { path }, error)
  })
  return memoryFrom(text, (next) => writeDurably(path, next))
}
