import { describe, expect, it } from 'vitest'
import { forty, hooks, ring, spiral } from '../../../bench/plotters/shapes.ts'
import { drawingOf, type Strokes, strokesOf } from '../../../src/geometry/drawing.ts'
import { layoutText } from '../../../src/hershey/index.ts'
import { makeDriver } from '../../../src/plotter/drivers/index.ts'
import { VirtualClock } from '../../../src/plotter/link/clock.ts'
import { strokeTimes } from '../../../src/plotter/motion/estimate.ts'
import type { Plan } from '../../../src/plotter/plan/plan.ts'
import { profileNamed, withOverrides } from '../../../src/plotter/profiles/index.ts'
import type { Profile } from '../../../src/plotter/profiles/profile.ts'
import { simulatorPort } from '../../../src/plotter/simulators/cable.ts'
import { EbbBoard } from '../../../src/plotter/simulators/ebb/board.ts'
import { GrblBoard } from '../../../src/plotter/simulators/grbl/board.ts'
import { HpglPlotter } from '../../../src/plotter/simulators/hpgl/board.ts'
import type { SimulatedPlotter } from '../../../src/plotter/simulators/index.ts'
import { MarlinBoard } from '../../../src/plotter/simulators/marlin/board.ts'
import { axidraw, planOf, plotAll } from '../../support/bench.ts'
import { sample } from '../../support/fuzz.ts'

interface Machine {
  readonly name: string
  readonly profile: Profile
  readonly make: (clock: VirtualClock) => SimulatedPlotter
  /** How late its answers are, ms. */
  readonly lateMs: number
  /** How far off the estimate may be, percent: 1 unless told. */
  readonly within?: number
}

/** A printer whose pen hangs on its Z axis, and which homes to its front left corner. */
const ON_Z = { pen: { kind: 'z', touchesAt: 0 }, topEdge: 220 } as const

const MACHINES: readonly Machine[] = [
  {
    name: 'an EBB 2.5.3',
    profile: axidraw,
    make: (clock) => new EbbBoard({ clock, firmware: '2.5.3' }),
    lateMs: 1,
  },
  { name: 'an EBB 2.8.1', profile: axidraw, make: (clock) => new EbbBoard({ clock }), lateMs: 1 },
  {
    name: 'an EBB 3.0.3',
    profile: axidraw,
    make: (clock) => new EbbBoard({ clock, firmware: '3.0.3' }),
    lateMs: 1,
  },
  // as late as real firmware answered when the times of its lines were measured
  {
    name: 'a grbl board with a servo',
    profile: profileNamed('grbl-servo'),
    make: (clock) => new GrblBoard({ clock }),
    lateMs: 0.25,
  },
  {
    name: 'a grbl board with a pen on its Z axis',
    profile: profileNamed('grbl-z'),
    make: (clock) => new GrblBoard({ clock, pen: { kind: 'z', touchesAt: 0 } }),
    lateMs: 0.25,
  },
  {
    name: 'Marlin with a servo',
    profile: profileNamed('marlin-servo'),
    make: (clock) => new MarlinBoard({ clock }),
    lateMs: 1,
  },
  {
    name: 'Marlin with a pen on its Z axis',
    profile: profileNamed('marlin-z'),
    make: (clock) => new MarlinBoard({ clock, ...ON_Z }),
    lateMs: 1,
  },
  {
    name: 'Klipper with a servo',
    profile: profileNamed('klipper-servo'),
    make: (clock) => new MarlinBoard({ clock, firmware: 'klipper' }),
    lateMs: 1,
  },
  {
    name: 'Klipper with a pen on its Z axis',
    profile: profileNamed('klipper-z'),
    make: (clock) => new MarlinBoard({ clock, firmware: 'klipper', ...ON_Z }),
    lateMs: 1,
  },
  { name: 'an HP 7475A', profile: profileNamed('hp-7475a'), make: (clock) => new HpglPlotter({ clock }), lateMs: 1 },
  {
    name: 'an HP 7550A',
    profile: profileNamed('hp-7550a'),
    make: (clock) => new HpglPlotter({ clock, model: '7550A' }),
    lateMs: 1,
  },
  {
    name: 'an HP 7470A, whose buffer holds 255 bytes',
    profile: profileNamed('hp-7470a'),
    make: (clock) => new HpglPlotter({ clock, model: '7470A' }),
    lateMs: 1,
    within: 0.5,
  },
]

const text = (): Strokes => {
  const { strokes } = layoutText('Sphinx of black quartz, judge my vow. 0123', { size: 8, width: 90 })
  return { ...strokes, points: strokes.points.map((mm) => mm + 15) }
}

const DRAWINGS: Readonly<Record<string, Strokes>> = {
  text: text(),
  'a long curve in segments of half a millimetre': strokesOf(spiral(1000, 0.5)),
  // where drawing takes about as long as the wire
  'a long curve in segments of three tenths of a millimetre': strokesOf(spiral(1500, 0.3)),
  'one line of 6,000 segments of a tenth of a millimetre': strokesOf(spiral(6000, 0.1)),
  'a hatch': strokesOf(
    ...Array.from({ length: 30 }, (_, i) => (i % 2 ? [10 + i, 10, 40 + i, 60] : [40 + i, 60, 10 + i, 10])),
  ),
  'small squares': strokesOf(...forty((x, y) => [x, y, x + 2, y, x + 2, y + 2, x, y + 2, x, y])),
  corners: strokesOf(...hooks(40)),
  'rings in fine chords': strokesOf(...forty((x, y) => ring(x, y, 5, 120)).slice(0, 12)),
  'rings of half a millimetre': strokesOf(...forty((x, y) => ring(x, y, 0.25, 24))),
  'dashes of a third of a millimetre': strokesOf(...forty((x, y) => [x, y, x + 0.3, y])),
  dots: strokesOf(...forty((x, y) => [x, y])),
}

/** How much longer the board took than was said, percent: simulated boards step every move that they are sent. */
async function off({ profile: asked, make, lateMs }: Machine, planFor: (profile: Profile) => Plan): Promise<number> {
  const clock = new VirtualClock()
  const board = make(clock)
  board.cable.faults.lateMs = lateMs
  const { driver } = await makeDriver(asked, simulatorPort(board.cable), clock)
  const { profile = asked } = await driver.connect()
  if (profile.dialect === 'hpgl' || profile.marlin?.homing) await driver.home() // a plotter that is switched on stands in another corner
  const plan = planFor(profile)
  const start = clock.now()
  await plotAll(driver, plan)
  return ((clock.now() - start) / 1000 / plan.estimate.seconds - 1) * 100
}

describe.each(MACHINES)('the time of a plot on $name', (machine) => {
  const { within = 1 } = machine
  it.each(sample(Object.keys(DRAWINGS), 2))(`is that of the estimate within ${within} percent: %s`, async (name) => {
    const strokes = DRAWINGS[name] ?? strokesOf()
    const error = await off(machine, (profile) => planOf(drawingOf(strokes, 200, 150), profile))
    expect(Math.abs(error)).toBeLessThan(within)
  })
})

it.each([
  'an EBB 3.0.3',
  'a grbl board with a servo',
  'Marlin with a servo',
  'Marlin with a pen on its Z axis',
  'Klipper with a servo',
  'Klipper with a pen on its Z axis',
])('left after a change of speed is what the rest takes, within 2 percent: %s', async (name) => {
  const machine = MACHINES.find((one) => one.name === name)
  if (!machine) throw new Error(`no machine ${name}`)
  const clock = new VirtualClock()
  const board = machine.make(clock)
  board.cable.faults.lateMs = machine.lateMs
  const { driver } = await makeDriver(machine.profile, simulatorPort(board.cable), clock)
  const { profile = machine.profile } = await driver.connect()
  if (profile.marlin?.homing) await driver.home()
  const plan = planOf(drawingOf(strokesOf(...hooks(24)), 200, 150), profile)
  const [change, times] = [9, strokeTimes(plan, profile, 30)]
  let changed = Number.NaN
  for await (const { stroke } of driver.plot(plan, { signal: new AbortController().signal })) {
    if (stroke !== change) continue
    await driver.adjust({ speedPercent: 30 })
    changed = clock.now()
  }
  const left = (times.at(-1) ?? 0) - (times[change] ?? 0)
  expect(Math.abs((clock.now() - changed) / 1000 / left - 1)).toBeLessThan(0.02)
})

it('is that of the estimate on a plotter that changes pens by itself, with the pens fetched and put back', async () => {
  const machine = MACHINES.find(({ name }) => name === 'an HP 7475A')
  if (!machine) throw new Error('no HP 7475A')
  const drawing = drawingOf(strokesOf(...hooks(12)), 200, 150)
  const layers = [2, 5, 2].map((pen, i) => ({ name: '', pen, first: 4 * i, count: 4, options: {} }))
  const error = await off(machine, (profile) => planOf({ ...drawing, layers }, profile))
  expect(Math.abs(error)).toBeLessThan(1)
})

it.each([100, 30])('is that of the estimate on an HP 7470A at %i percent of its speed', async (speedPercent) => {
  const machine: Machine = {
    name: 'an HP 7470A',
    profile: profileNamed('hp-7470a'),
    make: (clock) => new HpglPlotter({ clock, model: '7470A' }),
    lateMs: 1,
  }
  const zigzag = Array.from({ length: 60 }, (_, i) => [10 + 60 * (i % 2), 10 + i]).flat()
  const drawing = drawingOf(strokesOf(...forty((x, y) => [x, y, x + 14, y + 12]), zigzag), 200, 150)
  const layers = drawing.layers.map((layer) => ({ ...layer, options: { speedPercent } }))
  const error = await off(machine, (profile) => planOf({ ...drawing, layers }, profile))
  expect(Math.abs(error)).toBeLessThan(1)
})

it.each([1, 3])('is that of the estimate at the pace of a hand, which takes longer: machine %i', async (index) => {
  const machine = MACHINES[index]
  if (!machine) throw new Error(`no machine ${index}`)
  const drawing = drawingOf(text(), 200, 150)
  const at = (pace: number) => ({
    ...drawing,
    layers: drawing.layers.map((layer) => ({ ...layer, options: { pace } })),
  })
  expect(Math.abs(await off(machine, (profile) => planOf(at(8), profile)))).toBeLessThan(1)
  const seconds = (each: typeof drawing) => planOf(each, machine.profile).estimate.seconds
  expect(seconds(at(8))).toBeGreaterThan(1.05 * seconds(drawing))
  expect(seconds(at(400))).toBeCloseTo(seconds(drawing), 3)
})

it('is that of the estimate with a limited jerk as well, which takes longer', async () => {
  const gentle = withOverrides(axidraw, { down: { jerk: 2000 }, up: { jerk: 4000 } })
  const drawing = drawingOf(
    strokesOf(...forty((x, y) => [x, y, x + 4, y, x + 4, y + 7]).slice(0, 20), ring(90, 60, 5, 120)),
    200,
    150,
  )
  const [, board] = MACHINES
  if (!board) throw new Error('no EBB')
  expect(Math.abs(await off({ ...board, profile: gentle }, (profile) => planOf(drawing, profile)))).toBeLessThan(1)
  const [slow, quick] = [gentle, axidraw].map((profile) => planOf(drawing, profile).estimate.seconds)
  expect(slow).toBeGreaterThan((quick ?? 0) * 1.05)
})
