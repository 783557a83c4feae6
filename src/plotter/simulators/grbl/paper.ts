import { Ink } from '../ink.ts'
import { PenOnMachine, type PenWiring } from './pen.ts'
import { type GrblSettings, triple } from './settings.ts'
import { eachAxis, type Vector } from './vector.ts'

/** The properties of the machine around the paper. */
export interface PaperOptions {
  /** How the pen is connected; a servo on the spindle output when absent. */
  readonly pen?: PenWiring
  /** True y of the top edge of the drawing's frame, mm; 0 when absent. */
  readonly topEdge?: number
  /** True x of the left edge of the drawing's frame, mm; 0 when absent. */
  readonly leftEdge?: number
  /**
   * Lengths of the axes between their limit switches, mm; the initial $130 to $132 when absent. The switches are at 0
   * and at minus the length.
   */
  readonly travel?: Vector
  /** The carriage's true place at power-up, mm from the switches at 0; 0 when absent. */
  readonly at?: Vector
}

/**
 * The carriage's true place, and the ink of its pen. The place that the processor assumes may differ. Ink lies on whole
 * steps, y down.
 */
export class Paper {
  readonly ink = new Ink()
  readonly pen: PenOnMachine
  /** When the servo's arm next reaches the paper or leaves it, ms. */
  nextPenChange = Infinity
  /** Number of moves in mid-stroke that found the planner empty, so that the board had to wait. */
  gaps = 0
  readonly #settings: GrblSettings
  readonly #topEdge: number
  readonly #leftEdge: number
  readonly #travel: Vector
  /** Greatest distance by which the carriage was driven past a limit switch, mm; 0 when it never was. */
  overrun = 0
  /** True place of the machine coordinates' origin, mm. */
  #origin: Vector = [0, 0, 0]
  #at: Vector = [0, 0, 0]
  #isDrawing = false
  #lastInk: readonly [x: number, y: number] = [0, 0]

  constructor(settings: GrblSettings, options: PaperOptions) {
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

  /** Restarts the processor. Its coordinates are then 0 at the present place. */
  restart(): void {
    this.#origin = this.#at
  }

  /** Sets the machine coordinates of the carriage's present place to `place`. */
  setMachine(place: Vector): void {
    this.#origin = eachAxis((k) => this.#at[k] - place[k])
  }

  /** Machine coordinates of a true place. */
  machine(place: Vector): Vector {
    return eachAxis((k) => place[k] - this.#origin[k])
  }

  /** Pushes the carriage home by hand. The processor's position x, y, z does not change. */
  pushHome([x, y, z]: Vector): void {
    this.#origin = [this.#leftEdge - x, this.#topEdge - y, this.#origin[2]]
    this.#at = [this.#leftEdge, this.#topEdge, this.#origin[2] + z]
    this.#lastInk = [0, 0]
  }

  /** Where the carriage stands in the drawing's frame at the machine position `place`, on whole steps, mm. */
  carriage(place: Vector): readonly [x: number, y: number] {
    return this.#onSteps(place)
  }

  /** Drawing coordinates of a machine position, mm. */
  place([x, y]: Vector): readonly [x: number, y: number] {
    return [this.#origin[0] + x - this.#leftEdge, this.#topEdge - (this.#origin[1] + y)]
  }

  /** Records that a move is planned. @param wasEmpty whether the planner was empty before the move */
  recordMove(wasEmpty: boolean, ms: number): void {
    const isTouching = this.pen.touches(ms)
    if (isTouching && this.#isDrawing && wasEmpty) this.gaps++
    this.#isDrawing = isTouching
  }

  /** Moves the carriage, and draws if the pen touches the paper. @param to  machine mm */
  moveTo(to: Vector, ms: number): void {
    const [x, y] = this.#onSteps(to)
    this.#at = eachAxis((k) => this.#origin[k] + to[k])
    this.overrun = Math.max(this.overrun, ...this.#at.flatMap((place, k) => [place, -(this.#travel[k] ?? 0) - place]))
    if (x !== this.#lastInk[0] || y !== this.#lastInk[1]) this.ink.to(x, y, ms / 1000)
    this.#lastInk = [x, y]
    this.pen.height(this.#at[2])
    this.#touch(to, ms)
  }

  spindle(on: boolean, value: number, place: Vector, ms: number): void {
    this.pen.spindle(on, value, ms)
    this.recordPen(place, ms)
  }

  /** Records whether the pen touches the paper at `place`, and when that changes. */
  recordPen(place: Vector, ms: number): void {
    this.nextPenChange = this.pen.nextChange(ms)
    this.#touch(place, ms)
  }

  #touch(place: Vector, ms: number): void {
    if (this.pen.touches(ms)) this.ink.touch(...this.#onSteps(place), ms / 1000)
    else this.ink.lift()
  }

  /** Drawing coordinates of a machine position that is rounded to whole steps ($100, $101), mm. */
  #onSteps(to: Vector): readonly [x: number, y: number] {
    const round = (mm: number, setting: number): number => {
      const stepsPerMm = this.#settings[setting] ?? 80
      return Math.round(mm * stepsPerMm) / stepsPerMm
    }
    return this.place([round(to[0], 100), round(to[1], 101), to[2]])
  }
}
