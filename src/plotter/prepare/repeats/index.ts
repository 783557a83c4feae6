/**
 * The room `prepare/repeats`: ink that lies on other ink of its layer, and would be drawn twice. `find` with `overlap`
 * finds this ink. `short-stretches` keeps parts whose removal is not worth a lift, and `remove` removes the rest.
 * Import only `repeatsOf`.
 */
import type { Drawing, Strokes } from '../../../geometry/drawing.ts'
import { filterStrokes, joinLayers, strokesOfLayer } from '../../../geometry/layers.ts'
import { inkLength } from '../../../geometry/measure.ts'
import { isClosed } from '../order/sequence.ts'
import type { Work } from '../work.ts'
import { findRepeats } from './find.ts'
import { removeRepeats, wholeStrokes } from './remove.ts'

/** Repeated ink is negligible if its length is below this, mm, and below NEGLIGIBLE_SHARE of all ink. */
const NEGLIGIBLE_MM = 10
const NEGLIGIBLE_SHARE = 0.001

interface RepeatReport {
  /** Length of repeated ink, mm. */
  readonly mm: number
  /** Whether all ink was compared. */
  readonly isComplete: boolean
  /** With `once`, the drawing after the removal of all, some or no repeated ink; otherwise the drawing itself. */
  readonly single: Drawing
  /** Whether `single` certainly plots no slower than the drawing. */
  readonly isNeverSlower: boolean
}

/**
 * Finds repeated ink, so that plotd can warn of this ink. With `once`, also removes this ink. A removal may make the
 * plot slower, because the removal may split what `trails` can join. So the caller has to plan the drawing twice: with
 * its repeated ink, and without. Only the removal of a whole closed stroke never makes the plot slower. If the repeated
 * ink is negligible, a second plan is rarely worth its time. Then only the strokes that consist of repeated ink are
 * removed, if all of these strokes are closed. If one of them is open, all repeated ink is removed, as usual.
 */
export function repeatsOf(drawing: Drawing, once: boolean, work: Work): RepeatReport {
  const layers = drawing.layers.map((layer) => {
    const strokes = strokesOfLayer(drawing, layer)
    return { strokes, repeats: findRepeats(strokes, work) }
  })
  const mm = layers.reduce((sum, { repeats }) => sum + repeats.mm, 0)
  const isComplete = layers.every(({ repeats }) => repeats.isComplete)
  if (!once || mm === 0) return { mm, isComplete, single: drawing, isNeverSlower: true }
  const drawingWith = (parts: Strokes[]): Drawing => joinLayers(drawing, drawing.layers, parts)
  if (mm < NEGLIGIBLE_MM && mm < NEGLIGIBLE_SHARE * inkLength(drawing)) {
    const wholes = layers.map(({ strokes, repeats }) => wholeStrokes(strokes, repeats))
    if (wholes.every((whole, l) => [...whole].every((i) => isClosed(layers[l]?.strokes ?? drawing, i)))) {
      const rest = layers.map(({ strokes }, l) => filterStrokes(strokes, (i) => !wholes[l]?.has(i)))
      const single = wholes.every(({ size }) => size === 0) ? drawing : drawingWith(rest)
      return { mm, isComplete, single, isNeverSlower: true }
    }
  }
  const single = drawingWith(layers.map(({ strokes, repeats }) => removeRepeats(strokes, repeats)))
  return { mm, isComplete, single, isNeverSlower: false }
}
