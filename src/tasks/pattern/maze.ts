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
        if (i < columns && !isEntrance && !(j > 0 && j < rows && passages.has(`${i},${j - 1},s`))) wall(i, j, i + 1, j)
        if (j < rows && !(i > 0 && i < columns && passages.has(`${i - 1},${j},e`))) wall(i, j, i, j + 1)
      }
    }
    return joinStrokes(out.take())
  },
})

type Cell = readonly [column: number, row: number]

/** The passages: 'column,row,e' opens a cell to the east, 'column,row,s' to the south. */
function carve(
  columns: number,
  rows: number,
  { winding, level }: { winding: number; level: number },
  random: Random,
): Set<string> {
  const passages = new Set<string>()
  const visited = new Uint8Array(columns * rows)
  const active: Cell[] = [[random.whole(0, columns - 1), random.whole(0, rows - 1)]]
  for (const [i, j] of active) visited[j * columns + i] = 1
  while (active.length > 0) {
    const pick = random.next() < winding ? active.length - 1 : random.whole(0, active.length - 1)
    const [i, j] = active[pick] ?? [0, 0]
    const free = neighbours(i, j).filter(
      ([k, l]) => k >= 0 && l >= 0 && k < columns && l < rows && !visited[l * columns + k],
    )
    const sideways = free.filter(([, l]) => l === j)
    const vertical = free.filter(([, l]) => l !== j)
    const choices = sideways.length > 0 && (vertical.length === 0 || random.next() < level) ? sideways : vertical
    const [first, ...otherChoices] = choices
    if (!first) {
      active.splice(pick, 1)
      continue
    }
    const [k, l] = random.pick([first, ...otherChoices])
    visited[l * columns + k] = 1
    passages.add(l === j ? `${Math.min(i, k)},${j},e` : `${i},${Math.min(j, l)},s`)
    active.push([k, l])
  }
  return passages
}

const neighbours = (i: number, j: number): Cell[] => [
  [i + 1, j],
  [i - 1, j],
  [i, j + 1],
  [i, j - 1],
]
