import { at, x, y } from '../../geometry/drawing.ts'
import type { MotionLimits } from '../profiles/profile.ts'
import { type CurvePace, lineSpeeds } from './line-speeds.ts'
import type { Lines } from './marlin-time.ts'

/** Klipper's default of minimum_cruise_ratio. */
const CRUISE_RATIO = 0.5

/**
 * The time at which each line of a path ends on Klipper, s from the start of the motion. Klipper limits the speed at a
 * corner by junction deviation, and by the lengths of the two lines at the corner. A line that would only accelerate
 * and brake gets a lower peak speed (minimum_cruise_ratio).
 *
 * Source: Klipper's documentation, Kinematics.
 *
 * @param cruiseRatio  minimum_cruise_ratio
 */
export function klipperEnds(
  { ends, along }: Lines,
  limits: MotionLimits,
  cruiseRatio = CRUISE_RATIO,
  curvePace?: CurvePace,
): Float64Array {
  const path = { ends, along, limits, speeds: lineSpeeds(along, limits.speed, curvePace) }
  const n = along.length - 1
  const smooth = (i: number): number => gain(path, i) * (1 - cruiseRatio)
  const { start, smoothed } = startSpeeds(path, smooth)
  const seconds = new Float64Array(n)
  // squared speeds at the end of the present line, and the peak of the present ramps
  let end = 0
  let smoothEnd = 0
  let peak = 0
  // lines that cannot accelerate: the peak of a line before them limits their speeds
  let waiting: number[] = []
  const exits = new Float64Array(n)
  for (let i = n - 1; i >= 0; i--) {
    const reach = end + gain(path, i)
    exits[i] = end
    start[i] = Math.min(at(start, i), reach)
    const smoothReach = smoothEnd + smooth(i)
    const from = Math.min(at(smoothed, i), smoothReach)
    if (from < smoothReach) {
      const most = at(path.speeds, i) ** 2
      if (from + smooth(i) > smoothEnd || waiting.length > 0) {
        peak = Math.min(most, (from + smoothReach) / 2)
        let cruise = peak
        for (const j of waiting.reverse()) {
          cruise = Math.min(cruise, at(start, j))
          seconds[j] = ramps(path, j, Math.min(at(start, j), cruise), cruise, Math.min(at(exits, j), cruise))
        }
        waiting = []
      }
      const cruise = Math.min((at(start, i) + reach) / 2, most, peak)
      seconds[i] = ramps(path, i, Math.min(at(start, i), cruise), cruise, Math.min(end, cruise))
    } else waiting.push(i)
    end = at(start, i)
    smoothEnd = from
  }
  for (let i = 1; i < n; i++) seconds[i] = at(seconds, i) + at(seconds, i - 1)
  return seconds
}

interface Path extends Lines {
  readonly limits: MotionLimits
  /** Highest speed of each line, mm/s. */
  readonly speeds: Float64Array
}

const length = ({ along }: Path, i: number): number => at(along, i + 1) - at(along, i)

/** The largest difference between the squared speeds at the two ends of line i. */
const gain = (path: Path, i: number): number => 2 * path.limits.acceleration * length(path, i)

/**
 * Squares of the highest speeds at the start of each line, as far as the lines before it allow. `start` follows from
 * the acceleration, `smoothed` from the lower acceleration that Klipper uses to limit peaks.
 *
 * @param smooth  the gain of a line at this lower acceleration
 */
function startSpeeds(path: Path, smooth: (i: number) => number): { start: Float64Array; smoothed: Float64Array } {
  const n = path.along.length - 1
  const start = new Float64Array(n + 1)
  const smoothed = new Float64Array(n + 1)
  for (let i = 1; i < n; i++) {
    start[i] = Math.min(corner(path, i), at(start, i - 1) + gain(path, i - 1))
    smoothed[i] = Math.min(at(start, i), at(smoothed, i - 1) + smooth(i - 1))
  }
  return { start, smoothed }
}

/** Square of the highest speed between lines i − 1 and i. */
function corner(path: Path, i: number): number {
  const { ends, speeds, limits } = path
  const unit = (j: number): [number, number] => [
    (x(ends, j + 1) - x(ends, j)) / length(path, j),
    (y(ends, j + 1) - y(ends, j)) / length(path, j),
  ]
  const [[ax, ay], [bx, by]] = [unit(i - 1), unit(i)]
  const cos = ax * bx + ay * by
  const most = Math.min(at(speeds, i), at(speeds, i - 1)) ** 2
  const sinHalf = Math.sqrt(Math.max(0, (1 + cos) / 2))
  const cosHalf = Math.sqrt(Math.max(0, (1 - cos) / 2))
  if (sinHalf >= 1 || cosHalf <= 0) return most
  const round = (limits.junctionDeviation * limits.acceleration * sinHalf) / (1 - sinHalf)
  const quarter = (0.25 * sinHalf) / cosHalf
  return Math.min(most, round, gain(path, i) * quarter, gain(path, i - 1) * quarter)
}

/** Seconds of line i, with the squares of its entry, cruise and exit speeds. */
function ramps(path: Path, i: number, entry2: number, cruise2: number, exit2: number): number {
  const a = path.limits.acceleration
  const cruise = Math.max(0, length(path, i) - (2 * cruise2 - entry2 - exit2) / (2 * a))
  const top = Math.sqrt(cruise2)
  return (2 * top - Math.sqrt(entry2) - Math.sqrt(exit2)) / a + cruise / top
}
