import { type Strokes, strokesOf } from '../../src/geometry/drawing.ts'
import { doubled, glyphs, hills, oneLine, outlines, spirals, streets } from './lookalikes.ts'
import { collect, ring, rings, scatter } from './scatter.ts'

/** Small rings, denser toward the middle of a disc, like the dots of a portrait. */
const stipple = (count: number): Strokes =>
  collect((out, random) => {
    for (let i = 0; i < count; i++) {
      const [distance, angle] = [90 * random(), random() * 2 * Math.PI]
      ring(out, 140 + distance * Math.cos(angle), 105 + distance * Math.sin(angle), 0.33, 16, 0)
    }
  })

/** A mesh of triangles. Each edge is a stroke of its own. Order and direction are random. */
const mesh = (columns: number, rows: number): Strokes =>
  collect((out, random) => {
    const place = (c: number, r: number): [number, number] => [10 + 4 * c + 2 * (r % 2), 10 + 3.5 * r]
    const edges: [number, number][][] = []
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < columns; c++) {
        if (c + 1 < columns) edges.push([place(c, r), place(c + 1, r)])
        if (r + 1 < rows) edges.push([place(c, r), place(c, r + 1)])
        if (r + 1 < rows && c > 0) edges.push([place(c, r), place(c - 1 + (r % 2) * 2, r + 1)])
      }
    }
    for (const edge of edges.sort(() => random() - 0.5)) out.add((random() < 0.5 ? edge : edge.reverse()).flat())
  })

/** A map of rooms. Each room draws its four walls, so a wall between two rooms occurs twice. */
const rooms = (columns: number, rows: number): Strokes =>
  strokesOf(
    ...Array.from({ length: columns * rows }, (_, i) => {
      const [left, top] = [10 + 5 * (i % columns), 10 + 4 * Math.floor(i / columns)]
      return [left, top, left + 5, top, left + 5, top + 4, left, top + 4, left, top]
    }),
  )

/** Hatching in patches: the lines of a patch follow each other, all in one direction. */
const hatch = (patches: number): Strokes =>
  collect((out, random) => {
    for (let p = 0; p < patches; p++) {
      const [px, py, angle] = [random() * 250, random() * 180, random() * Math.PI]
      const [ux, uy] = [Math.cos(angle), Math.sin(angle)]
      for (let k = 0; k < 30; k++) {
        const [ax, ay] = [px - uy * k * 0.5, py + ux * k * 0.5]
        out.moveTo(ax, ay)
        out.lineTo(ax + 14 * ux, ay + 14 * uy)
      }
    }
  })

/** Drawings like those in comparisons of planners. Each is a function, because most runs need only one of them. */
export const CASES: Readonly<Record<string, () => Strokes>> = {
  'scatter 10k': () => scatter(10_000),
  'circles 5k': () => rings(5_000, false),
  'stipple 10k': () => stipple(10_000),
  'mesh 10k': () => mesh(66, 54),
  'rooms 2k': () => rooms(50, 40),
  'hatch 9k': () => hatch(300),
  'streets 3k': streets,
  'one line': () => oneLine(false),
  'one line cut': () => oneLine(true),
  'text page': glyphs,
  'outlines 3k': outlines,
  contours: hills,
  'doubled 4k': doubled,
  'spirals 400': spirals,
}
