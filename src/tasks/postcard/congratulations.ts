import { reverseLine } from '../../geometry/drawing.ts'
import { type Line, sampleCurve } from '../draw/curve.ts'
import type { Card, Template } from './card.ts'
import { drawTown } from './town.ts'

/**
 * The shape of a burst: how far each star falls, as a fraction of the radius, and in which parts of its path it glows.
 */
interface Shell {
  readonly fall: number
  readonly glows: readonly (readonly [from: number, to: number])[]
  /** Angle between two stars, degrees. */
  readonly apart: number
}

/** A full round burst, one that hangs down like a willow, and two rings, one inside the other. */
const SHELLS = {
  chrysanthemum: { fall: 0.16, apart: 3.6, glows: [[0.3, 1]] },
  willow: { fall: 0.75, apart: 9, glows: [[0.16, 1]] },
  peony: {
    fall: 0.1,
    apart: 8,
    glows: [
      [0.34, 0.5],
      [0.7, 1],
    ],
  },
} as const satisfies Readonly<Record<string, Shell>>

interface Burst {
  readonly x: number
  readonly y: number
  readonly radius: number
  readonly shell: Shell
}

/** Fireworks over a small town. The line of each star bends downwards towards its end. */
export const congratulations: Template = {
  name: 'congratulations',
  greeting: 'Congratulations',
  example: {
    recipient: 'Katherine',
    message: 'All that arithmetic, and it came out exactly right. We knew it would; we are so very proud of you.',
    from: 'Dorothy & Mary',
  },
  align: 'left',
  portrait: { picture: 'below', middle: 52 },
  textBox: ({ width, height, margin, u }) => ({
    x: 104 * u,
    y: 20 * u,
    width: width - margin - 108 * u,
    height: height - margin - 46 * u,
  }),
  draw: (card, scene) => {
    drawTown(card, scene)
    for (const burst of burstsOf(card)) {
      scene.ink(...stars(burst, card))
      scene.cover(halo(burst))
    }
  },
}

function burstsOf({ u, random, left }: Card): Burst[] {
  const places = [
    [45, 46, 30, SHELLS.chrysanthemum],
    [74, 90, 12, SHELLS.peony],
    [25, 92, 14, SHELLS.willow],
    [84, 22, 8, SHELLS.peony],
  ] as const
  return places.map(([x, y, radius, shell]) => ({
    x: left + (x + random.between(-2, 2)) * u,
    y: (y + random.between(-2, 2)) * u,
    radius: radius * u * random.between(0.94, 1.04),
    shell,
  }))
}

/**
 * Stars in all directions of space, seen from the side, so stars that fly towards the viewer look short. Neighbours are
 * drawn outwards and inwards in turn, which keeps pen-up travel short.
 */
function stars({ x, y, radius, shell }: Burst, { u, random }: Card): Line[] {
  const lines: Line[] = []
  const count = Math.round(360 / shell.apart)
  const spin = random.between(0, 6)
  for (let i = 0; i < count; i++) {
    const angle = spin + (2 * Math.PI * (i + random.between(-0.3, 0.3))) / count
    // The stars spread evenly over a sphere, without stars that would look like dots.
    const reach = radius * Math.sqrt(1 - random.between(-0.86, 0.86) ** 2) * random.between(0.93, 1.03)
    const fly = (t: number): [number, number] => [
      x + reach * t * Math.cos(angle),
      y + reach * t * Math.sin(angle) + shell.fall * radius * t ** 2.2,
    ]
    for (const [from, to] of shell.glows) {
      const line = sampleCurve(14, (t) => fly(from + (to - from) * t))
      lines.push(i % 2 === 0 ? line : reverseLine(line))
    }
    // Every third star also has a short line ahead of its glow.
    if (i % 3 === 0) lines.push(sampleCurve(2, (t) => fly(1 + (0.9 * u * (1.2 + t)) / Math.max(reach, 1))))
  }
  return lines
}

/** The area around a burst in which later lines are hidden. */
const halo = ({ x, y, radius, shell }: Burst): Line =>
  sampleCurve(60, (t) => {
    const angle = 2 * Math.PI * t
    return [x + 1.1 * radius * Math.cos(angle), y + 1.1 * radius * Math.sin(angle) + shell.fall * 0.6 * radius]
  })
