import { type Strokes, stroke, strokeCount } from '../../src/geometry/drawing.ts'

/** The shape of each stroke as text: its vertices relative to its first vertex. A moved stroke keeps its shape. */
export const strokeShapes = (strokes: Strokes): string[] =>
  Array.from({ length: strokeCount(strokes) }, (_, i) => {
    const line = stroke(strokes, i)
    return [...line].map((value, k) => (value - (line[k % 2] ?? 0)).toFixed(4)).join()
  })
