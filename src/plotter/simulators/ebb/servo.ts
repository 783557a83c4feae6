/**
 * The pen servo. In a frame, the board sends one pulse to each servo channel. A frame takes 24 ms by default. The servo
 * starts to move at the first frame after a command, and moves by its rate in each frame. Positions are pulse widths in
 * units of 83.3 ns. The position is a function of the tick (40 µs).
 */
export class Servo {
  /**
   * Positions for pen up and pen down (SC,4 and SC,5). The initial values are those in the source of firmware 3.0.3.
   */
  up = 22565
  down = 15302
  rateUp = 400
  rateDown = 400
  channels = 8
  slotMs = 3
  /** The state that SP sets and QP reports. The arm may still be moving. */
  isPenUp = true
  /** Whether the servo gets pulses. It gets none before the first command. */
  isPowered = false
  #from: number
  #to: number
  #startTick = 0
  /** Movement in each frame, in units of the pulse width; Infinity means arrival in the next frame. */
  #step = Infinity
  /** Heights of a pen that S2 moves. `isGuess` is true until a position shows which of the two is up. */
  #general: { up: number; down: number; isGuess: boolean } | undefined

  constructor(position = 22565) {
    this.#from = position
    this.#to = position
  }

  /** Pulse width at a tick. The firmware changes the pulse width once in each frame. */
  position(tick: number): number {
    return this.#after(this.#frame(tick) - this.#frame(this.#startTick))
  }

  /** Moves to one of the two configured heights, as SP and TP do. */
  setPen(isUp: boolean, tick: number): void {
    this.isPenUp = isUp
    this.#general = undefined
    this.#sweep(isUp ? this.up : this.down, isUp ? this.rateUp : this.rateDown, tick)
  }

  /**
   * S2 on the pen's pin accepts every position and rate. Position 0 turns the servo off. S2 does not say whether its
   * height is up or down. The height of the first S2 counts as up. If the carriage moved before the first S2, the
   * height before that S2 counts as up instead. A host lowers the pen only after it has moved the carriage to a stroke.
   */
  setPosition(position: number, rate: number, tick: number, hasTravelled: boolean): void {
    if (position === 0) {
      this.isPowered = false
      return
    }
    this.#general ??= { up: hasTravelled ? this.position(tick) : position, down: position, isGuess: hasTravelled }
    if (this.#general.isGuess && this.#isBelow(this.#general.down, position)) {
      this.#general.up = position
      this.#general.isGuess = false
    }
    if (this.#isBelow(position, this.#general.up)) this.#general.down = position
    this.#sweep(position, rate, tick)
  }

  /** Whether the pen touches the paper at a tick: in the lower half of the arm's range. */
  touches(tick: number): boolean {
    return this.#isBelow(this.position(tick), this.#contact())
  }

  /** The tick after `tick` at which `touches` changes; Infinity when it does not. */
  nextChange(tick: number): number {
    const start = this.#frame(this.#startTick)
    const level = this.#contact()
    const isBelow = this.#isBelow(this.#from, level)
    if (this.#isBelow(this.#to, level) === isBelow) return Infinity
    let frames = Number.isFinite(this.#step) ? Math.max(1, Math.floor(Math.abs(level - this.#from) / this.#step)) : 1
    while (this.#isBelow(this.#after(frames), level) === isBelow) frames++
    const frameTick = (start + frames) * this.#frameTicks
    return frameTick > tick ? frameTick : Infinity
  }

  get #frameTicks(): number {
    return this.channels * this.slotMs * 25
  }

  #frame(tick: number): number {
    return Math.floor(tick / this.#frameTicks)
  }

  /** Pulse width `frames` frames after the command. */
  #after(frames: number): number {
    if (frames <= 0) return this.#from
    const delta = this.#to - this.#from
    return Math.abs(delta) <= this.#step * frames ? this.#to : this.#from + Math.sign(delta) * this.#step * frames
  }

  /** The position at which the pen meets the paper. */
  #contact(): number {
    const { up, down } = this.#general ?? this
    return (up + down) / 2
  }

  #isBelow(position: number, level: number): boolean {
    return this.down < this.up ? position < level : position > level
  }

  #sweep(target: number, rate: number, tick: number): void {
    this.#from = this.position(tick)
    this.#to = target
    this.#startTick = tick
    this.#step = rate === 0 ? Infinity : rate
    this.isPowered = true
  }
}
