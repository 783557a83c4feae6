import type { Logger } from 'pino'
import type { Profile } from '../../plotter/profiles/profile.ts'
import type { PlotterMemory } from '../../plotter/session/memory.ts'
import type { WakeLock } from '../../plotter/session/session-options.ts'
import type { Job } from '../../spool/job.ts'
import type { Spool } from '../../spool/spool.ts'
import type { PlotterConfig } from '../config/schema.ts'
import type { ThreadPools } from '../render/index.ts'

/** What a station is made of. */
export interface StationParts {
  readonly config: PlotterConfig
  /** The name of this host. */
  readonly host: string
  /** Of this plotter and no other in this process, the same after a restart. */
  readonly owner: string
  readonly profile: Profile
  readonly spool: Spool
  readonly threads: ThreadPools
  readonly log: Logger
  readonly memory: PlotterMemory
  readonly wakeLock: WakeLock
  /** How long a grant lasts, ms. */
  readonly grantMs: number
  /** Whether the queue of this plotter, or the whole queue, is paused. */
  readonly isQueuePaused: () => boolean
  /** Interrupted jobs, as they are at the start. */
  readonly interrupted: readonly Job[]
  /** Called at each change; `onlyMoved` when only the position has changed. */
  readonly changed: (onlyMoved: boolean) => void
}
