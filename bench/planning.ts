import { spawnSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Estimate } from '../src/plotter/motion/estimate.ts'
import { CASES } from './planning/cases.ts'
import { installPeers } from './planning/peers.ts'

interface Row extends Estimate {
  readonly planning: number
  /** Processor time of planning, s, over all threads of the process. */
  readonly cpu: number
  readonly peakMb: number
  /** Strokes in the file. */
  readonly strokes: number
  /** The greatest possible saving by another order, as a fraction of the plan's time. */
  readonly gap?: number
}

/** Drawings for `--bound`: scattered lines, and drawings of closed strokes. */
const BOUNDED = [
  'scatter:50',
  'scatter:100',
  'scatter:180',
  'scatter:1000',
  'scatter:10000',
  'dots:20',
  'dots:60',
  'dots:180',
  'circles:20',
  'circles:60',
  'circles:180',
  'contours',
  'circles 5k',
  'stipple 10k',
]
/** Drawings for `--seams`: drawings of closed strokes, because only closed strokes have seams. */
const CLOSED = ['contours', 'outlines 3k', 'circles 5k', 'stipple 10k']
const SIZES = [1_000, 10_000, 100_000, 1_000_000]
const one = fileURLToPath(new URL('./planning/one.js', import.meta.url))

/**
 * `planning [CASE | FILE.svg | FOLDER]… [FLAG]…` prints plot seconds and planning time of plotd's planner and of
 * saxi's. CASE is a part of the name of a drawing that the bench makes. FOLDER has SVG files. Without CASE, FILE and
 * FOLDER, the bench measures all drawings that it makes.
 *
 * - `--no-scaling` does not measure how the processor time grows with the number of strokes (the scaling).
 * - `--tables` leaves out the scaling, and the comparison with saxi on the largest SVG file.
 * - `--bound` prints only the greatest possible saving by another order, for each plan.
 * - `--seams` prints only a comparison of each plan with a long search for order, direction and seam.
 *
 * With `--bound` or `--seams`, CASE is a whole name, such as `scatter:100`. Without CASE, FILE and FOLDER, `--bound`
 * measures the drawings of `BOUNDED`, and `--seams` those of `CLOSED`.
 *
 * plotd's motion planner computes the plot seconds of all planners, for an AxiDraw V3.
 */
export async function run(args: readonly string[]): Promise<void> {
  const wanted = args.filter((arg) => !arg.startsWith('--'))
  if (args.includes('--bound')) return bounds(wanted.length > 0 ? wanted.flatMap(svgFiles) : BOUNDED)
  if (args.includes('--seams')) return seams(wanted.length > 0 ? wanted.flatMap(svgFiles) : CLOSED)
  const peers = installPeers()
  const engines = ['file', ...(peers ? ['saxi reorder', 'saxi reorder merge'] : []), 'plotd', 'plotd once']
  const drawings = drawingsOf(wanted, Object.keys(CASES))
  console.log('| case | planner | travel mm | lifts | plot s | of the file | planning s | processor s | peak MB |')
  console.log('|---|---|---|---|---|---|---|---|---|')
  for (const name of drawings) {
    let file = 0
    for (const engine of engines) {
      const row = measure(engine, name)
      if (engine === 'file' && row) file = row.seconds
      if (row) console.log(tableRow(name, engine, row, file))
    }
  }
  if (args.includes('--tables')) return
  if (peers) compareFromSvg(drawings.filter(isSvg))
  if (!args.includes('--no-scaling')) scaling()
}

/**
 * The drawings that the arguments name. Without arguments, all drawings that the bench makes.
 *
 * @param made  names of the drawings that the bench makes
 */
export function drawingsOf(wanted: readonly string[], made: readonly string[]): string[] {
  if (wanted.length === 0) return [...made]
  const names = wanted
    .flatMap(svgFiles)
    .flatMap((argument) => (isSvg(argument) ? argument : made.filter((name) => name.includes(argument))))
  return [...new Set(names)]
}

const isSvg = (name: string): boolean => name.endsWith('.svg')

/** The SVG files of a folder; the argument itself when it names no folder. */
function svgFiles(argument: string): string[] {
  if (!statSync(argument, { throwIfNoEntry: false })?.isDirectory()) return [argument]
  return readdirSync(argument)
    .filter(isSvg)
    .sort()
    .map((file) => join(argument, file))
}

function measure(engine: string, name: string): Row | undefined {
  const { status, stdout, stderr } = spawnSync(process.execPath, [one, engine, name], { encoding: 'utf8' })
  if (status === 0) return JSON.parse(stdout) as Row
  console.error(`${engine} on ${name} failed: ${stderr.split('\n').find((line) => line.includes('Error')) ?? status}`)
  return undefined
}

function tableRow(name: string, engine: string, row: Row, file: number): string {
  const cells = [
    basename(name, '.svg'),
    engine,
    row.travelMm.toFixed(0),
    row.lifts,
    row.seconds.toFixed(0),
    file > 0 ? (row.seconds / file).toFixed(3) : '',
    engine === 'file' ? '' : row.planning.toFixed(2),
    engine === 'file' ? '' : row.cpu.toFixed(2),
    row.peakMb.toFixed(0),
  ]
  return `| ${cells.join(' | ')} |`
}

function bounds(drawings: readonly string[]): void {
  console.log('| drawing | strokes | gap, s | of plot time | processor, s |')
  console.log('|---|---|---|---|---|')
  for (const name of drawings) {
    const row = measure('plotd bound', name)
    if (row?.gap === undefined) continue
    const cells = [
      basename(name, '.svg'),
      row.strokes,
      (row.gap * row.seconds).toFixed(4),
      `${(100 * row.gap).toFixed(4)} %`,
      row.cpu.toFixed(2),
    ]
    console.log(`| ${cells.join(' | ')} |`)
  }
}

/** Prints travel and time of a plan divided by those of a search with `effort` 20, and the processor times of both. */
function seams(drawings: readonly string[]): void {
  console.log('| drawing | travel / long | plot s / long | processor, s | of the long search, s |')
  console.log('|---|---|---|---|---|')
  for (const name of drawings) {
    const [plan, long] = ['plotd', 'long search'].map((engine) => measure(engine, name))
    if (!plan || !long) continue
    const cells = [
      basename(name, '.svg'),
      (plan.travelMm / long.travelMm).toFixed(3),
      (plan.seconds / long.seconds).toFixed(4),
      plan.cpu.toFixed(2),
      long.cpu.toFixed(1),
    ]
    console.log(`| ${cells.join(' | ')} |`)
  }
}

/** Compares the time and the memory that saxi and plotd need to read and plan the largest of `files`. */
function compareFromSvg(files: readonly string[]): void {
  const size = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0
  const [largest] = [...files].sort((a, b) => size(b) - size(a))
  if (largest === undefined) return
  console.log(`\nFrom SVG to plan, ${basename(largest)}:`)
  const [saxi, plotd] = ['saxi whole', 'plotd whole'].map((engine) => {
    const row = measure(engine, largest)
    if (row)
      console.log(
        `- ${engine}: ${row.planning.toFixed(1)} s (${row.cpu.toFixed(1)} s of processor time), ${row.peakMb.toFixed(0)} MB`,
      )
    return row
  })
  if (!saxi || !plotd) return
  const times = (a: number, b: number): string => `${(a / b).toFixed(1)} ×`
  console.log(
    `- saxi takes ${times(saxi.planning, plotd.planning)} the time and ${times(saxi.peakMb, plotd.peakMb)} the memory of plotd`,
  )
}

/** Shows with which power of the number of strokes the processor time grows, by least squares on the logarithms. */
function scaling(): void {
  const rows = SIZES.flatMap((size) => {
    const row = measure('plotd', `scatter:${size}`)
    if (row)
      console.log(
        `- ${size} strokes: ${row.planning.toFixed(2)} s (${row.cpu.toFixed(2)} s of processor time), ${row.peakMb.toFixed(0)} MB`,
      )
    return row ? [{ x: Math.log(size), y: Math.log(row.cpu) }] : []
  })
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const [mx, my] = [mean(rows.map(({ x }) => x)), mean(rows.map(({ y }) => y))]
  const slope = mean(rows.map(({ x, y }) => (x - mx) * (y - my))) / mean(rows.map(({ x }) => (x - mx) ** 2))
  console.log(`- processor time of planning grows as n^${slope.toFixed(2)}`)
}
