import { type Affine, apply, compose, IDENTITY, rotation, translation } from '../../geometry/affine.ts'
import { at } from '../../geometry/drawing.ts'
import { flatten } from './flatten.ts'
import { type Frame, lengthContext } from './frame.ts'
import { parseLength, resolveAgainst, resolveLength } from './lengths.ts'
import { Outline } from './outline.ts'
import { elementTransform } from './placing.ts'
import { Polylines } from './polylines.ts'
import { SHAPES } from './shapes.ts'
import { stretch } from './transform.ts'
import type { SvgElement } from './tree.ts'
import type { Walker } from './walk.ts'

/** Than what is drawn: letters are turned as the lines run, and those must not turn by degrees at a time. */
const FINER = 64

/** A path that text follows, measured. */
export class PathGuide {
  /** Where the text begins, user units along the path. */
  readonly offset: number
  /** Where the path ends, and the text that follows begins. */
  readonly end: readonly [x: number, y: number]
  /** ax, ay, bx, by and the length before it, of each segment of some length. */
  readonly #segments: readonly (readonly [number, number, number, number, number])[]
  readonly #length: number

  /** Undefined when the reference leads to no shape. */
  static of(walker: Walker, textPath: SvgElement, frame: Frame): PathGuide | undefined {
    const target = targetOf(walker, textPath)
    const draw = target && SHAPES[target.name]
    if (target === undefined || draw === undefined) return undefined
    const declared = walker.reading.cascade.declared(target)
    const matrix = isRendered(walker, target) ? elementTransform(walker, target, declared, frame) : IDENTITY
    if (matrix === undefined) return undefined
    const outline = new Outline()
    draw({ element: target, declared, frame }, outline)
    const lines = new Polylines(walker.reading.settings.limits.points)
    flatten(outline, walker.reading.settings.tolerance / FINER / Math.max(1e-9, stretch(frame.matrix)), lines)
    return new PathGuide(lines, matrix, textPath, target, frame, apply(matrix, outline.x, outline.y))
  }

  private constructor(
    lines: Polylines,
    matrix: Affine,
    textPath: SvgElement,
    target: SvgElement,
    frame: Frame,
    end: readonly [x: number, y: number],
  ) {
    this.end = end
    const segments: [number, number, number, number, number][] = []
    let length = 0
    for (let i = 0; i < lines.count; i++) {
      const line = lines.line(i)
      for (let k = 2; k < line.length; k += 2) {
        const [ax, ay] = apply(matrix, at(line, k - 2), at(line, k - 1))
        const [bx, by] = apply(matrix, at(line, k), at(line, k + 1))
        const piece = Math.hypot(bx - ax, by - ay)
        if (piece > 0) segments.push([ax, ay, bx, by, length])
        length += piece
      }
    }
    this.#segments = segments
    this.#length = length
    this.offset = startOffset(textPath, target, length, frame)
  }

  /** The place and direction at a length along the path; undefined before its start and beyond its end. */
  at(along: number): Affine | undefined {
    if (along < 0 || along > this.#length) return undefined
    let [low, high] = [0, this.#segments.length - 1]
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.#segments[middle]?.[4] ?? 0) <= along) low = middle
      else high = middle - 1
    }
    const segment = this.#segments[low]
    if (segment === undefined) return undefined
    const [ax, ay, bx, by, before] = segment
    const share = (along - before) / Math.hypot(bx - ax, by - ay)
    const turn = rotation((Math.atan2(by - ay, bx - ax) * 180) / Math.PI)
    return compose(translation(ax + (bx - ax) * share, ay + (by - ay) * share), turn)
  }
}

/**
 * The path that the text follows: the data in its own `path`, unless there is nothing in it, or else what it refers to.
 * Along the basic shapes, which SVG 2 allows, Chromium draws nothing.
 */
function targetOf({ reading }: Walker, textPath: SvgElement): SvgElement | undefined {
  const { path = '', href = textPath.attributes['xlink:href'] } = textPath.attributes
  if (/^\s*m\s*[-+.\d]/i.test(path)) return { name: 'path', attributes: { d: path }, parent: textPath, children: [] }
  const target = reading.find(href)
  return target?.name === 'path' ? target : undefined
}

/** Of what is not rendered at all browsers know no transform. */
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
  const stated = Number(target.attributes['pathLength'] ?? Number.NaN)
  return (resolveLength(offset, 'diagonal', lengthContext(frame)) ?? 0) * (stated > 0 ? length / stated : 1)
}
