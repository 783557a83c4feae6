import { type Strokes, stroke, strokeCount } from '../../src/geometry/drawing.ts'

/** The strokes as lists of interleaved coordinates, rounded to a thousandth. */
export const linesOf = (strokes: Strokes): number[][] =>
  Array.from({ length: strokeCount(strokes) }, (_, i) =>
    [...stroke(strokes, i)].map((v) => Math.round(v * 1000) / 1000 + 0),
  )
