import { ribbon } from '../draw/ribbon.ts'
import { type Balloon, balloonString, drawBalloon } from './balloon.ts'
import { drawCake } from './cake.ts'
import type { Card, Template } from './card.ts'

/** A cake on the left with balloons behind it, and two streamers: one above the words, one along the foot. */
export const birthday: Template = {
  name: 'birthday',
  greeting: 'Happy Birthday',
  example: {
    recipient: 'Ada',
    message:
      'May the year ahead be full of curious engines, good company and long walks by the sea. I think of you today, and of all that you have yet to invent.',
    from: 'Charles',
  },
  align: 'left',
  portrait: { picture: 'below', middle: 50 },
  textBox: ({ width, height, margin, u }) => ({
    x: 100 * u,
    y: 30 * u,
    width: width - margin - 104 * u,
    height: height - margin - 44 * u,
  }),
  draw: (card, scene) => {
    const { u, random, height, left } = card
    const foot = height - 22 * u
    drawCake(scene, left + 48 * u, foot, u, random)
    const knot = [left + 48 * u, foot - 40 * u] as const
    const balloons = balloonsOf(card)
    for (const balloon of balloons) drawBalloon(scene, balloon)
    for (const balloon of balloons) scene.ink(balloonString(balloon, knot, random))
    for (const streamer of streamers(card)) scene.ink(streamer)
  },
}

function balloonsOf({ u, random, left }: Card): Balloon[] {
  const places = [
    [25, 35, 13.5, 1.25],
    [51, 30, 15.5, 1.05],
    [77, 45, 11.5, 1.4],
  ] as const
  return places.map(([x, y, radius, gap]) => ({
    x: left + (x + random.between(-2.5, 2.5)) * u,
    y: (y + random.between(-2.5, 2.5)) * u,
    radius: radius * u * random.between(0.9, 1.08),
    lean: ((48 - x) / 110) * -1 + random.between(-0.06, 0.06),
    gap: Math.max(0.6, gap * u),
  }))
}

/** Two Lissajous ribbons. One runs above the words, and one along the foot of the card. */
function streamers({ width, height, margin, u, random, words }: Card): number[][] {
  const phase = random.between(0, 1)
  const breadth = (t: number) => 3.6 * u * (0.03 + 0.97 * Math.sin(Math.PI * t) ** 0.7)
  const left = 99 * u
  const right = width - margin - 9 * u
  const along = (from: number, level: number, waves: number, shift: number, swing = 5.2 * u) =>
    ribbon(
      (t) => [
        from + (right - from) * t + 1.6 * u * Math.sin(2 * Math.PI * (2 * waves * t + shift)),
        level + swing * Math.sin(2 * Math.PI * (waves * t + shift)),
      ],
      { lines: 6, breadth, twist: (t) => 2 * Math.PI * (1.2 * waves * t + shift) },
    )
  // Below a long message the lower ribbon swings less, so that the words do not cut the ribbon.
  const room = Math.min(18.4 * u, height - margin - (words?.maxY ?? 0) - 3.6 * u)
  const low = height - margin - Math.max(9.5 * u - (18.4 * u - room) / 2, 3.8 * u)
  return [
    along(left, margin + 10 * u, 1.5, phase),
    along(left + 9 * u, low, 1.25, phase + 0.45, Math.max(0.8 * u, room / 2 - 4 * u)),
  ]
}
