import { at } from '../../geometry/drawing.ts'
import { StrokeWriter } from '../../geometry/stroke-writer.ts'
import { joinStrokes } from '../draw/join.ts'
import type { Random } from '../draw/random.ts'
import { number } from '../fields.ts'
import { definePattern } from './pattern.ts'

/** A perfect maze: exactly one way between any two places (growing tree, after Buck 2015). */
export const maze = definePattern({
  name: 'maze',
  summary: 'a maze with exactly one way through',
  params: {
    cell: number(1.5, 100, 5.2, 'breadth of the ways, mm'),
    winding: number(0, 1, 0.86, 'shape of the ways: 1 gives long winding ways, 0 many short dead ends'),
    level: number(0, 1, 0.5, 'how often a way goes on sideways where it could also go up or down'),
  },
  draw: ({ box, cx, cy, random }, p) => {
    const cell = Math.min(p.cell, (box.maxX - box.minX) / 2, (box.maxY - box.minY) / 2)
    const columns = Math.floor((box.maxX - box.minX) / cell)
    const rows = Math.floor((box.maxY - box.minY) / cell)
    const passages = carve(columns, rows, p, random)
    const corner = (i: number, j: number) => [cx + (i - columns / 2) * cell, cy + (j - rows / 2) * cell] as const
    const out = new StrokeWriter()
    const wall = (i: number, j: number, k: number, l: number) => {
      out.moveTo(...corner(i, j))
      out.lineTo(...corner(k, l))
    }
    for (let j = 0; j <= rows; j++) {
      for (let i = 0; i <= columns; i++) {
        const isEntrance = (i === 0 && j === 0) || (i === columns - 1 && j === rows)
        const isOpenAbove = i < columns && j > 0 && at(passages, (j - 1) * columns + i) & SOUTH
        const isOpenLeft = j < rows && i > 0 && at(passages, j * columns + i - 1) & EAST
        if (i < columns && !isEntrance && !isOpenAbove) wall(i, j, i + 1, j)
        if (j < rows && !isOpenLeft) wall(i, j, i, j + 1)
      }
    }
    return joinStrokes(out.take())
  },
})

/** Bits of a cell: whether its right side and its lower side are open. The neighbours hold its other sides. */
const EAST = 1
const SOUTH = 2

/** The passages: the bits `EAST` and `SOUTH` of each cell, row by row. */
function carve(
  columns: number,
  rows: number,
  { winding, level }: { winding: number; level: number },
  random: Random,
): Uint8Array {
  const passages = new Uint8Array(columns * rows)
  const visited = new Uint8Array(columns * rows)
  const active = new ActiveCells(columns * rows)
  const visit = (cell: number): void => {
    visited[cell] = 1
    active.add(cell)
  }
  const column = random.whole(0, columns - 1)
  visit(random.whole(0, rows - 1) * columns + column)
  while (active.size > 0) {
    const pick = random.next() < winding ? active.size - 1 : random.whole(0, active.size - 1)
    const cell = active.at(pick)
    const i = cell % columns
    const isFree = (other: number, isInside: boolean): boolean => isInside && visited[other] === 0
    const sideways: number[] = []
    if (isFree(cell + 1, i + 1 < columns)) sideways.push(cell + 1)
    if (isFree(cell - 1, i > 0)) sideways.push(cell - 1)
    const vertical: number[] = []
    if (isFree(cell + columns, cell + columns < visited.length)) vertical.push(cell + columns)
    if (isFree(cell - columns, cell >= columns)) vertical.push(cell - columns)
    const choices = sideways.length > 0 && (vertical.length === 0 || random.next() < level) ? sideways : vertical
    const [first, ...otherChoices] = choices
    if (first === undefined) {
      active.remove(pick)
      continue
    }
    const next = random.pick([first, ...otherChoices])
    const before = Math.min(cell, next)
    passages[before] = at(passages, before) | (choices === sideways ? EAST : SOUTH)
    visit(next)
  }
  return passages
}

/**
 * The cells from which the maze may still grow, in the order in which they were added. Each cell is added once. A tree
 * of counts (Fenwick 1994) finds and removes the cell at any place in few steps. To remove a cell, a plain list would
 * move all later cells.
 */
class ActiveCells {
  size = 0
  #added = 0
  readonly #cells: Uint32Array
  /** Entry n counts the remaining cells among (n & -n) added cells, the last of which is the n-th added cell. */
  readonly #counts: Uint32Array
  readonly #top: number

  /** @param most  number of cells that will be added */
  constructor(most: number) {
    this.#top = 2 ** Math.ceil(Math.log2(most + 1))
    this.#cells = new Uint32Array(most)
    this.#counts = new Uint32Array(this.#top + 1)
  }

  add(cell: number): void {
    this.#cells[this.#added++] = cell
    this.#change(this.#added, 1)
  }

  at(place: number): number {
    return at(this.#cells, this.#numberAt(place) - 1)
  }

  remove(place: number): void {
    this.#change(this.#numberAt(place), -1)
  }

  #change(number: number, by: 1 | -1): void {
    this.size += by
    for (let n = number; n <= this.#top; n += n & -n) this.#counts[n] = at(this.#counts, n) + by
  }

  /** The number of the cell at a place. Cells are numbered from 1, in the order in which they were added. */
  #numberAt(place: number): number {
    let before = 0
    let left = place
    for (let step = this.#top / 2; step >= 1; step /= 2) {
      const count = at(this.#counts, before + step)
      if (count > left) continue
      before += step
      left -= count
    }
    return before + 1
  }
}
