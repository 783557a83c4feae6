/**
 * The room `render`: a pool of threads with limits on time and memory. `render-thread` is the thread's code. The room
 * knows no task: the daemon gives the script. `src/spool/index.ts` exports `RenderPool`, `Semaphore` and `onThread`.
 */
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { MessageChannel, type MessagePort, receiveMessageOnPort } from 'node:worker_threads'
import { Piscina } from 'piscina'
import { messageOf, PlotdError } from '../../errors.ts'
import { importingThread } from '../../threads.ts'
import { MemoryWatch } from './memory-watch.ts'
import {
  cut,
  type PortMessage,
  RUN_BEGINS,
  type ThreadAnswer,
  type ThreadMessage,
  type ThreadRequest,
} from './render-thread.ts'
import { Semaphore } from './semaphore.ts'

export interface RenderPoolOptions {
  /** A compiled module that exports `run`, a result of `onThread`. */
  readonly script: URL
  readonly threads?: number
  /** Limit on each thread's JavaScript heap, MB. */
  readonly memoryMb?: number
  /** Limit on the texts and buffers in a run's result, bytes. */
  readonly maxOutputBytes?: number
  /**
   * Time without work after which a thread ends, ms. One thread always runs; the others start on demand. Without
   * `idleMs`, all threads always run.
   */
  readonly idleMs?: number
}

export interface RunOptions {
  /** Aborting stops the thread at once. */
  readonly signal?: AbortSignal | undefined
  /** Limit on the time of the run, ms. The wait for a thread and the start of the thread do not count. */
  readonly timeoutMs?: number
  readonly onMessage?: (message: ThreadMessage) => void
  /** Whether the run may execute foreign code, which may use memory without bound. */
  readonly isForeign?: boolean
  /** Limit on the result of this run, bytes; the pool's limit when absent. */
  readonly maxOutputBytes?: number
}

const DEFAULT_MEMORY_MB = 512
const DEFAULT_OUTPUT_BYTES = 64 << 20

/**
 * Runs a script on a pool of threads, one run per thread at a time. A run that hangs, exceeds its memory or crashes
 * costs only its thread, which is replaced.
 */
export class RenderPool {
  readonly size: number
  readonly #pool: Piscina<ThreadRequest, ThreadAnswer | null>
  readonly #memoryMb: number
  readonly #maxOutputBytes: number
  readonly #watch: MemoryWatch
  readonly #semaphore: Semaphore

  constructor(options: RenderPoolOptions) {
    this.size = options.threads ?? Math.max(1, availableParallelism() - 1)
    this.#memoryMb = options.memoryMb ?? DEFAULT_MEMORY_MB
    this.#maxOutputBytes = options.maxOutputBytes ?? DEFAULT_OUTPUT_BYTES
    this.#watch = new MemoryWatch(this.#memoryMb)
    this.#semaphore = new Semaphore(this.size)
    this.#pool = new Piscina({
      filename: fileURLToPath(options.script),
      name: 'run',
      minThreads: options.idleMs === undefined ? this.size : 1,
      maxThreads: this.size,
      ...(options.idleMs !== undefined && { idleTimeout: options.idleMs }),
      ...importingThread,
      resourceLimits: { maxOldGenerationSizeMb: this.#memoryMb },
    })
    // An error between runs must not stop the daemon.
    this.#pool.on('error', (error: Error) => process.emitWarning(error))
  }

  /** The number of further runs that would begin without a wait. */
  get free(): number {
    return this.#semaphore.free
  }

  /**
   * Runs the script with `input` on the next free thread.
   *
   * @returns the result of the script
   * @throws PlotdError ERR_TASK_TIMEOUT; ERR_TASK_MEMORY; ERR_LIMIT when the result is too large
   * @throws PlotdError ERR_TASK_FAILED when the run threw an error that is no PlotdError, or its thread crashed
   * @throws any PlotdError of the run; the signal's reason when the signal aborts
   */
  run<R>(input: unknown, options: RunOptions = {}): Promise<R> {
    const { signal } = options
    return this.#semaphore.run(async () => {
      signal?.throwIfAborted()
      return (await this.#runNow(input, options)) as R
    }, signal)
  }

  async close(): Promise<void> {
    await this.#pool.destroy()
  }

  async #runNow(input: unknown, options: RunOptions): Promise<unknown> {
    const { signal, timeoutMs, onMessage, isForeign, maxOutputBytes = this.#maxOutputBytes } = options
    const { port1: near, port2: far } = new MessageChannel()
    const stop = new AbortController()
    const onAbort = (): void => stop.abort()
    signal?.addEventListener('abort', onAbort)
    let timer: NodeJS.Timeout | undefined
    const receive = (message: PortMessage): void => {
      if (message !== RUN_BEGINS) onMessage?.(message)
      else if (timeoutMs !== undefined) timer = setTimeout(onAbort, timeoutMs)
    }
    near.on('message', receive)
    near.unref()
    const memory = isForeign ? this.#watch.begin(onAbort) : undefined
    try {
      const request = { input, port: far, maxOutputBytes }
      const answer = await this.#pool.run(request, { transferList: [far], signal: stop.signal })
      drain(near, onMessage)
      if (answer === null) throw died(null) // the code of a task can throw null, in a timer
      if (answer.ok) return answer.result
      throw new PlotdError(answer.code, answer.message, answer.detail)
    } catch (error) {
      if (signal?.aborted) throw signal.reason
      if (memory?.exceededMb !== undefined) throw memoryError(memory.exceededMb, error)
      throw this.#explain(error, stop.signal.aborted, timeoutMs)
    } finally {
      memory?.end()
      near.off('message', receive)
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
      near.close()
    }
  }

  #explain(error: unknown, hasTimedOut: boolean, timeoutMs: number | undefined): PlotdError {
    if (error instanceof PlotdError) return error
    if (hasTimedOut) {
      return new PlotdError('ERR_TASK_TIMEOUT', `rendering took longer than ${timeoutMs} ms`, { timeoutMs })
    }
    const isTooLarge = (error as NodeJS.ErrnoException | undefined)?.code === 'ERR_WORKER_OUT_OF_MEMORY'
    return isTooLarge ? memoryError(this.#memoryMb, error) : died(error)
  }
}

/** The error of a run whose thread ended early. @param thrown  any value, because a task may throw any value */
const died = (thrown: unknown): PlotdError =>
  new PlotdError('ERR_TASK_FAILED', cut(`the rendering thread died: ${messageOf(thrown)}`), {}, thrown)

const memoryError = (memoryMb: number, error: unknown): PlotdError =>
  new PlotdError('ERR_TASK_MEMORY', `rendering needed more than ${memoryMb} MB`, { memoryMb }, error)

/**
 * Passes on the messages that are still in the port, because the answer of a run can arrive before its earlier
 * messages.
 */
function drain(port: MessagePort, onMessage: RunOptions['onMessage']): void {
  for (let received = receiveMessageOnPort(port); received !== undefined; received = receiveMessageOnPort(port)) {
    const message = received.message as PortMessage
    if (message !== RUN_BEGINS) onMessage?.(message)
  }
}
