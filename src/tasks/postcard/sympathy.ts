import { type Line, sampled } from '../draw/curve.ts'
import { cutBy, regionOf } from '../draw/region.ts'
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
  textBox: ({ width, height, margin, u }) => ({
    x: 96 * u,
    y: 18 * u,
    width: width - margin - 102 * u,
    height: height - margin - 62 * u,
  }),
  draw: (card, scene) => {
    const { u, random } = card
    for (const reed of reeds(card)) scene.ink(reed)
    const moon = {
      x: (55 + random.between(-5, 5)) * u,
      y: (49 + random.between(-6, 6)) * u,
      radius: random.between(18, 22) * u,
    }
    const disc = sampled(120, (t) => [
      moon.x + moon.radius * Math.cos(2 * Math.PI * t),
      moon.y + moon.radius * Math.sin(2 * Math.PI * t),
    ])
    scene.ink(disc, ...shaded(card, moon.x, moon.y, moon.radius, disc)).cover(disc)
    scene.ink(...water(card, moon.x, moon.radius))
  },
}

/** Level lines that stand closer towards the foot of the disc. */
function shaded({ u }: Card, x: number, y: number, radius: number, disc: Line): Line[] {
  const lines: Line[] = []
  const region = regionOf(disc)
  for (let level = y - radius * 0.55, i = 0; level < y + radius; i++) {
    const line = i % 2 === 0 ? [x - radius, level, x + radius, level] : [x + radius, level, x - radius, level]
    lines.push(...cutBy(line, region, 'inside'))
    level += (0.75 + 2.6 * ((y + radius - level) / (2 * radius)) ** 2) * u
  }
  return lines
}

/** Broken level lines, wider apart the nearer they are; under the moon they gather to its reflection. */
function water({ u, width, height, margin, random }: Card, moonX: number, radius: number): Line[] {
  const lines: Line[] = []
  for (let level = 96 * u, i = 0; level < height - margin; i++) {
    const depth = (level - 96 * u) / (height - margin - 96 * u)
    const glint = radius * (0.92 - 0.5 * depth) * random.between(0.7, 1.1)
    const drift = random.between(-2, 2) * u
    lines.push([moonX - glint + drift, level, moonX + glint + drift, level])
    const far = i === 0 ? width - margin : random.between(0.45, 0.98) * (width - margin)
    if (i % 3 === 0) {
      const gap = glint + random.between(3, 12) * u
      lines.push([moonX + drift + gap, level, far, level])
      lines.push([margin + random.between(0, i === 0 ? 0 : 12) * u, level, moonX + drift - gap, level])
    }
    level += (1.15 + 1.7 * depth) * u
  }
  return lines
}

/** Reeds at the left: long blades of one line each, and two with a head. */
function reeds({ u, height, margin, random }: Card): Line[] {
  const lines: Line[] = []
  for (let i = 0; i < 9; i++) {
    const foot = [(14 + i * 2.1 + random.between(-0.8, 0.8)) * u, height - margin - random.between(1, 7) * u] as const
    const tall = random.between(30, 62) * u
    const lean = random.between(-9, 12) * u
    const [breadth, head] = [random.between(0.7, 1.2) * u, i % 4 === 1]
    const way = (t: number, side: number): [number, number] => [
      foot[0] + lean * t ** 2.2 + side * breadth * (1 - t) ** 0.8,
      foot[1] - tall * t,
    ]
    if (!head) {
      lines.push([...sampled(24, (t) => way(t, -1)), ...sampled(24, (t) => way(1 - t, 1))])
      continue
    }
    const [tx, ty] = way(1, 0)
    const cob = sampled(70, (t) => {
      const turn = 2 * Math.PI * 11 * t
      return [
        tx + 1.25 * u * Math.sin(turn) * Math.sin(Math.PI * t) ** 0.35,
        ty + (1 - t) * 9 * u + 0.3 * u * Math.cos(turn),
      ]
    })
    lines.push([...sampled(24, (t) => way(t * (1 - (9 * u) / tall), 0)), ...cob, tx + 0.2 * u, ty - 4 * u])
  }
  return lines
}
