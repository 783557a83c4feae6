import { type Line, sampleCurve } from '../draw/curve.ts'
import type { Random } from '../draw/random.ts'
import { cutBy, regionOf } from '../draw/region.ts'
import type { Scene } from '../draw/scene.ts'
import type { Card, Template } from './card.ts'

/** The moon over still water, and a few reeds: mostly paper. */
export const sympathy: Template = {
  name: 'sympathy',
  greeting: 'With Sympathy',
  example: {
    recipient: 'Dear Annie',
    message:
      'There are no words for it, so here is only this: we remember her laugh in the stairwell, and we are near.',
    from: 'the Curies',
  },
  align: 'left',
  portrait: { picture: 'below', middle: 52 },
  textBox: ({ width, height, margin, u }) => ({
    x: 92 * u,
    y: 14 * u,
    width: width - margin - 96 * u,
    height: height - margin - 54 * u,
  }),
  draw: (card, scene) => {
    const { u, random, left } = card
    drawReeds(card, scene)
    const moon = {
      x: left + (52 + random.between(-4, 4)) * u,
      y: (52 + random.between(-6, 6)) * u,
      radius: random.between(18, 22) * u,
    }
    const disc = sampleCurve(120, (t) => [
      moon.x + moon.radius * Math.cos(2 * Math.PI * t),
      moon.y + moon.radius * Math.sin(2 * Math.PI * t),
    ])
    scene.ink(disc, ...shadeLines(card, moon.x, moon.y, moon.radius, disc)).cover(disc)
    scene.ink(...water(card, moon.x, moon.radius))
  },
}

/** Shades a disc with horizontal lines that are closer towards its foot. */
function shadeLines({ u }: Card, x: number, y: number, radius: number, disc: Line): Line[] {
  const lines: Line[] = []
  const region = regionOf(disc)
  for (let level = y - radius * 0.55, i = 0; level < y + radius; i++) {
    const line = i % 2 === 0 ? [x - radius, level, x + radius, level] : [x + radius, level, x - radius, level]
    lines.push(...cutBy(line, region, 'inside'))
    level += (0.75 + 2.6 * ((y + radius - level) / (2 * radius)) ** 2) * u
  }
  return lines
}

/** Distance of the water's far edge from the upper edge of the picture, in `u`. */
const HORIZON = 104

/** Broken horizontal lines. Nearer lines are wider apart. Below the moon, the lines form its reflection. */
function water({ u, width, height, margin, random }: Card, moonX: number, radius: number): Line[] {
  const lines: Line[] = []
  const top = HORIZON * u
  const foot = height - margin
  for (let level = top, i = 0; level < foot; i++) {
    const depth = (level - top) / (foot - top)
    const glint = radius * (0.92 - 0.5 * depth) * random.between(0.7, 1.1)
    const drift = random.between(-2, 2) * u
    lines.push([moonX - glint + drift, level, moonX + glint + drift, level])
    if (i === 0) lines.push([margin, level, moonX + drift - glint - 4 * u, level])
    if (i % 2 === 0) {
      const clear = glint + random.between(3, 9) * u
      const still = i === 0 ? 1 : 0.66 - 0.5 * depth
      lines.push(...ripples(moonX + drift + clear, width - margin, level, still, u, random))
    }
    level += (1.05 + 1.8 * depth) * u
  }
  return lines
}

/**
 * Pieces of a horizontal line. `still` is the chance that a piece longer than 4 `u` is drawn; shorter pieces are not
 * drawn. A chance of 1 draws the whole line, as for the horizon.
 */
function ripples(from: number, to: number, level: number, still: number, u: number, random: Random): Line[] {
  const lines: Line[] = []
  for (let x = from; x < to; ) {
    const length = still === 1 ? to - from : random.between(8, 46) * u
    const end = Math.min(to, x + length)
    const isDrawn = still === 1 || (random.next() < still && end - x > 4 * u)
    if (isDrawn) lines.push([x, level, end, level])
    x = end + random.between(3, 12) * u
  }
  return lines
}

/** Draws reeds at the left: six blades, and three stems with a head. Blades and heads hide the lines behind them. */
function drawReeds({ u, height, margin, random }: Card, scene: Scene): void {
  for (let i = 0; i < 9; i++) {
    const foot = [(14 + i * 2.3 + random.between(-0.8, 0.8)) * u, height - margin - random.between(0.5, 5) * u] as const
    const hasHead = i % 3 === 1
    const tall = (hasHead ? random.between(54, 70) : random.between(28, 54)) * u
    const lean = random.between(-9, 12) * u
    const breadth = (hasHead ? 0.3 : random.between(0.7, 1.2)) * u
    const path = (t: number, side: number): [number, number] => [
      foot[0] + lean * t ** 2.2 + side * breadth * (1 - t) ** 0.8,
      foot[1] - tall * t,
    ]
    if (hasHead) drawHead(scene, (t) => path(t, 0), 1 - (10.5 * u) / tall, u)
    const edges = [...sampleCurve(24, (t) => path(t, -1)), ...sampleCurve(24, (t) => path(1 - t, 1))]
    if (hasHead) scene.ink(sampleCurve(30, (t) => path(t, 0)))
    else scene.ink(edges).cover(edges)
  }
}

/** Draws the head of a cattail: a close spring wound about the end of its stem. */
function drawHead(scene: Scene, path: (t: number) => [number, number], from: number, u: number): void {
  const to = from + 0.75 * (1 - from)
  const half = (t: number) => 1.25 * u * Math.sin(Math.PI * (0.06 + 0.88 * t)) ** 0.35
  const spring = sampleCurve(150, (t) => {
    const [x, y] = path(from + (to - from) * t)
    return [x + half(t) * Math.sin(2 * Math.PI * 11 * t), y]
  })
  const side =
    (sign: number) =>
    (t: number): [number, number] => {
      const [x, y] = path(from + (to - from) * t)
      return [x + sign * half(t), y]
    }
  scene.ink(spring).cover([...sampleCurve(20, side(-1)), ...sampleCurve(20, (t) => side(1)(1 - t))])
}
