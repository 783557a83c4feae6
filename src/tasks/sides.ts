import type { Drawing, Layer, Strokes } from '../geometry/drawing.ts'
import { stroke, strokeCount } from '../geometry/drawing.ts'
import { StrokeWriter } from '../geometry/stroke-writer.ts'
import { layoutText } from '../hershey/index.ts'

/** The content of one side of a sheet. */
export interface Side {
  readonly name: string
  readonly strokes: readonly Strokes[]
}

/**
 * A layer for each side. Lengths are in mm. The plot pauses before each side after the first, so that the user can turn
 * the sheet over.
 */
export function drawSides(width: number, height: number, sides: readonly Side[]): Drawing {
  const out = new StrokeWriter()
  const layers: Layer[] = sides.map(({ name, strokes }, i) => {
    const first = out.strokes
    for (const part of strokes) for (let s = 0; s < strokeCount(part); s++) out.add(stroke(part, s))
    return { name, pen: 1, first, count: out.strokes - first, options: i === 0 ? {} : { pauseBefore: true } }
  })
  return { ...out.take(), width, height, layers }
}

/** Cap height of the number that a card shares with its envelope, mm. */
const PAIR_NUMBER_SIZE = 2.2

/**
 * The layout of the number that a card shares with its envelope, on one line, mm. The baseline begins at the origin.
 */
export const pairNumber = (number: string) =>
  layoutText(number.trim().replace(/[\s\u0085]+/g, ' '), { size: PAIR_NUMBER_SIZE })
