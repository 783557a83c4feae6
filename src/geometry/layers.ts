import { at, type Drawing, type Layer, type Strokes, stroke, strokeCount } from './drawing.ts'
import { StrokeWriter } from './stroke-writer.ts'

/** One layer's strokes. The points are a view of the drawing's points, without a copy. */
export function strokesOfLayer(drawing: Strokes, { first, count }: Pick<Layer, 'first' | 'count'>): Strokes {
  const from = at(drawing.starts, first)
  const until = at(drawing.starts, first + count)
  const starts = drawing.starts.slice(first, first + count + 1)
  for (let i = 0; i < starts.length; i++) starts[i] = at(starts, i) - from
  return { points: drawing.points.subarray(2 * from, 2 * until), starts }
}

/** A drawing in which layer l has the strokes `parts[l]`, with new `first` and `count`. */
export function joinLayers(
  { width, height }: Pick<Drawing, 'width' | 'height'>,
  layers: readonly Layer[],
  parts: readonly Strokes[],
): Drawing {
  const [only] = parts
  if (only !== undefined && parts.length === 1) {
    const { points, starts } = only // not copied
    return {
      width,
      height,
      points,
      starts,
      layers: layers.map((layer) => ({ ...layer, first: 0, count: strokeCount(only) })),
    }
  }
  const points = new Float64Array(parts.reduce((sum, part) => sum + part.points.length, 0))
  const starts = new Uint32Array(parts.reduce((sum, part) => sum + strokeCount(part), 1))
  let vertices = 0
  let strokes = 0
  const placedLayers = parts.map((part, l): Layer => {
    const count = strokeCount(part)
    for (let i = 0; i < count; i++) starts[strokes + i] = vertices + at(part.starts, i)
    points.set(part.points, 2 * vertices)
    vertices += part.points.length / 2
    strokes += count
    return { ...(layers[l] as Layer), first: strokes - count, count }
  })
  starts[strokes] = vertices
  return { width, height, points, starts, layers: placedLayers }
}

export function mapLayers(drawing: Drawing, change: (strokes: Strokes, layer: Layer) => Strokes): Drawing {
  const parts = drawing.layers.map((layer) => change(strokesOfLayer(drawing, layer), layer))
  return joinLayers(drawing, drawing.layers, parts)
}

export function filterStrokes(strokes: Strokes, keep: (i: number) => boolean): Strokes {
  const out = new StrokeWriter()
  for (let i = 0; i < strokeCount(strokes); i++) {
    if (keep(i)) out.add(stroke(strokes, i))
  }
  return out.take()
}
