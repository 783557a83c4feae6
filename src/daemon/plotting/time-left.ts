import type { Plan } from '../../plotter/plan/plan.ts'
import { shares } from '../render/plans.ts'
import type { StrokeTimes } from './plot-times.ts'

/** The undrawn rest of a stroke that was partly drawn when the times were computed. */
export interface Rest {
  readonly stroke: number
  /** Time from the end of the previous stroke to this rest, without pauses, s, divided by the plotter's pace. */
  readonly seconds: number
}

/** Computes the time left of one sheet from the times at which its strokes are drawn. */
export class TimeLeft {
  #times: StrokeTimes = [0, 0]
  #whole = 0
  #isRough = true
  #rest: Rest = { stroke: -1, seconds: 0 }

  /** Begins with rough times, in proportion to the length of the motion, until `set` gives better times. */
  async begin(plan: Plan): Promise<void> {
    const before = await shares(plan)
    const { seconds } = plan.estimate
    const times = new Float64Array(before.length + 1)
    for (let i = 0; i < before.length; i++) times[i] = seconds * (before[i] as number)
    times[before.length] = seconds
    this.#times = times
    this.#whole = seconds
  }

  /**
   * Sets new times for the strokes after the first `done`. In the time of the whole sheet, the first `done` strokes
   * keep their earlier times, unless these times are rough.
   *
   * @param rest  the stroke that is partly drawn, if there is one
   */
  set(times: StrokeTimes, done: number, rest?: Rest): void {
    const before = this.#after(done)
    this.#times = times
    this.#rest = rest ?? { stroke: -1, seconds: 0 }
    const spent = this.#rest.stroke === done ? this.#rest.seconds : 0
    this.#whole = this.#isRough ? this.#end : this.#whole - before + spent + this.#after(done)
    this.#isRough = false
  }

  /** Seconds from the moment when `done` strokes are drawn to the moment when `later` strokes are drawn. */
  between(done: number, later: number): number {
    return (this.#times[later] ?? this.#end) - (this.#times[done] ?? this.#end)
  }

  /**
   * @param done     number of drawn strokes
   * @param seconds  time without pauses since the last drawn stroke, s, divided by the plotter's pace
   * @returns        the time left and the time of the whole sheet, s
   */
  at(done: number, seconds: number): { readonly left: number; readonly whole: number } {
    const since = this.#rest.stroke === done ? Math.max(0, seconds - this.#rest.seconds) : seconds
    const inStroke = Math.min(since, this.between(done, done + 1))
    return { left: Math.max(0, this.#after(done) - inStroke), whole: this.#whole }
  }

  get #end(): number {
    return this.#times[this.#times.length - 1] ?? 0
  }

  #after(done: number): number {
    return this.#end - (this.#times[done] ?? this.#end)
  }
}
