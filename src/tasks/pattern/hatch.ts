import { StrokeWriter } from '../../geometry/stroke-writer.ts'
import { hatch as hatchLines } from '../draw/hatch.ts'
import type { Random } from '../draw/random.ts'
import { number, whole } from '../fields.ts'
import { definePattern } from './pattern.ts'

type Rect = readonly [x: number, y: number, width: number, height: number]

/** A sheet divided again and again, each field hatched in one of a few directions, after Sol LeWitt's wall drawings. */
export const hatch = definePattern({
  name: 'hatch',
  summary: 'a divided sheet, each field hatched in one of a few directions',
  params: {
    fields: whole(1, 400, 34, 'number of fields on the sheet'),
    directions: whole(1, 12, 4, 'number of directions of the hatching'),
    spacing: number(0.3, 20, 1, 'distance between the lines in the densest fields, mm'),
    contrast: number(1, 8, 2.6, 'distance between the lines in the lightest fields, as a multiple of spacing'),
    gap: number(0, 20, 1.6, 'white gap between the fields, mm'),
    blank: number(0, 1, 0.12, 'share of fields that stay white'),
  },
  draw: ({ box, random }, p) => {
    const out = new StrokeWriter()
    const area: Rect = [box.minX, box.minY, box.maxX - box.minX, box.maxY - box.minY]
    for (const field of divide(area, p.fields, random)) {
      const direction = random.whole(0, p.directions - 1)
      const spacing = p.spacing * p.contrast ** random.pick([0, 0.5, 1])
      if (random.next() < p.blank) continue
      for (const line of hatchLines(inset(field, p.gap / 2), 45 + (180 * direction) / p.directions, spacing))
        out.add(line)
    }
    return out.take()
  },
})

/** Splits one of the three largest fields at a random place, again and again, until there are `count` fields. */
function divide(area: Rect, count: number, random: Random): Rect[] {
  const fields = [area]
  while (fields.length < count) {
    fields.sort((a, b) => b[2] * b[3] - a[2] * a[3])
    const pick = Math.min(fields.length - 1, Math.floor(3 * random.next() ** 2))
    const [field = area] = fields.splice(pick, 1)
    const [x, y, width, height] = field
    const share = random.between(0.32, 0.68)
    if (width * random.between(0.7, 1.4) > height) {
      fields.push([x, y, width * share, height], [x + width * share, y, width * (1 - share), height])
    } else fields.push([x, y, width, height * share], [x, y + height * share, width, height * (1 - share)])
  }
  return fields.sort((a, b) => a[0] - b[0] || a[1] - b[1])
}

function inset([x, y, width, height]: Rect, by: number): number[] {
  const border = Math.min(by, width / 3, height / 3)
  const l = x + border
  const t = y + border
  const r = x + width - border
  const b = y + height - border
  return [l, t, r, t, r, b, l, b]
}
