import { describe, expect, it } from 'vitest'
import { forty } from '../../../bench/plotters/shapes.ts'
import { type Drawing, drawingOf, strokesOf } from '../../../src/geometry/drawing.ts'
import { makeDriver } from '../../../src/plotter/drivers/index.ts'
import { VirtualClock } from '../../../src/plotter/link/clock.ts'
import { makePlan } from '../../../src/plotter/plan/make-plan.ts'
import { profileNamed, withOverrides } from '../../../src/plotter/profiles/index.ts'
import type { PenTool, Profile } from '../../../src/plotter/profiles/profile.ts'
import { simulatorPort } from '../../../src/plotter/simulators/cable.ts'
import { EbbBoard } from '../../../src/plotter/simulators/ebb/board.ts'
import { GrblBoard } from '../../../src/plotter/simulators/grbl/board.ts'
import { HpglPlotter } from '../../../src/plotter/simulators/hpgl/board.ts'
import type { SimulatedPlotter } from '../../../src/plotter/simulators/index.ts'
import { MarlinBoard } from '../../../src/plotter/simulators/marlin/board.ts'
import { plotAll } from '../../support/bench.ts'
import { inkError } from '../../support/ink.ts'

/** Ten dashes with pen 1, then ten with pen 2. */
const dashes = strokesOf(...forty((x, y) => [x, y, x + 3, y + 1]).slice(0, 20))
const base = drawingOf(dashes, 200, 150)
const drawing: Drawing = {
  ...base,
  layers: [1, 2].map((pen, i) => ({ name: '', pen, first: 10 * i, count: 10, options: {} })),
}

/** Plots on a simulated board. @returns also `off`, the excess of the time over the estimate in percent */
async function plotted(board: SimulatedPlotter, given: Profile, clock: VirtualClock) {
  board.cable.faults.lateMs = 0.25
  const { driver } = await makeDriver(given, simulatorPort(board.cable), clock)
  const { profile = given } = await driver.connect()
  if (given.dialect === 'hpgl' || given.marlin?.homing) await driver.home()
  board.ink.newSheet()
  const { plan } = makePlan(drawing, {}, profile)
  const start = clock.now()
  await plotAll(driver, plan)
  const seconds = (clock.now() - start) / 1000
  return { plan, seconds, off: (seconds / plan.estimate.seconds - 1) * 100, ink: board.ink.strokes() }
}

const withPens = (name: string, pens: readonly PenTool[]): Profile => withOverrides(profileNamed(name), { pens })

describe('a pen whose tip has an offset in its holder', () => {
  const pens = [{ pen: 2, dx: 0.4, dy: -0.25 }]
  it.each([
    ['axidraw-v3', (clock: VirtualClock) => new EbbBoard({ clock })],
    ['hp-7475a', (clock: VirtualClock) => new HpglPlotter({ clock })],
  ])('draws where the drawing has its strokes: %s', async (name, make) => {
    const clock = new VirtualClock()
    const { plan, ink } = await plotted(make(clock), withPens(name, pens), clock)
    expect(inkError(ink, plan)).toBeLessThan(0.05)
    // the simulated ink lies under the carriage, but a real second pen draws at its offset from the carriage
    const first = 2 * (plan.starts[plan.layers[1]?.first ?? 0] ?? 0)
    const onPaper = plan.points.map((mm, i) => (i < first ? mm : mm + (i % 2 === 0 ? 0.4 : -0.25)))
    const { plan: straight } = makePlan(drawing, {}, profileNamed(name))
    expect([...onPaper].every((mm, i) => Math.abs(mm - (straight.points[i] ?? 0)) < 1e-9)).toBe(true)
  })

  it('is refused when the carriage would leave its reach', () => {
    const profile = withPens('axidraw-v3', [{ pen: 2, dx: 40 }])
    expect(() => makePlan(drawing, {}, profile)).toThrow(/offset of pen 2 .* reach is 0, 0 … 300, 218 mm/)
  })
})

describe('a pen that needs longer than others to touch the paper', () => {
  const pens = [{ pen: 2, dwellMs: 130 }]
  it.each([
    ['axidraw-v3', (clock: VirtualClock) => new EbbBoard({ clock }), 1.3],
    ['grbl-servo', (clock: VirtualClock) => new GrblBoard({ clock }), 1.5],
    ['grbl-z', (clock: VirtualClock) => new GrblBoard({ clock, pen: { kind: 'z', touchesAt: 0 } }), 1.5],
    ['marlin-servo', (clock: VirtualClock) => new MarlinBoard({ clock }), 1.3],
    [
      'marlin-z',
      (clock: VirtualClock) => new MarlinBoard({ clock, pen: { kind: 'z', touchesAt: 0 }, topEdge: 220 }),
      2.46,
    ],
  ] as const)('gets its time, which the estimate counts: %s', async (name, make, more) => {
    const [clock, other] = [new VirtualClock(), new VirtualClock()]
    const slow = await plotted(make(clock), withPens(name, pens), clock)
    const quick = await plotted(make(other), profileNamed(name), other)
    expect(slow.seconds - quick.seconds).toBeCloseTo(more, 1)
    expect(Math.abs(slow.off)).toBeLessThan(1)
  })
})

describe('the pens of a profile', () => {
  it.each([
    [[{ pen: 0 }], /pens.pen: 0 is not/],
    [[{ pen: 1 }, { pen: 1 }], /names each pen once/],
    [[{ pen: 1, dx: 1000 }], /pens.dx: 1000 is not a number from -100 to 100/],
    [[{ pen: 1, width: 2 }], /pens.width is not a field of a pen/],
  ])('are refused when they are invalid: %j', (pens, message) => {
    expect(() => withOverrides(profileNamed('axidraw-v3'), { pens: pens as PenTool[] })).toThrow(message)
  })

  it('have no dwell on a plotter that times its pens itself', () => {
    expect(() => withPens('hp-7475a', [{ pen: 1, dwellMs: 10 }])).toThrow(/pens.dwellMs: 10 is not for hpgl boards/)
  })
})
