import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Comparison, compare, onSheet, type Seconds } from './field/compare.ts'
import { installPeers } from './planning/peers.ts'

/** Folders of drawings in Debian's packages `openclipart-svg` and `inkscape`. */
const FOLDERS = ['/usr/share/openclipart/svg', '/usr/share/inkscape/examples']
const EVERY = 40

/**
 * `field [FOLDER…] [--every 40]` compares how long real drawings take to plot, planned by plotd and by other planners.
 * `--every N` reads every Nth file; the default is 40. The other planners are the file's own order, saxi's reorder,
 * nearest first, greedily joined ends, 2-opt, and joins of consecutive strokes. The fastest of these counts.
 *
 * plotd makes three plans: "join 0" adds no ink, "default" has the default options, and "once" draws repeated ink once.
 * For "join 0", planners that draw lines across gaps do not count.
 */
export async function run(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { every: { type: 'string' } },
    allowPositionals: true,
  })
  if (!installPeers()) return
  const folders = (positionals.length > 0 ? positionals : FOLDERS).filter((folder) => existsSync(folder))
  const files = folders.flatMap(drawingsIn).filter((_, i) => i % Number(values.every ?? EVERY) === 0)
  const comparisons = files.flatMap((file) => {
    const strokes = read(file)
    return strokes ? [{ file: basename(file), ...compare(strokes) }] : []
  })
  if (comparisons.length === 0)
    return console.log(`no drawings with 3 to 59,999 strokes in ${folders.join(', ') || 'FOLDERS'}`)
  console.log(`${comparisons.length} drawings; plot seconds of plotd divided by those of the fastest other planner\n`)
  console.log('| plan | clock | least | 10 % | median | 90 % | most | slower |')
  console.log('|---|---|---|---|---|---|---|---|')
  for (const clock of ['reference', 'motion'] as const) {
    printDistribution('join 0', clock, comparisons, ({ join0, exact }) => [join0, exact])
    printDistribution('default', clock, comparisons, ({ plain, joining }) => [plain, joining])
    printDistribution('once', clock, comparisons, ({ once, joining }) => [once, joining])
  }
}

function drawingsIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.svgz?$/.test(file))
    .sort()
    .map((file) => join(folder, file))
}

/** The strokes of a file; undefined when it is not an SVG, has fewer than 3 strokes, or has 60,000 or more. */
function read(file: string) {
  try {
    return onSheet(readFileSync(file))
  } catch {
    return undefined
  }
}

type NamedComparison = Comparison & { readonly file: string }

function printDistribution(
  plan: string,
  clock: keyof Seconds,
  comparisons: readonly NamedComparison[],
  pair: (secondsOf: NamedComparison) => readonly [Seconds, Seconds],
): void {
  const rows = comparisons.map((drawing) => {
    const [ours, theirs] = pair(drawing)
    return { file: drawing.file, ratio: ours[clock] / theirs[clock] }
  })
  rows.sort((a, b) => a.ratio - b.ratio)
  const percentile = (share: number) => rows[Math.floor(share * (rows.length - 1))]?.ratio.toFixed(4) ?? ''
  const slower = rows.filter(({ ratio }) => ratio > 1 + 1e-9)
  const names = slower.map(({ file, ratio }) => `${file} ${ratio.toFixed(4)}`).join(', ')
  console.log(`| ${[plan, clock, ...[0, 0.1, 0.5, 0.9, 1].map(percentile), `${slower.length} ${names}`].join(' | ')} |`)
}
