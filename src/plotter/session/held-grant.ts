import { type Moment, Permission } from '../link/permission.ts'
import { type Grant, type GrantEnd, type GrantEvent, nextGrant } from './grant.ts'
import type { GrantOrder } from './session-options.ts'

interface GrantTimer {
  readonly permission: Permission
  readonly limitMs: number
  next?: NodeJS.Timeout
}

/**
 * Maximum interval between checks of a grant's time, ms. After the computer has slept, a single timer would fire late.
 */
const CHECK_MS = 1000

export interface HeldGrantOptions {
  /** The clocks that measure the time of a grant. */
  readonly readClocks: (() => Moment) | undefined
  /** Whether a plot is under way. A grant does not expire during a plot. */
  readonly isDrawing: () => boolean
  readonly onExpired: () => void
  readonly onEnd: (grant: Grant, why: GrantEnd) => void
}

/** The grant of one plotter, with its time limit. */
export class HeldGrant {
  readonly #options: HeldGrantOptions
  #grant: Grant | undefined
  #timer: GrantTimer | undefined

  constructor(options: HeldGrantOptions) {
    this.#options = options
  }

  get current(): Grant | undefined {
    return this.#grant
  }

  /** Ends the grant when its time is over by any clock of the computer, except during a plot. */
  expire(): void {
    if (this.#timer && !this.#options.isDrawing() && !this.#timer.permission.isValid) this.#options.onExpired()
  }

  /** Replaces the present grant by a new one. */
  give({ limitMs, ...order }: GrantOrder): void {
    const since = Date.now()
    this.apply({ type: 'given', grant: { ...order, since, until: since + limitMs } })
    this.#startTimer(limitMs)
  }

  /**
   * Records the end of a plot. If the sheet is finished, the time of a grant that has sheets left begins again. If the
   * sheet is not finished, the grant ends.
   */
  recordPlotEnd(isFinished: boolean): void {
    const limitMs = this.#timer?.limitMs
    this.apply({ type: 'drawn', isFinished, ...(limitMs !== undefined && { until: Date.now() + limitMs }) })
    if (this.#grant && limitMs !== undefined) this.#startTimer(limitMs)
  }

  /** Changes the grant as `nextGrant` says, and reports a grant that has ended. */
  apply(event: GrantEvent): void {
    const before = this.#grant
    const { grant, ended } = nextGrant(before, event)
    this.#grant = grant
    if (!grant) {
      clearTimeout(this.#timer?.next)
      this.#timer = undefined
    }
    if (before && ended) this.#options.onEnd(before, ended)
  }

  #startTimer(limitMs: number): void {
    clearTimeout(this.#timer?.next)
    const timer: GrantTimer = { limitMs, permission: new Permission(limitMs, this.#options.readClocks) }
    const check = (): void => {
      this.expire()
      if (this.#timer === timer) timer.next = setTimeout(check, Math.min(CHECK_MS, limitMs)).unref()
    }
    this.#timer = timer
    if (Number.isFinite(limitMs)) check()
  }
}
