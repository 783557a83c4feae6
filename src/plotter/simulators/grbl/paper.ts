import { Ink } from '../ink.ts'
import type { GrblSimulatorOptions } from './options.ts'
import { PenOnMachine } from './pen.ts'
import { type GrblSettings, triple } from './settings.ts'
import { eachAxis, type Vector } from './vector.ts'

/**
 * What the machine does to the paper: stepped positions while the pen touches, with y down. Knows where the carriage
 * really is, whatever the processor believes after a restart.
 */
export class Paper {
  readonly ink = new Ink()
  readonly pen: PenOnMachine
  /** Moves in the middle of a stroke that found the planner empty: the board had to wait for them. */
  gaps = 0
  readonly #settings: GrblSettings
  readonly #topEdge: number
  readonly #leftEdge: number
  readonly #travel: Vector
  /** The furthest that the carriage was driven past a limit switch, mm; 0 when it never was. */
  overrun = 0
  /** Paper coordinates of machine zero. */
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

  /** Where the carriage truly is, mm from the switches at 0. */
  get at(): Vector {
    return this.#at
  }

  get travel(): Vector {
    return this.#travel
  }

  /** The processor has restarted and calls zero wherever the carriage stands. */
  restart(): void {
    this.#origin = this.#at
  }

  /** From now on the processor calls the place where the carriage stands so. */
  calls(place: Vector): void {
    this.#origin = eachAxis((k) => this.#at[k] - place[k])
  }

  /** What the processor calls a place. */
  believed(at: Vector): Vector {
    return eachAxis((k) => at[k] - this.#origin[k])
  }

  /** Somebody pushes the carriage home; the processor, which believes it at `believed`, does not notice. */
  pushHome([x, y, z]: Vector): void {
    this.#origin = [this.#leftEdge - x, this.#topEdge - y, this.#origin[2]]
    this.#at = [this.#leftEdge, this.#topEdge, this.#origin[2] + z]
    this.#inked = [0, 0]
  }

  /** Where the carriage stands on paper, mm: on whole steps. */
  carriage(at: Vector): readonly [x: number, y: number] {
    return this.#stepped(at)
  }

  /** Drawing coordinates of a machine position, mm. */
  place([x, y]: Vector): readonly [x: number, y: number] {
    return [this.#origin[0] + x - this.#leftEdge, this.#topEdge - (this.#origin[1] + y)]
  }

  /** A move is planned; is it the first there is? */
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

  /** Motors stand on whole steps ($100, $101). */
  #stepped(to: Vector): readonly [x: number, y: number] {
    const round = (mm: number, setting: number): number => {
      const per = this.#settings[setting] ?? 80
      return Math.round(mm * per) / per
    }
    return this.place([round(to[0], 100), round(to[1], 101), to[2]])
  }
}
