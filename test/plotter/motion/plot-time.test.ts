import { describe, expect, it } from 'vitest'
import { SHAPES, text } from '../../../bench/plot-times/drawings.ts'
import { MACHINES, machineNamed, percentOff } from '../../../bench/plot-times/machines.ts'
import { forty, hooks, ring } from '../../../bench/plotters/shapes.ts'
import { drawingOf, strokesOf } from '../../../src/geometry/drawing.ts'
import { withOverrides } from '../../../src/plotter/profiles/index.ts'
import { axidraw, planOf } from '../../support/bench.ts'
import { sample } from '../../support/fuzz.ts'

const shapes = sample(Object.keys(SHAPES), 1, 2)

describe.each(MACHINES)('the time of a plot on $name', (machine) => {
  const within = machine.name === 'HP 7470A' ? 0.5 : 1
  it.each(shapes)(`is that of the estimate within ${within} percent: %s`, async (name) => {
    const error = await percentOff(machine, () => drawingOf(SHAPES[name] ?? strokesOf(), 200, 150))
    expect(Math.abs(error)).toBeLessThan(within)
  })
})

it('the time of a plot is that of the estimate on a plotter that changes pens by itself', async () => {
  const drawing = drawingOf(strokesOf(...hooks(12)), 200, 150)
  const layers = [2, 5, 2].map((pen, i) => ({ name: '', pen, first: 4 * i, count: 4, options: {} }))
  const error = await percentOff(machineNamed('HP 7475A'), () => ({ ...drawing, layers }))
  expect(Math.abs(error)).toBeLessThan(1)
})

it.each(sample([400, 100, 30, 10, 1], 2))(
  'the time of a plot is that of the estimate on an HP 7470A at %i percent of its speed',
  async (speedPercent) => {
    const zigzag = Array.from({ length: 60 }, (_, i) => [10 + 60 * (i % 2), 10 + i]).flat()
    const drawing = drawingOf(strokesOf(...forty((x, y) => [x, y, x + 14, y + 12]), zigzag), 200, 150)
    const layers = drawing.layers.map((layer) => ({ ...layer, options: { speedPercent } }))
    const error = await percentOff(machineNamed('HP 7470A'), () => ({ ...drawing, layers }))
    expect(Math.abs(error)).toBeLessThan(1)
  },
)

describe.each(['grbl Z', 'Marlin Z', 'Klipper Z'])('the time of a plot on %s if a layer lowers the pen', (name) => {
  it.each(sample([20, 80, 95], 1))('to %i percent is that of the estimate', async (penDownPercent) => {
    const drawing = drawingOf(strokesOf(...hooks(12)), 200, 150)
    const second = { name: '', pen: 1, first: 4, count: 8, options: { penDownPercent } }
    const layers = [{ name: '', pen: 1, first: 0, count: 4, options: {} }, second]
    const error = await percentOff(machineNamed(name), () => ({ ...drawing, layers }))
    expect(Math.abs(error)).toBeLessThan(1)
  })
})

it.each(['EBB 2.8.1', 'grbl 80/mm'])(
  'the time of a plot with a curve pace is that of the estimate, and a slow curve pace lengthens it: %s',
  async (name) => {
    const machine = machineNamed(name)
    const drawing = drawingOf(text(), 200, 150)
    const withPace = (pace: number) => ({
      ...drawing,
      layers: drawing.layers.map((layer) => ({ ...layer, options: { pace } })),
    })
    expect(Math.abs(await percentOff(machine, () => withPace(8)))).toBeLessThan(1)
    const seconds = (each: typeof drawing) => planOf(each, machine.profile).estimate.seconds
    expect(seconds(withPace(8))).toBeGreaterThan(1.05 * seconds(drawing))
    expect(seconds(withPace(400))).toBeCloseTo(seconds(drawing), 3)
  },
)

it.each(['Klipper servo', 'Klipper Z'])(
  'the time of a plot with many sharp corners, which Klipper plans before it answers, is that of the estimate: %s',
  async (name) => {
    const zigzag = Array.from({ length: 60 }, (_, i) => [20 + i * 0.03, 20 + (i % 2) * 0.4]).flat()
    const error = await percentOff(machineNamed(name), () => drawingOf(strokesOf(zigzag), 200, 150))
    expect(Math.abs(error)).toBeLessThan(2)
  },
)

it('the time of a plot does not contain the delay of a layer without strokes', async () => {
  const drawing = drawingOf(strokesOf(...hooks(4)), 200, 150)
  const empty = { name: 'left out', pen: 1, first: 0, count: 0, options: { delayMs: 20_000 } }
  const error = await percentOff(machineNamed('EBB 2.8.1'), () => ({ ...drawing, layers: [empty, ...drawing.layers] }))
  expect(Math.abs(error)).toBeLessThan(1)
})

it('the time of a plot with a limited jerk is that of the estimate, and the limit lengthens it', async () => {
  const gentle = withOverrides(axidraw, { down: { jerk: 2000 }, up: { jerk: 4000 } })
  const drawing = drawingOf(
    strokesOf(...forty((x, y) => [x, y, x + 4, y, x + 4, y + 7]).slice(0, 20), ring(90, 60, 5, 120)),
    200,
    150,
  )
  const board = machineNamed('EBB 2.8.1')
  expect(Math.abs(await percentOff({ ...board, profile: gentle }, () => drawing))).toBeLessThan(1)
  const [slow, quick] = [gentle, axidraw].map((profile) => planOf(drawing, profile).estimate.seconds)
  expect(slow).toBeGreaterThan((quick ?? 0) * 1.05)
})
