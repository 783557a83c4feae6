/**
 * The room `paint`: the strokes that a shape leaves on paper. `visible` decides which paint shows. `mask` and `filter`
 * find elements that are wholly hidden. `clip` and `mask-region` make the regions that cut the strokes, and `plot-sink`
 * (here) puts the strokes into layers.
 */
import { borderInside } from '../../../geometry/border.ts'
import { areNear, boundsOf } from '../../../geometry/bounds.ts'
import { cutPolyline } from '../../../geometry/cut.ts'
import { at, type Strokes, stroke, strokeCount } from '../../../geometry/drawing.ts'
import { type FillRule, PolygonRegion, type Region } from '../../../geometry/region.ts'
import { intersectionOf } from '../../../geometry/region-algebra.ts'
import { StrokeWriter } from '../../../geometry/stroke-writer.ts'
import type { Declared } from '../css/cascade.ts'
import { colorKey, isDrawnBlack, isWhite } from '../css/color-key.ts'
import { PIXEL } from '../css/lengths.ts'
import { fractionOf } from '../css/paint.ts'
import { rmsStretch, stretch } from '../css/transform-attribute.ts'
import type { SvgElement } from '../document/tree.ts'
import { pointLimit } from '../reading/options.ts'
import {
  type Frame,
  type LayerKey,
  lengthContext,
  type Reading,
  type Sink,
  type Visible,
  type Walker,
} from '../reading/reading.ts'
import { cutDashes, dashPattern } from '../shapes/dash.ts'
import { flatten } from '../shapes/flatten.ts'
import type { Outline } from '../shapes/outline.ts'
import { HiddenLineInk, type Ink, PlainInk } from './ink.ts'
import { LayerSet } from './layers.ts'
import { drawMarkers } from './markers.ts'
import { strokeWidthOf, visibility } from './visible.ts'

/** Largest coordinate, mm. No plotter is so large, so a larger coordinate is a mistake in the file. */
const FURTHEST = 1e6

/** A part of a stroke's width up to this many mm does not count as visible: it is rounding, or too thin to see. */
const SLIVER = 0.05

/** Draws visible shapes into layers, in mm. */
export class PlotSink implements Sink {
  readonly purpose = 'plot'
  readonly layers: LayerSet
  readonly ink: Ink
  readonly #reading: Reading
  /**
   * Buffers for one shape: its polylines, their dashes, the pieces inside the clip, the lines of the fill, and the
   * sides of a stroke.
   */
  readonly #flat: StrokeWriter
  readonly #dashes: StrokeWriter
  readonly #pieces: StrokeWriter
  readonly #lines: StrokeWriter
  readonly #sides: StrokeWriter

  constructor(reading: Reading) {
    const { limits, hide } = reading.settings
    this.#reading = reading
    this.layers = new LayerSet(limits.points, reading.budget)
    this.#flat = new StrokeWriter(pointLimit(limits.points))
    this.#dashes = new StrokeWriter(pointLimit(limits.points))
    this.#pieces = new StrokeWriter(pointLimit(limits.points))
    this.#lines = new StrokeWriter(pointLimit(limits.points))
    this.#sides = new StrokeWriter(pointLimit(limits.points))
    this.ink = hide
      ? new HiddenLineInk(this.layers, new StrokeWriter(pointLimit(limits.points)), reading.budget)
      : new PlainInk(this.layers)
  }

  shape(element: SvgElement, declared: Declared, outline: Outline, frame: Frame, walker: Walker): void {
    const scale = stretch(frame.matrix)
    if (!(scale > 0) || !Number.isFinite(scale)) return
    const visible = visibility(this.#reading, element, outline, frame)
    const width = visible?.strokeWidth ?? strokeWidthOf(frame)
    const isNonScaling = declared['vector-effect'] === 'non-scaling-stroke'
    const strokeWidth = isNonScaling ? (width * PIXEL) / rmsStretch(frame.matrix) : width
    if (visible === undefined) {
      // As in browsers, a shape without paint has its markers.
      const isShown = frame.style.visibility === 'visible' && !this.#reading.settings.strokesOnly
      if (isShown) drawMarkers(walker, element, outline, frame, strokeWidth)
      return
    }
    flatten(outline, this.#reading.settings.tolerance / scale, this.#flat.reset())
    this.#reading.budget.spend(5 * this.#flat.vertices)
    const polygons = this.#polygons(visible, frame)
    const unfilled = this.#unfilledPolygons(visible, frame)
    const isCover = this.#reading.settings.hide && polygons !== undefined && isOpaque(visible, frame)
    if (visible.isPaper) {
      this.#reading.whiteFills++
      this.ink.cover(isCover ? this.#coverRegion(polygons, frame) : undefined, element)
      drawMarkers(walker, element, outline, frame, strokeWidth)
      return
    }
    const halfWidth = visible.hasStroke ? (strokeWidth * rmsStretch(frame.matrix)) / 2 : 0
    const dashScale = pathScale(element, this.#flat)
    if (visible.hasStroke && isNonScaling) {
      // Dashes are measured on the page, so the transform does not scale them. As in browsers, `dashScale` comes from
      // the path's length before the transform.
      toMm(this.#flat.points, this.#flat.vertices, frame)
      this.#cut(this.#dashLines(frame, visible, 1, PIXEL * dashScale), frame, visible.color, halfWidth)
    } else this.#draw(this.#dashLines(frame, visible, scale, dashScale), frame, visible.color, halfWidth)
    if (polygons !== undefined) this.#fill(polygons, frame, visible)
    else if (unfilled !== undefined) this.#fill(unfilled, frame, { ...visible, fillColor: visible.color })
    if (polygons !== undefined) this.#clipEdge(polygons, frame, visible)
    this.ink.cover(isCover ? this.#coverRegion(polygons, frame) : undefined, element)
    drawMarkers(walker, element, outline, frame, strokeWidth)
  }

  emptyLayer(layer: LayerKey): void {
    this.ink.keep(layer)
  }

  glyphs(lines: StrokeWriter, frame: Frame): void {
    const visible = visibility(this.#reading, TEXT, undefined, frame)
    if (visible !== undefined) this.#draw(lines, frame, this.#textColor(visible))
    this.ink.cover(undefined, TEXT)
  }

  /**
   * The colour of a text is that of its fill, else of its stroke, because the stroke of a filled text is often a white
   * halo. Without `drawWhite`, a text with a white fill and a stroke gets the colour of the stroke.
   */
  #textColor({ color, fillColor }: Visible): string | undefined {
    return fillColor === undefined || (isWhite(fillColor) && !this.#reading.settings.drawWhite) ? color : fillColor
  }

  /** The shape's polygons in mm; undefined when nothing needs them, or when a point lies beyond FURTHEST. */
  #polygons(visible: Visible, frame: Frame): Strokes | undefined {
    const { filler, hide, clipEdges } = this.#reading.settings
    const isCut = clipEdges && frame.clip !== undefined
    if (!visible.hasFill || (filler === undefined && !hide && !isCut)) return undefined
    const { points, starts } = this.#flat.take()
    toMm(points, points.length / 2, frame)
    return isInReach(points, 0, points.length / 2) ? { points, starts } : undefined
  }

  /** Draws the edge of the clip inside a filled shape, because the visible part of the shape ends there. */
  #clipEdge(polygons: Strokes, frame: Frame, { fillColor }: Visible): void {
    const { clip } = frame
    if (clip === undefined || !this.#reading.settings.clipEdges) return
    const shape = new PolygonRegion(polygons, fillRule(frame), this.#reading.budget)
    const pieces = this.#pieces.reset()
    borderInside(clip, shape, pieces, this.#reading.budget)
    if (pieces.strokes > 0) this.ink.add(this.#layer(frame, fillColor), fillColor, pieces)
  }

  /**
   * The polygons in mm of a closed shape without a fill; undefined when nothing fills the shape, or when a point lies
   * beyond FURTHEST. Without `fillAll` the shape is counted as not filled.
   */
  #unfilledPolygons(visible: Visible, frame: Frame): Strokes | undefined {
    const { filler, fillAll } = this.#reading.settings
    if (filler === undefined || visible.hasFill || visible.isPaper) return undefined
    const { points, starts } = this.#flat.take()
    if (!hasRing({ points, starts })) return undefined
    if (!fillAll) {
      this.#reading.notFilled++
      return undefined
    }
    toMm(points, points.length / 2, frame)
    return isInReach(points, 0, points.length / 2) ? { points, starts } : undefined
  }

  /** Fills a shape with lines. Nearly white fills are skipped, since paper is white. */
  #fill(polygons: Strokes, frame: Frame, visible: Visible): void {
    const { filler } = this.#reading.settings
    const { fillColor } = visible
    if (filler === undefined) return
    this.#reading.budget.spend(fillColor?.length ?? 0)
    if (fillColor !== undefined && isDrawnBlack(fillColor) && colorKey(fillColor) !== '#000000') return
    const lines = this.#lines.reset()
    filler(polygons, fillRule(frame), lines, this.#reading.budget)
    this.#cut(lines, frame, fillColor)
  }

  /**
   * The lines of a shape, cut into dashes.
   *
   * @param scale  mm per unit of the lines
   * @param unitLength  length of a unit of the dash pattern, in units of the lines
   */
  #dashLines(frame: Frame, visible: Visible, scale: number, unitLength: number): StrokeWriter {
    if (!visible.hasStroke) return this.#flat.withoutDots()
    this.#reading.budget.spend(20 * frame.style['stroke-dasharray'].length)
    const pattern = dashPattern(frame.style, lengthContext(frame), scale, unitLength)
    if (pattern === undefined) return dropHidden(this.#flat, frame)
    cutDashes(this.#flat, pattern, this.#dashes.reset(), this.#reading.budget)
    return this.#dashes
  }

  #draw(lines: StrokeWriter, frame: Frame, color: string | undefined, halfWidth = 0): void {
    if (lines.strokes === 0) return
    toMm(lines.points, lines.vertices, frame)
    this.#cut(lines, frame, color, halfWidth)
  }

  /**
   * Adds lines in mm, cut to the clip. Lines beyond FURTHEST are dropped and counted.
   *
   * @param halfWidth  of the stroke, mm; 0 for lines that are no strokes in the file
   */
  #cut(lines: StrokeWriter, frame: Frame, color: string | undefined, halfWidth = 0): void {
    const { clip } = frame
    const isWhole = clip === undefined && isInReach(lines.points, 0, lines.vertices)
    const pieces = isWhole ? lines : this.#pieces.reset()
    for (let i = 0; i < lines.strokes && !isWhole; i++) {
      if (!isInReach(lines.points, lines.start(i), lines.end(i))) this.#reading.notDrawn.add('stroke beyond 1 km')
      else if (clip !== undefined) this.#cutLine(lines.line(i), clip, pieces, halfWidth)
      else pieces.add(lines.line(i))
    }
    if (pieces.strokes > 0) this.ink.add(this.#layer(frame, color), color, pieces)
  }

  /** Cuts a line to its clip. Counts a stroke that is outside of the clip, but has a part of its width inside. */
  #cutLine(line: Float64Array<ArrayBuffer>, clip: Region, pieces: StrokeWriter, halfWidth: number): void {
    const { budget, notDrawn } = this.#reading
    const { vertices } = pieces
    cutPolyline(line, clip, pieces, 'inside', budget)
    const reach = halfWidth - SLIVER
    if (reach <= 0 || pieces.vertices > vertices || !areNear(boundsOf({ points: line }), clip.bounds, reach)) return
    const sides = this.#sides.reset()
    let lineLength = 0
    for (let i = 2; i < line.length; i += 2) {
      const segment = line.subarray(i - 2, i + 2)
      const [ax, ay, bx, by] = segment as unknown as [number, number, number, number]
      const length = Math.hypot(bx - ax, by - ay)
      lineLength += length
      if (length === 0 || !areNear(boundsOf({ points: segment }), clip.bounds, reach)) continue
      const dx = (-(by - ay) / length) * reach
      const dy = ((bx - ax) / length) * reach
      cutPolyline(Float64Array.of(ax + dx, ay + dy, bx + dx, by + dy), clip, sides, 'inside', budget)
      cutPolyline(Float64Array.of(ax - dx, ay - dy, bx - dx, by - dy), clip, sides, 'inside', budget)
    }
    // The sides inside the clip must together be longer than the stroke is wide. So the corner of a stroke that ends at
    // the clip does not count. Dashes may be shorter than they are wide, so for a short line half of its length is
    // enough.
    if (sides.totalLength > Math.min(2 * halfWidth, lineLength / 2))
      notDrawn.add('stroke whose middle lies outside of its clip')
  }

  #coverRegion(polygons: Strokes, frame: Frame): Region {
    return intersectionOf(frame.clip, new PolygonRegion(polygons, fillRule(frame), this.#reading.budget))
  }

  #layer(frame: Frame, color: string | undefined): LayerKey {
    if (this.#reading.settings.layers !== 'color') return frame.layer
    this.#reading.budget.spend((color?.length ?? 0) / 2)
    return this.#reading.colorLayer(color === undefined ? 'painted' : colorKey(color))
  }
}

const fillRule = ({ style }: Frame): FillRule => (style['fill-rule'] === 'evenodd' ? 'evenodd' : 'nonzero')

const TEXT: SvgElement = { name: 'text', attributes: {}, parent: undefined, children: [], line: 0, size: 0 }

/** Removes subpaths of no length, if no round or square caps show them as dots. */
function dropHidden(lines: StrokeWriter, { style }: Frame): StrokeWriter {
  return style['stroke-linecap'] === 'butt' ? lines.withoutDots() : lines
}

/** Whether a shape is opaque. Only opaque shapes hide others. */
const isOpaque = ({ hasOpaquePaint }: Visible, { style, opacity }: Frame): boolean =>
  hasOpaquePaint && opacity * fractionOf(style['fill-opacity']) > 0.99

/** The length of a path in user units, divided by its `pathLength`; 1 when `pathLength` is absent or negative. */
function pathScale({ attributes }: SvgElement, lines: StrokeWriter): number {
  const text = attributes['pathLength']
  if (text === undefined) return 1
  // Invalid text counts as 0. The result is then infinite, and the line is solid.
  const pathLength = Number(text) || 0
  return pathLength >= 0 ? lines.totalLength / pathLength : 1
}

/** Converts points to mm in place. */
function toMm(points: Float64Array, vertices: number, { matrix: [a, b, c, d, e, f] }: Frame): void {
  for (let i = 0; i < 2 * vertices; i += 2) {
    const ux = at(points, i)
    const uy = at(points, i + 1)
    points[i] = a * ux + c * uy + e
    points[i + 1] = b * ux + d * uy + f
  }
}

function isInReach(points: Float64Array, first: number, end: number): boolean {
  for (let i = 2 * first; i < 2 * end; i++) if (!(Math.abs(at(points, i)) < FURTHEST)) return false
  return true
}

/** Whether any of the lines is a ring. A ring has at least four points and ends where it began. */
function hasRing(lines: Strokes): boolean {
  for (let i = 0; i < strokeCount(lines); i++) {
    const line = stroke(lines, i)
    if (line.length >= 8 && line.at(0) === line.at(-2) && line.at(1) === line.at(-1)) return true
  }
  return false
}
