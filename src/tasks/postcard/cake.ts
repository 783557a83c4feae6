import { ellipse, type Line, sampleCurve } from '../draw/curve.ts'
import { hatch } from '../draw/hatch.ts'
import type { Random } from '../draw/random.ts'
import { cutBy, regionOf } from '../draw/region.ts'
import type { Scene } from '../draw/scene.ts'

interface Tier {
  readonly cx: number
  /** Top and bottom of the side, mm. */
  readonly top: number
  readonly bottom: number
  /** Half the width, mm. */
  readonly half: number
  /** Half the height of the ellipse of its top, mm. */
  readonly tilt: number
  /** The unit of the cake, mm. */
  readonly u: number
}

/**
 * Draws a cake of two hatched tiers on a plate. `x` is the middle of the cake, and `u` is the unit, mm. `y` is 0.6
 * units below the front of the cake's lower edge.
 */
export function drawCake(scene: Scene, x: number, y: number, u: number, random: Random): void {
  const upper = { cx: x, top: y - 49 * u, bottom: y - 29 * u, half: 17 * u, tilt: 3.6 * u, u }
  const lower = { cx: x, top: y - 28 * u, bottom: y - 6 * u, half: 27 * u, tilt: 5.4 * u, u }
  drawCandles(scene, upper, random)
  drawTier(scene, upper, 62, random)
  drawTier(scene, lower, -62, random)
  drawStand(scene, lower, y)
}

function drawTier(scene: Scene, tier: Tier, degrees: number, random: Random): void {
  drawIcing(scene, tier, random)
  drawSide(scene, tier, degrees)
}

/**
 * Draws the icing: the top of the tier, and the drops over the rim. The icing stays white, except for a hatched
 * ellipse.
 */
function drawIcing(scene: Scene, tier: Tier, random: Random): void {
  const { cx, top, half, tilt, u } = tier
  const frontEdge = icingEdge(tier, random)
  const farEdge = cutBy(
    ellipse(cx, top, half, tilt),
    regionOf([cx - half, top - 2 * tilt, cx + half, top - 2 * tilt, cx + half, top, cx - half, top]),
    'inside',
  )
  const outline = [
    ...sampleCurve(40, (t) => [cx - half * Math.cos(Math.PI * t), top - tilt * Math.sin(Math.PI * t)]),
    ...frontEdge,
  ]
  const shaded = ellipse(cx + 0.3 * half, top - 0.1 * tilt, 0.62 * half, 0.7 * tilt)
  scene.ink(...hatch(shaded, 0, u, 0), ...farEdge, frontEdge).cover(outline)
}

/** Draws the side of the tier, hatched. The right part of the side is hatched a second time. */
function drawSide(scene: Scene, { cx, top, bottom, half, tilt, u }: Tier, degrees: number): void {
  const side = [
    ...sampleCurve(60, (t) => [cx - half + 2 * half * t, top]),
    ...sampleCurve(60, (t) => [cx + half * Math.cos(Math.PI * t), bottom + tilt * Math.sin(Math.PI * t)]),
  ]
  // The outline of the side, squeezed into its right 36 %.
  const dark = side.map((value, i) => (i % 2 === 0 ? cx + half * 0.28 + ((value - cx + half) / 2) * 0.72 : value))
  const lowerEdge = sampleCurve(60, (t) => [cx + half * Math.cos(Math.PI * t), bottom + tilt * Math.sin(Math.PI * t)])
  const leftEdge = [cx - half, top, cx - half, bottom]
  const shadow = clipTo(hatch(dark, -degrees, 1.5 * u, 0), side)
  // Narrower than the side and moved up, so that the joins between hatch lines do not overlap the edges.
  const inner = side.map((value, i) => (i % 2 === 0 ? cx + (value - cx) * (1 - (0.4 * u) / half) : value - 0.4 * u))
  scene.ink(...hatch(inner, degrees, 1.5 * u), ...shadow, lowerEdge, leftEdge, [cx + half, top, cx + half, bottom])
  scene.cover(side)
}

const clipTo = (lines: readonly Line[], polygon: readonly number[]) =>
  lines.flatMap((line) => cutBy(line, regionOf(polygon), 'inside'))

/** The edge of the icing along the front, from right to left, with drops of uneven length. */
function icingEdge({ cx, top, half, tilt, u }: Tier, random: Random): Line {
  const drops = Math.max(5, Math.round((2 * half) / (6.2 * u)))
  const lengths = Array.from({ length: drops }, () => random.between(2.2, 6.4) * u)
  return sampleCurve(drops * 14, (t) => {
    const angle = Math.PI * t
    const place = t * drops
    const drop = lengths[Math.min(drops - 1, Math.floor(place))] ?? 0
    const fall = drop * Math.abs(Math.sin(Math.PI * place)) ** 0.65
    return [cx + half * Math.cos(angle), top + tilt * Math.sin(angle) + fall]
  })
}

function drawCandles(scene: Scene, { cx, top, half, tilt, u }: Tier, random: Random): void {
  const count = random.whole(4, 7)
  for (let i = 0; i < count; i++) {
    const share = (i / (count - 1)) * 2 - 1
    const x = cx + share * half * 0.7
    const foot = top + tilt * (i % 2 === 0 ? -0.25 : 0.3)
    const height = random.between(11, 13.5) * u
    const w = 1.15 * u
    const head = foot - height
    const candle = [x - w, head, x + w, head, x + w, foot, x - w, foot]
    const flame = flameAt(x, head - 1.2 * u, u, random)
    scene.ink([x, head, x, head - 1.4 * u]).shape(
      flame,
      flame.map((v, k) => (k % 2 === 0 ? x + (v - x) * 0.45 : head - 1.2 * u + (v - head + 1.2 * u) * 0.5)),
    )
    const inner = [x - 0.7 * w, head, x + 0.7 * w, head, x + 0.7 * w, foot, x - 0.7 * w, foot]
    scene.shape(candle, ...hatch(inner, i % 2 === 0 ? -38 : 38, 1.35 * u))
  }
}

function flameAt(x: number, foot: number, u: number, random: Random): Line {
  const lean = random.between(-0.5, 0.5) * u
  const tall = random.between(4.6, 5.6) * u
  return sampleCurve(36, (t) => {
    const angle = 2 * Math.PI * t
    const up = (1 - Math.cos(angle)) / 2
    return [x + lean * up + 1.35 * u * Math.sin(angle) * (1 - up) ** 0.55, foot - tall * up]
  })
}

function drawStand(scene: Scene, { cx, bottom, half, tilt, u }: Tier, y: number): void {
  const plate = ellipse(cx, bottom + 1.2 * u, half * 1.24, tilt * 1.5)
  const inner = ellipse(cx, bottom + 0.9 * u, half * 1.17, tilt * 1.3)
  const below = ellipse(cx, bottom + 2.6 * u, half * 1.24, tilt * 1.5)
  scene.ink(plate, inner).cover(plate).ink(below).cover(below)
  // The shadow on the table: five lines, of which the second is the widest.
  for (let i = 0; i < 5; i++) {
    const reach = half * (1.32 - 0.16 * Math.abs(i - 1.2))
    const level = y + (4.4 + 1.25 * i) * u
    scene.ink(
      i % 2 === 0 ? [cx - reach * 0.72, level, cx + reach, level] : [cx + reach, level, cx - reach * 0.72, level],
    )
  }
}
