import { describe, expect, it } from 'vitest'
import { type Drawing, drawingOf, stroke, strokeCount, strokesOf } from '../../../src/geometry/drawing.ts'
import { type PrepareOptions, prepare } from '../../../src/plotter/prepare/index.ts'
import { profileNamed } from '../../../src/plotter/profiles/index.ts'
import { readSvg } from '../../../src/svg/index.ts'
import { golden } from '../../support/golden.ts'

const ring = (cx: number, cy: number, radius: number): number[] =>
  Array.from({ length: 25 }, (_, i) => (Math.PI / 12) * (i % 24)).flatMap((angle) => [
    cx + radius * Math.cos(angle),
    cy + radius * Math.sin(angle),
  ])
const box = (left: number, top: number): number[] => [
  left,
  top,
  left + 9,
  top,
  left + 9,
  top + 7,
  left,
  top + 7,
  left,
  top,
]
const page = (...lines: number[][]): Drawing => drawingOf(strokesOf(...lines), 100, 100)
const many = (count: number, make: (i: number) => number[]): number[][] =>
  Array.from({ length: count }, (_, i) => make(i))

const words = '<text x="10" y="30" font-size="8">Trails, seams and order</text>'
const DRAWINGS: Readonly<Record<string, Drawing>> = {
  'scattered lines': page(...many(24, (i) => [(i * 37) % 91, (i * 53) % 89, ((i * 37) % 91) + 6, ((i * 53) % 89) + 3])),
  'rings, which may start anywhere': page(
    ...many(12, (i) => ring(12 + ((i * 29) % 76), 12 + ((i * 43) % 74), 2 + (i % 4))),
  ),
  'rooms that share their walls': page(...many(12, (i) => box(10 + 9 * (i % 4), 10 + 7 * Math.floor(i / 4)))),
  'a map: streets that end on another': page(
    [5, 20, 90, 20],
    [20, 20, 20, 60],
    [40, 20, 40, 60],
    [5, 60, 60, 60],
    [60, 20, 60, 60, 60, 90],
    [20, 20, 40, 20],
  ),
  'a line of text': readSvg(
    `<svg xmlns="http://www.w3.org/2000/svg" width="100mm" height="100mm" viewBox="0 0 100 100">${words}</svg>`,
  ).drawing,
}

/** The drawings that draw some ink more than once. */
const WITH_REPEATS = ['rooms that share their walls', 'a map: streets that end on another']

/** The result of a drawing: the figures, then each stroke by its first and last vertex, in order. */
function plan(from: Drawing, options: PrepareOptions): string {
  const { drawing, report } = prepare(from, options, profileNamed('axidraw-v3'))
  const { lifts, seconds, penDownMm, travelMm } = report.estimate
  const figures = `${lifts} lifts, ${seconds.toFixed(1)} s of ${report.before.seconds.toFixed(1)}, ${penDownMm.toFixed(1)} mm down, ${travelMm.toFixed(1)} mm up`
  const place = (line: Float64Array, at: number) => `${line.at(at)?.toFixed(1)},${line.at(at + 1)?.toFixed(1)}`
  const strokes = Array.from({ length: strokeCount(drawing) }, (_, i) => {
    const line = stroke(drawing, i)
    return `  ${place(line, 0)} – ${place(line, -2)} (${line.length / 2})`
  })
  return [figures, ...strokes].join('\n')
}

const all = (options: PrepareOptions, names = Object.keys(DRAWINGS)): string =>
  `${Object.entries(DRAWINGS)
    .filter(([name]) => names.includes(name))
    .map(([name, drawing]) => `${name}\n${plan(drawing, options)}`)
    .join('\n\n')}\n`

describe('the plans of a few small drawings', () => {
  it('equal those in the golden file', () => {
    const plans = all({})
    expect(plans).toBe(golden('planning/plans.txt', plans))
  })

  it('equal those in the golden file when ink is drawn once', () => {
    const plans = all({ once: true }, WITH_REPEATS)
    expect(plans).toBe(golden('planning/once.txt', plans))
  })

  it('differ for a drawing whose strokes keep their order', () => {
    const [name, drawing] = Object.entries(DRAWINGS)[0] ?? ['', page()]
    const expected = `${name}\n${plan(drawing, { keepOrder: true })}`
    expect(golden('planning/plans.txt', expected)).not.toContain(expected)
  })
})
