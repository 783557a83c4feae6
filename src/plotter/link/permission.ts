import { uptime } from 'node:os'

/** One moment, read from several clocks; all in ms. */
export interface Moment {
  /** Never set and never turned back. On Linux it stands still while the computer sleeps (CLOCK_MONOTONIC). */
  readonly monotonic: number
  /** Since the computer was started, sleep included (CLOCK_BOOTTIME on Linux); in steps of 10 ms to 1 s. */
  readonly uptime: number
  /** Somebody may set it, forward or back. */
  readonly wall: number
}

const thisMoment = (): Moment => ({ monotonic: performance.now(), uptime: 1000 * uptime(), wall: Date.now() })

/**
 * The right to begin a stroke, for a limited time. Make it when the write or the lease that grants it is *sent*: a late
 * answer then grants nothing.
 *
 * Of several clocks the one that has moved furthest counts: a process that is stopped, a computer that sleeps and a clock
 * that is set forward make a permission void too early, which costs one more question. No clock can make it last longer.
 */
export class Permission {
  readonly #validMs: number
  readonly #read: () => Moment
  readonly #since: Moment

  constructor(validMs: number, read: () => Moment = thisMoment) {
    this.#validMs = validMs
    this.#read = read
    this.#since = read()
  }

  get isValid(): boolean {
    const { monotonic, uptime, wall } = this.#read()
    const since = this.#since
    return Math.max(monotonic - since.monotonic, uptime - since.uptime, wall - since.wall) < this.#validMs
  }
}

/** Bytes that begin a stroke were not sent, because the permission for it is void. */
export class PermissionVoid extends Error {
  override readonly name = 'PermissionVoid'
}
