import { StrokeWriter } from '../../geometry/stroke-writer.ts'
import { joinStrokes } from '../draw/join.ts'
import { number, whole } from '../fields.ts'
import { definePattern } from './pattern.ts'

/**
 * Quarter-circle tiles that are turned by chance (Smith 1987, after Truchet 1704). In each tile one family of arcs
 * passes over the other. Joined arcs make long trails.
 */
export const truchet = definePattern({
  name: 'truchet',
  summary: 'quarter-circle tiles woven over and under into winding bands',
  params: {
    cell: number(2, 200, 15.4, 'size of a tile, mm'),
    strands: whole(1, 24, 8, 'number of lines that leave each side of a tile'),
    bias: number(0, 1, 0.5, 'share of tiles turned one way; 0 and 1 give diagonal waves'),
  },
  draw: ({ box, cx, cy, random }, p) => {
    const out = new StrokeWriter()
    const cell = Math.min(p.cell, box.maxX - box.minX, box.maxY - box.minY)
    const columns = Math.floor((box.maxX - box.minX) / cell)
    const rows = Math.floor((box.maxY - box.minY) / cell)
    const left = cx - (columns * cell) / 2
    const top = cy - (rows * cell) / 2
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const x = left + column * cell
        const y = top + row * cell
        const isTurned = random.next() < p.bias
        const first: Corner = isTurned ? [x, y, 0] : [x + cell, y, Math.PI / 2]
        const second: Corner = isTurned ? [x + cell, y + cell, Math.PI] : [x, y + cell, -Math.PI / 2]
        const isFirstOver = random.next() < 0.5
        const over = isFirstOver ? first : second
        const under = isFirstOver ? second : first
        arcs(over, cell, p.strands, out)
        arcs(under, cell, p.strands, out, over)
      }
    }
    return joinStrokes(out.take())
  },
})

type Corner = readonly [x: number, y: number, from: number]

/**
 * Draws quarter circles about a corner. Leaves out the parts whose distance from the corner `over` is less than the
 * side of a cell.
 */
function arcs([ox, oy, from]: Corner, cell: number, strands: number, out: StrokeWriter, over?: Corner): void {
  for (let strand = 0; strand < strands; strand++) {
    const radius = (cell * (strand + 0.5)) / strands
    const steps = Math.max(6, Math.ceil(radius / 0.35))
    let isDrawing = false
    for (let i = 0; i <= steps; i++) {
      const angle = from + ((Math.PI / 2) * i) / steps
      const point = [ox + radius * Math.cos(angle), oy + radius * Math.sin(angle)] as const
      const isVisible = over === undefined || Math.hypot(point[0] - over[0], point[1] - over[1]) >= cell * 0.999
      if (isVisible && isDrawing) out.lineTo(...point)
      else if (isVisible) out.moveTo(...point)
      isDrawing = isVisible
    }
  }
}
