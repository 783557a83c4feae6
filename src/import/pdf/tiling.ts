import { type Affine, compose, inverse, isInvertible, translation } from '../../geometry/affine.ts'
import type { Bounds } from '../../geometry/bounds.ts'
import type { Rule, Tiling } from './instructions.ts'
import type { Interpreter } from './interpret.ts'
import { boundsOfPath, boxOnPage, type PagePath } from './paths.ts'
import { type Clip, initialState } from './state.ts'

/** Limit on the cells of one area. A finer pattern cannot be drawn as lines. */
const MAX_CELLS = 10_000

/** Limit on a cell's distance from the origin of its pattern, in cells. Beyond the limit, numbers are too coarse. */
const FARTHEST = 2 ** 40

/**
 * Repeats the cell of a pattern inside a path. When the result of `cellsIn` is undefined, the path gets a grey fill
 * instead of the pattern.
 *
 * @param base  maps the result of `tiling.matrix` to the page
 */
export function tileCells(machine: Interpreter, tiling: Tiling, path: PagePath, rule: Rule, base: Affine): void {
  const { instructions, matrix, box, color } = tiling
  const stepX = Math.abs(tiling.stepX)
  const stepY = Math.abs(tiling.stepY)
  const toPage = compose(base, matrix)
  const area = boundsOfPath(path)
  const cells = area && cellsIn(area, toPage, box, stepX, stepY)
  if (cells === undefined) {
    machine.count('pattern too fine')
    const fill = { color: '#808080', rule, opacity: machine.fillOpacity }
    machine.shapes.push({ is: 'path', path, fill, clip: machine.state.clip })
    return
  }
  const outer = machine.clipBy(path, rule)
  // A cell begins with the initial state, so that its paint is not the pattern itself.
  const cellState = { ...initialState(toPage), groupAlpha: machine.fillOpacity }
  for (const [i, j] of cells) {
    const cell = compose(toPage, translation(i * stepX, j * stepY))
    const clip: Clip = { path: boxOnPage(box, cell), rule: 'nonzero', within: outer, depth: outer.depth + 1 }
    machine.runInside(instructions, cell, clip, {
      ...cellState,
      base: cell,
      ...(color !== undefined && { fill: color, stroke: color }),
    })
  }
}

/**
 * The columns and rows of the cells that meet an area. Undefined when the cells are too many, too far away or of no
 * size.
 */
function cellsIn(
  { minX, minY, maxX, maxY }: Bounds,
  toPage: Affine,
  [left, bottom, right, top]: Tiling['box'],
  stepX: number,
  stepY: number,
): [number, number][] | undefined {
  if (!isInvertible(toPage) || !(stepX > 0 && stepY > 0)) return undefined
  const corners = boundsOfPath(boxOnPage([minX, minY, maxX, maxY], inverse(toPage)))
  if (corners === undefined) return undefined
  const i0 = Math.floor((corners.minX - right) / stepX)
  const i1 = Math.ceil((corners.maxX - left) / stepX)
  const j0 = Math.floor((corners.minY - top) / stepY)
  const j1 = Math.ceil((corners.maxY - bottom) / stepY)
  const farthest = Math.max(Math.abs(i0), Math.abs(i1), Math.abs(j0), Math.abs(j1))
  if (!((i1 - i0 + 1) * (j1 - j0 + 1) <= MAX_CELLS) || !(farthest < FARTHEST)) return undefined
  const cells: [number, number][] = []
  for (let j = j0; j <= j1; j++) for (let i = i0; i <= i1; i++) cells.push([i, j])
  return cells
}
