import { type Affine, apply, compose, IDENTITY, rotation, translation } from '../../../geometry/affine.ts'
import { at } from '../../../geometry/drawing.ts'
import { StrokeWriter } from '../../../geometry/stroke-writer.ts'
import { parseLength, resolveAgainst, resolveLength } from '../css/lengths.ts'
import { stretch } from '../css/transform-attribute.ts'
import { hrefOf, type SvgElement } from '../document/tree.ts'
import { pointLimit } from '../reading/options.ts'
import { elementTransform } from '../reading/placing.ts'
import { type Frame, lengthContext, type MeasuredPath, type Walker } from '../reading/reading.ts'
import { flatten } from '../shapes/flatten.ts'
import { Outline } from '../shapes/outline.ts'
import { outlineShape } from '../shapes/shapes.ts'

/**
 * The path is flattened more finely than drawn lines by this factor, so that the direction of letters changes smoothly.
 */
const FINER = 16

/** Steps of work for one segment. The number is high, because a segment takes about a hundred bytes of memory. */
const SEGMENT = 40

/** A path that text follows. */
export class PathGuide {
  /** Start of the text, user units along the path. */
  readonly offset: number
  readonly #path: MeasuredPath

  /** The path of a textPath. Undefined when there is no path, or when the transform of the path is singular. */
  static of(walker: Walker, textPath: SvgElement, frame: Frame): PathGuide | undefined {
    const target = pathElementOf(walker, textPath)
    const measurement = target && measure(walker, target, frame)
    if (target === undefined || measurement === undefined) return undefined
    return new PathGuide(measurement, startOffset(textPath, target, measurement.length, frame))
  }

  private constructor(path: MeasuredPath, offset: number) {
    this.#path = path
    this.offset = offset
  }

  /** The end of the path, where text after the textPath starts. */
  get end(): readonly [x: number, y: number] {
    return this.#path.end
  }

  /** Place and direction at a distance along the path; undefined beyond the ends of the path. */
  at(along: number): Affine | undefined {
    const { segments, length } = this.#path
    if (along < 0 || along > length) return undefined
    let low = 0
    let high = segments.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((segments[middle]?.[4] ?? 0) <= along) low = middle
      else high = middle - 1
    }
    const segment = segments[low]
    if (segment === undefined) return undefined
    const [ax, ay, bx, by, before] = segment
    const share = (along - before) / Math.hypot(bx - ax, by - ay)
    const turn = rotation((Math.atan2(by - ay, bx - ax) * 180) / Math.PI)
    return compose(translation(ax + (bx - ax) * share, ay + (by - ay) * share), turn)
  }
}

/** Measures a path; undefined when its transform is singular. Texts on one path at one scale share the result. */
function measure(walker: Walker, target: SvgElement, frame: Frame): MeasuredPath | undefined {
  const { cascade, settings, guides, budget } = walker.reading
  const declared = cascade.declared(target)
  const matrix = isRendered(walker, target) ? elementTransform(walker, target, declared, frame) : IDENTITY
  budget.visit(target)
  if (matrix === undefined) return undefined
  const tolerance = settings.tolerance / FINER / Math.max(1e-9, stretch(frame.matrix))
  const key = `${matrix.join()} ${tolerance}`
  const known = guides.get(target)
  if (known?.key === key) return known
  const outline = new Outline()
  outlineShape({ element: target, declared, lengths: lengthContext(frame) }, outline, budget)
  const lines = new StrokeWriter(pointLimit(settings.limits.points))
  flatten(outline, tolerance, lines)
  budget.spend(SEGMENT * lines.vertices)
  const measurement = { key, ...segmentsOf(lines, matrix), end: apply(matrix, outline.x, outline.y) }
  guides.set(target, measurement)
  return measurement
}

function segmentsOf(lines: StrokeWriter, matrix: Affine): Pick<MeasuredPath, 'segments' | 'length'> {
  const segments: [number, number, number, number, number][] = []
  let length = 0
  for (let i = 0; i < lines.strokes; i++) {
    const line = lines.line(i)
    for (let k = 2; k < line.length; k += 2) {
      const [ax, ay] = apply(matrix, at(line, k - 2), at(line, k - 1))
      const [bx, by] = apply(matrix, at(line, k), at(line, k + 1))
      const piece = Math.hypot(bx - ax, by - ay)
      if (piece > 0) segments.push([ax, ay, bx, by, length])
      length += piece
    }
  }
  return { segments, length }
}

/**
 * The path of a text: the data in its own `path`, else the referenced path. Text along basic shapes is not drawn, as in
 * Chromium, although SVG 2 allows basic shapes.
 */
function pathElementOf({ reading }: Walker, textPath: SvgElement): SvgElement | undefined {
  const { path = '' } = textPath.attributes
  if (/^\s*m\s*[-+.\d]/i.test(path))
    return {
      name: 'path',
      attributes: { d: path },
      parent: textPath,
      children: [],
      line: textPath.line,
      size: path.length,
    }
  const target = reading.find(hrefOf(textPath))
  return target?.name === 'path' ? target : undefined
}

/**
 * Whether the path is rendered: neither the path nor an ancestor has `display: none`. Browsers ignore the transform of
 * a path that is not rendered.
 */
function isRendered({ reading }: Walker, target: SvgElement): boolean {
  for (let up: SvgElement | undefined = target; up !== undefined; up = up.parent) {
    if (reading.cascade.declared(up).display === 'none') return false
  }
  return true
}

function startOffset(textPath: SvgElement, target: SvgElement, length: number, frame: Frame): number {
  const offset = parseLength(textPath.attributes['startOffset'] ?? '0')
  if (offset === undefined) return 0
  if (offset.unit === '%' || offset.calc !== undefined) return resolveAgainst(offset, length, lengthContext(frame)) ?? 0
  const pathLength = Number(target.attributes['pathLength'] ?? Number.NaN)
  return (resolveLength(offset, 'diagonal', lengthContext(frame)) ?? 0) * (pathLength > 0 ? length / pathLength : 1)
}
