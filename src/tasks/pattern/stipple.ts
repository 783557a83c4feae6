import { strokesOf } from '../../geometry/drawing.ts'
import { StrokeWriter } from '../../geometry/stroke-writer.ts'
import { smooth } from '../draw/curve.ts'
import { choice, number, whole } from '../fields.ts'
import { Nearby } from './nearby.ts'
import { definePattern, type Sheet } from './pattern.ts'
import { tour } from './tour.ts'

/** Points as dense as a picture is dark: one closed line through all of them (Kaplan and Bosch 2005), or dashes. */
export const stipple = definePattern({
  name: 'stipple',
  summary: 'a shaded sphere in points, joined by one closed line',
  params: {
    points: whole(10, 12000, 3600, 'maximum number of points'),
    motif: choice(['sphere', 'clouds', 'ripples'], 'sphere', 'object that the points shade'),
    contrast: number(0, 1, 1, 'contrast of dark and light parts: 0 spreads the points evenly'),
    as: choice(['tour', 'dots'], 'tour', 'tour: one line through the points; dots: a short dash at each point'),
  },
  draw: (sheet, p) => {
    const points = scatterPoints(sheet, p)
    const order = tour(points)
    const line = order.flatMap((i) => [points[2 * i] ?? 0, points[2 * i + 1] ?? 0])
    if (p.as === 'tour') return strokesOf(smooth(line, 0.5, true))
    const out = new StrokeWriter()
    for (let i = 0; i < line.length; i += 2) {
      out.moveTo((line[i] ?? 0) - 0.2, line[i + 1] ?? 0)
      out.lineTo((line[i] ?? 0) + 0.2, line[i + 1] ?? 0)
    }
    return out.take()
  },
})

/**
 * The function that gives the darkness of a motif, 0 … 1. The arguments of the function count from the sheet's centre,
 * in units of the sheet's radius.
 */
function shading(motif: 'sphere' | 'clouds' | 'ripples', { random }: Sheet): (u: number, v: number) => number {
  const noise = random.noise()
  if (motif === 'clouds') return (u, v) => (0.5 + 0.5 * noise(u * 1.4, v * 1.4)) ** 2
  if (motif === 'ripples') return (u, v) => (0.5 + 0.5 * Math.cos(11 * Math.hypot(u + 0.4, v - 0.2))) ** 2
  return (u, v) => {
    const height = Math.sqrt(Math.max(0, 1 - (u * u + (v + 0.08) ** 2) / 0.76))
    if (height > 0) return (1 - Math.max(0, -0.55 * u - 0.6 * v + 0.58 * height)) ** 1.7
    const shadow = Math.exp(-(((u - 0.55) / 0.9) ** 2) - ((v - 0.84) / 0.085) ** 2)
    return shadow < 0.08 ? 0 : 0.8 * shadow
  }
}

/**
 * Dart throwing, which gives blue noise without a step of relaxation. The least distance between points depends on the
 * darkness.
 */
function scatterPoints(
  sheet: Sheet,
  p: { points: number; motif: 'sphere' | 'clouds' | 'ripples'; contrast: number },
): Float64Array {
  const { box, cx, cy, radius, random } = sheet
  const dark = shading(p.motif, sheet)
  const widest = 3.4 * Math.sqrt(((box.maxX - box.minX) * (box.maxY - box.minY)) / p.points / 4)
  const near = new Nearby(box, widest)
  const seeds: number[] = []
  for (let i = 0; i < 60 * p.points && seeds.length < 2 * p.points; i++) {
    const px = random.between(box.minX, box.maxX)
    const py = random.between(box.minY, box.maxY)
    const here = 1 - p.contrast + p.contrast * dark((px - cx) / radius, (py - cy) / radius)
    const spacing = widest * Math.min(1, 0.2 / Math.sqrt(Math.max(here, 0.012)))
    if (random.next() > here ** 0.5 || near.hasWithin(px, py, spacing)) continue
    near.add(px, py)
    seeds.push(px, py)
  }
  return Float64Array.from(seeds)
}
