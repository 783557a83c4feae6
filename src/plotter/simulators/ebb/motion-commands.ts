import { type Arguments, INT32, UINT32 } from './arguments.ts'
import { type Arithmetic, type Axes, type AxisMove, firstRate, type Move, mirrored, type Pair } from './arithmetic.ts'
import type { Entry } from './machine.ts'
import { moveBySteps, moveByTime, TICKS_PER_MS } from './motion.ts'
import { INVALID, MISSING, refuse } from './reply.ts'

/** The properties of the firmware that affect motion commands. */
export interface MotionContext {
  /** Whether the firmware is 3.0.0 or later. */
  readonly isVersion3: boolean
  /** Whether step rates are checked (CU,2). */
  readonly checksRates: boolean
}

type Parser = (args: Arguments, context: MotionContext) => Entry[]

/** Largest number of steps, and of milliseconds, of SM and XM in firmware 2. */
const LONGEST_2X = 16_777_215
/** Highest step rate, steps/s. */
const TOP_RATE = 25_000
/** LM's rate for one step per second. */
const RATE_PER_HZ = 2 ** 31 / TOP_RATE

const axisOf = (signed: number, rate: number, accel = 0, jerk = 0): AxisMove => ({
  rate: Math.abs(rate),
  accel,
  jerk,
  steps: Math.abs(signed),
  direction: signed < 0 ? -1 : 1,
})

const signedSteps = ({ steps, direction }: AxisMove): number => (Number.isFinite(steps) ? steps * direction : 0)

/**
 * A FIFO entry that moves. Its motion begins with the board's accumulators. `clear` names the accumulators that begin
 * at 0.
 */
function motion(
  axes: Axes,
  clear: number,
  arithmetic: Arithmetic,
  build: (axes: Axes, starts: Pair, arithmetic: Arithmetic) => Move,
): Entry {
  return {
    steps: [signedSteps(axes[0]), signedSteps(axes[1])],
    begin: ({ accumulators }) => {
      const start = (i: 0 | 1) => (clear & (i + 1) ? 0 : mirrored(accumulators[i], axes[i], arithmetic))
      return build(axes, [start(0), start(1)], arithmetic)
    },
  }
}

function clearOf(args: Arguments, isVersion3: boolean): number {
  const clear = args.optional(0, UINT32) ?? 0
  if (clear <= 3) return clear
  return isVersion3 ? refuse(INVALID) : 0
}

/** SM and XM move at a constant rate. `mix` converts the two parameters to motor steps. */
function constantRate(mix: (a: number, b: number) => [number, number], needsBoth: boolean): Parser {
  return (args, { isVersion3, checksRates }) => {
    const ms = args.number(0, UINT32)
    if (ms === 0) refuse(INVALID)
    if (!isVersion3 && ms > LONGEST_2X) refuse('!0 Err: <move_duration> larger than 16777215 ms.')
    const a = args.number(-INT32, INT32)
    const b = needsBoth ? args.number(-INT32, INT32) : (args.optional(-INT32, INT32) ?? 0)
    const clear = clearOf(args, isVersion3)
    const steps = mix(a, b)
    if (checksRates) for (const [i, n] of steps.entries()) checkRate(n, ms, i + 1, isVersion3)
    if (steps[0] === 0 && steps[1] === 0) {
      const ticks = (isVersion3 ? Math.min(ms, 100_000) : delayOf2x(ms)) * TICKS_PER_MS
      const still: Axes = [axisOf(0, 0), axisOf(0, 0)]
      return [motion(still, clear, 'unsigned', (...numbers) => moveBySteps(...numbers, ticks))]
    }
    const rate = (n: number) =>
      isVersion3 ? Math.round(Math.fround((Math.abs(n) * 85899345.92) / ms)) : rateOf2x(n, ms)
    const axes: Axes = [axisOf(steps[0], rate(steps[0])), axisOf(steps[1], rate(steps[1]))]
    return [motion(axes, clear, 'unsigned', moveBySteps)]
  }
}

/** The delay that firmware 2 makes, ms. Firmware 2 drops a delay that its counter cannot hold. */
const delayOf2x = (ms: number): number => (ms > 65_536 ? 0 : ms)

/**
 * The rate of a move in firmware 2. The firmware's division gives 15 bits. It gives 16 more bits only for moves of more
 * than 30 ms and fewer than 131,071 steps.
 */
function rateOf2x(steps: number, ms: number): number {
  const n = Math.abs(steps)
  if (n === 0) return 0
  const ticks = TICKS_PER_MS * ms
  const isFine = n < 0x1ffff
  const high = isFine ? Math.floor((n * 2 ** 15) / ticks) : Math.floor((Math.floor(n / ms) * 2 ** 15) / TICKS_PER_MS)
  const low = isFine && ms > 30 ? Math.floor((((n * 2 ** 15) % ticks) * 2 ** 16) / ticks) : 0
  return Math.min(INT32, Math.min(2 ** 15, Math.max(1, high)) * 2 ** 16 + low)
}

function checkRate(steps: number, ms: number, axis: number, isVersion3: boolean): void {
  const hz = (Math.abs(steps) * 1000) / ms
  if (isVersion3) {
    if (hz > TOP_RATE) refuse(`!0 Err: <axis${axis}> step rate too high`)
    if (steps !== 0 && hz < 0.0000116) refuse(`!0 Err: <axis${axis}> step rate too slow`)
    return
  }
  if (Math.abs(steps) > LONGEST_2X) refuse(`!0 Err: <axis${axis}> larger than 16777215 steps.`)
  if (hz > TOP_RATE) refuse(`!0 Err: <axis${axis}> step rate > 25K steps/second.`)
  if (steps !== 0 && hz < 1.31) refuse(`!0 Err: <axis${axis}> step rate < 1.31Hz.`)
}

/**
 * LM and L3 end when both motors have made their steps. On firmware 3 a negative rate turns the motor the other way.
 */
const bySteps = (withJerk: boolean): Parser => {
  return (args, { isVersion3 }) => {
    const axis = (): AxisMove => {
      const rate = args.number(isVersion3 ? -INT32 : 0, INT32)
      const steps = args.number(-INT32, INT32)
      const accel = args.number(-INT32 - 1, INT32)
      const jerk = withJerk ? args.number(-INT32 - 1, INT32) : 0
      const sign = steps < 0 ? -1 : 1
      return isVersion3
        ? { ...signedAxis(sign * rate, sign * accel, sign * jerk), steps: Math.abs(steps) }
        : axisOf(steps, rate, accel, jerk)
    }
    const axes: Axes = [axis(), axis()]
    const clear = clearOf(args, isVersion3)
    if (!axes.some(({ steps, rate, accel, jerk }) => steps > 0 && (rate !== 0 || accel !== 0 || jerk !== 0))) {
      refuse(isVersion3 ? INVALID : MISSING)
    }
    return [motion(axes, clear, isVersion3 ? 'signed' : 'unsigned', moveBySteps)]
  }
}

/**
 * LT and T3 end after a number of ticks. At each tick, firmware 3 adds the signed rate to the accumulator, and a step
 * goes in the direction of the rate's sign. Firmware 3 needs one more tick to notice the end. Firmware 2 fixes the
 * direction by the sign of the command's rate, and adds rates without a sign. Firmware 2 refuses a command in which
 * both rates are 0, whatever the accelerations.
 */
const byTime = (withJerk: boolean): Parser => {
  return (args, { isVersion3 }) => {
    const ticks = args.number(1, UINT32)
    const axis = (): AxisMove => {
      const rate = args.number(-INT32, INT32)
      const accel = args.number(-INT32 - 1, INT32)
      const jerk = withJerk ? args.number(-INT32 - 1, INT32) : 0
      return isVersion3 ? signedAxis(rate, accel, jerk) : timedAxis(Math.abs(rate), accel, jerk, rate < 0 ? -1 : 1)
    }
    const axes: Axes = [axis(), axis()]
    const clear = clearOf(args, isVersion3)
    if (axes.every(({ rate, accel, jerk }) => rate === 0 && (!isVersion3 || (accel === 0 && jerk === 0))))
      refuse(INVALID)
    return [timedMotion(axes, clear, ticks, isVersion3)]
  }
}

const timedMotion = (axes: Axes, clear: number, ticks: number, isVersion3: boolean): Entry => ({
  ...motion(axes, clear, isVersion3 ? 'signed' : 'unsigned', (...numbers) =>
    moveByTime(...numbers, ticks, isVersion3 ? 1 : 0),
  ),
  survivesStop: !isVersion3,
})

/** The axis for signed rates. Its `direction` is that of the first tick whose rate is not 0. */
function signedAxis(rate: number, accel: number, jerk: number): AxisMove {
  let tickRate = firstRate(rate, accel, jerk)
  let tickAccel = accel
  for (let t = 0; t < 3; t++) {
    tickRate += tickAccel
    tickAccel += jerk
    if (tickRate !== 0) break
  }
  const direction = tickRate < 0 ? -1 : 1
  return timedAxis(direction * rate, direction * accel, direction * jerk, direction)
}

/** The axis for a command that ends by time. */
const timedAxis = (rate: number, accel: number, jerk: number, direction: 1 | -1): AxisMove => ({
  rate,
  accel,
  jerk,
  steps: Infinity,
  direction,
})

/** TD is two T3 commands in one. The second command has the opposite jerk. */
const doubleTimed: Parser = (args, { isVersion3 }) => {
  const ticks = args.number(1, UINT32)
  const axis = () => {
    const rateA = args.number(-INT32, INT32)
    const rateB = args.number(-INT32, INT32)
    const accel = args.number(-INT32 - 1, INT32)
    const jerk = args.number(-INT32 - 1, INT32)
    return [signedAxis(rateA, 0, jerk), signedAxis(rateB, accel, -jerk)] as const
  }
  const one = axis()
  const two = axis()
  const clear = clearOf(args, isVersion3)
  return [timedMotion([one[0], two[0]], clear, ticks, isVersion3), timedMotion([one[1], two[1]], 0, ticks, isVersion3)]
}

/** TR is a test move at a step rate. */
const byRate: Parser = (args, { isVersion3 }) => {
  const rate = args.number(1, TOP_RATE) * RATE_PER_HZ
  const a = args.number(-INT32, INT32)
  const b = args.optional(-INT32, INT32) ?? 0
  const clear = clearOf(args, isVersion3)
  return [motion([axisOf(a, Math.min(INT32, rate)), axisOf(b, Math.min(INT32, rate))], clear, 'unsigned', moveBySteps)]
}

/**
 * HM is an absolute move by the counters. Since 3.0 the move is straight. Firmware 2 turns each motor at the command's
 * rate.
 */
export function homeMove(steps: readonly [number, number], hz: number, isVersion3: boolean): Entry {
  const longest = Math.max(Math.abs(steps[0]), Math.abs(steps[1]), 1)
  const rate = (n: number) => Math.min(INT32, Math.round(hz * RATE_PER_HZ * (isVersion3 ? Math.abs(n) / longest : 1)))
  return motion([axisOf(steps[0], rate(steps[0])), axisOf(steps[1], rate(steps[1]))], 3, 'unsigned', moveBySteps)
}

/** A FIFO entry that calls `act` at its start and takes `ms`, without motion. */
export const pause = (ms: number, act: Entry['begin'] = () => ({ ticks: 0 })): Entry => ({
  steps: [0, 0],
  begin: (machine, tick) => {
    act(machine, tick)
    return { ticks: ms * TICKS_PER_MS }
  },
})

/** The commands of motion, each with the firmware that introduced it: 207 is 2.7, 301 is 3.0.1. */
export const MOTION_COMMANDS: Readonly<Record<string, { readonly since: number; readonly parse: Parser }>> = {
  SM: { since: 0, parse: constantRate((a, b) => [a, b], false) },
  XM: { since: 203, parse: constantRate((a, b) => [a + b, a - b], true) },
  LM: { since: 207, parse: bySteps(false) },
  LT: { since: 207, parse: byTime(false) },
  L3: { since: 300, parse: bySteps(true) },
  T3: { since: 300, parse: byTime(true) },
  TD: { since: 301, parse: doubleTimed },
  TR: { since: 300, parse: byRate },
}
