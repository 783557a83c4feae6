import { type Drawing, stroke, strokeCount } from '../../geometry/drawing.ts'
import { StrokeWriter } from '../../geometry/stroke-writer.ts'
import { nUp } from './n-up.ts'

/** The numbers of pages that may share a sheet. */
export const NUMBERS_UP = [1, 2, 4, 6, 9, 16] as const

/**
 * Puts pages of a document, scaled down, on one sheet of the size of the first page, row by row. All pages lie on their
 * sides if the first page is then larger. The tops of such pages point to the left of the sheet.
 *
 * @param pages  at least one
 * @param numberUp  least number of cells on the sheet; the last sheet of a document may have empty cells
 */
export function sharedSheet(pages: readonly Drawing[], numberUp: number): Drawing {
  const [first] = pages
  const cells = NUMBERS_UP.find((number) => number >= Math.max(numberUp, pages.length)) ?? pages.length
  if (first === undefined || cells === 1) return first ?? EMPTY
  const sheet = { width: first.width, height: first.height }
  const { columns, rows, isTurned } = gridFor(cells, sheet)
  const cell = { width: sheet.width / columns, height: sheet.height / rows }
  const placedPages = pages.map((page) => placeInCell(page, cell, isTurned))
  // To read turned pages, the reader turns the sheet until its left edge is at the top. So a row of pages is a column
  // of the upright sheet, and the first page is at the lower left of the upright sheet.
  const order = isTurned
    ? placedPages.map((_, i) => ({ row: rows - 1 - (i % rows), column: Math.floor(i / rows) }))
    : placedPages.map((_, i) => ({ row: Math.floor(i / columns), column: i % columns }))
  const drawings: Drawing[] = Array.from({ length: cells }, () => ({ ...EMPTY, ...cell }))
  order.forEach(({ row, column }, i) => {
    const page = placedPages[i]
    if (page) drawings[row * columns + column] = page
  })
  return nUp(drawings, { sheet, columns, rows, gutter: 0, margin: 0, marks: 'none' })
}

const EMPTY: Drawing = { points: new Float64Array(), starts: Uint32Array.of(0), width: 0, height: 0, layers: [] }

interface Size {
  readonly width: number
  readonly height: number
}

/** The grid whose cells show a page of the sheet's size at the largest scale. */
function gridFor(cells: number, sheet: Size): { columns: number; rows: number; isTurned: boolean } {
  const grids = Array.from({ length: cells }, (_, i) => i + 1)
    .filter((columns) => cells % columns === 0)
    .flatMap((columns) => [false, true].map((isTurned) => ({ columns, rows: cells / columns, isTurned })))
  const scale = ({ columns, rows, isTurned }: (typeof grids)[number]): number =>
    scaleFor(sheet, { width: sheet.width / columns, height: sheet.height / rows }, isTurned)
  return grids.reduce((best, grid) => (scale(grid) > scale(best) + 1e-9 ? grid : best))
}

const scaleFor = ({ width, height }: Size, cell: Size, isTurned: boolean): number =>
  isTurned ? Math.min(cell.width / height, cell.height / width) : Math.min(cell.width / width, cell.height / height)

/** A page in the middle of a cell, scaled down, never up. */
function placeInCell(page: Drawing, cell: Size, isTurned: boolean): Drawing {
  const scale = Math.min(1, scaleFor(page, cell, isTurned))
  const [width, height] = isTurned ? [page.height, page.width] : [page.width, page.height]
  const left = (cell.width - width * scale) / 2
  const top = (cell.height - height * scale) / 2
  const out = new StrokeWriter()
  for (let i = 0; i < strokeCount(page); i++) {
    const points = stroke(page, i)
    const line = new Float64Array(points.length)
    for (let v = 0; v < points.length; v += 2) {
      const x = points[v] ?? 0
      const y = points[v + 1] ?? 0
      line[v] = left + scale * (isTurned ? y : x)
      line[v + 1] = top + scale * (isTurned ? page.width - x : y)
    }
    out.add(line)
  }
  return { ...out.take(), ...cell, layers: page.layers }
}
