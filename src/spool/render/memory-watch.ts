/** Time between two measurements of the process, ms. A task can fill a few GB of memory in a second. */
const EVERY_MS = 100
/** A run may take this many times its heap limit, buffers included. */
const HEAPS = 2
/** The rest of the process may grow by this for each run. */
const SPARE_MB = 512

interface Run {
  readonly stop: () => void
  isExceeded: boolean
}

export interface WatchedRun {
  /** Whether the run was stopped because all runs together took too much memory. */
  readonly isExceeded: boolean
  end(): void
}

/**
 * Typed arrays and buffers lie outside of a thread's heap, where Node has no limit. A task that creates ever more of
 * them would crash the whole process. So plotd measures the process while foreign code runs: a custom task, or the
 * library that reads PDFs. When the process grows by more than all such runs may take, plotd stops the run that began
 * last.
 */
export class MemoryWatch {
  readonly #mostBytes: number
  readonly #runs = new Set<Run>()
  #before = 0
  #timer: NodeJS.Timeout | undefined

  /** @param memoryMb  limit on a run's heap, MB */
  constructor(memoryMb: number) {
    this.#mostBytes = (HEAPS * memoryMb + SPARE_MB) * 2 ** 20
  }

  /** @param stop  called when all runs together have taken too much, and this run began last */
  begin(stop: () => void): WatchedRun {
    const run: Run = { stop, isExceeded: false }
    this.#runs.add(run)
    if (this.#timer === undefined) {
      this.#before = process.memoryUsage.rss()
      this.#timer = setInterval(() => this.#measure(), EVERY_MS)
      this.#timer.unref()
    }
    return {
      get isExceeded() {
        return run.isExceeded
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
    const growth = process.memoryUsage.rss() - this.#before
    if (growth <= this.#mostBytes * this.#runs.size) return
    const last = [...this.#runs].findLast(({ isExceeded }) => !isExceeded)
    if (last === undefined) return
    last.isExceeded = true
    last.stop()
  }
}
