import { totalmem } from 'node:os'

/** Time between two measurements of the process, ms. A task can fill a few GB of memory in a second. */
const EVERY_MS = 100
/** Number of measurements that are left out after a stop, while the thread ends and its memory becomes free. */
const LEFT_OUT = 3
/** A run may take this many times its heap limit, buffers included. */
const HEAPS = 2
/** The rest of the process may grow by this much for each run, MB. */
const SPARE_MB = 512
/** All runs together may enlarge the process by this share of the machine's memory. */
const MACHINE_SHARE = 0.5

interface Run {
  readonly stop: () => void
  exceededMb: number | undefined
}

/** Memory that this process may take, bytes: the machine's memory, or less if a container or a service has a limit. */
const machineBytes = (): number => Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY)

export interface WatchedRun {
  /** The limit that the growth of the process exceeded, MB; undefined when this run was not stopped for its memory. */
  readonly exceededMb: number | undefined
  end(): void
}

/**
 * Typed arrays and buffers lie outside of a thread's heap, where Node has no limit. A task that creates more and more
 * buffers would crash the whole process. So plotd measures the process during each run that may execute foreign code: a
 * custom task, or the library that reads PDFs. When the process grows by more than all these runs may take, plotd stops
 * the run that began last.
 */
export class MemoryWatch {
  readonly #runBytes: number
  readonly #allBytes: number
  readonly #runs = new Set<Run>()
  #before = 0
  #timer: NodeJS.Timeout | undefined
  #leftOut = 0

  /**
   * @param memoryMb  limit on a run's heap, MB
   * @param machine  memory of the machine, bytes
   */
  constructor(memoryMb: number, machine = machineBytes()) {
    this.#runBytes = (HEAPS * memoryMb + SPARE_MB) * 2 ** 20
    this.#allBytes = MACHINE_SHARE * machine
  }

  /** @param stop  called when all runs together take too much memory, if each newer run was stopped already */
  begin(stop: () => void): WatchedRun {
    const run: Run = { stop, exceededMb: undefined }
    this.#runs.add(run)
    if (this.#timer === undefined) {
      this.#before = process.memoryUsage.rss()
      this.#timer = setInterval(() => this.#measure(), EVERY_MS)
      this.#timer.unref()
    }
    return {
      get exceededMb() {
        return run.exceededMb
      },
      end: () => this.#end(run),
    }
  }

  #end(run: Run): void {
    this.#runs.delete(run)
    if (this.#runs.size > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  #measure(): void {
    if (this.#leftOut > 0) {
      this.#leftOut--
      return
    }
    const growth = process.memoryUsage.rss() - this.#before
    const most = Math.min(this.#runBytes * this.#runs.size, this.#allBytes)
    if (growth <= most) return
    const last = [...this.#runs].findLast(({ exceededMb }) => exceededMb === undefined)
    if (last === undefined) return
    last.exceededMb = Math.round(most / 2 ** 20)
    this.#leftOut = LEFT_OUT
    last.stop()
  }
}
