import type { Line } from '../draw/curve.ts'
import { hatch } from '../draw/hatch.ts'
import type { Random } from '../draw/random.ts'
import type { Scene } from '../draw/scene.ts'
import type { Card } from './card.ts'

type Corners = readonly (readonly [x: number, y: number])[]

/** Draws a row of houses along the foot of the card. Each house has its own hatching, which leaves the windows free. */
export function drawTown({ width, height, margin, u, random }: Card, scene: Scene): void {
  const foot = height - margin
  const church = random.between(0.12, 0.3) * width
  let x = margin
  while (x < width - margin - 4 * u) {
    const isChurch = x <= church && church < x + 14 * u
    const breadth = Math.min(random.between(8.5, 15) * u, width - margin - x)
    // Houses are lower towards the right, where the text of a landscape card stands.
    const height = random.between(6.5, 12) * u * (1.15 - (0.45 * x) / width)
    const house = isChurch ? steeple(x, foot, breadth, height, u) : gable(x, foot, breadth, height, u, random)
    drawHouse(scene, house, { x, foot, breadth, height, u }, random)
    x += breadth
  }
}

function gable(x: number, foot: number, breadth: number, height: number, u: number, random: Random): Corners {
  const eaves = foot - height
  const ridge = foot - height - breadth * random.between(0.28, 0.48)
  const peak = x + breadth * random.pick([0.5, 0.5, 0.32, 0.68])
  const chimney = (peak + x + breadth) / 2
  const roofAt = (px: number) => eaves + ((ridge - eaves) * (x + breadth - px)) / (x + breadth - peak)
  const stack = [
    [chimney - 0.7 * u, roofAt(chimney - 0.7 * u)],
    [chimney - 0.7 * u, ridge + 0.2 * u],
    [chimney + 0.7 * u, ridge + 0.2 * u],
    [chimney + 0.7 * u, roofAt(chimney + 0.7 * u)],
  ] as const
  return [
    [x, foot],
    [x, eaves],
    [peak, ridge],
    ...(random.next() < 0.4 ? stack : []),
    [x + breadth, eaves],
    [x + breadth, foot],
  ]
}

function steeple(x: number, foot: number, breadth: number, height: number, u: number): Corners {
  const nave = foot - 1.1 * height
  const tower = foot - 1.75 * height
  const tip = foot - 1.75 * height - 12 * u
  const side = x + Math.min(breadth * 0.5, 6.4 * u)
  return [
    [x, foot],
    [x, tower],
    [(x + side) / 2, tip],
    [side, tower],
    [side, nave],
    [x + breadth - 1.5 * u, nave],
    [x + breadth, nave + 2.4 * u],
    [x + breadth, foot],
  ]
}

interface HousePlace {
  readonly x: number
  readonly foot: number
  readonly breadth: number
  readonly height: number
  readonly u: number
}

function drawHouse(scene: Scene, corners: Corners, { x, foot, breadth, height, u }: HousePlace, random: Random): void {
  const outline = corners.flat()
  const panes = Math.max(1, Math.floor(breadth / (4.6 * u)))
  for (let i = 0; i < panes; i++) {
    if (random.next() < 0.45) continue
    const left = x + (breadth * (i + 0.5)) / panes - 0.85 * u
    const top = foot - height * random.pick([0.8, 0.62])
    const pane = [left, top, left + 1.7 * u, top, left + 1.7 * u, top + 2.3 * u, left, top + 2.3 * u]
    scene.shape(pane)
  }
  const lines: Line[] = hatch(
    inset(outline, x + breadth / 2, 0.35 * u),
    random.pick([35, -35, 62, -62]),
    random.pick([1, 1.3, 1.7]) * u,
  )
  // The cover is a little wider to the right, so that the next house does not draw the common wall again.
  scene
    .ink(outline, ...lines)
    .cover(outline.map((value, i) => (i % 2 === 0 && value > x + 0.9 * breadth ? value + 0.2 : value)))
}

/** Moves an outline's points towards the middle and down, so that joins of the hatching touch no wall or roof. */
const inset = (outline: readonly number[], middle: number, by: number): Line =>
  outline.map((value, i) => (i % 2 === 0 ? value + Math.sign(middle - value) * by : value + by))
