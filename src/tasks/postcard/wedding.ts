import { reverseLine } from '../../geometry/drawing.ts'
import { ellipse, type Line, sampleCurve } from '../draw/curve.ts'
import { cutBy, regionOf } from '../draw/region.ts'
import type { Scene } from '../draw/scene.ts'
import type { Template } from './card.ts'
import { drawSprig } from './sprig.ts'

interface Ring {
  readonly x: number
  readonly y: number
  readonly radius: number
  /** Half the breadth of the band, mm. */
  readonly half: number
}

/** Two braided rings, one through the other, in a cradle of two branches of olive. */
export const wedding: Template = {
  name: 'wedding',
  greeting: 'To the Happy Couple',
  example: {
    recipient: 'Emmy & Sofia',
    message: 'May you argue only about which way the map goes, and always arrive at the same place.',
    from: 'all of us',
  },
  align: 'left',
  portrait: { picture: 'above', middle: 55 },
  textBox: ({ width, height, margin, u }) => ({
    x: 106 * u,
    y: 26 * u,
    width: width - margin - 112 * u,
    height: height - margin - 44 * u,
  }),
  draw: (card, scene) => {
    const { u, random, left } = card
    const first = { x: left + 41 * u, y: 52 * u, radius: 25 * u, half: 4.2 * u }
    const second = { x: left + 68 * u, y: 62 * u, radius: 25 * u, half: 4.2 * u }
    drawInterlaced(scene, first, second, [random.whole(12, 24), random.whole(12, 24)])
    for (const side of [-1, 1]) {
      // The cradle runs from below the middle of the rings to both sides of the rings.
      const path = (t: number): readonly [number, number] => {
        const angle = (Math.PI / 180) * (94 - 68 * t)
        return [left + (55 + side * 40 * Math.cos(angle)) * u, (57 + 66 * Math.sin(angle)) * u]
      }
      drawSprig(scene, { path, leaves: random.whole(15, 19), size: random.between(12.5, 14.5) * u, from: 0.06 }, random)
    }
  },
}

/**
 * Draws two rings, one through the other. The first ring lies on top at one crossing, the second ring at the other.
 */
function drawInterlaced(scene: Scene, a: Ring, b: Ring, waves: readonly [number, number]): void {
  const toward = Math.atan2(b.y - a.y, b.x - a.x)
  const halfAngle = Math.acos(Math.hypot(b.x - a.x, b.y - a.y) / 2 / a.radius)
  const crossing = sector(a, toward - halfAngle, 0.55)
  const strands = braid(a, waves[0])
  scene.ink(...strands.flatMap((line) => cutBy(line, regionOf(crossing), 'inside'))).cover(crossing)
  scene.ink(...braid(b, waves[1])).cover(band(b))
  scene.ink(...strands).cover(band(a))
}

/**
 * A band of woven strands between two rims. One line forms all strands, because it goes around the ring several times.
 */
function braid({ x, y, radius, half }: Ring, waves: number): Line[] {
  const rounds = 5
  const strands = sampleCurve(rounds * 240, (t) => {
    const angle = 2 * Math.PI * rounds * t
    const reach = radius + half * 0.78 * Math.sin(angle * (waves + 1 / rounds))
    return [x + reach * Math.cos(angle), y + reach * Math.sin(angle)]
  })
  return [strands, ellipse(x, y, radius + half), ellipse(x, y, radius - half)]
}

const band = ({ x, y, radius, half }: Ring): Line => [
  ...ellipse(x, y, radius + half),
  ...reverseLine(ellipse(x, y, radius - half)),
]

function sector({ x, y, radius, half }: Ring, about: number, reach: number): Line {
  const arc = (r: number): Line =>
    sampleCurve(24, (t) => {
      const angle = about - reach + 2 * reach * t
      return [x + r * Math.cos(angle), y + r * Math.sin(angle)]
    })
  return [...arc(radius + half + 0.01), ...reverseLine(arc(radius - half - 0.01))]
}
