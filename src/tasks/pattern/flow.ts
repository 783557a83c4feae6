import { z } from 'zod'
import { reverseLine, type Strokes } from '../../geometry/drawing.ts'
import { StrokeWriter } from '../../geometry/stroke-writer.ts'
import type { Line } from '../draw/curve.ts'
import { number, whole } from '../fields.ts'
import { paramError } from '../validate.ts'
import { contains, Nearby } from './nearby.ts'
import { definePattern, type Sheet } from './pattern.ts'

/** Length of one step along a line, mm. */
const STEP = 0.6
/** Limit on the steps of all lines of a full sheet. Many more would not fit in the memory of a rendering. */
const MOST_STEPS = 5_000_000

/** Streamlines of a noise field that keep their distance from one another (Jobard and Lefer 1997). */
export const flow = definePattern({
  name: 'flow',
  summary: 'streamlines that follow a field of noise and keep their distance',
  params: {
    spacing: z
      .number()
      .min(0.5)
      .max(30)
      .optional()
      .describe('distance between neighbouring lines, mm; default: 1.7, more on a sheet of several square metres'),
    scale: number(5, 1000, 105, 'size of the whirls, mm'),
    turbulence: number(0, 3, 1, 'turning of the field: 0 is straight, 1 makes half turns'),
    shortest: number(0.5, 200, 9, 'length below which a line is left out, mm'),
    longest: whole(5, 5000, 150, 'length at which a line ends, mm'),
  },
  draw: (sheet, p): Strokes => {
    const { box, random } = sheet
    const least = ((box.maxX - box.minX) * (box.maxY - box.minY)) / (STEP * MOST_STEPS)
    const rounded = Math.ceil(10 * least) / 10
    const { spacing = Math.max(1.7, rounded) } = p
    if (spacing < least) {
      throw paramError('spacing', spacing, `at least ${rounded} mm on a sheet of this size`, 'pattern')
    }
    const noise = random.noise()
    const detail = random.noise()
    const start = random.between(0, 2 * Math.PI)
    const heading = (px: number, py: number) =>
      start +
      Math.PI *
        p.turbulence *
        (noise(px / p.scale, py / p.scale) + 0.25 * detail((2.3 * px) / p.scale, (2.3 * py) / p.scale))
    const near = new Nearby(box, spacing)
    const out = new StrokeWriter()
    const seeds = seedsOn(sheet, spacing * 2)
    for (let seed = seeds.pop(); seed; seed = seeds.pop()) {
      if (!contains(box, ...seed) || near.hasWithin(...seed, spacing)) continue
      const half = { longest: p.longest / 2, spacing }
      const forth = trace(seed, heading, 1, half, near, box)
      const back = trace(seed, heading, -1, half, near, box)
      const line = [...reverseLine(back), ...forth.slice(2)]
      if ((line.length / 2 - 1) * STEP < p.shortest) continue
      for (let i = 0; i + 1 < line.length; i += 2) near.add(line[i] ?? 0, line[i + 1] ?? 0)
      out.add(line)
      // New lines first start beside old ones, so the field is packed evenly. Random seeds fill the rest.
      for (let i = 0; i + 3 < line.length; i += 24) {
        const px = line[i] ?? 0
        const py = line[i + 1] ?? 0
        const qx = line[i + 2] ?? 0
        const qy = line[i + 3] ?? 0
        const nx = ((py - qy) / STEP) * spacing * 1.01
        const ny = ((qx - px) / STEP) * spacing * 1.01
        seeds.push([px + nx, py + ny], [px - nx, py - ny])
      }
    }
    return out.take()
  },
})

function seedsOn({ box, random }: Sheet, gap: number): [number, number][] {
  const count = Math.min(20000, Math.ceil(((box.maxX - box.minX) * (box.maxY - box.minY)) / (gap * gap)))
  return Array.from({ length: count }, () => [random.between(box.minX, box.maxX), random.between(box.minY, box.maxY)])
}

function trace(
  from: readonly [number, number],
  heading: (x: number, y: number) => number,
  direction: 1 | -1,
  { longest, spacing }: { longest: number; spacing: number },
  near: Nearby,
  box: Sheet['box'],
): Line {
  const line: Line = [...from]
  let [px, py] = from
  const own = new Nearby(box, spacing) // a line must not come near its own earlier part either
  const behind = Math.ceil((spacing * 1.6) / STEP)
  for (let i = 1; i * STEP < longest; i++) {
    const first = heading(px, py)
    const middle = heading(px + (direction * STEP * Math.cos(first)) / 2, py + (direction * STEP * Math.sin(first)) / 2)
    px += direction * STEP * Math.cos(middle)
    py += direction * STEP * Math.sin(middle)
    if (!contains(box, px, py) || near.hasWithin(px, py, spacing * 0.72) || own.hasWithin(px, py, spacing * 0.72)) break
    line.push(px, py)
    if (i > behind) own.add(line[2 * (i - behind)] ?? 0, line[2 * (i - behind) + 1] ?? 0)
  }
  return line
}
