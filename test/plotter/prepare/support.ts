import fc from 'fast-check'
import {
  type Drawing,
  drawingOf,
  type Strokes,
  stroke,
  strokeCount,
  strokesOf,
  x,
  y,
} from '../../../src/geometry/drawing.ts'

/** The ink of strokes: each dot and each segment as text, without a direction, and how often it is drawn. */
export function ink(strokes: Strokes): Map<string, number> {
  const counts = new Map<string, number>()
  for (let i = 0; i < strokeCount(strokes); i++) {
    const line = stroke(strokes, i)
    if (line.length === 2) count(counts, `dot ${x(line, 0)},${y(line, 0)}`)
    for (let v = 1; v < line.length / 2; v++) {
      const ends = [`${x(line, v - 1)},${y(line, v - 1)}`, `${x(line, v)},${y(line, v)}`].sort()
      if (ends[0] !== ends[1]) count(counts, ends.join(' '))
    }
  }
  return counts
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

export const drawing = (...lines: number[][]): Drawing => drawingOf(strokesOf(...lines), 100, 100)

/** Strokes between few places, so that their ends often meet. */
export const meshes = (places: number, most: number): fc.Arbitrary<Strokes> =>
  fc
    .array(fc.array(fc.nat(places - 1), { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: most })
    .map((walks) =>
      walks
        .map((walk) => walk.filter((place, i) => i === 0 || place !== walk[i - 1]))
        .filter((walk) => walk.length > 1),
    )
    .filter((walks) => walks.length > 0)
    .map((walks) =>
      strokesOf(...walks.map((walk) => walk.flatMap((place) => [(place * 7) % 20, (place * place) % 17]))),
    )

/** Open strokes, closed strokes and dots anywhere on the page. */
export const scattered = (most: number): fc.Arbitrary<Strokes> => {
  const coordinate = fc.integer({ min: 0, max: 4000 }).map((n) => n / 40)
  const line = fc.array(fc.tuple(coordinate, coordinate), { minLength: 1, maxLength: 6 })
  const closed = line.map((points) => (points.length > 2 ? [...points, points[0] ?? [0, 0]] : points))
  return fc.array(fc.oneof(line, closed), { maxLength: most }).map((lines) => strokesOf(...lines.map((l) => l.flat())))
}
