import { at, type Line } from './curve.ts'
import { reversed } from './join.ts'

/** Share of a downstroke, at either end, that is not yet pressed. */
const LIFT = 0.14
/** What the pen goes down by, of its way, when it is pressed. */
const DOWNWARDS = 0.5

/**
 * A written line whose longer downstrokes are pressed, as a pointed pen is: beside each of them runs a line to either
 * side, widest in the middle. All is one trail, so the pen lifts no more often than before.
 *
 * @param breadth  mm between the middle of a stroke and its edge
 * @param least  mm of way down that are worth pressing on
 */
export function pressed(line: readonly number[], breadth: number, least: number): Line {
  const out: Line = []
  let from = 0
  for (const [first, last] of downstrokes(line, least)) {
    const run = line.slice(2 * first, 2 * last + 2)
    out.push(...line.slice(2 * from, 2 * first + 2), ...beside(run, breadth), ...reversed(beside(run, -breadth)))
    from = first
  }
  return [...out, ...line.slice(2 * from)]
}

/** First and last vertex of each. */
function downstrokes(line: readonly number[], least: number): [number, number][] {
  const runs: [number, number][] = []
  let start = -1
  for (let i = 0; i < line.length / 2; i++) {
    const down = i + 1 < line.length / 2 && isDown(line, i)
    if (down && start < 0) start = i
    if (down || start < 0) continue
    if (at(line, 2 * i + 1) - at(line, 2 * start + 1) >= least) runs.push([start, i])
    start = -1
  }
  return runs
}

function isDown(line: readonly number[], i: number): boolean {
  const [dx, dy] = [at(line, 2 * i + 2) - at(line, 2 * i), at(line, 2 * i + 3) - at(line, 2 * i + 1)]
  return dy > DOWNWARDS * Math.hypot(dx, dy)
}

function beside(run: readonly number[], breadth: number): Line {
  const count = run.length / 2
  const out: Line = []
  for (let i = Math.ceil(LIFT * count); i < (1 - LIFT) * count - 1; i++) {
    const before = Math.max(0, i - 1)
    const after = Math.min(count - 1, i + 1)
    const [dx, dy] = [at(run, 2 * after) - at(run, 2 * before), at(run, 2 * after + 1) - at(run, 2 * before + 1)]
    const reach = (breadth * Math.sin((Math.PI * i) / (count - 1))) / Math.max(1e-9, Math.hypot(dx, dy))
    out.push(at(run, 2 * i) - dy * reach, at(run, 2 * i + 1) + dx * reach)
  }
  return out
}
