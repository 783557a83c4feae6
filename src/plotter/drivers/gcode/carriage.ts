import { PlotdError } from '../../../errors.ts'
import type { GcodeOptions } from '../../profiles/profile.ts'
import type { DeviceInfo } from '../driver.ts'
import { notHomed, positionLost } from '../position-errors.ts'
import { GcodeFrame, type Place } from './program.ts'
import { type Reach, requireInReach } from './reach.ts'

/** The memory between connections: home in the board's own coordinates, mm. */
export interface HomeMemory {
  home?: Place
  /** The board that reported these coordinates: how it names itself and its firmware. */
  board?: string
}

/** The coordinates that a board may report for each axis after a restart, mm. */
export interface StartPlaces {
  readonly x: readonly number[]
  readonly y: readonly number[]
}
export const AT_ZERO: StartPlaces = { x: [0], y: [0] }

/** Boards report positions with two or more decimals. */
const SAME_MM = 0.006

/** Knows the carriage's place, its home, and the machine's reach, for a board that plans the motion. */
export class Carriage {
  readonly frame: GcodeFrame
  /** The carriage's place as the board last reported it, or the end of the last G-code line, machine mm. */
  place: Place | undefined
  /** Whether the machine has limit switches. If so, the carriage does not move before homing on this connection. */
  hasSwitches = false
  /** How the connected board names itself and its firmware; undefined before it has answered. */
  boardId: string | undefined
  readonly #board: string
  readonly #memory: HomeMemory
  readonly #save: () => Promise<void>
  #isHomeKnown = false
  /** The machine's reach; undefined before homing, or when the board reports none. */
  #reach: Reach | undefined

  /**
   * @param board  name of the board in messages
   * @param save   resolves when the memory is on the disk
   */
  constructor(board: string, options: GcodeOptions, memory: HomeMemory, save: () => Promise<void>) {
    this.#board = board
    this.frame = new GcodeFrame(options)
    this.#memory = memory
    this.#save = save
  }

  get isHomeKnown(): boolean {
    return this.#isHomeKnown
  }

  /** The place in the drawing, mm; undefined when place or home is unknown. */
  get position(): Place | undefined {
    return this.#isHomeKnown && this.place ? this.frame.toDrawing(this.place) : undefined
  }

  /** @throws PlotdError ERR_DEVICE when the board did not report the place */
  requirePlace(): Place {
    if (!this.place) throw new PlotdError('ERR_DEVICE', `${this.#board} does not report its position`)
    return this.place
  }

  async setHome(home: Place): Promise<void> {
    this.frame.home = home
    this.#isHomeKnown = true
    this.#memory.home = home
    if (this.boardId !== undefined) this.#memory.board = this.boardId
    await this.#save()
  }

  /**
   * Makes this place home after homing.
   *
   * @throws PlotdError ERR_PLAN_OUT_OF_BOUNDS when the place is outside the machine
   */
  async setHomeWithin(home: Place, reach: Reach | undefined): Promise<void> {
    requireInReach([home], reach)
    this.#reach = reach
    await this.setHome(home)
  }

  async forgetHome(): Promise<void> {
    this.#isHomeKnown = false
    this.#reach = undefined
    delete this.#memory.home
    await this.#save()
  }

  /**
   * Requires homing before the next move of a machine with limit switches.
   *
   * @param whyLost  why home was forgotten
   */
  connected(whyLost: string | undefined): Pick<DeviceInfo, 'mustHome' | 'stoodAt' | 'whyLost'> {
    const { position: stoodAt, hasSwitches: mustHome } = this
    if (mustHome) this.distrustHome()
    const why = mustHome ? 'it has not been homed since it was connected' : whyLost
    return { mustHome, ...(stoodAt && { stoodAt }), ...(why !== undefined && { whyLost: why }) }
  }

  /** Requires homing before the next move, and keeps the remembered home. */
  distrustHome(): void {
    this.#isHomeKnown = false
  }

  /**
   * Restores the remembered home. A board that has restarted reports one of `starts`, wherever the carriage stands, and
   * another board counts from another place. So plotd does not trust these positions, and forgets home.
   *
   * @returns why home was forgotten; undefined when it was not forgotten
   */
  async recallHome(starts = AT_ZERO): Promise<string | undefined> {
    const { home, board } = this.#memory
    this.#isHomeKnown = false
    if (!home) return undefined
    const { place } = this
    if (board !== undefined && board !== this.boardId) {
      await this.forgetHome()
      return 'another board or another firmware answers at its port'
    }
    const isStart = (axis: 'x' | 'y') => starts[axis].some((at) => Math.abs((place?.[axis] ?? at) - at) < SAME_MM)
    if (place && !(isStart('x') && isStart('y'))) {
      this.frame.home = home
      this.#isHomeKnown = true
      return undefined
    }
    await this.forgetHome()
    if (!place) return `${this.#board} does not report its position`
    return `${this.#board} reports position ${place.x}, ${place.y}, as after a restart`
  }

  /** @throws PlotdError ERR_PLOTTER_STATE when the machine has limit switches and has not found them */
  requireHomed(): void {
    if (this.hasSwitches && !this.#isHomeKnown) throw notHomed()
  }

  /** @throws PlotdError ERR_DEVICE when home is unknown, for example after an alarm while a plot was paused */
  requireKnown(): void {
    if (!this.#isHomeKnown) throw positionLost()
  }

  /**
   * @throws PlotdError ERR_PLAN_OUT_OF_BOUNDS when one of these places (machine mm) lies beyond an end of the machine
   */
  requireInReach(places: readonly Place[]): void {
    requireInReach(places, this.#reach)
  }
}
