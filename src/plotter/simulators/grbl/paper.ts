import { Ink } from '../ink.ts'
import type { GrblSimulatorOptions } from './options.ts'
import { PenOnMachine } from './pen.ts'
import { type GrblSettings, triple } from './settings.ts'
import { eachAxis, type Vector } from './vector.ts'

/**
 * The carriage's true place and its ink, whatever the processor takes its position to be. Ink follows whole steps, with y down.
 */
export class Paper {
  readonly ink = new Ink()
  readonly pen: PenOnMachine
  /** How often a move in mid-stroke found the planner empty, so that the board had to wait. */
  gaps = 0
  readonly #settings: GrblSettings
  readonly #topEdge: number
  readonly #leftEdge: number
  readonly #travel: Vector
  /** The furthest that the carriage was driven past a limit switch, mm; 0 when it never was. */
  overrun = 0
  /** True place of the machine coordinates' origin, mm. */
  #origin: Vector = [0, 0, 0]
  #at: Vector = [0, 0, 0]
  #drawing = false
  #inked: readonly [x: number, y: number] = [0, 0]

  constructor(settings: GrblSettings, options: GrblSimulatorOptions) {
    this.#settings = settings
    this.pen = new PenOnMachine(options.pen ?? { kind: 'spindle', downBelow: 500 })
    this.#topEdge = options.topEdge ?? 0
    this.#leftEdge = options.leftEdge ?? 0
    this.#travel = options.travel ?? triple(settings, 130)
    this.#origin = this.#at = options.at ?? [0, 0, 0]
  }

  /** The carriage's true place, mm from the switches at 0. */
  get at(): Vector {
    return this.#at
  }

  get travel(): Vector {
    return this.#travel
  }

  /** After a restart the processor takes the present place for 0. */
  restart(): void {
    this.#origin = this.#at
  }

  /** Makes `place` the machine coordinates of the present place. */
  setMachine(place: Vector): void {
    this.#origin = eachAxis((k) => this.#at[k] - place[k])
  }

  /** Machine coordinates of a true place. */
  machine(at: Vector): Vector {
    return eachAxis((k) => at[k] - this.#origin[k])
  }

  /** Pushes the carriage home by hand. The processor's position x, y, z does not change. */
  pushHome([x, y, z]: Vector): void {
    this.#origin = [this.#leftEdge - x, this.#topEdge - y, this.#origin[2]]
    this.#at = [this.#leftEdge, this.#topEdge, this.#origin[2] + z]
    this.#inked = [0, 0]
  }

  /** The carriage's place in the drawing's frame, on whole steps, mm. */
  carriage(at: Vector): readonly [x: number, y: number] {
    return this.#stepped(at)
  }

  /** Drawing coordinates of a machine position, mm. */
  place([x, y]: Vector): readonly [x: number, y: number] {
    return [this.#origin[0] + x - this.#leftEdge, this.#topEdge - (this.#origin[1] + y)]
  }

  /** Records that a move is planned; `onlyOne` when the planner was empty. */
  begins(onlyOne: boolean): void {
    if (this.pen.touches && this.#drawing && onlyOne) this.gaps++
    this.#drawing = this.pen.touches
  }

  movedTo(to: Vector, ms: number): void {
    const [x, y] = this.#stepped(to)
    this.#at = eachAxis((k) => this.#origin[k] + to[k])
    this.overrun = Math.max(this.overrun, ...this.#at.flatMap((place, k) => [place, -(this.#travel[k] ?? 0) - place]))
    if (x !== this.#inked[0] || y !== this.#inked[1]) this.ink.to(x, y, ms / 1000)
    this.#inked = [x, y]
    this.pen.height(this.#at[2])
    this.#touch(to, ms)
  }

  spindle(on: boolean, value: number, at: Vector, ms: number): void {
    this.pen.spindle(on, value)
    this.#touch(at, ms)
  }

  #touch(at: Vector, ms: number): void {
    if (this.pen.touches) this.ink.touch(...this.#stepped(at), ms / 1000)
    else this.ink.lift()
  }

  /** Rounds to whole steps ($100, $101). */
  #stepped(to: Vector): readonly [x: number, y: number] {
    const round = (mm: number, setting: number): number => {
      const per = this.#settings[setting] ?? 80
      return Math.round(mm * per) / per
    }
    return this.place([round(to[0], 100), round(to[1], 101), to[2]])
  }
}
