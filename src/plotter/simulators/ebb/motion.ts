/** The EBB's motion interrupt runs at 25 kHz: a tick is 40 µs, and every step falls on a tick. */
export const TICKS_PER_MS = 25

/** The accumulator's width: an overflow makes one step. */
export const WRAP = 2 ** 31

/**
 * One motor's motion in the units of LM. Before the first tick, half of `accel` is subtracted from `rate`. Each tick adds `accel`
 * to `rate`, `jerk` to `accel`, and `rate` to the accumulator.
 */
export interface AxisMove {
  readonly rate: number
  readonly accel: number
  readonly jerk: number
  /** Steps to make; Infinity for a command that ends by time. */
  readonly steps: number
  readonly direction: 1 | -1
}

/** An executing command. Ticks count from its start. */
export interface Move {
  readonly axes: readonly [AxisMove, AxisMove]
  /** Accumulators at the start, counted in each axis's direction. */
  readonly starts: readonly [number, number]
  /** Tick of each motor's last step. */
  readonly ends: readonly [number, number]
  /** Ticks until the command is done; Infinity when it can never finish. */
  readonly ticks: number
  /**
   * Firmware 3's LM, LT and their like add signed rates: towards minus the register runs down, and a step is made when
   * it runs below zero. Seen from its top that is the same as running up.
   */
  readonly signed?: boolean
}

/** Converts between the register and the axis's view of it; the conversion is its own inverse. */
export const mirrored = (register: number, { direction }: AxisMove, signed = false): number =>
  signed && direction < 0 ? WRAP - 1 - register : register

/**
 * The unwrapped accumulator after `t` ticks: start + Σ rate(i) in closed form. Exact below 2^53, which is 168 s at full speed;
 * above that a step may shift by one tick.
 */
export function accumulated({ rate, accel, jerk }: AxisMove, start: number, t: number): number {
  const first = rate - Math.trunc(accel / 2)
  return start + first * t + (accel * t * (t + 1)) / 2 + (jerk * (t + 1) * t * (t - 1)) / 6
}

/** Three centuries, ticks. A command that takes longer never ends; above 2^53 ticks are not distinct numbers. */
const NEVER = 2 ** 48

/** The tick of step `k`; Infinity when it never comes. The interrupt makes at most one step a tick. */
export const tickOfStep = (axis: AxisMove, start: number, k: number): number => Math.max(k, tickReached(axis, start, k))

/** The first tick at which the accumulator has made `k` steps. */
function tickReached(axis: AxisMove, start: number, k: number): number {
  const target = k * WRAP
  if (start >= target) return 0
  if (runsBackwards(axis)) {
    const peak = peakOf(axis, start)
    if (k > peak.steps) return tickOfUnderflow(axis, start, k, peak)
  }
  const guess = axis.jerk === 0 ? solveQuadratic(axis, target - start) : bisect(axis, start, target)
  if (!(guess < NEVER)) return Infinity
  let t = Math.max(1, Math.ceil(guess))
  while (t > 1 && accumulated(axis, start, t - 1) >= target) t--
  for (let tries = 0; accumulated(axis, start, t) < target; t++) if (++tries > 8) return Infinity
  return t
}

/** A command that stops before it has made its steps. */
const runsBackwards = ({ accel, jerk, steps }: AxisMove): boolean => accel < 0 && jerk === 0 && Number.isFinite(steps)

interface Peak {
  readonly tick: number
  /** Steps made by then. */
  readonly steps: number
}

/** The tick at which the rate of a decelerating move falls below zero. */
function peakOf(axis: AxisMove, start: number): Peak {
  const tick = Math.max(0, Math.floor((axis.rate - Math.trunc(axis.accel / 2)) / -axis.accel))
  return { tick, steps: Math.max(0, Math.floor(accumulated(axis, start, tick) / WRAP)) }
}

/**
 * The interrupt steps when the register's top bit is set: at an overflow, and also when a negative rate takes it below zero. So
 * the last step of a move that decelerates too soon comes late.
 */
function tickOfUnderflow(axis: AxisMove, start: number, k: number, peak: Peak): number {
  const level = (2 * peak.steps + 1 - k) * WRAP
  const b = axis.rate - Math.trunc(axis.accel / 2) + axis.accel / 2
  const guess = (-b - Math.sqrt(Math.max(0, b * b - 2 * axis.accel * (start - level)))) / axis.accel
  if (!(guess < NEVER)) return Infinity
  let t = Math.max(peak.tick + 1, Math.floor(guess))
  while (t > peak.tick + 1 && accumulated(axis, start, t - 1) < level) t--
  while (accumulated(axis, start, t) >= level) t++
  return t
}

/** Solves b t + accel t²/2 = distance for t, in the form without cancellation. */
function solveQuadratic({ rate, accel }: AxisMove, distance: number): number {
  const b = rate - Math.trunc(accel / 2) + accel / 2
  const root = b * b + 2 * accel * distance
  if (root < 0) return turningPoint(b, accel)
  const divisor = b + Math.sqrt(root)
  return divisor > 0 ? (2 * distance) / divisor : Infinity
}

/** Rounding may put the target just above the peak. The caller searches from there. */
const turningPoint = (b: number, accel: number): number => (accel < 0 && b > 0 ? -b / accel : Infinity)

function bisect(axis: AxisMove, start: number, target: number): number {
  let high = 1
  while (accumulated(axis, start, high) < target) {
    if (high > 2 ** 33) return Infinity
    high *= 2
  }
  let low = high / 2
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (accumulated(axis, start, middle) >= target) high = middle
    else low = middle
  }
  return high
}

/** A command that ends when both motors have made their steps (LM, SM). `atLeast` ticks for a pure delay. */
export function moveBySteps(axes: Move['axes'], starts: Move['starts'], atLeast = 0): Move {
  const ends = axes.map((axis, i) => (axis.steps === 0 ? 0 : tickOfStep(axis, starts[i] ?? 0, axis.steps)))
  const [end1 = 0, end2 = 0] = ends
  return { axes, starts, ends: [end1, end2], ticks: Math.max(end1, end2, atLeast) }
}

/** A command that ends after `ticks` (LT, T3). */
export const moveByTime = (axes: Move['axes'], starts: Move['starts'], ticks: number): Move => ({
  axes,
  starts,
  ends: [ticks, ticks],
  ticks,
})

/** Steps that motor `i` has made `t` ticks into the command, without sign. */
export function stepsAt({ axes, starts, ends }: Move, i: 0 | 1, t: number): number {
  const axis = axes[i]
  if (axis.steps === 0) return 0
  if (Number.isFinite(axis.steps) && t >= ends[i]) return axis.steps
  const wraps = Math.floor(accumulated(axis, starts[i], Math.min(t, ends[i])) / WRAP)
  const peak = runsBackwards(axis) ? peakOf(axis, starts[i]) : undefined
  const reached = peak && t > peak.tick ? 2 * peak.steps - Math.min(wraps, peak.steps) : wraps
  return Math.max(0, Math.min(axis.steps, reached, Math.floor(t)))
}

/** Motor `i`'s accumulator at tick `t`. A motor that is done adds nothing. */
export function remainderAt(move: Move, i: 0 | 1, t: number): number {
  const axis = move.axes[i]
  if (axis.steps === 0) return move.starts[i]
  const sum = accumulated(axis, move.starts[i], Math.min(t, move.ends[i]))
  const total = runsBackwards(axis) ? sum - Math.floor(sum / WRAP) * WRAP : sum - stepsAt(move, i, t) * WRAP
  return Math.min(WRAP - 1, Math.max(0, total))
}

/** Each tick in (from, to] at which a motor steps, with the steps made so far. */
export function* stepping(move: Move, from: number, to: number): Generator<[tick: number, n1: number, n2: number]> {
  let [n1, n2] = [stepsAt(move, 0, from), stepsAt(move, 1, from)]
  let [next1, next2] = [nextStep(move, 0, n1), nextStep(move, 1, n2)]
  while (Math.min(next1, next2) <= to) {
    const tick = Math.min(next1, next2)
    if (next1 === tick) next1 = nextStep(move, 0, ++n1)
    if (next2 === tick) next2 = nextStep(move, 1, ++n2)
    yield [tick, n1, n2]
  }
}

function nextStep({ axes, starts, ends }: Move, i: 0 | 1, reached: number): number {
  const axis = axes[i]
  if (reached >= axis.steps) return Infinity
  const tick = tickOfStep(axis, starts[i], reached + 1)
  return tick > ends[i] ? Infinity : tick
}
