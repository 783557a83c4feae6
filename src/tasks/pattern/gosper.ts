import { strokesOf } from '../../geometry/drawing.ts'
import { roundCorners } from '../draw/curve.ts'
import { flag, number, whole } from '../fields.ts'
import { fitLine } from './fit.ts'
import { rewrite, turtleLine } from './lsystem.ts'
import { definePattern } from './pattern.ts'

const RULES = { A: 'A-B--B+A++AA+B-', B: '+A-BB--B-A++A+B' }

/** Gosper's flowsnake (1973): one line that fills an island whose shore is a fractal. */
export const gosper = definePattern({
  name: 'gosper',
  summary: 'the flowsnake: one line that fills an island with a fractal shore',
  params: {
    order: whole(1, 6, 4, 'how many times each step of the line is divided into seven'),
    sway: number(0, 3, 0.3, 'bending of the line by noise, as a share of its step'),
    scale: number(2, 300, 40, 'size of the bends, mm'),
    round: flag(true, 'rounds the corners'),
  },
  draw: (sheet, p) => {
    const line = fitLine(turtleLine(rewrite('A', RULES, p.order), 'AB', 60), sheet, 0.97)
    const east = sheet.random.noise()
    const south = sheet.random.noise()
    const [ax = 0, ay = 0, bx = 0, by = 0] = line
    const reach = p.sway * Math.hypot(bx - ax, by - ay)
    const bentLine = line.flatMap((_, i) => {
      if (i % 2 !== 0) return []
      const px = line[i] ?? 0
      const py = line[i + 1] ?? 0
      return [px + reach * east(px / p.scale, py / p.scale), py + reach * south(px / p.scale, py / p.scale)]
    })
    return strokesOf(p.round ? roundCorners(bentLine, 3) : bentLine)
  },
})
