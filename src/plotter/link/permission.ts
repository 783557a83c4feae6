import { uptime } from 'node:os'

/** One moment on several clocks, ms. */
export interface Moment {
  /** A clock that is never set back. On Linux it stands still while the computer sleeps (CLOCK_MONOTONIC). */
  readonly monotonic: number
  /** Time since the computer was started, sleep included (CLOCK_BOOTTIME on Linux). Resolution 10 ms to 1 s. */
  readonly uptime: number
  /** Time of day. The clock may be set forward or back. */
  readonly wall: number
}

const thisMoment = (): Moment => ({ monotonic: performance.now(), uptime: 1000 * uptime(), wall: Date.now() })

/**
 * A permission that ends after a time, such as the permission to begin a stroke. Create the permission when plotd
 * *sends* the write or lease that grants it. Then an answer that comes too late grants nothing.
 *
 * The clock that has advanced furthest decides. A clock that is set forward ends a permission early, which costs one
 * more write. A stopped process, a sleeping computer or a clock that is set back cannot make a permission last longer.
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
    return this.ageMs < this.#validMs
  }

  /** The time since the permission was created, ms, by the clock that has advanced furthest. */
  get ageMs(): number {
    const { monotonic, uptime, wall } = this.#read()
    const since = this.#since
    return Math.max(monotonic - since.monotonic, uptime - since.uptime, wall - since.wall)
  }
}

/** The error for a stroke whose permission is void. The bytes that begin the stroke were not sent. */
export class PermissionVoid extends Error {
  override readonly name = 'PermissionVoid'
}

/**
 * Checks a permission, once for each write that begins a stroke, before the write counts as sent. The drivers of EBB
 * and HP-GL pass the permission to their link, which calls this function. The drivers of grbl and Marlin call it where
 * they queue a line.
 *
 * @throws PermissionVoid
 */
export function requireValid(permission: Permission | undefined): void {
  if (permission?.isValid === false) throw new PermissionVoid()
}
