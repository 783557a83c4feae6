import { StrokeWriter } from '../../geometry/stroke-writer.ts'
import { choice, number, whole } from '../fields.ts'
import { definePattern, type Sheet } from './pattern.ts'

const params = {
  kind: choice(
    ['archimedean', 'fermat', 'logarithmic'],
    'archimedean',
    'archimedean: even windings; fermat: windings of equal area; logarithmic: a shell',
  ),
  turns: number(1, 400, 36, 'number of turns of each arm'),
  arms: whole(1, 24, 1, 'number of spirals that start from the centre'),
  swell: number(0, 20, 4, 'how far noise pushes the line out and in, mm'),
  swellSize: number(2, 300, 34, 'size of the hills in the noise, mm'),
  ripple: number(0, 5, 0, 'height of a fine wave along the line, mm'),
  ripples: whole(1, 400, 60, 'number of fine waves in one turn'),
  squareness: number(0, 1, 0, 'shape of the turns: 0 is round, 1 nearly square'),
  shape: choice(['circle', 'page'], 'circle', 'circle: a disc on the sheet; page: stretched over the whole sheet'),
}
type Params = { [K in keyof typeof params]: (typeof params)[K]['_zod']['output'] }

/** Lines from the centre outward, whose radius a field of noise changes. */
export const spiral = definePattern({
  name: 'spiral',
  summary: 'a spiral that swells and tightens like contour lines',
  params,
  draw: function* (sheet, p) {
    const out = new StrokeWriter()
    const noise = sheet.random.noise()
    for (let arm = 0; arm < p.arms; arm++) {
      drawArm(sheet, p, (arm / p.arms) * 2 * Math.PI, noise, out.reset())
      yield out.view()
    }
  },
})

function drawArm(sheet: Sheet, p: Params, from: number, noise: (x: number, y: number) => number, out: StrokeWriter) {
  const { cx, cy, box } = sheet
  const rx = p.shape === 'page' ? (box.maxX - box.minX) / 2 : sheet.radius
  const ry = p.shape === 'page' ? (box.maxY - box.minY) / 2 : sheet.radius
  const room = Math.max(0.2, 1 - p.swell / Math.min(rx, ry))
  const end = p.turns * 2 * Math.PI
  for (let angle = 0; angle <= end; ) {
    const t = angle / end
    const reach = radiusAt(p.kind, t) * room
    const cos = Math.cos(angle + from)
    const sin = Math.sin(angle + from)
    const square = 1 + p.squareness * (1 / Math.max(Math.abs(cos), Math.abs(sin)) - 1)
    const px = reach * square * rx * cos
    const py = reach * square * ry * sin
    const push =
      p.swell * Math.min(1, 6 * t) * noise(px / p.swellSize, py / p.swellSize) + p.ripple * Math.sin(angle * p.ripples)
    const point = [cx + px + push * cos, cy + py + push * sin] as const
    if (angle === 0) out.moveTo(...point)
    else out.lineTo(...point)
    angle += stepFor(reach * Math.max(rx, ry), p)
  }
}

/** Distance from the centre, 0 … 1, after a fraction of all turns. */
function radiusAt(kind: Params['kind'], t: number): number {
  if (kind === 'fermat') return Math.sqrt(t)
  return kind === 'logarithmic' ? Math.expm1(4 * t) / Math.expm1(4) : t
}

/** The angle of a step, radians: the least of half a millimetre of line, a tenth of a ripple and a 24th of a turn. */
function stepFor(radius: number, { ripple, ripples }: Params): number {
  const fine = ripple > 0 ? (2 * Math.PI) / ripples / 10 : Infinity
  return Math.min(0.5 / Math.max(radius, 0.5), fine, Math.PI / 12)
}
