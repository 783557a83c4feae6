import type { ConfigInput } from '../../src/daemon/config/schema.ts'
import type { DaemonParts } from '../../src/daemon/daemon.ts'
import type { ThreadJob } from '../../src/daemon/render/thread-entry.ts'
import { RenderPool, type RenderPoolOptions } from '../../src/spool/index.ts'

const pools = new Map<string, RenderPool>()
/** Resolves when plans may be made. */
let plansMayBegin = Promise.resolve()

/**
 * Longest wait of a submit for the warnings of its drawings, ms. plotd queues a job without them after 10 s, which a
 * busy computer may need, and refuses no job then.
 */
const WARNINGS_MS = 600_000

/**
 * Lets the daemons of this process share their threads, which take most of the time of a start. The threads end with
 * the process. A daemon that brings code or fonts into its threads, or that limits them, has threads of its own.
 *
 * Unless a job sets its `effort`, the shared threads make its plan without a search for a better order: a search takes
 * seconds, and no test of a daemon is about the order. The tests of `plotter/prepare` check the order.
 */
export function sharedThreads({ tasks, fonts, render }: Partial<ConfigInput>): Pick<DaemonParts, 'newPool'> {
  if (tasks !== undefined || fonts !== undefined || render !== undefined) return {}
  let poolsOfDaemon = 0
  return {
    newPool: (options) => {
      const pool = sharedPool(`${poolsOfDaemon++} ${JSON.stringify(options)}`, options)
      return {
        size: pool.size,
        run: async (input, runOptions) => {
          const job = input as ThreadJob
          if (job.kind === 'warnings') return pool.run(job, { ...runOptions, timeoutMs: WARNINGS_MS })
          if (job.kind !== 'plan') return pool.run(job, runOptions)
          await plansMayBegin
          const plot = { ...job.input.plot, options: { effort: 0, ...job.input.plot.options } }
          return pool.run({ ...job, input: { ...job.input, plot } }, runOptions)
        },
        close: async () => {},
      }
    },
  }
}

/** Keeps the shared threads from making plans. @returns a function that lets them make plans again */
export function holdPlans(): () => void {
  let release = (): void => {}
  plansMayBegin = new Promise((resolve) => {
    release = resolve
  })
  return release
}

function sharedPool(key: string, options: RenderPoolOptions): RenderPool {
  const pool = pools.get(key) ?? new RenderPool(options)
  pools.set(key, pool)
  return pool
}
