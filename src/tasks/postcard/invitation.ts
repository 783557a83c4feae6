import { type Line, sampleCurve, spiralDisc } from '../draw/curve.ts'
import type { Random } from '../draw/random.ts'
import type { Scene } from '../draw/scene.ts'
import type { Template } from './card.ts'

/** Waves of fans, as on a Japanese cloth (seigaiha), that rise from the foot of the card like a hill. */
export const invitation: Template = {
  name: 'invitation',
  greeting: 'You Are Invited',
  example: {
    recipient: 'Friends & neighbours',
    message:
      'Supper in the long garden, Saturday the ninth, from six until the lanterns go out. Bring a chair and a story.',
    from: 'Hedy',
  },
  align: 'left',
  portrait: { picture: 'below', share: 0.46 },
  textBox: ({ width, height, margin, u }) => ({
    x: 84 * u,
    y: margin + 6 * u,
    width: width - margin - 90 * u,
    height: height - margin - 58 * u,
  }),
  draw: ({ width, height, margin, u, random }, scene) => {
    // The width holds a whole number of half fans, so that no narrow piece of a fan stands at the edge.
    const radius = (width - 2 * margin) / Math.round((width - 2 * margin) / (11.8 * u))
    const noise = random.noise()
    const top = (x: number): number => {
      const share = (x - margin) / (width - 2 * margin)
      return 10.5 * Math.max(0, 1 - share * 1.75) ** 1.25 + 2.6 + 1.1 * noise(share * 3, 1)
    }
    // Above the first row, each fan stands on two others, like a brick in a wall.
    const isStanding = (row: number, x: number): boolean =>
      row === 0 || (row < top(x) && isStanding(row - 1, x - radius) && isStanding(row - 1, x + radius))
    for (let row = 0; row < 12; row++) {
      const y = height - margin + radius * 0.5 - row * radius * 0.5
      const from = margin - radius + (row % 2 === 0 ? 0 : radius)
      for (let x = from; x < width - margin + radius; x += 2 * radius) {
        if (isStanding(row, x)) drawFan(scene, x, y, radius, random, row > 0)
      }
    }
  },
}

/** Draws a fan. Nearer fans hide farther fans, because rows are drawn from the foot of the card up. */
function drawFan(scene: Scene, x: number, y: number, radius: number, random: Random, isWhole: boolean): void {
  const arc = (r: number): Line =>
    sampleCurve(40, (t) => [x - r * Math.cos(Math.PI * t), y - r * Math.sin(Math.PI * t)])
  const rim = arc(radius * 0.97)
  scene.ink(rim, ...fanLines(random, isWhole, x, y, radius * 0.97, arc)).cover(rim)
}

function fanLines(
  random: Random,
  isWhole: boolean,
  x: number,
  y: number,
  radius: number,
  arc: (r: number) => Line,
): Line[] {
  const kind = isWhole ? random.next() : 0.86 * random.next()
  const share = (k: number) => arc(radius * k)
  if (kind < 0.46) return [0.8, 0.6, 0.4, 0.2].map(share)
  if (kind < 0.66) return [0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2].map(share)
  if (kind < 0.86) {
    const rays = 15
    const spokes = Array.from({ length: rays - 1 }, (_, i) => {
      const angle = (Math.PI * (i + 1)) / rays
      const inner = radius * 0.36
      const outer = radius * 0.84
      const ends = [
        x - inner * Math.cos(angle),
        y - inner * Math.sin(angle),
        x - outer * Math.cos(angle),
        y - outer * Math.sin(angle),
      ]
      return i % 2 === 0 ? ends : [...ends.slice(2), ...ends.slice(0, 2)]
    })
    return [share(0.84), share(0.36), share(0.22), ...spokes]
  }
  // A sun at the foot of the fan. The first row has no sun, because the feet of its fans lie beyond the margin.
  return [share(0.84), spiralDisc(x, y - radius * 0.36, radius * 0.34, radius * 0.068)]
}
