import { type Blocks, push } from './blocks.ts'
import type { PathWindow } from './path-window.ts'

/**
 * Acceleration along one segment. Here u is the square of the speed v.
 *
 * On a straight segment du/ds = 2a. On a curve of radius R the centripetal acceleration is u/R, and √(a² − (u/R)²)
 * remains along the path. So u = aR sin p, where the phase p changes by 2s/R over a length s. The total acceleration
 * never exceeds a, and a curve takes the same time however many chords it has.
 */

/** Maximum change of the phase p in one block, rad. Blocks of constant acceleration only approximate a curve's ramp. */
const PHASE_STEP = Math.PI / 8

/** Ramps shorter than this are rounding errors, mm. */
const TINY = 1e-9

/** Maximum number of blocks of one segment: two ramps over a phase of π/2, a cruise, and two blocks for rounding. */
export const MAX_BLOCKS = 2 * Math.ceil(Math.PI / 2 / PHASE_STEP) + 3

/** The highest u at the end of a segment that is entered at `u`. `radius` is Infinity on a straight segment. */
export function reachable(u: number, length: number, radius: number, a: number): number {
  if (radius === Infinity) return u + 2 * a * length
  return a * radius * Math.sin(Math.min(Math.PI / 2, phase(u, radius, a) + (2 * length) / radius))
}

const phase = (u: number, radius: number, a: number): number =>
  u >= a * radius ? Math.PI / 2 : Math.asin(u / (a * radius))

/** Appends the blocks of segment `i` of a path. */
export function addSegment(to: Blocks, path: PathWindow, i: number, a: number): void {
  const radius = path.radiusOf(i)
  if (radius === Infinity) addStraight(to, path, i, a)
  else addCurved(to, path, i, radius, a)
}

/** A ramp's length, rounded to 0 or to `available` when it is nearly equal to one of them. */
function snap(ramp: number, available: number): number {
  if (ramp < TINY) return 0
  return ramp > available - TINY ? available : ramp
}

function addStraight(to: Blocks, path: PathWindow, i: number, a: number): void {
  const length = path.lengthOf(i)
  const directionX = path.ux[i] as number
  const directionY = path.uy[i] as number
  const u0 = path.u[i] as number
  const u1 = path.u[i + 1] as number
  const peak = Math.max(u0, u1, Math.min(path.cap[i] as number, a * length + (u0 + u1) / 2))
  const up = snap((peak - u0) / (2 * a), length)
  const down = snap((peak - u1) / (2 * a), length - up)
  const v = Math.sqrt(peak)
  push(to, up, Math.sqrt(u0), v, directionX, directionY)
  push(to, length - up - down, v, v, directionX, directionY)
  push(to, down, v, Math.sqrt(u1), directionX, directionY)
}

function addCurved(to: Blocks, path: PathWindow, i: number, radius: number, a: number): void {
  const length = path.lengthOf(i)
  const directionX = path.ux[i] as number
  const directionY = path.uy[i] as number
  const p0 = phase(path.u[i] as number, radius, a)
  const p1 = phase(path.u[i + 1] as number, radius, a)
  const top = phase(path.cap[i] as number, radius, a)
  const peak = Math.max(p0, p1, Math.min(top, (p0 + p1) / 2 + length / radius))
  const up = snap(((peak - p0) * radius) / 2, length)
  const down = snap(((peak - p1) * radius) / 2, length - up)
  const v = Math.sqrt(a * radius * Math.sin(peak))
  if (up > 0) addRamp(to, up, radius, a, p0, peak, directionX, directionY)
  push(to, length - up - down, v, v, directionX, directionY)
  if (down > 0) addRamp(to, down, radius, a, peak, p1, directionX, directionY)
}

/**
 * Appends the blocks of a ramp on a curve.
 *
 * @param length  length of the ramp, mm
 * @param p0      the phase at the start of the ramp, rad
 * @param p1      the phase at its end, rad
 */
function addRamp(
  to: Blocks,
  length: number,
  radius: number,
  a: number,
  p0: number,
  p1: number,
  directionX: number,
  directionY: number,
): void {
  const pieces = Math.max(1, Math.ceil(Math.abs(p1 - p0) / PHASE_STEP))
  let v0 = Math.sqrt(a * radius * Math.max(0, Math.sin(p0)))
  for (let k = 1; k <= pieces; k++) {
    const v1 = Math.sqrt(a * radius * Math.max(0, Math.sin(p0 + ((p1 - p0) * k) / pieces)))
    push(to, length / pieces, v0, v1, directionX, directionY)
    v0 = v1
  }
}
