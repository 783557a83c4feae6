import { boundsOf } from '../../geometry/bounds.ts'
import { reverseLine, strokesOf } from '../../geometry/drawing.ts'
import { type Line, sampleCurve } from '../draw/curve.ts'
import type { Card, Template } from './card.ts'

/** A flourish in one line, like those of the old writing masters. Further lines make the downstrokes thick. */
export const thankYou: Template = {
  name: 'thank-you',
  greeting: 'Thank You',
  example: {
    recipient: 'Grace',
    message:
      'Your letter came just when it was needed. I have read it twice aloud, and the dog and I both feel a good deal better for it.',
    from: 'Alan',
  },
  align: 'left',
  portrait: { picture: 'above', middle: 51 },
  textBox: ({ width, height, margin, u }) => ({
    x: 98 * u,
    y: 22 * u,
    width: width - margin - 104 * u,
    height: height - margin - 44 * u,
  }),
  draw: (card, scene) => {
    const { margin, height, u, left } = card
    const hair = fitInto(flourish(card), {
      x: left + margin + 3 * u,
      y: margin + 3 * u,
      width: 78 * u,
      height: height - 2 * margin - 6 * u,
    })
    scene.ink(hair, ...shades(hair, 0.62 * u))
  },
}

/**
 * A writing master's knot (as in Cocker's copy-books of the 1650s): figures of eight, drawn to and fro from the top
 * down. The figures are wide in the middle of the knot, narrow at its ends, and slanted like handwriting. Each end of
 * the knot is a scroll. `fitInto` gives the knot its size on the card.
 */
function flourish({ random }: Card): Line {
  const eights = random.pick([6, 7, 8])
  const slant = random.between(0.24, 0.34)
  const start = random.between(0.35, 0.75)
  const lean = random.between(0.82, 1.05)
  const knot = sampleCurve(eights * 160, (t) => {
    const angle = 2 * Math.PI * (eights * t + start / (2 * Math.PI))
    const swell = 0.14 + 0.86 * Math.sin(Math.PI * t ** lean) ** 1.1
    const y = 104 * t + 12.5 * swell * Math.sin(2 * angle)
    return [36 * swell * Math.sin(angle) - slant * y, y]
  })
  const tail = scroll(knot, random.between(62, 78))
  return reverseLine(scroll(reverseLine(tail), random.between(52, 66)))
}

/** Curvature at the end of a spiral, before `fitInto` scales it. */
const TIGHTEST = 0.5

/**
 * Continues the line in a spiral. The curvature begins with the curvature of the line's end, at most 0.09, and ends
 * with `TIGHTEST`.
 */
function scroll(line: Line, length: number): Line {
  const point = (fromEnd: number) => [line.at(-2 * fromEnd) ?? 0, line.at(1 - 2 * fromEnd) ?? 0] as const
  const [ax, ay] = point(9)
  const [bx, by] = point(5)
  const [cx, cy] = point(1)
  const into = Math.atan2(by - ay, bx - ax)
  const out = Math.atan2(cy - by, cx - bx)
  const turn = Math.atan2(Math.sin(out - into), Math.cos(out - into))
  const bend = turn / Math.max(1e-9, Math.hypot(cx - bx, cy - by))
  let x = cx
  let y = cy
  let heading = out + turn / 2
  const step = 0.25
  const points = [...line]
  for (let s = 0; s < length; s += step) {
    const tightening = Math.sign(bend) * TIGHTEST * (s / length) ** 2.2
    heading += step * (tightening + Math.max(-0.09, Math.min(0.09, bend)) * (1 - s / length))
    x += step * Math.cos(heading)
    y += step * Math.sin(heading)
    points.push(x, y)
  }
  return points
}

interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

function fitInto(line: Line, box: Box): Line {
  const { minX, minY, maxX, maxY } = boundsOf(strokesOf(line))
  const scale = Math.min(box.width / (maxX - minX), box.height / (maxY - minY))
  const dx = (box.width - scale * (maxX - minX)) / 2
  const dy = (box.height - scale * (maxY - minY)) / 2
  return line.map((value, i) =>
    i % 2 === 0 ? box.x + dx + (value - minX) * scale : box.y + dy + (value - minY) * scale,
  )
}

/**
 * Shades the downstrokes with lines beside the hairline. The lines are farthest from the hairline in the middle of a
 * downstroke.
 */
function shades(hair: Line, breadth: number): Line[] {
  const strokes: Line[] = []
  let stroke: Line = []
  for (let i = 0; i + 3 < hair.length; i += 2) {
    const down = (hair[i + 3] ?? 0) - (hair[i + 1] ?? 0)
    const along = Math.hypot((hair[i + 2] ?? 0) - (hair[i] ?? 0), down)
    if (down > 0.35 * along) stroke.push(hair[i] ?? 0, hair[i + 1] ?? 0)
    else {
      strokes.push(stroke)
      stroke = []
    }
  }
  strokes.push(stroke)
  return strokes
    .filter((line) => line.length > 40)
    .flatMap((line) => swell(line, breadth * Math.min(1, line.length / 120)))
}

function swell(line: Line, breadth: number): Line[] {
  const count = line.length / 2
  const sideLine = (share: number): Line => {
    const out: Line = []
    for (let i = 1; i + 1 < count; i++) {
      const dx = (line[2 * i + 2] ?? 0) - (line[2 * i - 2] ?? 0)
      const dy = (line[2 * i + 3] ?? 0) - (line[2 * i - 1] ?? 0)
      const reach = (share * breadth * Math.sin((Math.PI * i) / (count - 1)) ** 2) / Math.max(1e-9, Math.hypot(dx, dy))
      out.push((line[2 * i] ?? 0) - dy * reach, (line[2 * i + 1] ?? 0) + dx * reach)
    }
    return out
  }
  const forth = sideLine(1)
  const back = sideLine(-1)
  return [[...forth, ...reverseLine(back), ...sideLine(0.5), ...reverseLine(sideLine(-0.5))]]
}
