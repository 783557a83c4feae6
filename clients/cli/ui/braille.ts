import type { Paint } from './paint.ts'

/** The bit that each dot of a Braille character adds to U+2800, by row and column. */
const DOTS = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const

/** A drawing surface in a terminal: two by four dots a character. */
export class Braille {
  /** Width and height in dots. */
  readonly width: number
  readonly height: number
  readonly #columns: number
  readonly #cells: Uint8Array

  constructor(columns: number, rows: number) {
    this.#columns = columns
    this.width = columns * 2
    this.height = rows * 4
    this.#cells = new Uint8Array(columns * rows)
  }

  dot(x: number, y: number): void {
    const px = Math.floor(x)
    const py = Math.floor(y)
    if (px < 0 || py < 0 || px >= this.width || py >= this.height) return
    const cell = Math.floor(py / 4) * this.#columns + Math.floor(px / 2)
    this.#cells[cell] = (this.#cells[cell] ?? 0) | (DOTS[py % 4]?.[px % 2] ?? 0)
  }

  /** A straight line in dots, both ends included. A line that is longer than 100,000 dots is left out. */
  line(x0: number, y0: number, x1: number, y1: number): void {
    const steps = Math.max(1, Math.ceil(Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0))))
    if (steps > 1e5) return
    for (let i = 0; i <= steps; i++) this.dot(x0 + ((x1 - x0) * i) / steps, y0 + ((y1 - y0) * i) / steps)
  }

  /** Lines of text, blanks for empty cells. */
  rows(): string[] {
    const lines: string[] = []
    for (let start = 0; start < this.#cells.length; start += this.#columns) {
      const row = this.#cells.subarray(start, start + this.#columns)
      lines.push(Array.from(row, (bits) => (bits === 0 ? ' ' : String.fromCodePoint(0x2800 + bits))).join(''))
    }
    return lines
  }

  /** The rows with the edge of the sheet around them. */
  framed({ dim }: Paint): string[] {
    const rows = this.rows()
    const edge = '─'.repeat(rows[0]?.length ?? 0)
    return [dim(`┌${edge}┐`), ...rows.map((row) => `${dim('│')}${row}${dim('│')}`), dim(`└${edge}┘`)]
  }
}

interface Lines {
  readonly points: Float64Array
  readonly starts: Uint32Array
}

/** Draws strokes (mm) as large as `columns` × `rows` characters allow, without distortion. */
export function brailleDrawing(strokes: Lines, page: { width: number; height: number }, columns: number, rows: number) {
  const scale = Math.min((columns * 2 - 1) / page.width, (rows * 4 - 1) / page.height)
  const across = Math.max(1, Math.ceil((page.width * scale + 1) / 2))
  const down = Math.max(1, Math.ceil((page.height * scale + 1) / 4))
  const canvas = new Braille(across, down)
  drawStrokes(canvas, strokes, scale)
  return canvas
}

/** Adds strokes (mm) to a canvas at `scale` dots per mm. */
export function drawStrokes(canvas: Braille, { points, starts }: Lines, scale: number): void {
  for (let s = 0; s + 1 < starts.length; s++) {
    const first = starts[s] ?? 0
    const end = starts[s + 1] ?? 0
    const scaled = (i: number): number => (points[i] ?? 0) * scale
    if (end - first === 1) canvas.dot(scaled(2 * first), scaled(2 * first + 1))
    for (let i = first + 1; i < end; i++)
      canvas.line(scaled(2 * i - 2), scaled(2 * i - 1), scaled(2 * i), scaled(2 * i + 1))
  }
}
