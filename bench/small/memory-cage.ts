import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A control group whose processes together may hold so much memory and no more: beyond it the kernel ends one. */
export interface MemoryCage {
  /** What a process writes its number to, to be in it. */
  readonly processes: string
  /** How many processes were ended because it was too little. */
  readonly ended: number
  remove(): void
}

const NAME = `plotd-small-${process.pid}`
/** Where groups are made, and what the limit is called, in cgroup 1 and 2. */
const KINDS = [
  {
    root: '/sys/fs/cgroup/memory',
    limits: ['memory.limit_in_bytes', 'memory.memsw.limit_in_bytes'],
    told: 'memory.oom_control',
  },
  { root: '/sys/fs/cgroup', limits: ['memory.max'], told: 'memory.events' },
] as const

/** Undefined where this process may make none. */
export function memoryCage(bytes: number): MemoryCage | undefined {
  for (const { root, limits, told } of KINDS) {
    const folder = join(root, NAME)
    const remove = () => rmdirSync(folder)
    try {
      mkdirSync(folder)
    } catch {
      continue
    }
    try {
      const [limit, withSwap] = limits
      writeFileSync(join(folder, limit), String(bytes))
      if (withSwap !== undefined) writeFileSync(join(folder, withSwap), String(bytes))
      return {
        processes: join(folder, 'cgroup.procs'),
        get ended() {
          return Number(/^oom_kill (\d+)/m.exec(readFileSync(join(folder, told), 'utf8'))?.[1] ?? 0)
        },
        remove,
      }
    } catch {
      remove()
    }
  }
  return undefined
}
