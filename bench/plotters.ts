import { type Drawing, drawingOf, strokeCount, strokesOf } from '../src/geometry/drawing.ts'
import type { Driver } from '../src/plotter/drivers/driver.ts'
import { type DriverMemory, makeDriver } from '../src/plotter/drivers/index.ts'
import { sleep, VirtualClock } from '../src/plotter/link/clock.ts'
import { estimate } from '../src/plotter/motion/estimate.ts'
import type { Plan } from '../src/plotter/plan/plan.ts'
import { profileNamed } from '../src/plotter/profiles/index.ts'
import type { Profile } from '../src/plotter/profiles/profile.ts'
import { simulatorPort } from '../src/plotter/simulators/cable.ts'
import { EbbBoard } from '../src/plotter/simulators/ebb/board.ts'
import { GrblBoard } from '../src/plotter/simulators/grbl/board.ts'
import { HpglPlotter } from '../src/plotter/simulators/hpgl/board.ts'
import type { SimulatedPlotter } from '../src/plotter/simulators/index.ts'
import { inkDistance } from './plot-times/ink-distance.ts'
import { hooks, spiral } from './plotters/shapes.ts'

interface Machine {
  readonly name: string
  readonly profile: Profile
  readonly make: (clock: VirtualClock) => SimulatedPlotter
}

const MACHINES: readonly Machine[] = [
  { name: 'EBB 2.8.1', profile: profileNamed('axidraw-v3'), make: (clock) => new EbbBoard({ clock }) },
  {
    name: 'EBB 3.0.3',
    profile: profileNamed('axidraw-v3'),
    make: (clock) => new EbbBoard({ clock, firmware: '3.0.3' }),
  },
  {
    name: 'grbl 1.1h',
    profile: profileNamed('grbl-servo'),
    make: (clock) => new GrblBoard({ clock, resetsOnOpen: false }),
  },
  { name: 'HP 7475A', profile: profileNamed('hp-7475a'), make: (clock) => new HpglPlotter({ clock }) },
]

const DRAWINGS: Readonly<Record<string, Drawing>> = {
  '0.5 mm': drawingOf(strokesOf(spiral(1500, 0.5)), 250, 190),
  '0.1 mm': drawingOf(strokesOf(spiral(2500, 0.1)), 250, 190),
  '300 hooks': drawingOf(strokesOf(...hooks(300)), 250, 190),
}
const CUT_DRAWING = drawingOf(strokesOf(...hooks(40), spiral(400, 0.5)), 250, 190)

/**
 * Plots on simulated EBB, grbl and HP-GL boards in virtual time, with answers 1 ms late. Then aborts plots. Then cuts
 * the cable after a number of bytes, connects again and resumes the plot.
 *
 * @param cuts  where the bench cuts the cable. '60': at sixty places, evenly spread over the bytes of the plot.
 *   'every': after each byte. '1-800': after each of these bytes. 'none': nowhere
 * @param only  a part of a machine's name; selects the machines
 */
export async function run([cuts = '60', only = '']: readonly string[]): Promise<void> {
  const machines = MACHINES.filter(({ name }) => name.includes(only))
  console.log('| machine   | drawing   | s       | off by      | commands/s | bytes/s | least fill | gaps |')
  console.log('| --------- | --------- | ------- | ----------- | ---------- | ------- | ---------- | ---- |')
  for (const machine of machines) for (const name of Object.keys(DRAWINGS)) await draw(machine, name)
  console.log('\n| machine   | abort to the last step | distance until then | pen up after |')
  console.log('| --------- | ---------------------- | ------------------- | ------------ |')
  for (const machine of machines) await abort(machine)
  console.log('\n| machine   | cuts | whole after resume | worst mm off | most strokes drawn twice |')
  console.log('| --------- | ---- | ------------------ | ------------ | ------------------------ |')
  if (cuts !== 'none') for (const machine of machines) await cut(machine, cuts)
}

async function rigOf({ profile: configured, make }: Machine, drawing: Drawing | undefined) {
  const clock = new VirtualClock()
  const board = make(clock)
  board.cable.faults.lateMs = 1
  const memory: DriverMemory = {}
  const connect = async () => {
    const { driver } = await makeDriver(configured, simulatorPort(board.cable), clock, memory)
    const { profile = configured } = await driver.connect()
    return { driver, profile }
  }
  const { driver, profile } = await connect()
  if (profile.dialect === 'hpgl') await driver.home() // after power-on the carriage is not at home
  const plan: Plan = { ...(drawing ?? CUT_DRAWING), hash: '', estimate: estimate(drawing ?? CUT_DRAWING, profile) }
  return { clock, board, driver, plan, connect }
}

async function plot(driver: Driver, plan: Plan, from = 0, signal = new AbortController().signal): Promise<number> {
  let executed = from
  try {
    for await (const moment of driver.plot(plan, { from, signal })) ({ executed } = moment)
  } catch {
    // the plot was cut or stopped, so only executed strokes count
  }
  return executed
}

async function draw(machine: Machine, name: string): Promise<void> {
  const { clock, board, driver, plan } = await rigOf(machine, DRAWINGS[name])
  let commands = 0
  let least = 15
  let inStroke = 0
  const receive = board.receive.bind(board)
  board.receive = (bytes) => {
    for (const byte of bytes) if (byte === 13 || byte === 10 || byte === 59) commands++
    if (board instanceof GrblBoard) {
      inStroke = board.isPenDown ? inStroke + 1 : 0
      if (inStroke > 40 && inStroke < plan.points.length / 2 - 40) least = Math.min(least, board.planner.leastFill)
      board.planner.resetFill()
    }
    receive(bytes)
  }
  const [start, before] = [clock.now(), board.cable.received]
  await plot(driver, plan)
  const seconds = (clock.now() - start) / 1000
  const off = `${((seconds / plan.estimate.seconds - 1) * 100).toFixed(1)} %`
  const fill = board instanceof GrblBoard ? String(least) : '–'
  const rates = [commands / seconds, (board.cable.received - before) / seconds].map((rate) => rate.toFixed(0))
  row(machine.name, name.padEnd(9), seconds.toFixed(1), off, ...rates, fill, String(board.gaps))
}

/** Aborts a long curve at twenty moments, and prints the worst results. */
async function abort(machine: Machine): Promise<void> {
  let [ms, mm, upMs] = [0, 0, 0]
  for (let i = 1; i <= 20; i++) {
    const { clock, board, driver, plan } = await rigOf(machine, DRAWINGS['0.5 mm'])
    const ending = new AbortController()
    const plotting = plot(driver, plan, 0, ending.signal)
    while (board.ink.length < i * 12) await sleep(clock, 1)
    const [at, ink] = [clock.now(), board.ink.length]
    ending.abort(new Error('enough'))
    let [last, place] = [at, board.position.join()]
    while (board.isPenDown || board.isMoving) {
      await sleep(clock, 0.5)
      if (board.position.join() !== place) [last, place] = [clock.now(), board.position.join()]
    }
    ;[ms, mm, upMs] = [Math.max(ms, last - at), Math.max(mm, board.ink.length - ink), Math.max(upMs, clock.now() - at)]
    await plotting
  }
  row(machine.name, `${ms.toFixed(1)} ms`, `${mm.toFixed(2)} mm of ink`, `${upMs.toFixed(0)} ms`)
}

async function cut(machine: Machine, cuts: string): Promise<void> {
  const measured = await rigOf(machine, undefined)
  const before = measured.board.cable.received
  await plot(measured.driver, measured.plan)
  const bytes = measured.board.cable.received - before
  const [, from, to] = /^(\d+)-(\d+)$/.exec(cuts) ?? []
  const step = cuts === 'every' || to ? 1 : Math.max(1, bytes / Number(cuts))
  let [tried, whole, worst, twice] = [0, 0, 0, 0]
  for (let n = Number(from ?? 1); n < Math.min(bytes, Number(to ?? bytes) + 1); n += step) {
    const { clock, board, driver, plan, connect } = await rigOf(machine, undefined)
    board.cable.faults.cutAfterBytes = Math.round(n)
    const executed = await plot(driver, plan)
    await sleep(clock, 10_000)
    const again = await connect()
    if (!again.driver.position) board.pushHome()
    await plot(again.driver, plan, executed)
    const ink = board.ink.strokes()
    const off = inkDistance(ink, plan)
    const extra = strokeCount(ink) - strokeCount(plan)
    tried++
    if (off < 0.05 && extra <= 1) whole++
    ;[worst, twice] = [Math.max(worst, off), Math.max(twice, extra)]
  }
  row(machine.name, String(tried), `${whole} of ${tried}`, worst.toFixed(3), String(twice))
}

const row = (...cells: readonly string[]): void => console.log(`| ${cells.join(' | ')} |`)
