/**
 * The room `geometry`: strokes in flat arrays (here), affine maps, bounds, clipping, regions and pages. It imports from
 * no other room, and every room may import any file of this room.
 */
/**
 * Strokes in flat arrays. There is no object for each point, and the buffers move to another thread without a copy.
 *
 * - `points`: x, y interleaved, in mm; origin top-left, y down.
 * - `starts`: for each stroke the index of its first vertex, then one more entry, the number of vertices. Stroke `i`
 *   has the vertices `starts[i] … starts[i + 1] - 1`. A stroke of one vertex, or of equal vertices, is a dot.
 */
export interface Strokes {
  readonly points: Float64Array<ArrayBuffer>
  readonly starts: Uint32Array<ArrayBuffer>
}

/** Options of a layer, from AxiDraw's label grammar or from the job. */
export interface LayerOptions {
  /** Whether to wait for the operator before this layer. */
  readonly pauseBefore?: boolean
  /** Pen height while drawing, percent, higher is up. */
  readonly penDownPercent?: number
  /** Drawing speed, percent of the profile's speed. */
  readonly speedPercent?: number
  /** Drawing speed on an arc with a radius of 1 mm, mm/s. The pen slows down in curves as a hand does. */
  readonly pace?: number
  /** Extra wait before the layer, ms. */
  readonly delayMs?: number
  /**
   * On calibration sheets, the times that this layer tries instead of the profile's `pen.clearMs` and `pen.touchMs`,
   * ms.
   */
  readonly clearMs?: number
  readonly touchMs?: number
}

/**
 * Consecutive strokes that are drawn with one pen. The layers of a drawing cover all its strokes, in order, without
 * gaps.
 */
export interface Layer {
  readonly name: string
  /** Pen number, from 1. */
  readonly pen: number
  /** Index of the first stroke. */
  readonly first: number
  /** Number of strokes; may be 0. */
  readonly count: number
  readonly options: LayerOptions
  /** CSS colour for pictures; the plotter ignores it. */
  readonly color?: string
}

/** A drawing on a page. Width and height are those of the page, mm. */
export interface Drawing extends Strokes {
  readonly width: number
  readonly height: number
  readonly layers: readonly Layer[]
}

/**
 * x of vertex `i`, mm. `x`, `y` and `at` read without a check, so that numeric code stays readable. Inner loops read
 * with casts (`as number`) instead, because V8 makes them faster (docs/decisions.md, "Hot loops read typed arrays").
 */
// biome-ignore lint/style/noNonNullAssertion: the accessor that keeps `!` out of everything else
export const x = (points: Float64Array, i: number): number => points[2 * i]!
/** y of vertex `i`, mm. */
// biome-ignore lint/style/noNonNullAssertion: as above
export const y = (points: Float64Array, i: number): number => points[2 * i + 1]!
/** Entry `i` of an array that certainly has this entry: offsets, tours, lookup tables. */
// biome-ignore lint/style/noNonNullAssertion: as above
export const at = (array: { readonly [i: number]: number }, i: number): number => array[i]!

/** The number of strokes, dots included. */
export const strokeCount = (strokes: Strokes): number => strokes.starts.length - 1

/** The vertices of stroke `i`, x, y interleaved, as a view without a copy. */
export function stroke({ points, starts }: Strokes, i: number): Float64Array<ArrayBuffer> {
  return points.subarray(2 * at(starts, i), 2 * at(starts, i + 1))
}

/** Strokes from lists of interleaved coordinates, mm; for at most a few thousand lists. */
export const strokesOf = (...lines: readonly (readonly number[])[]): Strokes => strokesFrom(lines)

/** Strokes from any number of lists of interleaved coordinates, mm. */
export function strokesFrom(lines: readonly (readonly number[])[]): Strokes {
  const starts = new Uint32Array(lines.length + 1)
  lines.forEach((line, i) => {
    starts[i + 1] = at(starts, i) + line.length / 2
  })
  return { points: Float64Array.from(lines.flat()), starts }
}

/** A drawing of one layer from strokes. */
export function drawingOf(strokes: Strokes, width: number, height: number, name = ''): Drawing {
  const layer: Layer = { name, pen: 1, first: 0, count: strokeCount(strokes), options: {} }
  return { points: strokes.points, starts: strokes.starts, width, height, layers: [layer] }
}

export const layerOfStroke = <L extends Layer>(layers: readonly L[], i: number): L | undefined =>
  layers.find(({ first, count }) => i >= first && i < first + count)

/** 0, 1 … count − 1. The loop is many times as fast as `Uint32Array.from`. */
export function indices(count: number): Uint32Array<ArrayBuffer> {
  const out = new Uint32Array(count)
  for (let i = 0; i < count; i++) out[i] = i
  return out
}

/** The points of a line, x, y interleaved, from its end to its start. */
export function reverseLine(line: readonly number[]): number[] {
  const reversed: number[] = []
  for (let i = line.length - 2; i >= 0; i -= 2) reversed.push(at(line, i), at(line, i + 1))
  return reversed
}
