/** Time between two measurements of the process, ms. A task can fill a few GB of memory in a second. */
const EVERY_MS = 100
/** The most memory of one run, heap and buffers, in heap limits; and the most growth of the rest of the process. */
const HEAPS = 2
const SPARE_MB = 512

interface Run {
  readonly stop: () => void
  isExceeded: boolean
}

/** Handle on a run that is being watched. */
export interface WatchedRun {
  /** It was stopped for the memory that it took. */
  readonly isExceeded: boolean
  end(): void
}

/**
 * Typed arrays and buffers lie outside of a thread's heap, where Node has no limit: a task that fills them without end would
 * end the whole process. So plotd measures the process while a custom task runs. When the process grows by more than all such
 * runs may take, plotd stops the run that began last.
 */
export class MemoryWatch {
  readonly #mostBytes: number
  readonly #runs = new Set<Run>()
  #before = 0
  #timer: NodeJS.Timeout | undefined

  /** @param memoryMb  limit on a run's heap */
  constructor(memoryMb: number) {
    this.#mostBytes = (HEAPS * memoryMb + SPARE_MB) * 2 ** 20
  }

  /** @param stop  called when the run has taken too much */
  begin(stop: () => void): WatchedRun {
    const run: Run = { stop, isExceeded: false }
    this.#runs.add(run)
    if (this.#timer === undefined) {
      this.#before = process.memoryUsage.rss()
      this.#timer = setInterval(() => this.#look(), EVERY_MS)
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

  #look(): void {
    const grown = process.memoryUsage.rss() - this.#before
    if (grown <= this.#mostBytes * this.#runs.size) return
    const last = [...this.#runs].findLast(({ isExceeded }) => !isExceeded)
    if (last === undefined) return
    last.isExceeded = true
    last.stop()
  }
}
