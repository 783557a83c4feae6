import type { PlacedCell } from './ink.ts'
import type { Hand } from './options.ts'

/** A writer squeezes this number of words at the end of a full line. */
const WORDS = 2
/** Largest fraction by which the letters of squeezed words become narrower. */
const LETTERS = 0.08
/** Largest fraction by which the spaces before squeezed words become narrower. */
const SPACES = 0.25
/** A line is full when less than this fraction of its width is free. */
const FREE = 0.1

/**
 * The cells of a written line. When the line is full, its last words are narrower, because a writer runs out of paper.
 *
 * @param cells  the cells from left to right
 * @param from   where the line begins, mm
 * @param end    where the letters of the line end, mm
 * @param width  width that the line may fill, mm
 */
export function squeezeLineEnd(
  cells: readonly PlacedCell[],
  { amount = 1 }: Hand,
  from: number,
  end: number,
  width: number,
): readonly PlacedCell[] {
  const free = Math.max(0, 1 - (end - from) / width)
  const share = Math.min(1, amount) * Math.max(0, 1 - free / FREE)
  const gaps = cells.flatMap(({ char }, i) => (/^\s$/.test(char) ? [i] : []))
  const first = gaps.at(-WORDS)
  if (first === undefined || share <= 0) return cells
  let back = 0
  return cells.map((cell, i) => {
    if (i < first) return cell
    const next = cells[i + 1]
    const isSpace = /^\s$/.test(cell.char)
    const squeezedCell = {
      ...cell,
      x: cell.x - back,
      along: cell.along - back,
      ...(!isSpace && { wide: 1 - share * LETTERS }),
    }
    if (next) back += (next.x - cell.x) * share * (isSpace ? SPACES : LETTERS)
    return squeezedCell
  })
}
