import { setMaxListeners } from 'node:events'
import { PlotdError } from '../../errors.ts'
import type { RenderPool, RunOptions, Semaphore } from '../../spool/index.ts'
import type { ThreadFonts, ThreadJob } from './thread-entry.ts'

/** The limits and signals of one run. */
export interface ThreadRunOptions extends RunOptions {
  /** Limits the runs that share this semaphore. */
  readonly semaphore?: Semaphore
}

/** Returns a handler for the error of a preview that is too large. The handler names the limit, and throws. */
export const previewTooLarge =
  (most: number) =>
  (error: unknown): never => {
    if (!(error instanceof PlotdError && error.code === 'ERR_LIMIT' && error.detail['max'] === most)) throw error
    const message = `the preview has ${Number(error.detail['bytes'])} bytes, an answer has at most ${most}: draw less in one job`
    throw new PlotdError('ERR_LIMIT', message, { limit: 'outgoingBytes', maxBytes: most }, error)
  }

/** Runs jobs on the daemon's thread pools, until `stop` aborts all of them. */
export class ThreadRuns {
  readonly #stop = new AbortController()
  readonly #fonts: ThreadFonts

  /** @param fonts  the folder of the user's own fonts */
  constructor(fonts: string | undefined) {
    setMaxListeners(0, this.#stop.signal) // each run adds a listener
    this.#fonts = fonts === undefined ? {} : { fonts }
  }

  /**
   * Runs a job on a free thread of the pool. Does not use `AbortSignal.any`, which would leave a record at the signal
   * of `stop` for each run.
   *
   * @throws the errors of `RenderPool.run`; PlotdError ERR_DAEMON_AWAY after `stop`
   */
  async run<R>(
    pool: Pick<RenderPool, 'run'>,
    job: ThreadJob,
    { signal, semaphore, ...options }: ThreadRunOptions = {},
  ): Promise<R> {
    const controller = new AbortController()
    const sources = signal === undefined ? [this.#stop.signal] : [this.#stop.signal, signal]
    const abort = (): void => controller.abort(sources.find(({ aborted }) => aborted)?.reason)
    for (const source of sources) source.addEventListener('abort', abort)
    if (sources.some(({ aborted }) => aborted)) abort()
    try {
      const input = { ...job, ...this.#fonts }
      const run = () => pool.run<R>(input, { ...options, signal: controller.signal })
      return await (semaphore ? semaphore.run(run, controller.signal) : run())
    } finally {
      for (const source of sources) source.removeEventListener('abort', abort)
    }
  }

  /** Aborts all runs, and every later run, with ERR_DAEMON_AWAY. */
  stop(): void {
    this.#stop.abort(new PlotdError('ERR_DAEMON_AWAY', 'plotd is stopping'))
  }
}
