/**
 * The room `shapes` turns shapes and path data into polylines. `shapes` (here) makes outlines, `path-parser` reads path
 * data, `flatten` turns outlines into polylines, and `dash` cuts polylines into dashes.
 */
import type { Work } from '../../../geometry/work.ts'
import type { Declared } from '../css/cascade.ts'
import { type Axis, type LengthContext, lengthOf, parseLength, resolveLength } from '../css/lengths.ts'
import { Scanner } from '../css/scanner.ts'
import type { SvgElement } from '../document/tree.ts'
import type { Outline } from './outline.ts'
import { parsePath } from './path-parser.ts'

/** A shape element with its declarations, and the sizes to which its relative lengths refer. */
export interface ShapeInput {
  readonly element: SvgElement
  readonly declared: Declared
  readonly lengths: LengthContext
}

type Geometry = 'x' | 'y' | 'width' | 'height' | 'cx' | 'cy' | 'r' | 'rx' | 'ry'

const AXES: Readonly<Record<Geometry, Axis>> = {
  x: 'x',
  y: 'y',
  width: 'x',
  height: 'y',
  cx: 'x',
  cy: 'y',
  r: 'diagonal',
  rx: 'x',
  ry: 'y',
}

/** Shape elements, each with a function that draws its outline in user units. */
export const SHAPES: Readonly<Record<string, (input: ShapeInput, outline: Outline) => void>> = {
  rect,
  circle: (input, outline) => {
    const r = geometry(input, 'r', 0)
    ellipse(outline, geometry(input, 'cx', 0), geometry(input, 'cy', 0), r, r)
  },
  ellipse: (input, outline) => {
    const rx = radius(input, 'rx')
    const ry = radius(input, 'ry')
    ellipse(outline, geometry(input, 'cx', 0), geometry(input, 'cy', 0), rx ?? ry ?? 0, ry ?? rx ?? 0)
  },
  line: (input, outline) => {
    outline.move(attributeLength(input, 'x1', 'x'), attributeLength(input, 'y1', 'y'))
    outline.line(attributeLength(input, 'x2', 'x'), attributeLength(input, 'y2', 'y'))
  },
  polyline: ({ element }, outline) => points(element.attributes['points'] ?? '', outline),
  polygon: ({ element }, outline) => {
    points(element.attributes['points'] ?? '', outline)
    outline.close()
  },
  path: (input, outline) => {
    outline.data = pathData(input)
    parsePath(outline.data, outline)
  },
}

/** Steps of work for one segment of an outline. */
const SEGMENT = 10

/** Replaces the content of `outline` by the outline of a shape. Equal paths in succession are parsed once. */
export function outlineShape(input: ShapeInput, outline: Outline, work: Work): void {
  const { name } = input.element
  if (name === 'path' && outline.data !== undefined && outline.data === pathData(input)) return
  SHAPES[name]?.(input, outline.reset())
  work.spend(SEGMENT * outline.length + (input.declared.d?.length ?? 0))
}

const pathData = ({ element, declared }: ShapeInput): string => cssPath(declared.d) ?? element.attributes['d'] ?? ''

/** A geometry property in user units: from CSS, else from the attribute; `fallback` when it is missing or invalid. */
export function geometry({ element, declared, lengths }: ShapeInput, name: Geometry, fallback: number): number {
  return lengthOf(declared[name] ?? element.attributes[name], AXES[name], lengths, fallback)
}

/** A radius in user units; 0 for an invalid attribute. Undefined when missing, when negative, and for `auto` in CSS. */
function radius({ element, declared, lengths }: ShapeInput, name: 'rx' | 'ry'): number | undefined {
  const attribute = element.attributes[name]
  if (declared[name] === undefined && attribute !== undefined && parseLength(attribute) === undefined) return 0
  const length = parseLength(declared[name] ?? attribute ?? 'auto')
  const value = length && resolveLength(length, AXES[name], lengths)
  return value !== undefined && value >= 0 ? value : undefined
}

function attributeLength({ element, lengths }: ShapeInput, name: string, axis: Axis): number {
  return lengthOf(element.attributes[name], axis, lengths, 0)
}

/** A rectangle (SVG 2, section 10.2): a single radius counts for both axes, and no radius exceeds half a side. */
function rect(input: ShapeInput, outline: Outline): void {
  const x = geometry(input, 'x', 0)
  const y = geometry(input, 'y', 0)
  const width = geometry(input, 'width', 0)
  const height = geometry(input, 'height', 0)
  if (!(width > 0 && height > 0)) return
  const autoX = radius(input, 'rx')
  const autoY = radius(input, 'ry')
  const rx = Math.min(autoX ?? autoY ?? 0, width / 2)
  const ry = Math.min(autoY ?? autoX ?? 0, height / 2)
  const isRound = rx > 0 && ry > 0
  const [left, top, right, bottom] = isRound
    ? [x + rx, y + ry, x + width - rx, y + height - ry]
    : [x, y, x + width, y + height]
  const corner = (cx: number, cy: number, start: number, ex: number, ey: number): void => {
    if (isRound) outline.arc(cx, cy, rx, ry, 0, start, Math.PI / 2, ex, ey)
  }
  outline.move(left, y)
  outline.line(right, y)
  corner(right, top, -Math.PI / 2, x + width, top)
  outline.line(x + width, bottom)
  corner(right, bottom, 0, right, y + height)
  outline.line(left, y + height)
  corner(left, bottom, Math.PI / 2, x, bottom)
  if (isRound) outline.line(x, top)
  corner(left, top, Math.PI, left, y)
  outline.close()
}

/** Adds an ellipse whose axes are parallel to x and y, if both radii are above 0. */
export function ellipse(outline: Outline, cx: number, cy: number, rx: number, ry: number): void {
  if (!(rx > 0 && ry > 0)) return
  outline.move(cx + rx, cy)
  outline.arc(cx, cy, rx, ry, 0, 0, 2 * Math.PI, cx + rx, cy)
  outline.close()
}

/**
 * Parses a list of points. At the end of the list, a comma or an x without a y is ignored. After any other error, the
 * outline is empty.
 */
function points(text: string, outline: Outline): void {
  const scanner = new Scanner(text)
  scanner.skipSpace()
  for (let isFirst = true; ; isFirst = false) {
    const x = scanner.number()
    scanner.skipSeparator()
    const y = scanner.number()
    if (Number.isNaN(x) || Number.isNaN(y)) {
      if (!scanner.isDone) outline.reset()
      return
    }
    scanner.skipSeparator()
    if (isFirst) outline.move(x, y)
    else outline.line(x, y)
  }
}

/** The data of `path("…")`, '' for `none`; undefined for other text, so that the attribute counts. */
function cssPath(text: string | undefined): string | undefined {
  if (text === 'none') return ''
  const [, double, single] = /^path\(\s*(?:"([^"]*)"|'([^']*)')\s*\)$/.exec(text ?? '') ?? []
  return double ?? single
}
