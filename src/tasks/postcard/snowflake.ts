import type { Line } from '../draw/curve.ts'
import type { Random } from '../draw/random.ts'

/**
 * A fork: a branch to the left and one to the right, each with the same forks. `at` and `length` are fractions of the
 * arm or branch on which the fork grows.
 */
interface Twig {
  readonly at: number
  readonly length: number
  readonly twigs: readonly Twig[]
}

/** One arm, grown by a stochastic L-system: F → F [+F] [-F] F. Branches are shorter towards the tip, on average. */
function growTwigs(random: Random, depth: number, nodes: number): Twig[] {
  if (depth === 0) return []
  const start = random.between(0.22, 0.36)
  return Array.from({ length: nodes }, (_, i) => {
    const along = start + ((0.9 - start) * (i + random.between(0, 0.35))) / nodes
    const length = random.between(0.6, 1) * (1 - along) * (depth === 2 ? 0.68 : 0.6)
    return { at: along, length, twigs: length > 0.3 ? growTwigs(random, depth - 1, 2) : [] }
  })
}

/**
 * A snowflake of six equal arms about x, y; lengths in mm. Opposite arms are one stroke, and so are the two
 * branches of a fork.
 */
export function snowflake(x: number, y: number, radius: number, random: Random): Line[] {
  const turn = random.between(0, Math.PI / 3)
  const arm = growTwigs(random, radius > 7 ? 2 : 1, radius > 4 ? 3 : radius > 2.8 ? 2 : 1)
  const lines: Line[] = []
  for (let k = 0; k < 6; k++) {
    const heading = turn + (k * Math.PI) / 3
    if (k < 3) lines.push([...from(x, y, heading, radius), ...from(x, y, heading + Math.PI, radius)])
    branches(lines, x, y, heading, radius, arm)
  }
  if (radius > 3.5) {
    const hub = radius * random.between(0.12, 0.2)
    lines.push(Array.from({ length: 7 }, (_, k) => from(x, y, turn + ((k + 0.5) * Math.PI) / 3, hub)).flat())
  }
  return lines
}

function branches(lines: Line[], x: number, y: number, heading: number, length: number, twigs: readonly Twig[]): void {
  for (const twig of twigs) {
    const [nx, ny] = from(x, y, heading, length * twig.at)
    const reach = length * twig.length
    const left = heading - Math.PI / 3
    const right = heading + Math.PI / 3
    lines.push([...from(nx, ny, left, reach), nx, ny, ...from(nx, ny, right, reach)])
    for (const side of [left, right]) branches(lines, nx, ny, side, reach, twig.twigs)
  }
}

const from = (x: number, y: number, heading: number, distance: number): [number, number] => [
  x + distance * Math.cos(heading),
  y + distance * Math.sin(heading),
]
