/** How often the process is looked at, ms: memory is filled at a few GB a second. */
const EVERY_MS = 100
/** What a run may have in buffers beside its heap, in heaps, and what the rest of the process may take meanwhile. */
const HEAPS = 2
const SPARE_MB = 512

interface Run {
  readonly stop: () => void
  exceeded: boolean
}

/** Handle on a run that is being watched. */
export interface WatchedRun {
  /** It was stopped for the memory that it took. */
  readonly exceeded: boolean
  end(): void
}

/**
 * Typed arrays and buffers lie outside of a thread's heap, where no limit of Node's holds: a task that fills them
 * without end would end the whole process. So the process is watched while code runs that is not plotd's own; when it
 * has grown by more than such runs may take, the one that began last is stopped.
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
    const run: Run = { stop, exceeded: false }
    this.#runs.add(run)
    if (this.#timer === undefined) {
      this.#before = process.memoryUsage.rss()
      this.#timer = setInterval(() => this.#look(), EVERY_MS)
      this.#timer.unref()
    }
    return {
      get exceeded() {
        return run.exceeded
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
    const last = [...this.#runs].findLast(({ exceeded }) => !exceeded)
    if (last === undefined) return
    last.exceeded = true
    last.stop()
  }
}
