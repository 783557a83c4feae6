import type { Bounds } from '../../geometry/bounds.ts'
import { reverseLine } from '../../geometry/drawing.ts'
import { type Line, sampleCurve, spiralDisc } from '../draw/curve.ts'
import type { Scene } from '../draw/scene.ts'
import { closeLine } from '../draw/scene.ts'
import type { Card, Template } from './card.ts'
import { leafLines } from './leaf.ts'
import { snowflake } from './snowflake.ts'

/** A wreath of leaves and berries, tied with a bow. Snow falls over the rest of the card. */
export const holiday: Template = {
  name: 'holiday',
  greeting: 'Season’s Greetings',
  example: {
    recipient: 'the whole house',
    message:
      'May your lamps be bright, your kettle full, and may nobody ask you to explain the rules of the game again.',
    from: 'Vera',
  },
  align: 'left',
  portrait: { picture: 'above', middle: 57 },
  textBox: ({ width, height, margin, u }) => ({
    x: 108 * u,
    y: 30 * u,
    width: width - margin - 114 * u,
    height: height - margin - 46 * u,
  }),
  draw: (card, scene) => {
    const wreath = { x: card.left + 57 * card.u, y: 66 * card.u, radius: 29 * card.u }
    drawBow(card, scene, wreath.x, wreath.y + wreath.radius)
    drawWreath(card, scene, wreath)
    drawSnow(card, scene, wreath)
  },
}

const LEAVES = 150
/** The least and the greatest radius of each flake, in `u`. The last pair holds for all further flakes. */
const FLAKES = [
  [9.5, 11],
  [8, 9.5],
  [5.5, 7],
  [5, 6.5],
  [4.5, 6],
  [2.2, 4],
] as const

interface Ring {
  readonly x: number
  readonly y: number
  readonly radius: number
}

function drawWreath({ u, random }: Card, scene: Scene, { x, y, radius }: Ring): void {
  for (let i = 0; i < 9; i++) {
    const angle = ((i + random.between(0.1, 0.9)) / 9) * 2 * Math.PI
    const reach = radius + random.between(-4, 5) * u
    const size = random.between(1.5, 2.1) * u
    const bx = x + reach * Math.cos(angle)
    const by = y + reach * Math.sin(angle)
    for (const [dx, dy] of [
      [0, 0],
      [2.5, 1.9],
      [-0.7, 3.2],
    ] as const) {
      const berry = spiralDisc(bx + dx * u, by + dy * u, size, Math.max(0.42, 0.62 * u), random.between(0, 6))
      const rim = sampleCurve(24, (t) => [
        bx + dx * u + size * Math.cos(2 * Math.PI * t),
        by + dy * u + size * Math.sin(2 * Math.PI * t),
      ])
      scene.ink(berry).cover(rim)
    }
  }
  const noise = random.noise()
  for (let i = 0; i < LEAVES; i++) {
    // The golden ratio spreads the leaves evenly and without rows. Each leaf falls into the widest gap.
    const angle = 2 * Math.PI * ((i * 0.618034) % 1)
    const layer = (i % 3) - 1
    const leaf = leafLines({
      x: x + (radius + layer * 3.9 * u + 1.4 * u * noise(i, 3)) * Math.cos(angle),
      y: y + (radius + layer * 3.9 * u + 1.4 * u * noise(i, 3)) * Math.sin(angle),
      // All leaves point the same way round. The outer leaves spread outwards, and the inner leaves spread inwards.
      heading: angle + Math.PI / 2 - layer * random.between(0.45, 0.95) - 0.1,
      length: random.between(10, 14) * u,
      breadth: random.between(0.3, 0.4),
      bend: 0.3 * noise(i, 7),
      veins: random.next() < 0.45 ? 9 : 0,
    })
    scene.ink(leaf.stroke).cover(leaf.outline)
  }
}

/** Draws a bow of two loops and two tails. Each loop and each tail consists of evenly spaced lines. */
function drawBow({ u, random }: Card, scene: Scene, x: number, y: number): void {
  const knot = sampleCurve(28, (t) => [x + 3 * u * Math.cos(2 * Math.PI * t), y + 3.5 * u * Math.sin(2 * Math.PI * t)])
  scene
    .ink(
      closeLine(knot),
      [x - 1 * u, y - 3 * u, x - 1.4 * u, y, x - 0.9 * u, y + 3 * u],
      [x + 1 * u, y + 3 * u, x + 1.4 * u, y, x + 0.9 * u, y - 3 * u],
    )
    .cover(knot)
  for (const side of [-1, 1]) {
    const lift = random.between(-1.2, 1.2) * u
    const loop = (share: number): Line =>
      sampleCurve(50, (t) => {
        const angle = Math.PI * (2 * t - 1)
        const out = (1 + Math.cos(angle)) / 2
        return [
          x + side * (2.2 * u + (7 + 11 * share) * u * out),
          y + lift * out - 1 * u + (2.5 + 5.2 * share) * u * Math.sin(angle) * out ** 0.55 - 1.8 * u * out,
        ]
      })
    const bands = [1, 0.86, 0.72, 0.58, 0.44, 0.3]
    scene.ink(...bands.map(loop)).cover(loop(1))
  }
  for (const side of [-1, 1]) {
    const tail = (share: number): Line =>
      sampleCurve(40, (t) => [
        x + side * (1 + 12 * t + 2 * Math.sin(5 * t)) * u + share * 2.6 * u * (0.4 + 0.6 * t) ** 0.5,
        y + (2 + 19 * t ** 0.85) * u + share * side * -1.4 * u * t,
      ])
    const bands = [-1, -0.6, -0.2, 0.2, 0.6, 1].map(tail)
    const first = bands[0] ?? []
    const last = bands[bands.length - 1] ?? []
    const ends = [last[last.length - 2] ?? 0, last[last.length - 1] ?? 0]
    scene.ink(...bands, [first[first.length - 2] ?? 0, first[first.length - 1] ?? 0, ...ends])
    scene.cover([...first, ...reverseLine(last)])
  }
}

/** Draws snowflakes, the large ones first, each where the flake touches no words, no wreath and no other flake. */
function drawSnow(card: Card, scene: Scene, wreath: Ring): void {
  const { u, width, height, margin, random } = card
  const flakes: Ring[] = []
  for (let i = 0; i < 900 && flakes.length < 26; i++) {
    const [least, most] = FLAKES[Math.min(FLAKES.length - 1, flakes.length)] ?? [2.2, 4]
    const radius = random.between(least, most) * u
    const border = margin + radius
    const x = random.between(border, width - border)
    const y = border + (height - 2 * border) * random.next() ** 1.15
    const isClear = distanceFrom(card.words, x, y) > radius + 3 * u && scene.isFree(x, y, radius + u)
    const isOutside = Math.hypot(x - wreath.x, y - wreath.y) > wreath.radius + 15 * u + radius
    if (!isClear || !isOutside) continue
    if (flakes.some((other) => Math.hypot(other.x - x, other.y - y) < other.radius + radius + 5 * u)) continue
    flakes.push({ x, y, radius })
    scene.ink(...snowflake(x, y, radius, random))
  }
}

/** Distance from a box; 0 inside. */
function distanceFrom(box: Bounds | undefined, x: number, y: number): number {
  if (!box) return Infinity
  return Math.hypot(Math.max(box.minX - x, 0, x - box.maxX), Math.max(box.minY - y, 0, y - box.maxY))
}
