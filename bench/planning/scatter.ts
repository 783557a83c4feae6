import type { Strokes } from '../../src/geometry/drawing.ts'
import { StrokeWriter } from '../../src/geometry/stroke-writer.ts'
import { seeded } from './seeded.ts'

export function collect(draw: (out: StrokeWriter, random: () => number) => void, seed = 7475): Strokes {
  const out = new StrokeWriter()
  draw(out, seeded(seed))
  return out.take()
}

/** Short lines anywhere on a sheet that grows with their number. */
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

/** A circle of `pieces` chords that begins at the angle `from`, radians. */
export function ring(out: StrokeWriter, cx: number, cy: number, radius: number, pieces: number, from: number): void {
  for (let k = 0; k <= pieces; k++) {
    const angle = from + (2 * Math.PI * (k % pieces)) / pieces
    const [px, py] = [cx + radius * Math.cos(angle), cy + radius * Math.sin(angle)]
    if (k === 0) out.moveTo(px, py)
    else out.lineTo(px, py)
  }
}

/** Circles of many sizes that cross each other, or dots, on a sheet that grows with their number. */
export function rings(count: number, areDots: boolean, seed?: number): Strokes {
  const side = Math.sqrt(count / 5_000)
  return collect((out, random) => {
    for (let i = 0; i < count; i++) {
      const [px, py, radius] = [280 * side * random(), 200 * side * random(), 0.5 + random() * 4]
      ring(out, px, py, areDots ? 0.33 : radius, areDots ? 16 : 36, 0)
    }
  }, seed)
}
