import { StrokeWriter } from '../../geometry/stroke-writer.ts'
import type { Random } from '../draw/random.ts'
import { choice, number, whole } from '../fields.ts'
import { definePattern } from './pattern.ts'

const SIDES = { square: 4, triangle: 3, hexagon: 6, circle: 48, line: 2 } as const

/**
 * A grid of figures, after Vera Molnár's "(Dés)Ordres" (1974) and Georg Nees's "Schotter" (1968). Every figure is
 * turned and moved at random, and distorted unless it is a circle. `toward` tells where this disorder is greatest.
 */
export const grid = definePattern({
  name: 'grid',
  summary: 'a grid of nested figures, orderly on one side and loosened on the other',
  params: {
    cell: number(2, 200, 15.5, 'size of a cell, mm'),
    shape: choice(['square', 'triangle', 'hexagon', 'circle', 'line'], 'square', 'the figure in each cell'),
    nested: whole(1, 40, 7, 'number of figures inside one another in each cell'),
    fill: number(0.1, 1.5, 0.9, 'size of the outermost figure, as a share of the cell'),
    disorder: number(0, 2, 0.75, 'disorder at its greatest; 0 keeps perfect order'),
    toward: choice(['right', 'down', 'centre', 'everywhere'], 'right', 'direction in which the disorder grows'),
    missing: number(0, 1, 0.06, 'share of figures left out where the disorder is 1; elsewhere in proportion to it'),
  },
  draw: ({ box, cx, cy, random }, p) => {
    const out = new StrokeWriter()
    const width = box.maxX - box.minX
    const height = box.maxY - box.minY
    const cell = Math.min(p.cell, width, height)
    const spare = 0.25 * cell * Math.min(1, p.disorder) // room for figures that move outwards
    const columns = Math.max(1, Math.floor((width - spare) / cell))
    const rows = Math.max(1, Math.floor((height - spare) / cell))
    const left = cx - (columns * cell) / 2
    const top = cy - (rows * cell) / 2
    for (let row = 0; row < rows; row++) {
      for (let i = 0; i < columns; i++) {
        const column = row % 2 === 0 ? i : columns - 1 - i // rows alternate in direction, so the pen travels little
        const loose = p.disorder * loosenessAt(p.toward, (column + 0.5) / columns, (row + 0.5) / rows)
        const figure = { x: left + (column + 0.5) * cell, y: top + (row + 0.5) * cell, cell, loose }
        drawFigure(figure, p, random, out)
      }
    }
    return out.take()
  },
})

function loosenessAt(toward: 'right' | 'down' | 'centre' | 'everywhere', u: number, v: number): number {
  if (toward === 'everywhere') return 1
  if (toward === 'centre') return Math.max(0, 1 - 2 * Math.hypot(u - 0.5, v - 0.5)) ** 1.5
  return (toward === 'right' ? u : v) ** 2
}

interface Figure {
  readonly x: number
  readonly y: number
  readonly cell: number
  readonly loose: number
}
interface FigureParams {
  readonly shape: keyof typeof SIDES
  readonly nested: number
  readonly fill: number
  readonly missing: number
}

function drawFigure({ x, y, cell, loose }: Figure, p: FigureParams, random: Random, out: StrokeWriter): void {
  const sides = SIDES[p.shape]
  for (let level = p.nested; level > 0; level--) {
    const size = (cell / 2) * p.fill * (level / p.nested)
    const turn = 0.35 * loose * random.gauss()
    const dx = 0.055 * cell * loose * random.gauss()
    const dy = 0.055 * cell * loose * random.gauss()
    const bend = Array.from({ length: sides }, () => 0.06 * size * loose * random.gauss())
    if (random.next() < p.missing * loose) continue
    const corner = p.shape === 'square' ? Math.SQRT2 : 1
    const start = p.shape === 'square' ? Math.PI / 4 : -Math.PI / 2
    for (let i = 0; i <= (sides === 2 ? 1 : sides); i++) {
      const reach = size * corner + (p.shape === 'circle' ? 0 : (bend[i % sides] ?? 0))
      const angle = start + turn + (2 * Math.PI * i) / sides
      const point = [x + dx + reach * Math.cos(angle), y + dy + reach * Math.sin(angle)] as const
      if (i === 0) out.moveTo(...point)
      else out.lineTo(...point)
    }
  }
}
