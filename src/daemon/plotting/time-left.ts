import type { Plan } from '../../plotter/plan/plan.ts'
import { shares } from '../render/plans.ts'
import type { StrokeTimes } from './plot-times.ts'

/** The time left of one sheet, from the times at which its strokes are drawn. */
export class TimeLeft {
  #times: StrokeTimes = [0, 0]
  #whole = 0
  #isRough = true

  /** Begins with rough times, in proportion to the length of the motion, until `set` gives better ones. */
  async begin(plan: Plan): Promise<void> {
    const before = await shares(plan)
    const { seconds } = plan.estimate
    const times = new Float64Array(before.length + 1)
    for (let i = 0; i < before.length; i++) times[i] = seconds * (before[i] as number)
    times[before.length] = seconds
    this.#times = times
    this.#whole = seconds
  }

  /** Sets new times. @param done  strokes that are drawn; the time up to the last of them stays as it was */
  set(times: StrokeTimes, done: number): void {
    const before = this.#after(done)
    this.#times = times
    this.#whole = this.#isRough ? this.#end : this.#whole - before + this.#after(done)
    this.#isRough = false
  }

  /** Seconds from one count of drawn strokes to another. */
  between(done: number, later: number): number {
    return (this.#times[later] ?? this.#end) - (this.#times[done] ?? this.#end)
  }

  /**
   * @param seconds  since the last of the drawn strokes, with the plotter at work
   * @returns        s left, and s that the whole sheet takes
   */
  at(done: number, seconds: number): { readonly left: number; readonly whole: number } {
    const inStroke = Math.min(seconds, this.between(done, done + 1))
    return { left: Math.max(0, this.#after(done) - inStroke), whole: this.#whole }
  }

  get #end(): number {
    return this.#times[this.#times.length - 1] ?? 0
  }

  #after(done: number): number {
    return this.#end - (this.#times[done] ?? this.#end)
  }
}
