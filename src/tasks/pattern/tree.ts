import { StrokeWriter } from '../../geometry/stroke-writer.ts'
import type { Random } from '../draw/random.ts'
import { number, whole } from '../fields.ts'
import { definePattern } from './pattern.ts'

/** Distance of the lines that shade thick wood, mm. */
const GRAIN = 0.55

interface Branch {
  readonly x: number
  readonly y: number
  /** Radians, 0 is east, clockwise. */
  readonly heading: number
  readonly length: number
  /** Number of branches from this one to a twig, both included. */
  readonly depth: number
}

/**
 * A bare tree in winter, grown by a stochastic L-system (Prusinkiewicz and Lindenmayer 1990, 1.7). One stroke runs from
 * a branch through one child after another to a twig, to save lifts.
 */
export const tree = definePattern({
  name: 'tree',
  summary: 'a bare tree in winter, on a line of ground',
  params: {
    depth: whole(1, 13, 11, 'number of branches from the trunk to a twig, both included'),
    spread: number(
      0,
      90,
      23,
      'turn of the branches at a fork, degrees: one turns by about half of it, the other by a little more than it',
    ),
    shrink: number(0.4, 0.95, 0.8, 'length of a branch, as a share of the one it grew from'),
    wildness: number(0, 1, 0.42, 'amount of chance in every fork'),
    wind: number(-45, 45, 5, 'lean of the crown, degrees'),
    trees: whole(1, 12, 1, 'number of trees side by side'),
  },
  draw: (sheet, p) => {
    const out = new StrokeWriter()
    const { box, random } = sheet
    const width = box.maxX - box.minX
    const height = box.maxY - box.minY
    const ground = box.maxY - height * 0.06
    const growth = (1 - p.shrink ** (p.depth * 0.9)) / (1 - p.shrink)
    for (let i = 0; i < p.trees; i++) {
      const share = p.trees === 1 ? 0.42 : (i + 0.5) / p.trees
      const size = (p.trees === 1 ? 0.92 : random.between(0.55, 0.9)) * height
      const length = Math.min(size, (width / p.trees) * 0.95) / growth
      const root = { x: box.minX + share * width, y: ground, heading: -Math.PI / 2, length, depth: p.depth }
      grow(root, p, random, out)
    }
    const noise = random.noise()
    for (let line = 0; line < 3; line++) {
      const from = random.between(0, 0.25)
      const to = random.between(0.7, 1)
      for (let t = 0; t <= 1; t += 0.004) {
        const u = line % 2 === 0 ? from + t * (to - from) : to + t * (from - to)
        const point = [box.minX + u * width, ground + 0.6 + line * 1.6 + 0.8 * noise(u * 6, line)] as const
        if (t === 0) out.moveTo(...point)
        else out.lineTo(...point)
      }
    }
    return out.take()
  },
})

interface Growth {
  readonly spread: number
  readonly shrink: number
  readonly wildness: number
  readonly wind: number
}

/** The vertices of one trail, with the breadth of the wood at each, mm. */
type Wood = { x: number; y: number; breadth: number }[]

function grow(root: Branch, p: Growth, random: Random, out: StrokeWriter): void {
  const queue = [root]
  for (let start = queue.pop(); start; start = queue.pop()) {
    const wood: Wood = [{ x: start.x, y: start.y, breadth: breadthAt(start.depth, root) }]
    for (let branch: Branch | undefined = start; branch && branch.depth > 0; ) {
      const end = growBranch(branch, root, p, random, wood)
      const [onward, aside]: [Branch, Branch | undefined] = fork(branch, end, p, random)
      if (aside && aside.depth > 0) queue.push(aside)
      branch = onward
    }
    bark(wood, out)
  }
}

/**
 * Breadth of the wood, mm. At the foot the breadth is a fifth of the trunk's length. The breadth falls fast with the
 * height, so twigs are single lines.
 */
const breadthAt = (depth: number, root: Branch) => 0.2 * root.length * (depth / root.depth) ** 2.6

/** Draws the wood: first the middle line, then parallel lines, each as far as the wood is broad enough. */
function bark(wood: Wood, out: StrokeWriter): void {
  const broadest = wood[0]?.breadth ?? 0
  for (let k = 0; k * GRAIN <= broadest / 2; k++) {
    for (const side of k === 0 ? [0] : [-1, 1]) {
      wood.forEach(({ x, y, breadth }, i) => {
        if (breadth / 2 < k * GRAIN && i > 0) return
        const before = wood[Math.max(0, i - 1)]
        const after = wood[Math.min(wood.length - 1, i + 1)]
        const dx = (after?.x ?? 0) - (before?.x ?? 0)
        const dy = (after?.y ?? 0) - (before?.y ?? 0)
        const reach = (side * k * GRAIN * (i === 0 ? 1.25 : 1)) / Math.max(1e-9, Math.hypot(dx, dy))
        if (i === 0) out.moveTo(x - dy * reach, y + dx * reach)
        else out.lineTo(x - dy * reach, y + dx * reach)
      })
    }
  }
}

/** Adds one branch, slightly bent, to the wood. @returns the branch's end and last heading */
function growBranch({ x, y, heading, length, depth }: Branch, root: Branch, p: Growth, random: Random, wood: Wood) {
  const bend = 0.3 * p.wildness * random.gauss() + (p.wind / 180) * Math.PI * (depth < root.depth - 1 ? 0.14 : 0)
  let px = x
  let py = y
  let direction = heading
  for (let i = 1; i <= 5; i++) {
    direction += bend / 5
    px += (length / 5) * Math.cos(direction)
    py += (length / 5) * Math.sin(direction)
    wood.push({ x: px, y: py, breadth: breadthAt(depth - i / 5, root) })
  }
  return { x: px, y: py, heading: direction }
}

function fork(
  { length, depth }: Branch,
  end: { readonly x: number; readonly y: number; readonly heading: number },
  p: Growth,
  random: Random,
): [onward: Branch, aside: Branch | undefined] {
  const spread = (p.spread * Math.PI) / 180
  const side = random.next() < 0.5 ? -1 : 1
  const vary = () => 1 + p.wildness * random.between(-0.55, 0.55)
  const growth = length * p.shrink
  const onward = {
    ...end,
    heading: end.heading + side * spread * 0.55 * vary(),
    length: growth * (0.9 + 0.1 * vary()),
    depth: depth - 1,
  }
  if (random.next() < 0.16 * p.wildness) return [onward, undefined]
  const short = random.next() < 0.2 * p.wildness ? 2 : 1
  const aside = {
    ...end,
    heading: end.heading - side * spread * 1.2 * vary(),
    length: growth * 0.95 * vary(),
    depth: depth - short,
  }
  return [onward, aside]
}
