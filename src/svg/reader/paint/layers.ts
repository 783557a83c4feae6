import type { Drawing, Layer, Strokes } from '../../../geometry/drawing.ts'
import { StrokeWriter } from '../../../geometry/stroke-writer.ts'
import { isPlain } from '../css/color-key.ts'
import type { LayerKey } from '../reading/frame.ts'
import { tooManyPoints } from '../shapes/polylines.ts'

interface Bucket {
  readonly key: LayerKey
  readonly strokes: StrokeWriter
  color: string | undefined
}

/** Strokes sorted into layers as they come; the layers stand in the order in which they were first drawn in. */
export class LayerSet {
  readonly #buckets = new Map<string, Bucket>()
  readonly #most: number
  #vertices = 0

  /** @param most  vertices in all; more throw PlotdError ERR_SVG_LIMIT */
  constructor(most: number) {
    this.#most = most
  }

  /** Where the strokes of a layer go. A layer has a colour when all its strokes have one and the same. */
  writer(key: LayerKey, color: string | undefined): StrokeWriter {
    let bucket = this.#buckets.get(key.key)
    if (bucket === undefined) {
      bucket = { key, strokes: new StrokeWriter(), color }
      this.#buckets.set(key.key, bucket)
    }
    if (bucket.color !== color) bucket.color = undefined
    return bucket.strokes
  }

  /** Count vertices that are about to be written. */
  spend(vertices: number): void {
    this.#vertices += vertices
    if (this.#vertices > this.#most) throw tooManyPoints(this.#most)
  }

  /** A layer that is alone needs no colour. */
  drawing(width: number, height: number): Drawing {
    const colored = this.#buckets.size > 1
    const shows = (color: string | undefined): color is string => color !== undefined && !isPlain(color)
    const parts: Strokes[] = []
    const layers: Layer[] = []
    let first = 0
    for (const { key, strokes, color } of this.#buckets.values()) {
      const count = strokes.strokes
      const { name, pen, options } = key
      layers.push({ name, pen, first, count, options, ...(shows(color) && colored ? { color } : {}) })
      parts.push(strokes.take())
      first += count
    }
    return { ...joined(parts), width, height, layers }
  }
}

function joined(parts: readonly Strokes[]): Strokes {
  const [only] = parts
  if (parts.length === 1 && only !== undefined) return only
  const points = new Float64Array(parts.reduce((sum, part) => sum + part.points.length, 0))
  const starts = new Uint32Array(1 + parts.reduce((sum, part) => sum + part.starts.length - 1, 0))
  let [vertex, stroke] = [0, 0]
  for (const part of parts) {
    points.set(part.points, 2 * vertex)
    for (let i = 0; i + 1 < part.starts.length; i++) starts[stroke++] = (part.starts[i] ?? 0) + vertex
    vertex += part.points.length / 2
  }
  starts[stroke] = vertex
  return { points, starts }
}
