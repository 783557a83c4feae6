import { type Arguments, INT32, UINT32 } from './arguments.ts'
import type { Entry } from './machine.ts'
import { type AxisMove, type Move, mirrored, moveBySteps, moveByTime, TICKS_PER_MS } from './motion.ts'
import { INVALID, MISSING, refuse } from './reply.ts'

/** The firmware's properties that matter to motion commands. */
export interface MotionContext {
  /** 3.0.0 and later. */
  readonly v3: boolean
  /** CU,2: step rates are checked. */
  readonly limits: boolean
}

type Parser = (args: Arguments, context: MotionContext) => Entry[]

const LONGEST_2X = 16_777_215
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

/** A FIFO entry that moves. When it starts, it takes the accumulators and clears those that the command names. */
function motion(
  axes: Move['axes'],
  clear: number,
  build: (axes: Move['axes'], starts: Move['starts']) => Move,
  signed = false,
): Entry {
  return {
    steps: [signedSteps(axes[0]), signedSteps(axes[1])],
    begin: ({ accumulators }) => {
      const start = (i: 0 | 1) => (clear & (i + 1) ? 0 : mirrored(accumulators[i], axes[i], signed))
      return { ...build(axes, [start(0), start(1)]), signed }
    },
  }
}

function clearOf(args: Arguments, v3: boolean): number {
  const clear = args.optional(0, UINT32) ?? 0
  if (clear <= 3) return clear
  return v3 ? refuse(INVALID) : 0
}

/** SM and XM: constant rate. `mix` converts the two parameters to motor steps. */
function constantRate(mix: (a: number, b: number) => [number, number], bothNeeded: boolean): Parser {
  return (args, { v3, limits }) => {
    const ms = args.number(0, UINT32)
    if (ms === 0) refuse(INVALID)
    if (!v3 && ms > LONGEST_2X) refuse('!0 Err: <move_duration> larger than 16777215 ms.')
    const a = args.number(-INT32, INT32)
    const b = bothNeeded ? args.number(-INT32, INT32) : (args.optional(-INT32, INT32) ?? 0)
    const clear = clearOf(args, v3)
    const steps = mix(a, b)
    if (limits) for (const [i, n] of steps.entries()) checkRate(n, ms, i + 1, v3)
    if (steps[0] === 0 && steps[1] === 0) {
      const ticks = (v3 ? Math.min(ms, 100_000) : ms) * TICKS_PER_MS
      const still: Move['axes'] = [axisOf(0, 0), axisOf(0, 0)]
      return [motion(still, clear, (axes, starts) => moveBySteps(axes, starts, ticks))]
    }
    const rate = (n: number) => Math.round(Math.fround((Math.abs(n) * 85899345.92) / ms))
    return [motion([axisOf(steps[0], rate(steps[0])), axisOf(steps[1], rate(steps[1]))], clear, moveBySteps)]
  }
}

function checkRate(steps: number, ms: number, axis: number, v3: boolean): void {
  const hz = (Math.abs(steps) * 1000) / ms
  if (v3) {
    if (hz > TOP_RATE) refuse(`!0 Err: <axis${axis}> step rate too high`)
    if (steps !== 0 && hz < 0.0000116) refuse(`!0 Err: <axis${axis}> step rate too slow`)
    return
  }
  if (Math.abs(steps) > LONGEST_2X) refuse(`!0 Err: <axis${axis}> larger than 16777215 steps.`)
  if (hz > TOP_RATE) refuse(`!0 Err: <axis${axis}> step rate > 25K steps/second.`)
  if (steps !== 0 && hz < 1.31) refuse(`!0 Err: <axis${axis}> step rate < 1.31Hz.`)
}

/** LM and L3: ends when both motors have made their steps. */
const bySteps = (withJerk: boolean): Parser => {
  return (args, { v3 }) => {
    const axis = () => {
      const rate = args.number(v3 ? -INT32 : 0, INT32)
      const steps = args.number(-INT32, INT32)
      const accel = args.number(-INT32 - 1, INT32)
      return axisOf(steps, rate, accel, withJerk ? args.number(-INT32 - 1, INT32) : 0)
    }
    const axes: Move['axes'] = [axis(), axis()]
    const clear = clearOf(args, v3)
    if (!axes.some(({ steps, rate, accel, jerk }) => steps > 0 && (rate > 0 || accel !== 0 || jerk !== 0))) {
      refuse(v3 ? INVALID : MISSING)
    }
    return [motion(axes, clear, moveBySteps, v3)]
  }
}

/**
 * LT and T3: end after a number of ticks. Firmware 3 adds signed rates, and the sign of the sum is the direction. Firmware 2
 * takes the direction from the rate's sign and adds absolute values.
 */
const byTime = (withJerk: boolean): Parser => {
  return (args, { v3 }) => {
    const ticks = args.number(1, UINT32)
    const axis = (): AxisMove => {
      const rate = args.number(-INT32, INT32)
      const accel = args.number(-INT32 - 1, INT32)
      const jerk = withJerk ? args.number(-INT32 - 1, INT32) : 0
      return v3 ? signedAxis(rate, accel, jerk) : timed(Math.abs(rate), accel, jerk, rate < 0 ? -1 : 1)
    }
    const axes: Move['axes'] = [axis(), axis()]
    return [motion(axes, clearOf(args, v3), (a, starts) => moveByTime(a, starts, ticks), v3)]
  }
}

/** The direction of the first tick with a nonzero rate holds for the whole command. */
function signedAxis(rate: number, accel: number, jerk: number): AxisMove {
  const first = rate - Math.trunc(accel / 2) + Math.trunc(jerk / 6) + accel
  const direction = (first || accel + jerk || jerk) < 0 ? -1 : 1
  return timed(direction * rate, direction * accel, direction * jerk, direction)
}

const timed = (rate: number, accel: number, jerk: number, direction: 1 | -1): AxisMove => {
  const still = rate === 0 && accel === 0 && jerk === 0
  return { rate, accel, jerk, steps: still ? 0 : Infinity, direction }
}

/** TD: two T3 in one, the second with the opposite jerk. */
const twice: Parser = (args, { v3 }) => {
  const ticks = args.number(1, UINT32)
  const axis = () => {
    const [rateA, rateB] = [args.number(-INT32, INT32), args.number(-INT32, INT32)]
    const [accel, jerk] = [args.number(-INT32 - 1, INT32), args.number(-INT32 - 1, INT32)]
    return [signedAxis(rateA, 0, jerk), signedAxis(rateB, accel, -jerk)] as const
  }
  const [one, two] = [axis(), axis()]
  const clear = clearOf(args, v3)
  const half = (i: 0 | 1) =>
    motion([one[i], two[i]], i === 0 ? clear : 0, (a, starts) => moveByTime(a, starts, ticks), true)
  return [half(0), half(1)]
}

/** TR: a test move at a step rate. */
const byRate: Parser = (args, { v3 }) => {
  const rate = args.number(1, TOP_RATE) * RATE_PER_HZ
  const [a, b] = [args.number(-INT32, INT32), args.optional(-INT32, INT32) ?? 0]
  const clear = clearOf(args, v3)
  return [motion([axisOf(a, Math.min(INT32, rate)), axisOf(b, Math.min(INT32, rate))], clear, moveBySteps)]
}

/** HM: an absolute move by the counters. Straight since 3.0; each motor at full rate before. */
export function homeMove(steps: readonly [number, number], hz: number, v3: boolean): Entry {
  const longest = Math.max(Math.abs(steps[0]), Math.abs(steps[1]), 1)
  const rate = (n: number) => Math.min(INT32, Math.round(hz * RATE_PER_HZ * (v3 ? Math.abs(n) / longest : 1)))
  return motion([axisOf(steps[0], rate(steps[0])), axisOf(steps[1], rate(steps[1]))], 3, moveBySteps)
}

/** A FIFO entry that only takes time. */
export const pause = (ms: number, act: Entry['begin'] = () => ({ ticks: 0 })): Entry => ({
  steps: [0, 0],
  begin: (machine, tick) => {
    act(machine, tick)
    return { ticks: ms * TICKS_PER_MS }
  },
})

export const MOTION_COMMANDS: Readonly<Record<string, { readonly since: number; readonly parse: Parser }>> = {
  SM: { since: 0, parse: constantRate((a, b) => [a, b], false) },
  XM: { since: 203, parse: constantRate((a, b) => [a + b, a - b], true) },
  LM: { since: 207, parse: bySteps(false) },
  LT: { since: 207, parse: byTime(false) },
  L3: { since: 300, parse: bySteps(true) },
  T3: { since: 300, parse: byTime(true) },
  TD: { since: 301, parse: twice },
  TR: { since: 300, parse: byRate },
}
