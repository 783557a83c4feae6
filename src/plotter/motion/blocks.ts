/**
 * Straight motions at constant acceleration, as a struct of arrays. Each index below `length` is one block:
 *
 * - `seconds`: duration of the block
 * - `entry`, `exit`: speed along the path at both ends of the block, mm/s
 * - `dx`, `dy`: displacement, mm; `hypot(dx, dy) = (entry + exit) / 2 · seconds`
 */
export interface Blocks {
  length: number
  readonly seconds: Float64Array
  readonly entry: Float64Array
  readonly exit: Float64Array
  readonly dx: Float64Array
  readonly dy: Float64Array
}

/** Empty arrays for `capacity` blocks. The planner refills the same arrays, so it allocates nothing for each block. */
export function emptyBlocks(capacity = 1024): Blocks {
  const column = () => new Float64Array(capacity)
  return { length: 0, seconds: column(), entry: column(), exit: column(), dx: column(), dy: column() }
}

/**
 * Appends a block of `length` mm in the direction ux, uy (a unit vector), from speed v0 to v1, mm/s. A length of zero
 * appends nothing.
 */
export function push(to: Blocks, length: number, v0: number, v1: number, ux: number, uy: number): void {
  if (!(length > 0)) return
  const i = to.length++
  to.seconds[i] = (2 * length) / (v0 + v1)
  to.entry[i] = v0
  to.exit[i] = v1
  to.dx[i] = length * ux
  to.dy[i] = length * uy
}

/** Total duration, s. */
export function secondsOf(blocks: Blocks): number {
  let sum = 0
  for (let i = 0; i < blocks.length; i++) sum += blocks.seconds[i] as number
  return sum
}
