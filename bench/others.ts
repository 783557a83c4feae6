import { join, resolve } from 'node:path'
import { deviation } from '../src/geometry/deviation.ts'
import { type Strokes, strokeCount, strokesOf } from '../src/geometry/drawing.ts'
import { runSimulator, type SimulatedPlotter } from '../src/plotter/simulators/index.ts'
import { packageRoot } from '../src/threads.ts'
import { bcnc } from './others/bcnc.ts'
import { until } from './others/child.ts'
import { cncjs } from './others/cncjs.ts'
import { inkscape } from './others/inkscape.ts'
import type { Program } from './others/program.ts'
import { saxi } from './others/saxi.ts'
import { hooks, spiral } from './plotters/shapes.ts'

const PROGRAMS = [saxi('2.8.1', 9182), saxi('3.0.3', 9183), cncjs, bcnc, inkscape]

const DRAWINGS: Readonly<Record<string, Strokes>> = {
  '40 hooks': strokesOf(...hooks(40)),
  'spiral, 0.5 mm': strokesOf(spiral(600, 0.5)),
  'spiral, 0.1 mm': strokesOf(spiral(1000, 0.1)),
}

/** A carriage that stands this long in real time has nothing more to do: longer than any program takes to begin. */
const REST_MS = 4000

/**
 * Programs that nobody here wrote draw on the simulators, behind a pseudo terminal. Those that are not installed are
 * passed over: saxi and cncjs are looked for as npm packages below `folder`, the others are Debian's.
 *
 * @param args  folder (bench/peers), how many times as fast as a real plotter (1), and part of one program's name
 */
export async function run(args: readonly string[]): Promise<void> {
  const [where = join(packageRoot, 'bench/peers'), speed = '1', only = ''] = args
  const folder = resolve(where)
  console.log('| program | version | drawing | commands | s | mm off | errors |')
  console.log('| ------- | ------- | ------- | -------- | - | ------ | ------ |')
  for (const program of PROGRAMS.filter(({ name }) => name.includes(only))) {
    const version = program.version(folder)
    if (version === undefined) console.log(`| ${program.name} | not installed |`)
    else for (const name of Object.keys(DRAWINGS)) console.log(await row(program, version, name, folder, Number(speed)))
  }
}

async function row(program: Program, version: string, name: string, folder: string, speed: number): Promise<string> {
  const strokes = DRAWINGS[name] ?? strokesOf()
  const simulator = await runSimulator(program.dialect, { ...program.simulator, speed })
  const { path, board } = simulator
  const wire = watch(board)
  const began = board.clock.now()
  const complaints = await program
    .draw(strokes, { path, folder, rest: () => resting(board) })
    .then(async (all) => {
      await until('the board rests', () => !board.moving && !board.penTouches)
      return all
    })
    .catch((error: unknown) => [String(error)])
  const seconds = (board.clock.now() - began) / 1000
  const ink = board.ink.strokes()
  await simulator.close()
  const off = Math.max(deviation(ink, strokes).mm, deviation(strokes, ink).mm)
  const missing = strokeCount(strokes) - strokeCount(ink)
  const errors = [...complaints, ...wire.errors, ...(missing === 0 ? [] : [`${missing} strokes too few`])]
  const cells = [program.name, version, name, wire.commands, seconds.toFixed(0), off.toFixed(3)]
  return `| ${[...cells, errors.length === 0 ? 0 : errors.join('; ')].join(' | ')} |`
}

async function resting(board: SimulatedPlotter): Promise<void> {
  let [seen, since] = [0, Date.now()]
  await until('the board rests', () => {
    const { vertexCount } = board.ink
    if (vertexCount !== seen || board.moving || board.penTouches) [seen, since] = [vertexCount, Date.now()]
    return seen > 0 && Date.now() - since > REST_MS
  })
}

/** Counts commands, and keeps what the board answered with an error. */
function watch(board: SimulatedPlotter): { readonly commands: number; readonly errors: readonly string[] } {
  const seen = { commands: 0, errors: [] as string[] }
  const receive = board.receive.bind(board)
  board.receive = (bytes) => {
    for (const byte of bytes) if (byte === 13 || byte === 10 || byte === 59) seen.commands++
    receive(bytes)
  }
  const toHost = board.cable.toHost.bind(board.cable)
  board.cable.toHost = (text) => {
    if (/^(!\d|error|ALARM)/.test(text.trim())) seen.errors.push(text.trim())
    toHost(text)
  }
  return seen
}
