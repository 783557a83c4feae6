import { reverseLine } from '../../geometry/drawing.ts'
import { type Line, sampleCurve } from '../draw/curve.ts'
import { hatch } from '../draw/hatch.ts'
import type { Random } from '../draw/random.ts'
import { cutBy, regionOf } from '../draw/region.ts'
import type { Scene } from '../draw/scene.ts'
import type { Card, Template } from './card.ts'

/** A mobile that hangs from the card's upper margin: a crescent moon and stars, with a cloud. */
export const newBaby: Template = {
  name: 'new-baby',
  greeting: 'Welcome, Little One',
  example: {
    recipient: 'Ottilie',
    message:
      'Seven pounds of you, and already the whole street has come by on tiptoe. Sleep well; the world will keep.',
    from: 'Uncle Edsger',
  },
  align: 'left',
  portrait: { picture: 'above', middle: 53 },
  textBox: ({ width, height, margin, u }) => ({
    x: 102 * u,
    y: 30 * u,
    width: width - margin - 108 * u,
    height: height - margin - 42 * u,
  }),
  draw: (card, scene) => {
    const { u, margin, random, left } = card
    drawMoon(scene, left + 45 * u, 78 * u, 25 * u, random)
    const strings: [number, number][] = [[left + 45 * u, 53.5 * u]]
    for (const [x, y, size] of [
      [17, 50, 6.5],
      [76, 50, 9],
      [81, 106, 7],
      [92, 80, 5],
    ] as const) {
      const place = [left + (x + random.between(-1.5, 1.5)) * u, (y + random.between(-4, 4)) * u] as const
      strings.push(drawStar(scene, place[0], place[1], size * u, random))
    }
    // One star hangs from the moon itself.
    const low = [left + (43 + random.between(-2, 2)) * u, (121 + random.between(-3, 3)) * u] as const
    const [x, y] = drawStar(scene, low[0], low[1], 7.5 * u, random)
    scene.ink([x, y, x, 78 * u + Math.sqrt((25 * u) ** 2 - (x - left - 45 * u) ** 2)])
    drawCloud(card, scene, left + 50 * u, 29 * u)
    for (const [x, y] of strings) scene.ink([x, y, x, margin])
  },
}

/**
 * Number of steps that are left out at each end of an arc. Arcs use the numbers in turn. The first and the last arc
 * stay whole.
 */
const HORNS = [3, 14, 7, 18]
const trimEnds = (line: Line, steps: number): Line => line.slice(2 * steps, line.length - 2 * steps)

/** Arcs from horn to horn, each less deep than the previous one (a pencil of circles), drawn to and fro. */
function drawMoon(scene: Scene, x: number, y: number, radius: number, random: Random): void {
  const turn = random.between(0.45, 0.75)
  const place = (u: number, v: number): [number, number] => [
    x + radius * (u * Math.cos(turn) - v * Math.sin(turn)),
    y + radius * (u * Math.sin(turn) + v * Math.cos(turn)),
  ]
  const lines = 17
  const horn = 0.72
  const arc = (share: number): Line => {
    // A circle through both horns, which are at (horn, ±half). Its leftmost point is at -1 … -0.38.
    const half = Math.sqrt(1 - horn ** 2)
    const sag = horn + 1 - share * 0.62 * (0.55 + 0.45 * share)
    const r = (half ** 2 + sag ** 2) / (2 * sag)
    const centre = horn - sag + r
    const reach = Math.PI - Math.atan2(half, horn - centre)
    return sampleCurve(80, (t) => {
      const angle = Math.PI - reach + 2 * reach * t
      return place(centre + r * Math.cos(angle), r * Math.sin(angle))
    })
  }
  const arcs = Array.from({ length: lines }, (_, i) => arc(i / (lines - 1)))
  // Towards the horns there is room for fewer arcs.
  const shorter = arcs.map((line, i) =>
    i === 0 || i === lines - 1 ? line : trimEnds(line, HORNS[i % HORNS.length] ?? 0),
  )
  scene.ink(...shorter.map((line, i) => (i % 2 === 0 ? line : reverseLine(line))))
  scene.cover([...arc(0), ...reverseLine(arc(1))])
}

/**
 * Draws a star of five points, each with a light and a shaded face, as stars are cut in relief. @returns the upper tip
 */
function drawStar(scene: Scene, x: number, y: number, size: number, random: Random): [number, number] {
  const turn = random.between(-0.2, 0.2)
  const corner = (i: number): [number, number] => {
    const reach = i % 2 === 0 ? size : size * 0.42
    const angle = turn - Math.PI / 2 + (i * Math.PI) / 5
    return [x + reach * Math.cos(angle), y + reach * Math.sin(angle)]
  }
  const outline = Array.from({ length: 10 }, (_, i) => corner(i)).flat()
  const faces: Line[] = []
  for (let i = 0; i < 10; i += 2) {
    const tip = corner(i)
    const face = [x, y, ...tip, ...corner(i + 1)]
    const along = (Math.atan2(tip[1] - y, tip[0] - x) * 180) / Math.PI
    // Inset, so that the joins between the lines do not overlap the edges.
    const mean = (k: number) => ((face[k] ?? 0) + (face[k + 2] ?? 0) + (face[k + 4] ?? 0)) / 3
    const mx = mean(0)
    const my = mean(1)
    const inner = face.map((value, k) => (k % 2 === 0 ? mx : my) * 0.14 + value * 0.86)
    faces.push(...hatch(inner, along + 38, Math.max(0.5, size * 0.115)), [x, y, ...tip])
  }
  scene.shape(outline, ...faces)
  return corner(0)
}

/** Draws a cloud: round heads over a flat foot, with level lines inside. */
function drawCloud({ u, random }: Card, scene: Scene, x: number, y: number): void {
  const heads = [
    [-15, 2, 6],
    [-7, -3, 8.5],
    [4, -4.5, 9.5],
    [13, 0, 7.5],
    [20, 3, 5],
  ] as const
  const rounds = heads.map(([dx, dy, r]) => {
    const cx = x + (dx + random.between(-0.8, 0.8)) * u
    const cy = y + dy * u
    return sampleCurve(60, (t) => [cx + r * u * Math.cos(2 * Math.PI * t), cy + r * u * Math.sin(2 * Math.PI * t)])
  })
  const foot = y + 3.4 * u
  const sky = regionOf([x - 40 * u, y - 40 * u, x + 40 * u, y - 40 * u, x + 40 * u, foot, x - 40 * u, foot])
  for (const round of rounds) {
    let pieces = cutBy(round, sky, 'inside')
    for (const other of rounds)
      if (other !== round) pieces = pieces.flatMap((piece) => cutBy(piece, regionOf(other), 'outside'))
    // A short piece between two heads at the foot would look like a tick, not like an outline.
    scene.ink(...pieces.filter((piece) => piece.some((value, i) => i % 2 === 1 && value < foot - 1.5 * u)))
  }
  const inside = (line: Line) => rounds.flatMap((round) => cutBy(line, regionOf(round), 'inside'))
  const ends = inside([x - 40 * u, foot - 0.01, x + 40 * u, foot - 0.01])
    .flat()
    .filter((_, i) => i % 2 === 0)
  const left = Math.min(...ends)
  const right = Math.max(...ends)
  for (let i = 0; i < 6; i++) {
    const level = foot - i * 1.35 * u
    const inset = (i === 0 ? 0 : 2 + i * 3.2 + random.between(0, 3)) * u
    if (right - left > 2.4 * inset + 6 * u)
      scene.ink(
        i % 2 === 0 ? [left + inset, level, right - inset, level] : [right - inset, level, left + inset * 1.4, level],
      )
  }
  for (const round of rounds) scene.cover(round.map((value, i) => (i % 2 === 0 ? value : Math.min(value, foot))))
}
