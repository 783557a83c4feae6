import { PlotdError } from '../../errors.ts'
import type { Bounds } from '../../geometry/bounds.ts'
import { orAbort } from '../drivers/await-or-abort.ts'
import type { Adjustments, Driver, Place } from '../drivers/driver.ts'
import type { Profile } from '../profiles/profile.ts'
import { CommandTurns } from './command-turns.ts'
import { noteMoving, type PlotterMemory } from './memory.ts'
import { refusal, refuseWhilePaused } from './next-state.ts'
import { requireOnMachine } from './reach.ts'
import type { PlotterState } from './state.ts'
import { walk, walkRound } from './walk.ts'

export interface CommandParts {
  readonly memory: PlotterMemory
  readonly profile: Profile
  readonly state: () => PlotterState
  /** @throws PlotdError ERR_PLOTTER_STATE when the plotter is offline */
  readonly driver: () => Driver
  /** Called after each `takeButton`, `run` and `command`, because the position may be known now, or lost. */
  readonly onEnd: () => void
  /** Called after `onEnd` of work that may have moved the carriage. */
  readonly onMoved: (() => void) | undefined
}

/** Finds a place, mm from home. May make the carriage's present place home first. */
export type PlaceFinder = (setHome: () => Promise<void>) => Promise<Place>

const stopped = (why: string): PlotdError => new PlotdError('ERR_PLOTTER_STATE', why)

/**
 * Runs the commands of users and the work of feeders for one plotter, one at a time. Refuses them while a plot is
 * drawing. A stop ends the commands of users. A command that moves the carriage lifts the pen first.
 */
export class Commands {
  readonly turns = new CommandTurns()
  /** Whether a plot has put the pen down on its cap. */
  isPenCapped = false
  /** Whether a command has lowered the pen. */
  #isPenDown = false
  readonly #parts: CommandParts

  constructor(parts: CommandParts) {
    this.#parts = parts
  }

  /**
   * Stops the commands of users. The carriage stops with the pen up, and waiting commands do not begin. Resolves when
   * no command moves anything.
   *
   * @returns whether there was a command
   */
  stop(): Promise<boolean> {
    return this.turns.stop(stopped('a pause or a cancel stopped this command'))
  }

  /** Stops the commands of users after a lost link, so that none of them begins over a new link. */
  lose(why: string): void {
    void this.turns.stop(new PlotdError('ERR_LINK_CLOSED', why))
  }

  /** Stops the commands of users, also those that come later. */
  close(): Promise<void> {
    return this.turns.close(stopped('plotd was stopped'))
  }

  /** Calls `Driver.takeButton` after all earlier work. The carriage does not move. */
  takeButton(forget: boolean): Promise<boolean> {
    const take = async () => (await this.#idleDriver().takeButton?.(forget)) ?? false
    return this.turns.run(take).finally(() => this.#parts.onEnd())
  }

  /** Runs work of plotd or a feeder after all earlier work. */
  run<T>(act: (driver: Driver) => Promise<T>): Promise<T> {
    return this.turns.run(() => act(this.#idleDriver())).finally(() => this.#end())
  }

  /** Runs a command of a user after all earlier work. */
  command(act: (driver: Driver, signal: AbortSignal) => Promise<void>): Promise<void> {
    return this.turns.command((signal) => act(this.#idleDriver(), signal)).finally(() => this.#end())
  }

  async pen(to: 'up' | 'down' | 'toggle'): Promise<void> {
    await this.command(async (driver, signal) => {
      const other = this.#isPenDown || this.isPenCapped ? 'up' : 'down'
      if ((to === 'toggle' ? other : to) === 'up') return this.#lift(driver)
      try {
        await driver.pen('down')
        this.#isPenDown = true
        signal.throwIfAborted()
      } catch (error) {
        // A board that reports an error may have lowered the pen. If the lift fails, too, the user gets the first
        // error; after a stop, the user gets the error of the lift.
        await this.#lift(driver).catch((liftError: unknown) => {
          if (signal.aborted) throw liftError
        })
        throw error
      }
    })
  }

  /** Records that the pen is up, for example because a plot or a connection has lifted the pen. */
  notePenUp = (): void => {
    this.#isPenDown = false
    this.isPenCapped = false
  }

  /**
   * After all earlier work, if the plotter is idle, lifts a pen that a command has lowered. A pen on its cap stays
   * there. An error is ignored: plotd closes the connection next.
   */
  liftLast(): Promise<void> {
    const lift = async () => {
      if (this.#isPenDown && this.#parts.state().is === 'idle') await this.#lift(this.#parts.driver())
    }
    return this.turns.run(lift).catch(() => {})
  }

  async #lift(driver: Driver): Promise<void> {
    await driver.pen('up')
    this.notePenUp()
  }

  jog(dx: number, dy: number): Promise<void> {
    return this.command(async (driver, signal) => {
      const from = driver.position ?? { x: 0, y: 0 }
      requireOnMachine({ x: from.x + dx, y: from.y + dy }, from, this.#parts.profile)
      await this.#leavePlace()
      await driver.jog(dx, dy, signal)
    })
  }

  home(): Promise<void> {
    return this.command(async (driver, signal) => {
      await this.#leavePlace()
      await driver.home(signal)
    })
  }

  goTo(find: PlaceFinder): Promise<void> {
    return this.command(async (driver, signal) => {
      const setHome = async (): Promise<void> => {
        signal.throwIfAborted() // after a stop the turn has ended, but `find` may still run
        this.#refuseSetHome()
        await driver.setHome()
      }
      const place = await orAbort(find(setHome), signal)
      signal.throwIfAborted()
      await this.#leavePlace()
      await walk(driver, [place], signal)
    })
  }

  frame(box: (signal: AbortSignal) => Promise<Bounds>): Promise<void> {
    return this.command(async (driver, signal) => {
      const bounds = await box(signal)
      signal.throwIfAborted()
      await this.#leavePlace()
      await walkRound(driver, bounds, signal)
    })
  }

  /**
   * Prepares a grant. If the position is unknown, makes the carriage's present place home.
   *
   * @param isFed  whether a feeder brings the first sheet, so that the device may hold no paper yet
   */
  prepareSheet(isFed: boolean): Promise<void> {
    return this.command(async (driver) => {
      if (!driver.position) await driver.setHome()
      else await driver.requireFree?.(isFed)
    })
  }

  async setHome(): Promise<void> {
    this.#refuseSetHome()
    await this.command((driver) => driver.setHome())
  }

  #refuseSetHome(): void {
    refuseWhilePaused(this.#parts.state(), 'set home')
  }

  adjust(changes: Adjustments): Promise<void> {
    return this.command((driver) => driver.adjust(changes))
  }

  /** Notes that the pen is up, and in a pause also that the carriage leaves the place of the plot. */
  async #leavePlace(): Promise<void> {
    if (this.#parts.state().is === 'paused') await noteMoving(this.#parts.memory, 'away')
    this.notePenUp()
  }

  #end(): void {
    this.#parts.onEnd()
    this.#parts.onMoved?.()
  }

  #idleDriver(): Driver {
    const state = this.#parts.state()
    if (state.is !== 'idle' && state.is !== 'paused') throw refusal(state, 'it cannot take this command now')
    return this.#parts.driver()
  }
}
