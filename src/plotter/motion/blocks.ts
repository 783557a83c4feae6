/**
 * A run of straight motions at constant acceleration, as a struct of arrays: entry `i` below `length` is one block.
 *
 * - `seconds`: how long it takes
 * - `entry`, `exit`: speed along the path at its ends, mm/s
 * - `dx`, `dy`: where it leads, mm, relative; `hypot(dx, dy) = (entry + exit) / 2 · seconds`
 */
export interface Blocks {
  length: number
  readonly seconds: Float64Array
  readonly entry: Float64Array
  readonly exit: Float64Array
  readonly dx: Float64Array
  readonly dy: Float64Array
}

/** Room for `capacity` blocks; the planner fills and refills it, so nothing is allocated per block. */
export function emptyBlocks(capacity = 1024): Blocks {
  const column = () => new Float64Array(capacity)
  return { length: 0, seconds: column(), entry: column(), exit: column(), dx: column(), dy: column() }
}

/** Append one block of `length` mm in the direction ux, uy. Nothing is appended for a length of zero. */
export function push(to: Blocks, length: number, v0: number, v1: number, ux: number, uy: number): void {
  if (!(length > 0)) return
  const i = to.length++
  to.seconds[i] = (2 * length) / (v0 + v1)
  to.entry[i] = v0
  to.exit[i] = v1
  to.dx[i] = length * ux
  to.dy[i] = length * uy
}

export function secondsOf(blocks: Blocks): number {
  let sum = 0
  for (let i = 0; i < blocks.length; i++) sum += blocks.seconds[i] as number
  return sum
}
