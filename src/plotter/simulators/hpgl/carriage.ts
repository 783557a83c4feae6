import { Ink } from '../ink.ts'
import type { HpglModel } from './models.ts'

/** Length of a plotter unit, mm. */
export const UNIT_MM = 0.025
/** Time to raise and to lower the pen, ms. */
const PEN_MS = { up: 60, down: 80 } as const
/** Time to put a pen back and fetch another, ms. */
const CHANGE_MS = 1500
/** Longest segment of ink, mm. Longer lines are divided, so that ink has times all along a line. */
const GRAIN_MM = 1

interface Motion {
  readonly from: readonly [x: number, y: number]
  readonly to: readonly [x: number, y: number]
  readonly start: number
  readonly end: number
  readonly seconds: (share: number) => number
  drawn: number
}

/**
 * The pen on its carriage. It moves in straight vectors from rest to rest, because these plotters have no look-ahead.
 * While the pen is down, VS sets the speed. While the pen is up, the speed is the model's `slew`.
 * Positions are in plotter units.
 */
export class Carriage {
  readonly ink = new Ink()
  readonly #model: HpglModel
  x = 0
  y = 0
  pen = 0
  isDown = false
  /** The speed that VS selected, cm/s. When undefined, the model's highest speed counts. */
  velocity: number | undefined
  /** Time at which the present operation ends, ms. */
  busyUntil = 0
  #motion: Motion | undefined

  constructor(model: HpglModel) {
    this.#model = model
  }

  /** Whether a pen is in the holder and down. */
  get isTouching(): boolean {
    return this.isDown && this.pen > 0
  }

  /** Begins a vector at `now`, ms. */
  moveTo(x: number, y: number, now: number): void {
    this.settle(now)
    const mm = Math.hypot(x - this.x, y - this.y) * UNIT_MM
    if (mm === 0) return
    const speed = this.#speed()
    const profile = trapezoid(mm, speed, this.#acceleration())
    const end = now + profile.seconds * 1000
    this.#motion = { from: [this.x, this.y], to: [x, y], start: now, end, seconds: profile.at, drawn: 0 }
    this.x = x
    this.y = y
    this.busyUntil = end
  }

  setPen(isDown: boolean, now: number): void {
    this.settle(now)
    if (isDown === this.isDown) return
    this.isDown = isDown
    this.busyUntil = now + PEN_MS[isDown ? 'down' : 'up']
    if (this.isTouching) this.ink.touch(...this.#mm(this.x, this.y), this.busyUntil / 1000)
    else this.ink.lift()
  }

  select(pen: number, now: number): void {
    this.setPen(false, now)
    if (pen === this.pen) return
    this.pen = pen
    this.busyUntil = Math.max(this.busyUntil, now) + CHANGE_MS
  }

  /** Records the ink of the present motion up to `now`. */
  settle(now: number): void {
    const motion = this.#motion
    if (!motion) return
    const [fx, fy] = motion.from
    const dx = motion.to[0] - fx
    const dy = motion.to[1] - fy
    const grains = Math.max(1, Math.ceil((Math.hypot(dx, dy) * UNIT_MM) / GRAIN_MM))
    for (let i = motion.drawn + 1; i <= grains; i++) {
      const seconds = motion.start / 1000 + motion.seconds(i / grains)
      if (seconds * 1000 > now + 1e-6) return
      motion.drawn = i
      if (this.isTouching) this.ink.to(...this.#mm(fx + (dx * i) / grains, fy + (dy * i) / grains), seconds)
    }
    this.#motion = undefined
  }

  /** The pen's present place, plotter units, as if it moved at constant speed within a vector. */
  position(now: number): readonly [x: number, y: number] {
    this.settle(now)
    const motion = this.#motion
    if (!motion) return [this.x, this.y]
    const share = (now - motion.start) / (motion.end - motion.start)
    return [
      Math.round(motion.from[0] + (motion.to[0] - motion.from[0]) * share),
      Math.round(motion.from[1] + (motion.to[1] - motion.from[1]) * share),
    ]
  }

  /** Moves the carriage by hand. */
  place(x: number, y: number): void {
    this.x = x
    this.y = y
  }

  /** Stops at the present place. */
  halt(now: number): void {
    const [x, y] = this.position(now)
    this.#motion = undefined
    this.x = x
    this.y = y
    this.busyUntil = now
  }

  /** Converts plotter units to the drawing's frame, mm: y down, 0 at the top edge of the hard-clip area. */
  #mm(x: number, y: number): [x: number, y: number] {
    return [x * UNIT_MM, (this.#model.height - y) * UNIT_MM]
  }

  #speed(): number {
    const { speed, slew, selecting } = this.#model
    if (!this.isDown) return slew
    if (this.velocity === undefined) return speed
    const { step = 0 } = selecting ?? {}
    const requested = this.velocity * 10
    return Math.min(speed, step === 0 ? requested : step * Math.max(1, Math.round(requested / step)))
  }

  #acceleration(): number {
    const { acceleration, selecting } = this.#model
    return this.isDown && this.velocity !== undefined ? (selecting?.acceleration ?? acceleration) : acceleration
  }
}

/** The duration of a move of `mm` from rest to rest, and the time at each fraction of its length. */
function trapezoid(
  mm: number,
  speed: number,
  acceleration: number,
): { seconds: number; at: (share: number) => number } {
  const top = Math.min(speed, Math.sqrt(mm * acceleration))
  const ramp = top / acceleration
  const rampMm = (top * ramp) / 2
  const seconds = 2 * ramp + (mm - 2 * rampMm) / top
  const secondsAt = (share: number): number => {
    const s = share * mm
    if (s <= rampMm) return Math.sqrt((2 * s) / acceleration)
    if (s >= mm - rampMm) return seconds - Math.sqrt((2 * Math.max(0, mm - s)) / acceleration)
    return ramp + (s - rampMm) / top
  }
  return { seconds, at: secondsAt }
}
