/** A part of a move at constant acceleration. The part begins `mm` along the move, at the time `at`, ms. */
interface Phase {
  readonly at: number
  readonly mm: number
  /** Speed at the beginning of the part, mm/s. */
  readonly speed: number
  /** mm/s² */
  readonly acceleration: number
}

/** One straight move in time: the move accelerates, cruises and brakes. */
export class Trapezoid {
  readonly end: number
  readonly exit: number
  readonly #phases: readonly Phase[]
  readonly #mm: number

  /**
   * @param startMs       time at which the move starts, ms
   * @param mm            length of the move, mm
   * @param entry         speed at the start, mm/s, if the move can brake from this speed to `exit`
   * @param exit          speed at the end, mm/s, if the move can reach this speed
   * @param nominal       highest speed, mm/s
   * @param acceleration  mm/s²
   */
  constructor(startMs: number, mm: number, entry: number, exit: number, nominal: number, acceleration: number) {
    const reach = (from: number) => Math.sqrt(from * from + 2 * acceleration * mm)
    this.exit = Math.min(exit, reach(entry))
    const start = Math.min(entry, reach(this.exit))
    const top = Math.sqrt(acceleration * mm + (start * start + this.exit * this.exit) / 2)
    const peak = Math.max(start, this.exit, Math.min(nominal, top))
    const up = (peak * peak - start * start) / (2 * acceleration)
    const down = (peak * peak - this.exit * this.exit) / (2 * acceleration)
    const cruise = Math.max(0, mm - up - down)
    const t1 = startMs + (1000 * (peak - start)) / acceleration
    const t2 = t1 + (1000 * cruise) / peak
    this.#mm = mm
    this.#phases = [
      { at: startMs, mm: 0, speed: start, acceleration },
      { at: t1, mm: up, speed: peak, acceleration: 0 },
      { at: t2, mm: up + cruise, speed: peak, acceleration: -acceleration },
    ]
    this.end = t2 + (1000 * (peak - this.exit)) / acceleration
  }

  /** The length moved up to a time, mm. */
  mmAt(ms: number): number {
    const phase = this.#phases.findLast(({ at }) => at <= ms) ?? this.#phases[0]
    if (!phase) return 0
    const t = Math.max(0, ms - phase.at) / 1000
    return Math.min(this.#mm, phase.mm + phase.speed * t + (phase.acceleration * t * t) / 2)
  }
}
