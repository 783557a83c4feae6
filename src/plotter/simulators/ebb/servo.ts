/** The pen servo. It moves between positions (pulse widths in units of 83.3 ns) at a rate; its position is a function of the tick. */
export class Servo {
  /** SC,4 and SC,5: pen up and pen down. The boot values of firmware 3.0.3's source. */
  up = 22565
  down = 15302
  rateUp = 400
  rateDown = 400
  channels = 8
  slotMs = 3
  /** The state for SP and QP. The arm may still be moving. */
  penUp = true
  /** The servo is off until the first command. */
  powered = false
  #from: number
  #to: number
  #startTick = 0
  #ticks = 0
  /** Heights of a pen that S2 moves; `guessed` until a position was seen that must be up. */
  #general: { up: number; down: number; guessed: boolean } | undefined

  constructor(position = 22565) {
    this.#from = position
    this.#to = position
  }

  /** Pulse width at a tick. */
  position(tick: number): number {
    if (this.#ticks === 0 || tick >= this.#startTick + this.#ticks) return this.#to
    return this.#from + ((this.#to - this.#from) * (tick - this.#startTick)) / this.#ticks
  }

  /** SP and TP: moves to one of the two configured heights. */
  setPen(up: boolean, tick: number): void {
    this.penUp = up
    this.#general = undefined
    this.#sweep(up ? this.up : this.down, up ? this.rateUp : this.rateDown, tick)
  }

  /**
   * S2 on the pen's pin takes every position and rate; 0 turns the servo off. S2 does not say which height is up. The first one
   * counts as up, unless the carriage has moved before, which it does only with the pen up.
   */
  setPosition(position: number, rate: number, tick: number, travelled: boolean): void {
    if (position === 0) {
      this.powered = false
      return
    }
    this.#general ??= { up: travelled ? this.position(tick) : position, down: position, guessed: travelled }
    if (this.#general.guessed && this.#isBelow(this.#general.down, position)) {
      this.#general.up = position
      this.#general.guessed = false
    }
    if (this.#isBelow(position, this.#general.up)) this.#general.down = position
    this.#sweep(position, rate, tick)
  }

  /** The pen touches the paper in the lower half of its way. */
  touches(tick: number): boolean {
    return this.#isBelow(this.position(tick), this.#contact())
  }

  /** The ticks after `tick` at which `touches` may change. */
  nextChange(tick: number): number {
    const contact = this.#contact()
    if (this.#from === this.#to) return Infinity
    const crossing = this.#startTick + (this.#ticks * (contact - this.#from)) / (this.#to - this.#from)
    const at = Math.floor(crossing) + 1
    return at > tick && at <= this.#startTick + this.#ticks + 1 ? at : Infinity
  }

  /** Ticks until the arm stops. */
  settledAt(): number {
    return this.#startTick + this.#ticks
  }

  #contact(): number {
    const { up, down } = this.#general ?? this
    return (up + down) / 2
  }

  #isBelow(position: number, level: number): boolean {
    return this.down < this.up ? position < level : position > level
  }

  #sweep(target: number, rate: number, tick: number): void {
    const from = this.position(tick)
    const frames = rate === 0 ? 1 : Math.abs(target - from) / rate
    this.#from = from
    this.#to = target
    this.#startTick = tick
    this.#ticks = Math.round(frames * this.channels * this.slotMs * 25)
    this.powered = true
  }
}
