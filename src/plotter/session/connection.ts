import type { Duplex } from 'node:stream'
import { type PlotdError, toPlotdError } from '../../errors.ts'
import type { DeviceInfo, Driver } from '../drivers/driver.ts'
import { isHalted } from '../drivers/gcode/board-errors.ts'
import { type DriverMemory, makeDriver, type OpenDriver } from '../drivers/index.ts'
import type { Clock } from '../link/clock.ts'
import type { Profile } from '../profiles/profile.ts'

export interface ConnectionOptions {
  readonly profile: Profile
  readonly clock: Clock
  readonly open: () => Promise<Duplex>
  /** Pass the same object to each connection, so that the position survives if the board kept its count of steps. */
  readonly memory: DriverMemory
  readonly onConnected: (device: DeviceInfo) => Promise<void>
  /** Called once for each failed attempt and for each lost link, but not after `close`. */
  readonly onLost: (why: string) => void
  /** Called when a check finds that the board reacts only to a reset. The link stays open. */
  readonly onHalted: (error: PlotdError) => void
}

const FIRST_WAIT_MS = 1000
const LONGEST_WAIT_MS = 30_000
/**
 * Time without a line from the board after which the driver sends a query, ms. A socket or port may fail without an
 * event.
 */
const HEARTBEAT_MS = 5000

/** Keeps a plotter connected. After a failure, tries again in 1, 2, 4 … 30 s. Connecting never moves the carriage. */
export class Connection {
  readonly #options: ConnectionOptions
  #current: OpenDriver | undefined
  #isClosed = false
  #waitMs = FIRST_WAIT_MS
  /** Ends the wait before the next attempt. */
  #endWait: () => void = () => {}
  readonly #loop: Promise<void>

  constructor(options: ConnectionOptions) {
    this.#options = options
    this.#loop = this.#keepConnected()
  }

  get driver(): Driver | undefined {
    return this.#current?.driver
  }

  /** Sets the guard of the present link (`Link.guard`). @returns a function that removes the guard */
  guard(mayWrite: () => boolean): () => void {
    const link = this.#current?.link
    if (link) link.guard = mayWrite
    return () => {
      if (link) link.guard = undefined
    }
  }

  /** Rejects with the reason when the present link is lost. */
  whenLost(): Promise<never> {
    const link = this.#current?.link
    if (!link) return new Promise(() => {})
    return link.closed.then((error) => Promise.reject(error))
  }

  /** Tries to connect now, without the rest of the wait. */
  retry(): void {
    this.#waitMs = FIRST_WAIT_MS
    this.#endWait()
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#endWait()
    await this.#current?.driver.close()
    await this.#loop
  }

  async #keepConnected(): Promise<void> {
    while (!this.#isClosed) {
      const why = await this.#connectOnce().catch((error: unknown) => toPlotdError(error).message)
      this.#current = undefined
      if (this.#isClosed) return
      this.#options.onLost(why)
      await this.#waitToRetry(this.#waitMs)
      this.#waitMs = Math.min(LONGEST_WAIT_MS, 2 * this.#waitMs)
    }
  }

  /** Connects once and waits until the link is lost. @returns why the link was lost */
  async #connectOnce(): Promise<string> {
    const { profile, clock, open, memory } = this.#options
    const current = await makeDriver(profile, await open(), clock, memory)
    if (this.#isClosed) {
      current.link.close()
      return 'closed'
    }
    this.#current = current
    try {
      const device = await current.driver.connect()
      this.#waitMs = FIRST_WAIT_MS
      await this.#options.onConnected(device)
    } catch (error) {
      current.link.close()
      throw error
    }
    const stopHeartbeat = this.#startHeartbeat(current)
    const { message } = await current.link.closed
    stopHeartbeat()
    return message
  }

  #startHeartbeat({ driver, link }: OpenDriver): () => void {
    const { clock } = this.#options
    let cancel = () => {}
    // Other errors need no action here: after a timeout, for example, the link closes, and `link.closed` has the error.
    const failed = (thrown: unknown): void => {
      const error = toPlotdError(thrown)
      if (isHalted(error)) this.#options.onHalted(error)
    }
    const beat = () => {
      cancel = clock.after(HEARTBEAT_MS, () => {
        if (link.outstanding === 0 && clock.now() - link.lastReceived >= HEARTBEAT_MS) driver.check().catch(failed)
        beat()
      })
    }
    beat()
    return () => cancel()
  }

  #waitToRetry(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#options.clock.after(ms, resolve)
      this.#endWait = () => {
        cancel()
        resolve()
      }
    })
  }
}
