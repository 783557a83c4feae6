import { readFileSync } from 'node:fs'
import { drawingOf, type Strokes, strokeCount } from '../../src/geometry/drawing.ts'
import { estimate } from '../../src/plotter/motion/estimate.ts'
import { loadSolver, prepare } from '../../src/plotter/prepare/index.ts'
import { profileNamed } from '../../src/plotter/profiles/index.ts'
import { readSvg } from '../../src/svg/index.ts'
import { CASES } from './cases.ts'
import { flattenSvg, optimizePaths } from './peers.ts'
import { rings, scatter } from './scatter.ts'

/**
 * `one.js ENGINE CASE` runs one planner on one drawing, and prints one line of JSON. Each run has its own process,
 * because the peak memory of a process is measured. CASE is a name of cases.ts, an SVG file, `KIND:N` or `KIND:N:SEED`.
 * KIND is scatter, circles or dots.
 */
const [, , engine = 'plotd', name = ''] = process.argv
const axidraw = profileNamed('axidraw-v3')

function read(): Strokes {
  const makeCase = CASES[name]
  if (makeCase) return makeCase()
  const [, kind, size, seedText] = /^(scatter|circles|dots):(\d+)(?::(\d+))?$/.exec(name) ?? []
  const seed = seedText === undefined ? undefined : Number(seedText)
  if (size) return kind === 'scatter' ? scatter(Number(size), seed) : rings(Number(size), kind === 'dots', seed)
  // saxi reads the file only for `saxi whole`. For every other engine `readSvg` of plotd reads the bytes of the file.
  return engine === 'saxi whole' ? flattenSvg(readFileSync(name, 'utf8')) : readSvg(readFileSync(name)).drawing
}

/** The largest fraction of the plan's time that another plan could save; undefined if the engine computes no bound. */
let gap: number | undefined

const solver = engine === 'plotd bound' ? await loadSolver() : undefined

function bounded(strokes: Strokes): Strokes {
  const { drawing, report } = prepare(drawingOf(strokes, 1e6, 1e6), { bound: true, solver })
  gap = report.bound?.gap
  return drawing
}

const ENGINES: Readonly<Record<string, (strokes: Strokes) => Strokes>> = {
  file: (strokes) => strokes,
  plotd: (strokes) => prepare(drawingOf(strokes, 1e6, 1e6)).drawing,
  'plotd whole': (strokes) => prepare(drawingOf(strokes, 1e6, 1e6)).drawing,
  'plotd bound': bounded,
  'long search': (strokes) => prepare(drawingOf(strokes, 1e6, 1e6), { effort: 20 }).drawing,
  'plotd once': (strokes) => prepare(drawingOf(strokes, 1e6, 1e6), { once: true }).drawing,
  'saxi reorder': (strokes) => optimizePaths(strokes, 0),
  'saxi reorder merge': (strokes) => optimizePaths(strokes, 0.5),
  'saxi whole': (strokes) => optimizePaths(strokes, 0),
}

const begun = performance.now()
const before = process.cpuUsage()
const strokes = read()
const whole = engine.endsWith('whole')
const [from, cpuFrom] = whole ? [begun, before] : [performance.now(), process.cpuUsage()]
const planned = ENGINES[engine]?.(strokes) ?? strokes
const planning = (performance.now() - from) / 1000
const { user, system } = process.cpuUsage(cpuFrom)
const cpu = (user + system) / 1e6
const peakMb = process.resourceUsage().maxRSS / 1024
const plot = estimate(drawingOf(planned, 1e6, 1e6), axidraw)
console.log(JSON.stringify({ planning, cpu, peakMb, gap, strokes: strokeCount(strokes), ...plot }))
