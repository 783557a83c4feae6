import type { Strokes } from '../../../src/index.ts'
import { Braille } from './braille.ts'
import type { Paint } from './paint.ts'

/**
 * The ink after the first `drawnPoints` vertices: polylines, x, y interleaved, mm. The rest of a stroke begins at the
 * stroke's last drawn vertex.
 */
export function newInk({ points, starts }: Strokes, drawnPoints: number): number[][] {
  const pieces: number[][] = []
  for (let s = starts.length - 2; s >= 0; s--) {
    const first = starts[s] ?? 0
    const end = starts[s + 1] ?? 0
    if (end <= drawnPoints) break
    const from = Math.max(first, Math.min(drawnPoints, end) - 1)
    pieces.push(Array.from(points.subarray(2 * from, 2 * end)))
  }
  return pieces.reverse()
}

/** Drops each vertex that is nearer than `mm` to the kept vertex before it. Keeps both ends of the line. */
export function thin(line: readonly number[], mm: number): number[] {
  const simplified = line.slice(0, 2)
  for (let i = 2; i < line.length; i += 2) {
    const x = line[i] ?? 0
    const y = line[i + 1] ?? 0
    const isLast = i === line.length - 2
    if (isLast || Math.hypot(x - (simplified.at(-2) ?? 0), y - (simplified.at(-1) ?? 0)) >= mm) simplified.push(x, y)
  }
  return simplified
}

/** A sheet of paper in a terminal, with the ink so far. */
export class InkCanvas {
  readonly #canvas: Braille
  readonly #scale: number

  constructor(page: { readonly width: number; readonly height: number }, columns: number, rows: number) {
    this.#scale = Math.min((columns * 2 - 1) / page.width, (rows * 4 - 1) / page.height)
    const cells = (mm: number, dots: number) => Math.max(1, Math.ceil((mm * this.#scale + 1) / dots))
    this.#canvas = new Braille(cells(page.width, 2), cells(page.height, 4))
  }

  /** Adds a piece of a stroke, x, y interleaved, mm. */
  add(line: readonly number[]): void {
    const scaled = (i: number) => (line[i] ?? 0) * this.#scale
    if (line.length === 2) this.#canvas.dot(scaled(0), scaled(1))
    for (let i = 2; i < line.length; i += 2) this.#canvas.line(scaled(i - 2), scaled(i - 1), scaled(i), scaled(i + 1))
  }

  /** The rows of the canvas, with the sheet's edge around it. */
  framed(paint: Paint): string[] {
    return this.#canvas.framed(paint)
  }
}
