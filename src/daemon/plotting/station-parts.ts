import type { Logger } from 'pino'
import type { Profile } from '../../plotter/profiles/profile.ts'
import type { PlotterMemory } from '../../plotter/session/memory.ts'
import type { PlotterSession } from '../../plotter/session/session.ts'
import type { WakeLock } from '../../plotter/session/session-options.ts'
import type { Job } from '../../spool/job.ts'
import type { Spool } from '../../spool/spool.ts'
import type { Config, PlotterConfig } from '../config/schema.ts'
import type { Parsed } from '../protocol/index.ts'
import type { ThreadPools } from '../render/index.ts'
import type { Origin, ResumeHow, Site } from './resuming.ts'

export interface StationParts {
  readonly config: PlotterConfig
  /** The name of this host. */
  readonly host: string
  /** Whether several hosts may share the queue. */
  readonly inFarm: boolean
  /** Names this plotter among all plotters of this process. A `sim:` URL gives each owner a simulator of its own. */
  readonly owner: string
  readonly profile: Profile
  readonly spool: Spool
  readonly threads: ThreadPools
  readonly log: Logger
  readonly memory: PlotterMemory
  readonly wakeLock: WakeLock
  readonly pens: Config['pens']
  /** The time after which a grant ends when no plot is under way, ms. */
  readonly grantMs: number
  /** Whether the queue of this plotter, or the whole queue, is paused. */
  readonly isQueuePaused: () => boolean
  /** The jobs whose state is `interrupted` when the daemon starts, on any plotter. */
  readonly interrupted: readonly Job[]
  /** Called at each change; `onlyMoved` is true when only the position has changed. */
  readonly changed: (onlyMoved: boolean) => void
}

export type ReadyOrder = Omit<Parsed<'plotter.ready'>, 'name'>
/** How an interrupted job continues, with the user's statements about the plotter. */
export type ResumeOrder = ResumeHow &
  Origin &
  Pick<Parsed<'job.resume'>, 'sheetBack'> & {
    /**
     * Whether the sheet may have been brought here from another host. True when the user names this plotter, or says
     * that the sheet is back.
     */
    readonly elsewhere?: boolean
  }

/** The place of a sheet: its plotter, and the plotter's host when several hosts share the queue. */
export const placeOfSheet = ({ config, host, inFarm }: StationParts): { plotter: string; host?: string } => ({
  plotter: config.name,
  ...(inFarm && { host }),
})

/** A plotter as the place where interrupted jobs continue. */
export function siteOf(parts: StationParts, session: PlotterSession): Site {
  const { contents, plans } = parts.threads
  return { ...placeOfSheet(parts), session, plans, fetchPlan: (hash) => contents.fetchPlan(hash) }
}

/** The options of a plotter's session that come from the parts of the station. */
export const sessionOptions = ({ config, profile, memory, owner, wakeLock }: StationParts) => ({
  url: config.url,
  gate: config.gate,
  profile,
  memory,
  owner,
  wakeLock,
})
