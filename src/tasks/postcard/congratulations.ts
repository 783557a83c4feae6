import { type Line, sampled } from '../draw/curve.ts'
import type { Random } from '../draw/random.ts'
import type { Card, Template } from './card.ts'

interface Burst {
  readonly x: number
  readonly y: number
  readonly radius: number
  readonly rays: number
}

/** Fireworks over the left of the card, every spark one line that falls as it fades. */
export const congratulations: Template = {
  name: 'congratulations',
  greeting: 'Congratulations',
  example: {
    recipient: 'Katherine',
    message: 'All that arithmetic, and it came out exactly right. We knew it would; we are so very proud of you.',
    from: 'Dorothy & Mary',
  },
  align: 'left',
  textBox: ({ width, height, margin, u }) => ({
    x: 98 * u,
    y: 36 * u,
    width: width - margin - 104 * u,
    height: height - margin - 48 * u,
  }),
  draw: (card, scene) => {
    const bursts = burstsOf(card)
    for (const burst of bursts) scene.ink(...sparks(burst, card))
    for (const burst of bursts.slice(0, 3)) scene.ink(trail(burst, card))
  },
}

function burstsOf({ u, random }: Card): Burst[] {
  const places = [
    [44, 48, 27.5, 34],
    [75, 91, 14, 21],
    [29, 103, 12, 17],
    [82, 27, 9, 13],
  ] as const
  return places.map(([x, y, radius, rays]) => ({
    x: (x + random.between(-2, 2)) * u,
    y: (y + random.between(-2, 2)) * u,
    radius: radius * u * random.between(0.95, 1.05),
    rays,
  }))
}

/** Three rings of sparks: a few short strokes, straight rays, and long ones that bend down and end in a curl. */
function sparks({ x, y, radius, rays }: Burst, { u, random }: Card): Line[] {
  const lines: Line[] = []
  const spin = random.between(0, 6)
  for (let i = 0; i < rays; i++) {
    const angle = spin + (2 * Math.PI * (i + random.between(-0.16, 0.16))) / rays
    const long = radius * (i % 2 === 0 ? random.between(0.92, 1.04) : random.between(0.58, 0.72))
    const start = radius * (i % 2 === 0 ? 0.2 : 0.28)
    lines.push(i % 2 === 0 ? falling(x, y, angle, start, long, u, random) : ray(x, y, angle, start, long))
    if (i % 2 !== 0) lines.push(...bead(x, y, angle, long + 1.6 * u, 0.75 * u))
    if (i % 2 === 0) lines.push(ray(x, y, angle, radius * 0.07, radius * 0.15))
  }
  return lines
}

const ray = (x: number, y: number, angle: number, from: number, to: number): Line => [
  x + from * Math.cos(angle),
  y + from * Math.sin(angle),
  x + to * Math.cos(angle),
  y + to * Math.sin(angle),
]

const bead = (x: number, y: number, angle: number, reach: number, size: number): Line[] => [
  sampled(16, (t) => [
    x + reach * Math.cos(angle) + size * Math.cos(2 * Math.PI * t),
    y + reach * Math.sin(angle) + size * Math.sin(2 * Math.PI * t),
  ]),
]

function falling(x: number, y: number, angle: number, from: number, to: number, u: number, random: Random): Line {
  const droop = to * random.between(0.16, 0.24)
  const line = sampled(30, (t) => {
    const reach = from + (to - from) * t
    return [x + reach * Math.cos(angle), y + reach * Math.sin(angle) + droop * t ** 2.4]
  })
  const [ex = 0, ey = 0] = line.slice(-2)
  const size = 1.5 * u
  const side = Math.cos(angle) >= 0 ? 1 : -1
  const curl = sampled(22, (t) => {
    const turn = 2 * Math.PI * 1.15 * t
    const r = size * (1 - 0.62 * t)
    return [ex + side * (size - r * Math.cos(turn)) * 0.8, ey + r * Math.sin(turn)]
  })
  return [...line, ...curl]
}

/** The way up from the foot of the card, wavering. */
function trail({ x, y, radius }: Burst, { height, margin, u, random }: Card): Line {
  const sway = random.between(-7, 7) * u
  const foot = height - margin - random.between(0, 6) * u
  return sampled(50, (t) => [
    x + sway * (1 - t) ** 2 + 0.5 * u * Math.sin(22 * t),
    foot + (y + radius * 0.16 - foot) * t,
  ])
}
