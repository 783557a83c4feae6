import { reverseLine } from '../../geometry/drawing.ts'
import { type Line, sampleCurve, spiralDisc } from '../draw/curve.ts'
import { hatch } from '../draw/hatch.ts'
import type { Random } from '../draw/random.ts'
import { cutBy, regionOf } from '../draw/region.ts'
import type { Scene } from '../draw/scene.ts'
import type { Card, Template } from './card.ts'
import { leafLines } from './leaf.ts'
import { drawSprig } from './sprig.ts'

/** Flowers in a jug on the sill. Each flower has a spiral of seeds and two rings of petals. */
export const getWell: Template = {
  name: 'get-well',
  greeting: 'Get Well Soon',
  example: {
    recipient: 'dear Blaise',
    message:
      'The office is far too tidy without you, and nobody remembers how the coffee machine likes to be spoken to.',
    from: 'the second floor',
  },
  align: 'left',
  portrait: { picture: 'below', middle: 50 },
  textBox: ({ width, height, margin, u }) => ({
    x: 100 * u,
    y: 24 * u,
    width: width - margin - 106 * u,
    height: height - margin - 40 * u,
  }),
  draw: (card, scene) => {
    const { u, random, left } = card
    const mouth = [left + 50 * u, 92 * u] as const
    const heads = [
      [33, 44, 12],
      [58, 31, 14],
      [79, 53, 11],
      [52, 62, 9],
      [25, 70, 7.5],
    ] as const
    const places = heads.map(
      ([x, y, r]) => [left + (x + random.between(-3.5, 3.5)) * u, (y + random.between(-3.5, 3.5)) * u, r * u] as const,
    )
    drawJug(card, scene, mouth)
    for (const [x, y, r] of places) drawFlower(scene, x, y, r, random)
    for (const [x, y] of [
      [74, 76],
      [42, 30],
    ] as const) {
      const tip = [left + (x + random.between(-3, 3)) * u, (y + random.between(-3, 3)) * u] as const
      const path = (t: number): readonly [number, number] => [
        mouth[0] + (tip[0] - mouth[0]) * t ** 1.4,
        mouth[1] + 3 * u + (tip[1] - mouth[1]) * t,
      ]
      drawSprig(scene, { path, leaves: 7, size: 11 * u, from: 0.35 }, random)
    }
    for (const [x, y, r] of places) {
      const bend = random.between(-5, 5) * u
      const stem = (t: number): readonly [number, number] => [
        mouth[0] + (x - mouth[0]) * t ** 1.3 + bend * Math.sin(Math.PI * t),
        mouth[1] + 3 * u + (y + 0.3 * r - mouth[1]) * t,
      ]
      drawSprig(scene, { path: stem, leaves: 3, size: 15 * u, from: 0.3 }, random)
    }
  },
}

function drawFlower(scene: Scene, x: number, y: number, radius: number, random: Random): void {
  const heart = radius * 0.36
  const rim = sampleCurve(40, (t) => [x + heart * Math.cos(2 * Math.PI * t), y + heart * Math.sin(2 * Math.PI * t)])
  scene.ink(spiralDisc(x, y, heart, Math.max(0.5, heart / 5.5), random.between(0, 6))).cover(rim)
  const petals = random.whole(10, 16)
  for (let row = 0; row < 2; row++) {
    for (let i = 0; i < petals; i++) {
      const heading = ((i + row / 2) / petals) * 2 * Math.PI + random.between(-0.06, 0.06)
      const petal = leafLines({
        x: x + heart * 0.9 * Math.cos(heading),
        y: y + heart * 0.9 * Math.sin(heading),
        heading,
        length: (radius - heart * 0.9) * (1 + 0.12 * row) * random.between(0.93, 1.05),
        breadth: 0.42,
        bend: random.between(-0.12, 0.12),
        veins: row === 1 ? 5 : 0,
      })
      scene.ink(petal.stroke).cover(petal.outline)
    }
  }
}

/**
 * Draws a round-bellied jug, shaded by hatching. On the right side, a second hatching crosses the first. A band of the
 * jug has a zigzag in place of the hatching.
 */
function drawJug({ u, height, margin }: Card, scene: Scene, [x, top]: readonly [number, number]): void {
  const foot = height - margin - 8 * u
  const half = (t: number) => (7.4 + 9.8 * Math.sin(Math.PI * (0.06 + 0.86 * t)) - 0.8 * t) * u
  const side = (direction: 1 | -1): Line => sampleCurve(50, (t) => [x + direction * half(t), top + (foot - top) * t])
  const lip = sampleCurve(50, (t) => [
    x + half(0) * Math.cos(2 * Math.PI * t),
    top + 2.1 * u * Math.sin(2 * Math.PI * t),
  ])
  const base = sampleCurve(30, (t) => [x + half(1) * Math.cos(Math.PI * t), foot + 1.8 * u * Math.sin(Math.PI * t)])
  const left = side(-1)
  const right = side(1)
  const body: Line = [...left, ...reverseLine(base), ...reverseLine(right)]
  const glaze = (level: number): Line =>
    sampleCurve(50, (t) => {
      const s = 2 * t - 1
      const share = (level - top) / (foot - top)
      return [x + half(share) * s, level + 2.2 * u * Math.sqrt(Math.max(0, 1 - s * s))]
    })
  const upper = glaze(top + 12 * u)
  const lower = glaze(top + 19 * u)
  const belt: Line = [...upper, ...reverseLine(lower)]
  scene.ink(lip, left, right, base, upper, lower)
  const zigzag = sampleCurve(22, (t) => {
    const i = Math.round(t * 22)
    const s = 0.96 * (2 * t - 1)
    const bow = 2.2 * u * Math.sqrt(1 - s * s)
    return [x + half(0.4) * s, top + (i % 2 === 0 ? 13.4 : 17.6) * u + bow]
  })
  scene.ink(zigzag).cover(belt)
  shadeJug(scene, body, u, { x, top, foot, lip: half(0) })
  scene.cover([...body])
  drawSill(scene, x, foot, u)
}

/** Shades the body of a jug below the lip by hatching. On the right, a second hatching crosses the first. */
function shadeJug(
  scene: Scene,
  body: readonly number[],
  u: number,
  { x, top, foot, lip }: { readonly x: number; readonly top: number; readonly foot: number; readonly lip: number },
): void {
  const shadow = hatch(body, 58, 1.35 * u)
  const deep = hatch(body, -58, 1.35 * u).flatMap((line) =>
    cutBy(
      line,
      regionOf([x + 3 * u, top - 9 * u, x + 40 * u, top - 9 * u, x + 40 * u, foot + 9 * u, x + 8 * u, foot + 9 * u]),
      'inside',
    ),
  )
  const front = sampleCurve(30, (t) => [x + lip * Math.cos(Math.PI * t), top + 2.1 * u * Math.sin(Math.PI * t)])
  const belowLip = regionOf([
    ...reverseLine(front),
    x + 40 * u,
    top,
    x + 40 * u,
    foot + 9 * u,
    x - 40 * u,
    foot + 9 * u,
    x - 40 * u,
    top,
  ])
  scene.ink(...[...shadow, ...deep].flatMap((line) => cutBy(line, belowLip, 'inside')))
}

/** Lines of the sill on both sides of the jug. */
function drawSill(scene: Scene, x: number, foot: number, u: number): void {
  for (let i = 0; i < 4; i++) {
    const from = x - (26 - 4 * i) * u
    const to = x + (34 - 5 * i) * u
    const level = foot + (1 + 1.5 * i) * u
    scene.ink(i % 2 === 0 ? [from, level, to, level] : [to, level, from, level])
  }
}
