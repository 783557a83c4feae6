import type { Duplex } from 'node:stream'
import type { Clock } from './clock.ts'
import type { PlotterMemory } from './memory.ts'
import type { Profile } from './profile.ts'
import type { PlotterState } from './state.ts'
import type { WakeLock } from './wake-lock.ts'

export interface SessionOptions {
  /** As `openTransport` takes it. */
  readonly url: string
  readonly profile: Profile
  /** Ask for a word before every sheet; true unless turned off. */
  readonly gate?: boolean
  readonly onChange?: (state: PlotterState) => void
  readonly clock?: Clock
  /** Whose device it is: plotters whose simulators have one URL have one each. */
  readonly owner?: string
  readonly open?: (url: string) => Promise<Duplex>
  readonly wakeLock?: WakeLock
  /** Of one life only unless given. */
  readonly memory?: PlotterMemory
}
