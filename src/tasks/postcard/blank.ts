import { type Line, sampleCurve } from '../draw/curve.ts'
import type { Card, Template } from './card.ts'

/**
 * A frame of two lines round the card, with a braid between them. The braid is one line that runs round the card many
 * times. The middle is free for the user's words.
 */
export const blank: Template = {
  name: 'blank',
  greeting: '',
  example: {
    recipient: 'Dear Mary',
    message:
      'The garden is full of bees, and the tide was so low this morning that we walked across to the island and back before breakfast. Come and see for yourself.',
    from: 'Molly',
  },
  align: 'center',
  textBox: ({ width, height, margin, u }) => ({
    x: margin + 27 * u,
    y: margin + 22 * u,
    width: width - 2 * margin - 54 * u,
    height: height - 2 * margin - 44 * u,
  }),
  draw: (card, scene) => {
    const { margin, u } = card
    scene.ink(
      closedRect(card, margin + 0.5 * u, 21 * u),
      closedRect(card, margin + 16.6 * u, 4.9 * u),
      braid(card, margin + 8.5 * u),
    )
  },
}

/**
 * A rectangle with round corners as a closed path: its points and outward normals at t = 0 … 1, and its total length,
 * mm.
 */
function roundedPath({ width, height }: Card, inset: number, corner: number) {
  const w = width - 2 * inset - 2 * corner
  const h = height - 2 * inset - 2 * corner
  const arc = (Math.PI / 2) * corner
  const total = 2 * (w + h) + 4 * arc
  const sides = [
    [inset + corner, inset, 0, w],
    [width - inset, inset + corner, Math.PI / 2, h],
    [width - inset - corner, height - inset, Math.PI, w],
    [inset, height - inset - corner, (3 * Math.PI) / 2, h],
  ] as const
  const pointAt = (t: number): { x: number; y: number; nx: number; ny: number } => {
    let rest = (((t % 1) + 1) % 1) * total
    for (const [x, y, heading, length] of sides) {
      const cos = Math.cos(heading)
      const sin = Math.sin(heading)
      if (rest <= length) return { x: x + rest * cos, y: y + rest * sin, nx: sin, ny: -cos }
      rest -= length
      if (rest <= arc) {
        const angle = heading - Math.PI / 2 + rest / corner
        const cx = x + length * cos - corner * sin
        const cy = y + length * sin + corner * cos
        return {
          x: cx + corner * Math.cos(angle),
          y: cy + corner * Math.sin(angle),
          nx: Math.cos(angle),
          ny: Math.sin(angle),
        }
      }
      rest -= arc
    }
    return { x: inset + corner, y: inset, nx: 0, ny: -1 }
  }
  return { at: pointAt, total }
}

function closedRect(card: Card, inset: number, corner: number): Line {
  const { at } = roundedPath(card, inset, corner)
  return sampleCurve(400, (t) => {
    const { x, y } = at(t)
    return [x, y]
  })
}

/**
 * A braid of one line. A round has a whole number of waves, plus 1/`rounds` or 2/`rounds` of a wave. `rounds` is
 * odd, so the line returns to its start only after `rounds` rounds, and the braid has `rounds` strands.
 */
function braid(card: Card, inset: number): Line {
  const { u, random } = card
  const { at, total } = roundedPath(card, inset, 13 * u)
  const rounds = Math.max(5, 2 * Math.round(random.pick([3.2, 4.2, 5.2]) * u) + 1) // fewer strands on a small card
  const waves = Math.round(total / (random.between(19, 27) * u)) + random.pick([1, 2]) / rounds
  const beats = 2 * random.whole(5, 8)
  const start = random.between(0, 1)
  return sampleCurve(rounds * Math.ceil(total / 0.6), (t) => {
    const place = t * rounds
    const { x, y, nx, ny } = at(place)
    const swell = 1 - 0.3 * (0.5 + 0.5 * Math.cos(2 * Math.PI * beats * (place + start)))
    const reach = 6.4 * u * swell * Math.sin(2 * Math.PI * waves * place)
    return [x + nx * reach, y + ny * reach]
  })
}
