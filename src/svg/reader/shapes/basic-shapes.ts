import { type LengthContext, parseLength, splitList, viewportMeasure } from '../css/lengths.ts'
import { type BoxSize, lengthIn, positionIn, radiiOf, roundRect } from './box.ts'
import type { Outline } from './outline.ts'
import { parsePath } from './path-parser.ts'
import { ellipse } from './shapes.ts'

type Draw = (list: string, outline: Outline, box: BoxSize, context: LengthContext) => void

/** The functions of `clip-path` (CSS Shapes 1). Each adds its outline, placed in the reference box. */
const SHAPES: ReadonlyMap<string, Draw> = new Map(
  Object.entries<Draw>({
    circle: (list, outline, box, context) => {
      const [radii = '', position = ''] = list.split(/\bat\b/)
      const [cx, cy] = positionIn(position, box, context)
      const r = radius(radii.trim() || 'closest-side', box, cx, cy, 'diagonal', context)
      ellipse(outline, cx, cy, r, r)
    },
    ellipse: (list, outline, box, context) => {
      const [radii = '', position = ''] = list.split(/\bat\b/)
      const [cx, cy] = positionIn(position, box, context)
      const [rx = 'closest-side', ry = 'closest-side'] = radii.trim().split(/\s+/).filter(Boolean)
      ellipse(outline, cx, cy, radius(rx, box, cx, cy, 'x', context), radius(ry, box, cx, cy, 'y', context))
    },
    inset: (list, outline, box, context) => {
      const [sides, round] = list.split(/\bround\b/)
      const [top = '0', right = top, bottom = top, left = right] = splitList(sides ?? '')
      const x = lengthIn(left, box.width, context)
      const y = lengthIn(top, box.height, context)
      const ex = box.width - lengthIn(right, box.width, context)
      const ey = box.height - lengthIn(bottom, box.height, context)
      roundRect(outline, [x, y, ex, ey], radiiOf(round, box, context))
    },
    xywh: (list, outline, box, context) => {
      const [sides, round] = list.split(/\bround\b/)
      const [left = '0', top = '0', width = '0', height = '0'] = splitList(sides ?? '')
      const x = lengthIn(left, box.width, context)
      const y = lengthIn(top, box.height, context)
      const ex = x + lengthIn(width, box.width, context)
      const ey = y + lengthIn(height, box.height, context)
      roundRect(outline, [x, y, ex, ey], radiiOf(round, box, context))
    },
    rect: (list, outline, box, context) => {
      const [sides, round] = list.split(/\bround\b/)
      const [top = 'auto', right = 'auto', bottom = 'auto', left = 'auto'] = splitList(sides ?? '')
      const edge = (text: string, whole: number, auto: number): number =>
        text === 'auto' ? auto : lengthIn(text, whole, context)
      const { width, height } = box
      const x = edge(left, width, 0)
      const y = edge(top, height, 0)
      const ex = edge(right, width, width)
      const ey = edge(bottom, height, height)
      roundRect(outline, [x, y, ex, ey], radiiOf(round, box, context))
    },
    polygon: (list, outline, box, context) => {
      const corners = list.replace(/^\s*(?:nonzero|evenodd)\s*,/, '').split(',')
      polygon(
        outline,
        corners.flatMap((corner) => {
          const [px = '0', py = '0'] = corner.trim().split(/\s+/)
          return [lengthIn(px, box.width, context), lengthIn(py, box.height, context)]
        }),
      )
    },
    path: (list, outline) => {
      parsePath(/["']([^"']*)["']/.exec(list)?.[1] ?? '', outline)
    },
  }),
)

/** Tests of the arguments. Functions without a test accept any arguments. */
const VALID: ReadonlyMap<string, (list: string) => boolean> = new Map(
  Object.entries<(list: string) => boolean>({
    circle: (list) => radiiIn(list).length < 2 && radiiIn(list).every(isRadius),
    ellipse: (list) => radiiIn(list).length !== 1 && radiiIn(list).length < 3 && radiiIn(list).every(isRadius),
    polygon: (list) =>
      list
        .replace(/^\s*(?:nonzero|evenodd)\s*,/, '')
        .split(',')
        .every((corner) => words(corner).length === 2),
    path: (list) => /["']\s*m/i.test(list),
  }),
)

/** Splits at blanks outside of brackets. */
const words = (text: string): readonly string[] => text.match(/(?:[^\s()]|\((?:[^()]|\([^()]*\))*\))+/g) ?? []
const radiiIn = (list: string): readonly string[] => words(list.split(/\bat\b/)[0] ?? '')

function isRadius(text: string): boolean {
  if (/^(?:closest|farthest)-side$/.test(text)) return true
  const length = parseLength(text)
  return length !== undefined && (length.calc !== undefined || length.value >= 0)
}

/**
 * Adds the outline of a basic shape, in user units from the top left corner of its reference box. The name of a box
 * before or after the function is ignored here.
 *
 * @returns whether the text is a valid basic shape
 */
export function basicShape(text: string, outline: Outline, box: BoxSize, lengths: LengthContext): boolean {
  const [, name = '', list = ''] = /^\s*(?:[a-z]+-box\s+)?([a-z]+)\((.*)\)/is.exec(text) ?? []
  const kind = name.toLowerCase()
  const draw = SHAPES.get(kind)
  if (draw === undefined || VALID.get(kind)?.(list) === false) return false
  draw(list, outline, box, lengths)
  return true
}

function radius(
  text: string,
  box: BoxSize,
  cx: number,
  cy: number,
  axis: 'x' | 'y' | 'diagonal',
  context: LengthContext,
): number {
  const across = [cx, box.width - cx].map(Math.abs)
  const down = [cy, box.height - cy].map(Math.abs)
  const sides = { x: across, y: down, diagonal: [...across, ...down] }[axis]
  if (text === 'closest-side') return Math.min(...sides)
  if (text === 'farthest-side') return Math.max(...sides)
  return lengthIn(text, viewportMeasure(axis, { ...context, viewWidth: box.width, viewHeight: box.height }), context)
}

function polygon(outline: Outline, corners: readonly number[]): void {
  for (let i = 0; i + 1 < corners.length; i += 2) {
    const x = corners[i] ?? 0
    const y = corners[i + 1] ?? 0
    if (i === 0) outline.move(x, y)
    else outline.line(x, y)
  }
  outline.close()
}
