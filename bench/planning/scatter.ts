import type { Strokes } from '../../src/geometry/drawing.ts'
import { StrokeWriter } from '../../src/geometry/stroke-writer.ts'
import { seeded } from './seeded.ts'

export function collect(draw: (out: StrokeWriter, random: () => number) => void, seed = 7475): Strokes {
  const out = new StrokeWriter()
  draw(out, seeded(seed))
  return out.take()
}

/** Short lines anywhere on a sheet that grows with their number: the drawing of the scaling row. */
export function scatter(count: number, seed?: number): Strokes {
  const side = 2.8 * Math.sqrt(count)
  return collect((out, random) => {
    for (let i = 0; i < count; i++) {
      const [px, py, angle, length] = [random() * side, random() * side, random() * Math.PI, 2 + random() * 9]
      out.moveTo(px, py)
      out.lineTo(px + length * Math.cos(angle), py + length * Math.sin(angle))
    }
  }, seed)
}
