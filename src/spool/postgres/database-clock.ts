import { type Clock, systemClock } from '../clock.ts'
import type { ClockReading } from './heartbeat.ts'

/** plotd warns of a clock that is off by more than this, ms. */
const CLOCK_MS = 2_000
const CLOCK_DRIFT_MS = 250

/**
 * The clock of the database. All times that hosts compare with each other come from this clock. Between two
 * measurements, `now` advances with the monotonic clock, because the clock of the computer may jump.
 */
export class DatabaseClock implements Clock {
  readonly #warn: (message: string) => void
  /** The time at which performance.now() was 0, ms since 1970. */
  #origin = Date.now() - performance.now()
  /** The difference between the clocks at the last warning, ms; 0 after a much smaller difference. */
  #warnedMs = 0

  constructor(warn: (message: string) => void) {
    this.#warn = warn
  }

  now(): number {
    return Math.round(this.#origin + performance.now())
  }

  after(ms: number, act: () => void): () => void {
    return systemClock.after(ms, act)
  }

  /**
   * Ignores small differences, because the error of a measurement may be as long as a message takes. The clock of this
   * computer may jump during the measurement, so `wallMs` serves only for the warning.
   */
  set({ databaseMs, sentAt, answeredAt, wallMs }: ClockReading): void {
    const halfMs = (answeredAt - sentAt) / 2
    const origin = databaseMs - sentAt - halfMs
    if (Math.abs(origin - this.#origin) > CLOCK_DRIFT_MS) this.#origin = origin
    const ms = databaseMs - wallMs - halfMs
    if (Math.abs(ms) <= CLOCK_MS / 2) this.#warnedMs = 0
    if (Math.abs(ms) <= CLOCK_MS || Math.abs(ms - this.#warnedMs) <= CLOCK_MS) return
    this.#warnedMs = ms
    const seconds = Math.round(Math.abs(ms) / 1000)
    this.#warn(
      `the clock of this host is ${seconds} s ${ms > 0 ? 'behind' : 'ahead of'} the clock of the database: scheduled jobs follow the database`,
    )
  }
}
