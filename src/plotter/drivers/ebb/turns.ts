import { x, y } from '../../../geometry/drawing.ts'
import type { Motors } from './carriage.ts'
import type { Slice } from './slices.ts'

/** Converts mm to motor steps. */
type ToMotors = (dx: number, dy: number) => Motors

/** A motor that moves less than this counts as standing still, steps. */
export const STILL = 1e-6

/** Number of slices ahead that are searched for the next motion of a motor. */
const MAX_AHEAD = 64

/** The direction in which a motor turns: 1, −1, or 0 when it counts as standing still. */
export const direction = (steps: number): number => (Math.abs(steps) < STILL ? 0 : Math.sign(steps))

/** Each slice with the direction in which each motor turns next: 1, −1, or 0 when none is known. */
export function* withTurns(
  slices: Iterable<Slice>,
  motors: ToMotors,
): Generator<{ readonly slice: Slice; readonly next: Motors }, void, void> {
  const ahead: { readonly slice: Slice; readonly turns: Motors }[] = []
  const next = (motor: 0 | 1): number => ahead.find((move, i) => i > 0 && move.turns[motor] !== 0)?.turns[motor] ?? 0
  for (const slice of slices) {
    const [one, two] = motors(slice.dx, slice.dy)
    ahead.push({ slice, turns: [direction(one), direction(two)] })
    while (ahead[0] && (ahead.length > MAX_AHEAD || (next(0) !== 0 && next(1) !== 0))) {
      yield { slice: ahead[0].slice, next: [next(0), next(1)] }
      ahead.shift()
    }
  }
  while (ahead[0]) {
    yield { slice: ahead[0].slice, next: [next(0), next(1)] }
    ahead.shift()
  }
}

/** The direction in which each motor first turns along a path; 0 for a motor that never turns. */
export function firstTurns(points: Float64Array, motors: ToMotors): Motors {
  const first: [number, number] = [0, 0]
  for (let i = 1; i < points.length / 2 && (first[0] === 0 || first[1] === 0); i++) {
    const steps = motors(x(points, i) - x(points, 0), y(points, i) - y(points, 0))
    for (const motor of [0, 1] as const) first[motor] ||= direction(steps[motor])
  }
  return first
}
