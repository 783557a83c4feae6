import { PlotdError } from '../../errors.ts'
import { boundsOf } from '../../geometry/bounds.ts'
import { clipStroke } from '../../geometry/clip.ts'
import { type Drawing, stroke, strokeCount } from '../../geometry/drawing.ts'
import { mapLayers } from '../../geometry/layers.ts'
import { inkLength } from '../../geometry/measure.ts'
import { StrokeWriter } from '../../geometry/stroke-writer.ts'
import type { TaskContext } from '../task.ts'

/** A stroke that leaves the page by at most this is not cut, mm. */
const SLACK = 0.01

/**
 * Cuts a drawing at the edges of its own page, as a plot of this drawing alone does. Otherwise the ink beyond the
 * page could lie on the neighbouring drawings of the sheet. Warns about the lost ink.
 *
 * @throws PlotdError ERR_STRICT with `strict`, when ink would be lost
 */
export function onOwnPage(drawing: Drawing, warn: TaskContext['warn'], strict: boolean): Drawing {
  const { width, height } = drawing
  const page = { minX: 0, minY: 0, maxX: width, maxY: height }
  let cut = 0
  const inside = mapLayers(drawing, (strokes) => {
    const out = new StrokeWriter()
    for (let s = 0; s < strokeCount(strokes); s++) {
      const line = stroke(strokes, s)
      const { minX, minY, maxX, maxY } = boundsOf({ points: line })
      if (Math.min(minX, minY, width - maxX, height - maxY) >= -SLACK) out.add(line)
      else {
        cut++
        clipStroke(strokes, s, page, out)
      }
    }
    return out.take()
  })
  if (cut === 0) return drawing
  const lostMm = (inkLength(drawing) - inkLength(inside)).toFixed(1)
  const strokes = cut === 1 ? '1 stroke leaves' : `${cut} strokes leave`
  const message = `${strokes} the page of the drawing: ${lostMm} mm of ink are cut off`
  if (strict) throw new PlotdError('ERR_STRICT', message, { losses: [message] })
  warn({ code: 'not-drawn', message, count: cut })
  return inside
}
