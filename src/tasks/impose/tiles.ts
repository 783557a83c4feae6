import { moveStrokes } from '../../geometry/affine.ts'
import { boundsOf } from '../../geometry/bounds.ts'
import type { Drawing, Layer, Strokes } from '../../geometry/drawing.ts'
import { stroke, strokeCount, strokesFrom } from '../../geometry/drawing.ts'
import type { PageSize } from '../../geometry/pages.ts'
import { StrokeWriter } from '../../geometry/stroke-writer.ts'
import { paramError } from '../validate.ts'
import { cornerMarks, MARK_OFFSET, sheetLabel } from './marks.ts'

/** The sheets over which a drawing is divided. Lengths are in mm. */
export interface Tiling {
  readonly sheet: PageSize
  /** Width of the border of a sheet. The border has no ink of the drawing, but marks may lie there. */
  readonly margin: number
  /** Width of a strip that the drawing leaves blank. After the assembly, the right or lower sheet covers the strip. */
  readonly overlap: number
}

/** Columns and rows of cells, a cell for each sheet. The last cells may be smaller, or larger by up to `overlap`. */
export interface Grid {
  readonly columns: number
  readonly rows: number
  /** Size of a cell that has neighbours on its right and below. */
  readonly cell: PageSize
}

const MAX_TILES = 400

/** Whether a sheet has room for a part of a drawing. */
export const leavesRoom = ({ sheet: { width, height }, margin, overlap }: Tiling): boolean =>
  Math.min(width, height) - 2 * margin - overlap >= 10

/** The rule for `margin` and `overlap` of a sheet, in words for an error. */
export const roomNeeded = ({ width, height }: PageSize): string =>
  `margins and overlap that leave 10 mm of a sheet of ${width} × ${height} mm`

/**
 * The grid that divides a drawing over sheets.
 *
 * @throws PlotdError ERR_PARAMS when a sheet has no room, or for more than 400 sheets
 */
export function gridOf({ width, height }: PageSize, { sheet, margin, overlap }: Tiling): Grid {
  if (!leavesRoom({ sheet, margin, overlap })) throw paramError('margin', margin, roomNeeded(sheet))
  const room = { width: sheet.width - 2 * margin, height: sheet.height - 2 * margin }
  const cell = { width: room.width - overlap, height: room.height - overlap }
  const columns = width <= room.width + 1e-9 ? 1 : Math.ceil((width - overlap) / cell.width - 1e-9)
  const rows = height <= room.height + 1e-9 ? 1 : Math.ceil((height - overlap) / cell.height - 1e-9)
  if (columns * rows <= MAX_TILES) return { columns, rows, cell }
  throw paramError('sheet', `${sheet.width}x${sheet.height}mm`, `at most ${MAX_TILES} sheets, not ${columns * rows}`)
}

/**
 * The grid for a sheet of a tiled drawing, and the column and row of the sheet.
 *
 * @param number  number of the sheet, from 1, row by row
 * @throws PlotdError ERR_PARAMS when there is no such sheet, when a sheet has no room, or for more than 400 sheets
 */
export function tilePlace(page: PageSize, tiling: Tiling, number: number): { grid: Grid; column: number; row: number } {
  const grid = gridOf(page, tiling)
  const { columns, rows } = grid
  if (number < 1 || number > columns * rows) throw paramError('tile', number, `a sheet from 1 to ${columns * rows}`)
  return { grid, column: (number - 1) % columns, row: Math.floor((number - 1) / columns) }
}

/**
 * The ink of one cell, in the drawing's own coordinates. Strokes are cut at the lines between cells. Each piece belongs
 * to the cell that holds its middle. Ink along a line between cells belongs to the cell to the right of the line or
 * below the line. So each piece of ink is on only one sheet.
 */
export function inkOfCell(strokes: Strokes, { columns, rows, cell }: Grid, column: number, row: number): StrokeWriter {
  const out = new StrokeWriter()
  const columnAt = (x: number) => Math.min(columns - 1, Math.max(0, Math.floor(x / cell.width)))
  const rowAt = (y: number) => Math.min(rows - 1, Math.max(0, Math.floor(y / cell.height)))
  const isInThisCell = (x: number, y: number) => columnAt(x) === column && rowAt(y) === row
  for (let s = 0; s < strokeCount(strokes); s++) {
    const line = stroke(strokes, s)
    const [firstX = 0, firstY = 0] = line
    if (line.length === 2 && isInThisCell(firstX, firstY)) out.moveTo(firstX, firstY)
    let isOpen = false
    for (let i = 2; i < line.length; i += 2) {
      const [ax = 0, ay = 0, bx = 0, by = 0] = line.subarray(i - 2, i + 2)
      let from = 0
      for (const to of crossings(ax, ay, bx, by, { columns, rows, cell })) {
        const middle = (from + to) / 2
        const isInCell = isInThisCell(ax + (bx - ax) * middle, ay + (by - ay) * middle)
        if (isInCell && !isOpen) out.moveTo(ax + (bx - ax) * from, ay + (by - ay) * from)
        if (isInCell) out.lineTo(to === 1 ? bx : ax + (bx - ax) * to, to === 1 ? by : ay + (by - ay) * to)
        isOpen = isInCell
        from = to
      }
    }
  }
  return out
}

/** The fractions of a segment at which it crosses a line between cells, in order, and then 1. */
function crossings(ax: number, ay: number, bx: number, by: number, { columns, rows, cell }: Grid): number[] {
  const shares = [...crossingShares(ax, bx, cell.width, columns), ...crossingShares(ay, by, cell.height, rows)]
  return [...new Set(shares)].sort((a, b) => a - b).concat(1)
}

function crossingShares(a: number, b: number, step: number, count: number): number[] {
  const low = Math.min(a, b)
  const high = Math.max(a, b)
  const first = Math.max(1, Math.ceil(low / step))
  const last = Math.min(count - 1, Math.floor(high / step))
  const shares: number[] = []
  for (let k = first; k <= last; k++) {
    const share = (k * step - a) / (b - a)
    if (share > 0 && share < 1) shares.push(share)
  }
  return shares
}

/** A name such as 'B2'. Columns are letters and rows are numbers, as on a map. */
export function tileName(column: number, row: number): string {
  const letter = (n: number): string =>
    (n < 26 ? '' : letter(Math.floor(n / 26) - 1)) + String.fromCharCode(65 + (n % 26))
  return `${letter(column)}${row + 1}`
}

/**
 * One sheet of a tiled drawing, with the layers of the drawing. If `marks` is true, a further layer has corners to cut
 * along, and the name of the sheet. This layer has the pen of the last layer that has strokes on the sheet, or in the
 * drawing if the sheet has no strokes.
 *
 * @param number  number of the sheet, from 1, row by row
 * @throws PlotdError ERR_PARAMS as `tilePlace`
 */
export function tileOf(drawing: Drawing, tiling: Tiling, number: number, marks: boolean): Drawing {
  const { grid, column, row } = tilePlace(drawing, tiling, number)
  const { cell } = grid
  const dx = tiling.margin - column * cell.width
  const dy = tiling.margin - row * cell.height
  const out = new StrokeWriter()
  const layers: Layer[] = drawing.layers.map((layer) => {
    const starts = drawing.starts.subarray(layer.first, layer.first + layer.count + 1)
    const first = out.strokes
    const ink = inkOfCell({ points: drawing.points, starts }, grid, column, row)
    for (let s = 0; s < ink.strokes; s++) out.add(ink.line(s).map((value, i) => value + (i % 2 === 0 ? dx : dy)))
    return { ...layer, first, count: out.strokes - first }
  })
  if (marks) {
    const first = out.strokes
    const pen = (lastInked(layers) ?? lastInked(drawing.layers))?.pen ?? 1
    for (const part of marksOf(drawing, tiling, grid, column, row))
      for (let s = 0; s < strokeCount(part); s++) out.add(stroke(part, s))
    layers.push({ name: 'marks', pen, first, count: out.strokes - first, options: {} })
  }
  return { ...out.take(), ...tiling.sheet, layers }
}

const lastInked = (layers: readonly Layer[]): Layer | undefined => layers.findLast(({ count }) => count > 0)

/** Corners of the cell, and the sheet's name below the lower edge of the cell if there is room. */
function marksOf(drawing: PageSize, { sheet, margin, overlap }: Tiling, grid: Grid, column: number, row: number) {
  const { columns, rows, cell } = grid
  const isLastColumn = column === columns - 1
  const isLastRow = row === rows - 1
  const width = isLastColumn ? drawing.width - column * cell.width : cell.width
  const height = isLastRow ? drawing.height - row * cell.height : cell.height
  const maxX = margin + width
  const maxY = margin + height
  const edge = 1
  const room = {
    left: margin - edge,
    top: margin - edge,
    right: sheet.width - maxX - edge,
    bottom: sheet.height - maxY - edge,
  }
  const corners = strokesFrom(cornerMarks(margin, margin, maxX, maxY, room))
  const words = `${tileName(column, row)} of ${tileName(columns - 1, rows - 1)}`
  const below = isLastRow ? sheet.height - maxY : overlap + margin
  const label = sheetLabel(words, maxY + Math.min(below - 1.5, 5))
  const right = boundsOf(label).maxX
  // The label stands below the cell, 10 mm from the cell's left edge. Between the marks of a narrow cell there is too
  // little room, so its label stands to the right of the marks. The second choice is a place close to the left mark.
  const places = [width < 45 ? maxX + 12 : margin + 10, margin + MARK_OFFSET].filter(
    (x) => x + right <= (x > maxX ? sheet.width - edge : maxX - MARK_OFFSET),
  )
  const [x] = below >= 6 ? places : []
  return x === undefined ? [corners] : [corners, moveStrokes(label, x, 0)]
}
