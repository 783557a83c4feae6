import { Low, Memory } from 'lowdb'
import { noArchive } from './archive.ts'
import { type Clock, systemClock } from './clock.ts'
import { emptyData, type SpoolData } from './data.ts'
import { Core } from './queue/core.ts'
import { Engine } from './queue/engine.ts'
import { DEFAULT_RETENTION, type Retention } from './queue/retention.ts'

export interface MemoryOptions {
  readonly clock?: Clock
  readonly random?: () => number
  readonly retention?: Retention
}

/** The embedded spool over lowdb's memory adapter. Nothing is stored on a disk. @internal only tests use this spool */
export function memorySpool(options: MemoryOptions = {}): Engine {
  const { clock = systemClock, random = Math.random, retention = DEFAULT_RETENTION } = options
  const db = new Low<SpoolData>(new Memory<SpoolData>(), emptyData())
  return new Engine(new Core(db, { clock, random, archive: noArchive }), retention, () => Promise.resolve())
}
