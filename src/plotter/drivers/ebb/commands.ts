import type { Carriage, Motors } from './carriage.ts'
import type { Slice } from './slices.ts'

/** A line for the board and how long it will move. */
export interface MotionCommand {
  readonly line: string
  readonly ms: number
}

const WRAP = 2 ** 31
const TICKS_PER_SECOND = 25_000
const FASTEST = 2 ** 31 - 1

/** Turns slices into LM commands (firmware 2.7 and later). Fractions of ticks are carried on, as steps are. */
export class LowLevelMoves {
  readonly #carry: Carriage
  #owedTicks = 0

  constructor(carry: Carriage) {
    this.#carry = carry
  }

  *of(slice: Slice, lead?: Motors): Generator<MotionCommand, void, void> {
    this.#carry.move(slice.dx, slice.dy, lead)
    const { motor1, motor2 } = this.#carry
    const exact = slice.seconds * TICKS_PER_SECOND + this.#owedTicks
    if (motor1 === 0 && motor2 === 0) {
      this.#owedTicks = exact
      return
    }
    const ticks = Math.max(shortest(motor1, motor2), Math.round(exact))
    this.#owedTicks = Math.max(0, exact - ticks)
    const sum = slice.entry + slice.exit
    const share = sum === 0 ? 0.5 : slice.entry / sum // merged blocks can begin and end at rest
    const most = Math.max(Math.abs(motor1), Math.abs(motor2))
    const [one, two] = [motor1, motor2].map((steps) => axis(steps, ticks, share, 1 - Math.abs(steps) / most))
    const line = `LM,${one},${two},3`
    yield { line, ms: (ticks * 1000) / TICKS_PER_SECOND }
  }
}

/** No motor steps more than once a tick. */
const shortest = (motor1: number, motor2: number): number => Math.max(Math.abs(motor1), Math.abs(motor2))

/**
 * Steps that a motor's accumulator is ahead by after a share s of the move: a·s − b·s². A motor that makes far fewer steps
 * than the other would make each of them up to a whole step late, to one side of the line; half a step ahead centres
 * them. A motor that makes as many is late along the line, which nobody sees.
 */
const EARLY = [1.5, 1] as const

/**
 * `rate,steps,accel` for one motor that makes its steps in exactly `ticks`, from a cleared accumulator.
 *
 * After T ticks the accumulator has gathered rate·T + accel·T²/2 (the board takes half of accel off the rate first;
 * accel is even here, so that there is nothing to round). Rate is rounded up, so the last step comes at tick T or a
 * hair before, but never fails to come, which would leave the board waiting for it for ever.
 *
 * @param share  of the sum of entry and exit speed: 0 starts from rest, 0.5 is constant speed, 1 ends at rest
 * @param early  how much of EARLY, 0 to 1; the motor that ends the command must not be early
 */
export function axis(steps: number, ticks: number, share: number, early = 0): string {
  if (steps === 0) return '0,0,0'
  const [ahead, less] = [EARLY[0] * early, EARLY[1] * early]
  const n = Math.abs(steps)
  const accel = 2 * Math.round((((n * (1 - 2 * share) - less) / ticks) * WRAP) / ticks)
  const least = accel < 0 ? -accel / 2 : 0 // the first tick's rate may not be negative
  const rate = Math.max(least, Math.ceil(((n + ahead - less) * WRAP) / ticks - (accel * ticks) / 2))
  return `${Math.min(FASTEST, rate)},${steps},${accel}`
}

/** Constant-speed slices for firmware that knows no LM: whole milliseconds, the rest is carried on. */
export class ConstantMoves {
  readonly #carry: Carriage
  #owedMs = 0

  constructor(carry: Carriage) {
    this.#carry = carry
  }

  *of({ seconds, entry, exit, dx, dy, length }: Slice): Generator<MotionCommand, void, void> {
    const pieces = entry === exit ? Math.ceil(seconds / 0.5) : Math.ceil(seconds / 0.025)
    const straight = Math.hypot(dx, dy)
    const acceleration = (exit - entry) / seconds
    let done = 0
    for (let i = 1; i <= pieces; i++) {
      const t = (seconds * i) / pieces
      const along = i === pieces ? 1 : (entry * t + (acceleration * t * t) / 2) / length
      const part = along - done
      done = along
      yield* this.#piece(seconds / pieces, straight === 0 ? 0 : dx * part, straight === 0 ? 0 : dy * part)
    }
  }

  *#piece(seconds: number, dx: number, dy: number): Generator<MotionCommand, void, void> {
    this.#carry.move(dx, dy)
    const { motor1, motor2 } = this.#carry
    const exact = seconds * 1000 + this.#owedMs
    if (motor1 === 0 && motor2 === 0) {
      this.#owedMs = exact
      return
    }
    const ms = Math.max(1, Math.ceil(shortest(motor1, motor2) / 25), Math.round(exact))
    this.#owedMs = Math.max(-0.5, exact - ms)
    // firmware 2.x refuses less than 1.31 steps a second, which only a hair of motion in a long time can ask for
    const most = Math.floor(Math.min(...[motor1, motor2].filter(Boolean).map((n) => (Math.abs(n) * 1000) / 1.4)))
    yield { line: `SM,${Math.min(ms, most)},${motor1},${motor2}`, ms: Math.min(ms, most) }
  }
}
