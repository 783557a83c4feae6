/** A point of the sheet, mm, or of the photograph, pixels. */
export type Point = readonly [x: number, y: number]

/** Maps points of the sheet, mm, to points of the photograph, pixels. */
export type Perspective = (x: number, y: number) => Point

/**
 * The perspective that maps four points to four other points (the eight equations of a homography, solved by
 * elimination).
 *
 * @returns undefined when the equations have no single solution
 */
export function perspectiveOf(from: readonly Point[], to: readonly Point[]): Perspective | undefined {
  const rows = from.flatMap(([x, y], i) => {
    const [u, v] = to[i] ?? [0, 0]
    return [
      [x, y, 1, 0, 0, 0, -u * x, -u * y, u],
      [0, 0, 0, x, y, 1, -v * x, -v * y, v],
    ]
  })
  const solution = solve(rows)
  if (!solution) return undefined
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = solution
  return (x, y) => {
    const w = g * x + h * y + 1
    return [(a * x + b * y + c) / w, (d * x + e * y + f) / w]
  }
}

/**
 * Solves n equations by Gauss-Jordan elimination with partial pivoting. A row has the n coefficients of an equation,
 * and then its right side.
 */
function solve(rows: readonly (readonly number[])[]): number[] | undefined {
  const work = rows.map((row) => [...row])
  const count = work.length
  for (let column = 0; column < count; column++) {
    const pivot = work
      .slice(column)
      .reduce((best, row) => (Math.abs(row[column] ?? 0) > Math.abs(best[column] ?? 0) ? row : best))
    const value = pivot[column] ?? 0
    if (Math.abs(value) < 1e-9) return undefined
    const index = work.indexOf(pivot)
    work[index] = work[column] ?? []
    work[column] = pivot.map((entry) => entry / value)
    for (const [i, row] of work.entries()) {
      const factor = row[column] ?? 0
      if (i === column || factor === 0) continue
      work[i] = row.map((entry, k) => entry - factor * (work[column]?.[k] ?? 0))
    }
  }
  return work.map((row) => row[count] ?? 0)
}
