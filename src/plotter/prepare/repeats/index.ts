/**
 * The room `prepare/repeats`: ink that would be drawn twice. `find` with `overlap` finds it. `short-stretches` keeps
 * parts whose removal is not worth a lift, and `remove` removes the rest. Import only `repeatsOf`.
 */
import type { Drawing, Strokes } from '../../../geometry/drawing.ts'
import { inkLength } from '../../../geometry/measure.ts'
import { filterStrokes, joinLayers, strokesOfLayer } from '../layers.ts'
import { isClosed } from '../order/sequence.ts'
import type { Work } from '../work.ts'
import { findRepeats } from './find.ts'
import { removeRepeats, wholeStrokes } from './remove.ts'

/** Repeated ink is a trifle below this length, mm, and below TRIFLE_SHARE of all ink. */
const TRIFLE_MM = 10
const TRIFLE_SHARE = 0.001

interface RepeatReport {
  /** Length of repeated ink, mm. */
  readonly mm: number
  /** Whether all ink was compared. */
  readonly isComplete: boolean
  /** The drawing without repeated ink when `once` is set; otherwise the drawing itself. */
  readonly single: Drawing
  /** Whether `single` certainly plots no slower than the drawing. */
  readonly isNeverSlower: boolean
}

/**
 * Finds repeated ink, so that plotd can warn of it, and removes it when `once` is set. Any removal may split a trail,
 * except the removal of a whole closed stroke. So the caller has to plan the drawing both ways, which a trifle is
 * rarely worth. If the repeated ink is a trifle, and all strokes that consist only of repeated ink are closed, only
 * these strokes are removed.
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
  if (mm < TRIFLE_MM && mm < TRIFLE_SHARE * inkLength(drawing)) {
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
