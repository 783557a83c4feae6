import { StrokeWriter } from '../../geometry/stroke-writer.ts'
import { ellipse, type Line } from '../draw/curve.ts'
import { choice, number, whole } from '../fields.ts'
import { definePattern, type Sheet } from './pattern.ts'

/** Families of circles, lines or rays that lie over one another, slightly apart, so that they interfere. */
export const moire = definePattern({
  name: 'moire',
  summary: 'families of evenly spaced lines that lie over one another, slightly apart, and interfere',
  params: {
    kind: choice(['circles', 'lines', 'rays'], 'circles', 'figure that each family of lines is made of'),
    families: whole(2, 5, 2, 'number of families of lines'),
    spacing: number(
      0.5,
      20,
      1.5,
      'distance between the lines of the first family, mm (rays: at half the radius of the picture)',
    ),
    apart: number(0, 100, 13, 'distance between the centres of successive families, mm'),
    turn: number(0, 90, 4, 'angle between successive families, degrees'),
    stretch: number(0.5, 1.5, 1.03, 'spacing of each family, as a multiple of the spacing of the family before'),
  },
  draw: (sheet, p) => {
    const out = new StrokeWriter()
    const heading = sheet.random.between(0, 2 * Math.PI)
    for (let family = 0; family < p.families; family++) {
      const offset = family - (p.families - 1) / 2
      const centre = [
        sheet.cx + p.apart * offset * Math.cos(heading),
        sheet.cy + p.apart * offset * Math.sin(heading),
      ] as const
      const turn = ((p.turn * offset) / 180) * Math.PI
      for (const line of familyOf(p.kind, sheet, centre, turn, p.spacing * p.stretch ** family)) out.add(line)
    }
    return out.take()
  },
})

function familyOf(
  kind: 'circles' | 'lines' | 'rays',
  { radius, width, height }: Sheet,
  [cx, cy]: readonly [number, number],
  turn: number,
  spacing: number,
): Line[] {
  const reach = kind === 'circles' ? radius * 0.88 : Math.hypot(width, height) / 2
  const count = Math.floor(reach / spacing)
  const turnedPoint = (angle: number, u: number, v: number): [number, number] => [
    cx + u * Math.cos(angle) - v * Math.sin(angle),
    cy + u * Math.sin(angle) + v * Math.cos(angle),
  ]
  if (kind === 'circles') return Array.from({ length: count }, (_, i) => ellipse(cx, cy, (i + 1) * spacing))
  if (kind === 'lines') {
    return Array.from({ length: 2 * count + 1 }, (_, i) => {
      const v = (i - count) * spacing
      const side = i % 2 === 0 ? reach : -reach
      return [...turnedPoint(turn, -side, v), ...turnedPoint(turn, side, v)]
    })
  }
  const rays = Math.max(4, Math.floor((2 * Math.PI * radius) / spacing / 2))
  return Array.from({ length: rays }, (_, i) => {
    const angle = turn + (2 * Math.PI * i) / rays
    const ends = [turnedPoint(angle, radius * 0.14, 0), turnedPoint(angle, reach, 0)] as const
    return i % 2 === 0 ? [...ends[0], ...ends[1]] : [...ends[1], ...ends[0]]
  })
}
