import { isDeepStrictEqual } from 'node:util'
import { findRepeats } from '../src/plotter/prepare/repeats/find.ts'
import { Work } from '../src/plotter/prepare/work.ts'
import { measuredOnBoard, simulate } from './bars/ebb-board.ts'
import { GROWING, growth } from './bars/growth.ts'
import { BOARDS, DRAWING_MM, grblSession, holdInStroke, PAUSE_MM } from './bars/holds.ts'
import { largestError, SILENT } from './bars/time-left.ts'
import { zigzags } from './bars/zigzags.ts'
import { inkDistance } from './plot-times/ink-distance.ts'
import { MACHINES } from './plot-times/machines.ts'
import { verdict } from './spool/bars.ts'

const JOGS = [
  [25, -5],
  [-5, 30],
] as const

/**
 * `npm run bench bars` prints limits that no other bench prints, with the figure for each, in less than a minute. It
 * plots on simulated machines in virtual time, counts steps of work, and measures the processor time of one search. The
 * exit status is 1 when a figure exceeds its limit.
 */
export async function run(): Promise<void> {
  console.log('| bar | limit | figure | met |')
  console.log('|---|---:|---:|---|')
  await boardMeasurements()
  await holds()
  await timesLeft()
  const crossing = zigzags(500)
  const seconds = Math.min(...[1, 2, 3].map(() => processorSeconds(() => findRepeats(crossing, new Work()))))
  row('search for repeats in 500 crossing polylines of 156 points, processor s, fastest of three', 1, seconds)
  for (const { name, svg, n, options, limit } of GROWING) {
    row(
      `growth of the steps of reading when the number of ${name} doubles`,
      limit,
      Math.max(...growth(svg, n, options)),
    )
  }
}

function row(bar: string, limit: number, figure: number, digits = 2): void {
  console.log(`| ${bar} | ≤ ${limit} | ${figure.toFixed(digits)} | ${verdict(figure <= limit)} |`)
  if (!(figure <= limit)) process.exitCode = 1
}

async function boardMeasurements(): Promise<void> {
  const measured = measuredOnBoard()
  let wrong = 0
  for (const each of measured) {
    if (!isDeepStrictEqual(await simulate(each.command), each)) wrong++
  }
  row(`commands of ${measured.length} that a simulated EBB executes unlike the measured board`, 0, wrong, 0)
}

async function holds(): Promise<void> {
  let [off, twice, unsafe, plots] = [0, 0, 0, 0]
  for (const [, name, options] of BOARDS) {
    for (let mm = 0; mm < 119; mm += 7) {
      const rig = await grblSession(name, options)
      const { isCalm, inkOfJogs, ink, inkMm, outcome } = await holdInStroke(rig, mm, JOGS)
      off = Math.max(off, inkDistance(ink, rig.plan))
      twice = Math.max(twice, inkMm - DRAWING_MM)
      if (!isCalm || inkOfJogs > 0 || outcome !== 'finished') unsafe++
      plots++
    }
  }
  row(`grbl: ${plots} plots held in a stroke: ink lost or moved, mm`, PAUSE_MM, off, 4)
  row('the same: ink drawn again, mm', 0.5, twice)
  row('the same: plots with ink in a jog, or not finished', 0, unsafe, 0)
}

async function timesLeft(): Promise<void> {
  const slow = { speedPercent: 30 }
  const cases = [
    ['after a change of speed between strokes', 'between strokes', slow, [...MACHINES, SILENT]],
    ['after a hold in a stroke', 'in a stroke', {}, MACHINES],
    ['after a change of speed in a stroke', 'in a stroke', slow, MACHINES],
  ] as const
  for (const [what, place, changes, machines] of cases) {
    let most = 0
    for (const machine of machines) most = Math.max(most, await largestError(machine, place, changes))
    row(`error of the time left on ${machines.length} machines ${what}, percent`, 2, most)
  }
}

function processorSeconds(search: () => unknown): number {
  const before = process.cpuUsage()
  search()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1e6
}
