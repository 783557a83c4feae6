import { cutPolyline } from '../../geometry/cut.ts'
import { at } from '../../geometry/drawing.ts'
import type { StrokeWriter } from '../../geometry/stroke-writer.ts'
import type { Declared } from './cascade.ts'
import { colorKey } from './color-key.ts'
import { PIXEL, type Reading } from './context.ts'
import { dashed } from './dash.ts'
import { dashPattern } from './dash-pattern.ts'
import { flatten } from './flatten.ts'
import type { Frame, LayerKey } from './frame.ts'
import { LayerSet } from './layers.ts'
import { drawMarkers } from './markers.ts'
import type { Outline } from './outline.ts'
import { Polylines } from './polylines.ts'
import { stretch } from './transform.ts'
import type { SvgElement } from './tree.ts'
import { type Visible, visibility } from './visible.ts'
import type { Sink, Walker } from './walk.ts'

/** mm: a plotter's world ends long before; what is further out is a mistake of the file. */
const FURTHEST = 1e6

/** Draws what can be seen into layers, in mm. */
export class PlotSink implements Sink {
  readonly purpose = 'plot'
  readonly layers: LayerSet
  readonly #reading: Reading
  readonly #flat: Polylines
  readonly #dashes: Polylines
  readonly #pieces: Polylines

  constructor(reading: Reading) {
    const { points } = reading.settings.limits
    this.#reading = reading
    this.layers = new LayerSet(points)
    this.#flat = new Polylines(points)
    this.#dashes = new Polylines(points)
    this.#pieces = new Polylines(points)
  }

  shape(element: SvgElement, declared: Declared, outline: Outline, frame: Frame, walker: Walker): void {
    const visible = visibility(this.#reading, element, frame)
    if (visible === undefined) return
    const scale = stretch(frame.matrix)
    if (!(scale > 0) || !Number.isFinite(scale)) return
    flatten(outline, this.#reading.settings.tolerance / scale, this.#flat.reset())
    this.#draw(this.#dashed(element, declared, frame, visible, scale), frame, visible)
    drawMarkers(walker, element, outline, frame, visible)
  }

  glyphs(lines: Polylines, frame: Frame): void {
    const visible = visibility(this.#reading, TEXT, frame)
    if (visible !== undefined) this.#draw(lines, frame, visible)
  }

  #dashed(element: SvgElement, declared: Declared, frame: Frame, visible: Visible, scale: number): Polylines {
    if (!visible.stroke) return this.#flat.withoutDots()
    const fixed = declared['vector-effect'] === 'non-scaling-stroke'
    const unit = fixed ? PIXEL / scale : 1
    const pattern = dashPattern(frame, scale, unit * pathScale(element, this.#flat))
    if (pattern === undefined) return dropHidden(this.#flat, frame)
    dashed(this.#flat, pattern, this.#dashes.reset())
    return this.#dashes
  }

  #draw(lines: Polylines, frame: Frame, visible: Visible): void {
    if (lines.count === 0) return
    const writer = this.layers.writer(this.#layer(frame, visible), visible.color)
    toMm(lines, frame)
    const { clip } = frame
    const pieces = clip === undefined ? lines : this.#pieces.reset()
    if (clip !== undefined) for (let i = 0; i < lines.count; i++) cutPolyline(lines.line(i), clip, pieces)
    this.layers.spend(pieces.vertices)
    this.#emit(pieces, writer)
  }

  #layer(frame: Frame, { color }: Visible): LayerKey {
    if (this.#reading.settings.layers !== 'color') return frame.layer
    return this.#reading.colorLayer(color === undefined ? 'painted' : colorKey(color))
  }

  /** Without points that repeat the one before; a line of no length becomes a dot of one vertex. */
  #emit(lines: Polylines, writer: StrokeWriter): void {
    const { points } = lines
    for (let i = 0; i < lines.count; i++) {
      const [first, end] = [lines.start(i), lines.end(i)]
      if (!isOnEarth(points, first, end)) {
        this.#reading.notDrawn.add('stroke out of all bounds')
        continue
      }
      let [px, py] = [at(points, 2 * first), at(points, 2 * first + 1)]
      writer.moveTo(px, py)
      for (let v = first + 1; v < end; v++) {
        const [x, y] = [at(points, 2 * v), at(points, 2 * v + 1)]
        if (x === px && y === py) continue
        writer.lineTo(x, y)
        px = x
        py = y
      }
    }
  }
}

const TEXT: SvgElement = { name: 'text', attributes: {}, parent: undefined, children: [] }

/** A subpath of no length shows only as the dot that a round or square cap makes. */
function dropHidden(lines: Polylines, { style }: Frame): Polylines {
  return style['stroke-linecap'] === 'butt' ? lines.withoutDots() : lines
}

/** Real length over the length that the author says it has. */
function pathScale({ attributes }: SvgElement, lines: Polylines): number {
  const stated = Number(attributes['pathLength'] ?? Number.NaN)
  return stated > 0 ? lines.totalLength() / stated : 1
}

function toMm({ points, vertices }: Polylines, { matrix: [a, b, c, d, e, f] }: Frame): void {
  for (let i = 0; i < 2 * vertices; i += 2) {
    const [ux, uy] = [at(points, i), at(points, i + 1)]
    points[i] = a * ux + c * uy + e
    points[i + 1] = b * ux + d * uy + f
  }
}

function isOnEarth(points: Float64Array, first: number, end: number): boolean {
  for (let i = 2 * first; i < 2 * end; i++) if (!(Math.abs(at(points, i)) < FURTHEST)) return false
  return true
}
