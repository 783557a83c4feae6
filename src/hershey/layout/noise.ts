/** Smooth noise on a line, -1 … 1: random values at whole numbers (a hash of seed and place), eased in between. */
export function noise(seed: number, position: number): number {
  const cell = Math.floor(position)
  const t = position - cell
  const eased = t * t * (3 - 2 * t)
  return value(seed, cell) * (1 - eased) + value(seed, cell + 1) * eased
}

/** -1 … 1 from two whole numbers. */
function value(seed: number, cell: number): number {
  let h = Math.imul(Math.trunc(seed) ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(cell, 0xc2b2ae35)
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d)
  h = Math.imul(h ^ (h >>> 12), 0x297a2d39)
  return ((h ^ (h >>> 15)) >>> 0) / 0x7fffffff - 1
}
