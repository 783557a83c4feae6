import type { MotionLimits, Profile } from '../profiles/profile.ts'

/** The properties of a machine that limit its motion. */
export type Machine = Pick<Profile, 'kinematics' | 'stepsPerMm' | 'maxStepRate'>

/**
 * The highest speed of the pen that the motors allow in the direction ux, uy (a unit vector), mm/s.
 *
 * On a CoreXY or H-bot machine motor 1 turns with x + y and motor 2 with x − y. So at the same speed of the pen, one
 * motor turns √2 times as fast on a diagonal as along an axis.
 */
export function motorSpeedLimit(machine: Machine, ux: number, uy: number): number {
  const share =
    machine.kinematics === 'corexy'
      ? Math.max(Math.abs(ux + uy), Math.abs(ux - uy))
      : Math.max(Math.abs(ux), Math.abs(uy))
  return machine.maxStepRate / (machine.stepsPerMm * share)
}

/**
 * Square of the speed at a corner, mm²/s², by junction deviation (S. K. Jeon, grbl, 2011). Consider the circle that
 * touches both lines and passes the corner at a distance of `junctionDeviation` mm. At this speed, the centripetal
 * acceleration on the circle is the allowed acceleration.
 *
 * @param cos  cosine of the change of direction: 1 is straight on, −1 is back
 */
export function cornerSpeed2(cos: number, { acceleration, junctionDeviation }: MotionLimits): number {
  const sinHalf = Math.sqrt(Math.max(0, (1 + cos) / 2))
  return sinHalf > 1 - 1e-12 ? Infinity : (acceleration * junctionDeviation * sinHalf) / (1 - sinHalf)
}

/** Seconds from rest to rest over a straight line of `length` mm. */
export function restToRest(length: number, acceleration: number, speed: number): number {
  return length < (speed * speed) / acceleration
    ? 2 * Math.sqrt(length / acceleration)
    : length / speed + speed / acceleration
}
