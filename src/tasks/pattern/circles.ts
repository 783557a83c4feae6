import { StrokeWriter } from '../../geometry/stroke-writer.ts'
import { ellipse, type Line, spiralDisc } from '../draw/curve.ts'
import { choice, number, whole } from '../fields.ts'
import { definePattern, type Sheet } from './pattern.ts'

interface Disc {
  readonly x: number
  readonly y: number
  readonly r: number
}

/** Random discs. The box, the earlier discs and a shrinking limit bound the radius of each disc. */
export const circles = definePattern({
  name: 'circles',
  summary: 'circles packed close together, some coiled, some ringed, some empty',
  params: {
    count: whole(1, 5000, 260, 'largest number of circles'),
    largest: number(1, 500, 24, 'difference between the largest and the smallest radius, mm'),
    smallest: number(0.4, 100, 1.1, 'radius of the smallest circle, mm'),
    gap: number(0, 20, 0.9, 'smallest white gap between the circles, mm'),
    fill: choice(['mixed', 'spiral', 'rings', 'empty'], 'mixed', 'lines inside each circle'),
    spacing: number(0.3, 10, 0.95, 'smallest distance between the turns of a spiral, mm; other lines scale with it'),
  },
  draw: (sheet, p) => {
    const out = new StrokeWriter()
    const discs = packDiscs(sheet, p)
    discs.sort((a, b) => Math.floor(a.y / 20) - Math.floor(b.y / 20) || a.x - b.x)
    for (const disc of discs) {
      const fill = p.fill === 'mixed' ? sheet.random.pick(['spiral', 'rings', 'empty', 'spiral', 'crescent']) : p.fill
      const lineSpacing = p.spacing * sheet.random.pick([1, 1, 1.7])
      for (const line of discLines(disc, fill, lineSpacing, sheet.random.between(0, 6.28))) out.add(line)
    }
    return out.take()
  },
})

function packDiscs(
  { box, random }: Sheet,
  p: { count: number; largest: number; smallest: number; gap: number },
): Disc[] {
  const discs: Disc[] = []
  const tries = 400 + 60 * p.count
  for (let i = 0; i < tries && discs.length < p.count; i++) {
    const x = random.between(box.minX, box.maxX)
    const y = random.between(box.minY, box.maxY)
    // The largest allowed radius shrinks with each try, so that small circles lie between a few large circles.
    let r = Math.min(
      p.largest * (1 - i / tries) ** 3 + p.smallest,
      x - box.minX,
      box.maxX - x,
      y - box.minY,
      box.maxY - y,
    )
    for (const disc of discs) {
      if (r < p.smallest) break
      r = Math.min(r, Math.hypot(disc.x - x, disc.y - y) - disc.r - p.gap)
    }
    if (r >= p.smallest) discs.push({ x, y, r })
  }
  return discs
}

function discLines({ x, y, r }: Disc, fill: string, spacing: number, turn: number): Line[] {
  if (fill === 'spiral' && r > 1.5 * spacing) return [spiralDisc(x, y, r, spacing, turn)]
  if (fill === 'rings' && r > 2 * spacing) {
    const rings = Math.floor(r / (1.6 * spacing))
    return Array.from({ length: rings }, (_, i) => ellipse(x, y, r - i * 1.6 * spacing, undefined, turn))
  }
  if (fill === 'crescent' && r > 2 * spacing) {
    // The rings crowd at one side of the rim, so the disc seems to turn towards that side.
    const rings = Math.floor(r / (1.1 * spacing))
    return Array.from({ length: rings }, (_, i) => {
      const inner = r * (1 - i / rings)
      return ellipse(
        x + (r - inner) * 0.78 * Math.cos(turn),
        y + (r - inner) * 0.78 * Math.sin(turn),
        inner,
        undefined,
        turn,
      )
    })
  }
  return [ellipse(x, y, r, undefined, turn)]
}
