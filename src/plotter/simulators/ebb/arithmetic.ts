/** Number of values of the accumulator. Each overflow makes the motor step once. */
export const WRAP = 2 ** 31

/**
 * The arithmetic of the firmware. Firmware 3 adds a signed rate to the accumulator, and a step goes in the direction of
 * the rate's sign. Firmware 2 adds a rate of 31 bits without a sign, and the command fixes the direction.
 */
export type Arithmetic = 'signed' | 'unsigned'

/**
 * One motor's motion in the units of LM, counted in the motor's `direction`. Before the first tick, half of `accel` is
 * subtracted from `rate`, and a sixth of `jerk` is added. Each tick adds `accel` to `rate`, `jerk` to `accel`, and
 * `rate` to the accumulator.
 */
export interface AxisMove {
  readonly rate: number
  readonly accel: number
  readonly jerk: number
  /** Steps to make; Infinity for a command that ends by time. */
  readonly steps: number
  readonly direction: 1 | -1
}

export type Axes = readonly [AxisMove, AxisMove]
export type Pair = readonly [number, number]

/** An executing command. Ticks count from its start. Calls of the methods below are fastest when `t` only grows. */
export interface Move {
  /** Ticks until the command is done; Infinity when it can never finish. */
  readonly ticks: number
  /** The motors that turn in this command. */
  readonly turns: readonly [boolean, boolean]
  /** For each motor, the tick of its last step; in a command that ends by time, the tick at which the motion ends. */
  readonly ends: Pair
  /** The place of each motor at tick `t`, steps from the start of the command. */
  placeAt(t: number): Pair
  /** The accumulators at tick `t`, as the board holds them. */
  registersAt(t: number): [number, number]
  /** Each tick in (from, to] at which a motor steps, with the places after it. */
  stepping(from: number, to: number): Generator<readonly [tick: number, one: number, two: number]>
}

/**
 * Converts a motor's register to the motor's own direction, or back. For a motor that turns backwards, firmware 3
 * counts down from the top.
 */
export const mirrored = (register: number, { direction }: AxisMove, arithmetic: Arithmetic): number =>
  arithmetic === 'signed' && direction < 0 ? WRAP - 1 - register : register

/** The rate before the first tick. The board's manual explains the subtracted half and the added sixth. */
export const firstRate = (rate: number, accel: number, jerk = 0): number =>
  rate - Math.trunc(accel / 2) + Math.trunc(jerk / 6)

/** Whether a motor has no steps to make, or its rate is always 0. */
export const isStill = ({ rate, accel, jerk, steps }: AxisMove): boolean =>
  steps === 0 || (rate === 0 && accel === 0 && jerk === 0)
