import { readFileSync } from 'node:fs'
import { drawingOf, type Strokes } from '../../src/geometry/drawing.ts'
import { estimate } from '../../src/plotter/motion/index.ts'
import { prepare } from '../../src/plotter/prepare/index.ts'
import { profileNamed } from '../../src/plotter/profiles/index.ts'
import { readSvg } from '../../src/svg/index.ts'

/**
 * One planner on one drawing in a process of its own, so that memory is the planner's: `one.js ENGINE CASE`, where
 * CASE is a name of cases.ts, `scatter:N`, or an SVG file. Prints one line of JSON.
 */
const [, , engine = 'plotd', name = ''] = process.argv
const axidraw = profileNamed('axidraw-v3')

const NO_PEERS: Pick<typeof import('./peers.ts'), 'flattenSvg' | 'optimizePaths'> = {
  flattenSvg: (svg) => readSvg(svg).drawing,
  optimizePaths: (strokes) => strokes,
}
// Only what this one needs is loaded: the modules of all cases and peers are memory too.
const { flattenSvg, optimizePaths } = engine.startsWith('saxi') ? await import('./peers.ts') : NO_PEERS

async function read(): Promise<Strokes> {
  if (!name.endsWith('.svg')) return made()
  // Each as its own program reads a file: plotd takes bytes, since it looks for their encoding itself.
  return engine === 'saxi whole' ? flattenSvg(readFileSync(name, 'utf8')) : readSvg(readFileSync(name)).drawing
}

async function made(): Promise<Strokes> {
  const { CASES, scatter } = await import('./cases.ts')
  const size = /^scatter:(\d+)$/.exec(name)?.[1]
  const drawing = size === undefined ? CASES[name]?.() : scatter(Number(size))
  if (drawing) return drawing
  throw new Error(`there is no case ${name}`)
}

const ENGINES: Readonly<Record<string, (strokes: Strokes) => Strokes>> = {
  file: (strokes) => strokes,
  plotd: (strokes) => prepare(drawingOf(strokes, 1e6, 1e6)).drawing,
  'plotd whole': (strokes) => prepare(drawingOf(strokes, 1e6, 1e6)).drawing,
  'plotd once': (strokes) => prepare(drawingOf(strokes, 1e6, 1e6), { once: true }).drawing,
  'saxi reorder': (strokes) => optimizePaths(strokes, 0),
  'saxi reorder merge': (strokes) => optimizePaths(strokes, 0.5),
  'saxi whole': (strokes) => optimizePaths(strokes, 0),
}

const begun = performance.now()
const before = process.cpuUsage()
const strokes = await read()
const whole = engine.endsWith('whole')
const [from, cpuFrom] = whole ? [begun, before] : [performance.now(), process.cpuUsage()]
const planned = ENGINES[engine]?.(strokes) ?? strokes
const planning = (performance.now() - from) / 1000
const { user, system } = process.cpuUsage(cpuFrom)
const cpu = (user + system) / 1e6
const peakMb = process.resourceUsage().maxRSS / 1024
const plot = estimate(drawingOf(planned, 1e6, 1e6), axidraw)
console.log(JSON.stringify({ planning, cpu, peakMb, ...plot }))
