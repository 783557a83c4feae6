import type { Plan } from '../../plotter/plan/plan.ts'
import type { Job, Progress } from '../../spool/job.ts'
import { inkBefore } from '../render/plans.ts'

type Spent = Pick<Progress, 'inkMm' | 'drawnSeconds' | 'since' | 'pens'>

/** An `InkMeter` keeps at most this many names of pens. */
const MAX_PENS = 16

/**
 * Counts the ink of one job's executed strokes, and the job's time without pauses, over all its sheets since the last
 * retry.
 */
export class InkMeter {
  readonly #now: () => number
  readonly #since: number
  #inkMm: number
  #seconds: number
  /** Entry k is the ink before stroke k of the present sheet, mm; the last entry is all ink (`inkBefore`). */
  #inkBefore = new Float64Array(1)
  #from = 0
  readonly #pens: Set<string>
  /** The time on the clock `now`, ms, from which this meter counts; undefined while it counts no time. */
  #runningSince: number | undefined

  /** @param now  the plotter's clock, ms */
  constructor({ progress }: Pick<Job, 'progress'>, now: () => number) {
    this.#now = now
    this.#inkMm = progress?.inkMm ?? 0
    this.#seconds = progress?.drawnSeconds ?? 0
    this.#since = progress?.since ?? Date.now()
    this.#pens = new Set(progress?.pens)
  }

  /** Records that a sheet begins, or continues at a stroke. */
  async begin(plan: Plan, from: number): Promise<void> {
    this.#inkBefore = await inkBefore(plan)
    this.#from = from
  }

  /** Records the name of the pen that draws from now on; undefined when the pen has no name. */
  drawsWith(pen: string | undefined): void {
    if (pen !== undefined && this.#pens.size < MAX_PENS) this.#pens.add(pen)
  }

  /** Counts time from now on. */
  run(): void {
    this.#runningSince ??= this.#now()
  }

  /** Stops the count of time. */
  pause(): void {
    this.#seconds += this.#running
    this.#runningSince = undefined
  }

  /** Records the end of a sheet with this number of strokes on the paper. */
  end(done: number): void {
    this.pause()
    this.#inkMm += this.#inkTo(done)
    this.#from = done
  }

  /** Time for which the plotter has worked on the job so far, s. */
  get seconds(): number {
    return this.#seconds + this.#running
  }

  /** The ink and time of the job so far, with this number of strokes of the present sheet on the paper. */
  at(done: number): Spent {
    const inkMm = Math.round((this.#inkMm + this.#inkTo(done)) * 1000) / 1000
    const pens = this.#pens.size > 0 ? { pens: [...this.#pens] } : {}
    return { inkMm, drawnSeconds: Math.round(this.seconds * 10) / 10, since: this.#since, ...pens }
  }

  get #running(): number {
    return this.#runningSince === undefined ? 0 : (this.#now() - this.#runningSince) / 1000
  }

  #inkTo(done: number): number {
    return (this.#inkBefore[done] ?? 0) - (this.#inkBefore[this.#from] ?? 0)
  }
}
