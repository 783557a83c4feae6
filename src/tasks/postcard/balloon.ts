import { type Line, sampleCurve } from '../draw/curve.ts'
import type { Random } from '../draw/random.ts'
import { cutBy, regionOf } from '../draw/region.ts'
import type { Scene } from '../draw/scene.ts'

/** A balloon; lengths in mm. */
export interface Balloon {
  readonly x: number
  readonly y: number
  readonly radius: number
  /** Lean, radians. */
  readonly lean: number
  /** Distance of the windings, mm. */
  readonly gap: number
}

/** A point of the rim of a balloon of radius 1 about the origin: round at the top, narrow at the knot. */
function rim(angle: number): readonly [number, number] {
  const below = Math.max(0, Math.sin(angle))
  return [0.86 * Math.cos(angle) * (1 - 0.1 * below ** 2), Math.sin(angle) * (1 + 0.2 * below ** 3)]
}

/** Draws a balloon as one spiral, wound inwards from its rim. The line is left out where light is reflected. */
export function drawBalloon(scene: Scene, balloon: Balloon): void {
  const place = pointOn(balloon)
  const turns = Math.max(3, Math.round(balloon.radius / balloon.gap))
  const spiral = sampleCurve(turns * 90, (t) => {
    const [x, y] = rim(2 * Math.PI * turns * t - Math.PI / 2)
    // The first turn is the rim. Then the line steps inwards, so that the second winding does not repeat the rim.
    const scale = t <= 1 / turns ? 1 : 1 - (0.6 + (0.985 * turns - 0.6) * ((t * turns - 1) / (turns - 1))) / turns
    return place(x * scale, y * scale)
  })
  const light = sampleCurve(40, (t) => {
    const angle = 2 * Math.PI * t
    // The reflection of a window: a bent lens at the upper left.
    const along = 0.5 * Math.cos(angle)
    const across = 0.15 * Math.sin(angle)
    const bearing = (-135 * Math.PI) / 180 + along * 1.2
    return place((0.66 + across) * Math.cos(bearing) * 0.9, (0.66 + across) * Math.sin(bearing))
  })
  const outline = sampleCurve(90, (t) => place(...rim(2 * Math.PI * t)))
  const knot = [...place(0, 1.17), ...place(-0.09, 1.31), ...place(0.09, 1.31), ...place(0, 1.17)]
  scene.ink(...cutBy(spiral, regionOf(light), 'outside'), knot)
  scene.cover(outline).cover(knot)
}

/** A wavy string from the knot to the place where the balloons are tied. */
export function balloonString(balloon: Balloon, to: readonly [number, number], random: Random): Line {
  const [x, y] = pointOn(balloon)(0, 1.31)
  const sway = random.between(0.8, 2.2)
  const waves = random.between(0.7, 1.5)
  const start = random.between(0, 6)
  return sampleCurve(60, (t) => [
    x + (to[0] - x) * t ** 1.5 + sway * Math.sin(Math.PI * t) * Math.sin(2 * Math.PI * waves * t + start),
    y + (to[1] - y) * t,
  ])
}

function pointOn({ x, y, radius, lean }: Balloon): (u: number, v: number) => [number, number] {
  const cos = Math.cos(lean)
  const sin = Math.sin(lean)
  return (u, v) => [x + radius * (u * cos - v * sin), y + radius * (u * sin + v * cos)]
}
