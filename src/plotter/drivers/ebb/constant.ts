import type { Carriage, Motors } from './carriage.ts'
import type { MotionCommand, Slice } from './slices.ts'

/**
 * SM gives each step of a motor an equal part of the time, and the motor steps at the end of that part. So the motor
 * lags. Against the lag, plotd adds this many steps to the target of a motor that keeps its direction. A larger value
 * is better on straight lines and worse on curves.
 */
const LEAD_STEPS = 0.35

/**
 * Turns slices into SM commands, for firmware without LT. SM takes whole milliseconds, so each command passes the rest
 * of its time to the next.
 */
export class ConstantMoves {
  readonly #carriage: Carriage
  #owedMs = 0

  constructor(carriage: Carriage) {
    this.#carriage = carriage
  }

  /**
   * The commands of one slice.
   *
   * @param next  direction in which each motor turns next: 1, −1, or 0 when it does not turn
   */
  *commandsFor({ seconds, entry, exit, dx, dy, length }: Slice, next: Motors): Generator<MotionCommand, void, void> {
    const pieces = entry === exit ? Math.ceil(seconds / 0.5) : Math.ceil(seconds / 0.025)
    const straight = Math.hypot(dx, dy)
    const acceleration = (exit - entry) / seconds
    const [one, two] = this.#carriage.motors(dx, dy)
    let before = 0
    for (let i = 1; i <= pieces; i++) {
      const t = (seconds * i) / pieces
      const isLast = i === pieces
      const along = isLast ? 1 : (entry * t + (acceleration * t * t) / 2) / length
      const part = straight === 0 ? 0 : along - before
      before = along
      const ahead: Motors = isLast ? [lead(one, next[0]), lead(two, next[1])] : [lead(one, one), lead(two, two)]
      yield* this.#piece(seconds / pieces, dx * part, dy * part, ahead)
    }
  }

  *#piece(seconds: number, dx: number, dy: number, ahead: Motors): Generator<MotionCommand, void, void> {
    this.#carriage.advance(dx, dy)
    const [motor1, motor2] = this.#carriage.catchUp(ahead)
    const exact = seconds * 1000 + this.#owedMs
    if (motor1 === 0 && motor2 === 0) {
      this.#owedMs = exact
      return
    }
    const ms = Math.max(1, Math.ceil(Math.max(Math.abs(motor1), Math.abs(motor2)) / 25), Math.round(exact))
    this.#owedMs = Math.max(-0.5, exact - ms)
    // firmware 2.x refuses less than 1.31 steps/s, which occurs only with very short moves over a long time
    const most = Math.floor(Math.min(...[motor1, motor2].filter(Boolean).map((n) => (Math.abs(n) * 1000) / 1.4)))
    yield { line: `SM,${Math.min(ms, most)},${motor1},${motor2}`, ms: Math.min(ms, most) }
  }
}

/** The lead of a motor that turns `steps` now and in the direction `next` after that. */
const lead = (steps: number, next: number): number => (steps * next > 0 ? LEAD_STEPS * Math.sign(steps) : 0)
