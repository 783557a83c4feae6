import type { ReferenceBox } from './css-transform.ts'
import { type Frame, lengthContext } from './frame.ts'
import { type LengthContext, parseLength, resolveAgainst, splitList, viewportMeasure } from './lengths.ts'
import type { Outline } from './outline.ts'
import { parsePath } from './path-parser.ts'

/** The shapes that `clip-path` may name without an element (CSS Shapes 1): what each draws, of its reference box. */
const SHAPES: Readonly<
  Record<string, (list: string, outline: Outline, box: ReferenceBox, context: LengthContext) => void>
> = {
  circle: (list, outline, box, context) => {
    const [radii = '', position = ''] = list.split(/\bat\b/)
    const [cx, cy] = place(position, box, context)
    const r = radius(radii.trim() || 'closest-side', box, cx, cy, 'diagonal', context)
    oval(outline, cx, cy, r, r)
  },
  ellipse: (list, outline, box, context) => {
    const [radii = '', position = ''] = list.split(/\bat\b/)
    const [cx, cy] = place(position, box, context)
    const [rx = 'closest-side', ry = 'closest-side'] = radii.trim().split(/\s+/).filter(Boolean)
    oval(outline, cx, cy, radius(rx, box, cx, cy, 'x', context), radius(ry, box, cx, cy, 'y', context))
  },
  inset: (list, outline, box, context) => {
    const sides = (list.split(/\bround\b/)[0] ?? '').trim().split(/\s+/)
    const [top = '0', right = top, bottom = top, left = right] = sides
    const [x, y] = [box.x + along(left, box.width, context), box.y + along(top, box.height, context)]
    const [ex, ey] = [
      box.x + box.width - along(right, box.width, context),
      box.y + box.height - along(bottom, box.height, context),
    ]
    corners(outline, x, y, ex, ey)
  },
  xywh: (list, outline, box, context) => {
    const [x = '0', y = '0', width = '0', height = '0'] = splitList(list.split(/\bround\b/)[0] ?? '')
    const [left, top] = [box.x + along(x, box.width, context), box.y + along(y, box.height, context)]
    corners(outline, left, top, left + along(width, box.width, context), top + along(height, box.height, context))
  },
  rect: (list, outline, box, context) => {
    const sides = splitList(list.split(/\bround\b/)[0] ?? '')
    const [top = 'auto', right = 'auto', bottom = 'auto', left = 'auto'] = sides
    const from = (text: string, near: number, whole: number, fallback: number): number =>
      near + (text === 'auto' ? fallback : along(text, whole, context))
    const { x, y, width, height } = box
    corners(
      outline,
      from(left, x, width, 0),
      from(top, y, height, 0),
      from(right, x, width, width),
      from(bottom, y, height, height),
    )
  },
  polygon: (list, outline, box, context) => {
    const corners = list.replace(/^\s*(?:nonzero|evenodd)\s*,/, '').split(',')
    polygon(
      outline,
      corners.flatMap((corner) => {
        const [px = '0', py = '0'] = corner.trim().split(/\s+/)
        return [box.x + along(px, box.width, context), box.y + along(py, box.height, context)]
      }),
    )
  },
  path: (list, outline) => {
    parsePath(/["']([^"']*)["']/.exec(list)?.[1] ?? '', outline)
  },
}

/** A basic shape into an outline; says whether the text names one. */
export function basicShape(text: string, outline: Outline, box: ReferenceBox, frame: Frame): boolean {
  const [, name = '', list = ''] = /^\s*([a-z]+)\((.*)\)/s.exec(text) ?? []
  const draw = SHAPES[name]
  draw?.(list, outline, box, lengthContext(frame))
  return draw !== undefined
}

const KEYWORDS: Readonly<Record<string, string>> = {
  left: '0%',
  top: '0%',
  center: '50%',
  right: '100%',
  bottom: '100%',
}

function along(text: string, whole: number, context: LengthContext): number {
  const length = parseLength(KEYWORDS[text] ?? text)
  if (length === undefined) return 0
  return resolveAgainst(length, whole, context) ?? 0
}

function place(text: string, box: ReferenceBox, context: LengthContext): [x: number, y: number] {
  const [px = '50%', py = '50%'] = text.trim().split(/\s+/).filter(Boolean)
  return [box.x + along(px, box.width, context), box.y + along(py, box.height, context)]
}

function radius(
  text: string,
  box: ReferenceBox,
  cx: number,
  cy: number,
  axis: 'x' | 'y' | 'diagonal',
  context: LengthContext,
): number {
  const across = [cx - box.x, box.x + box.width - cx].map(Math.abs)
  const down = [cy - box.y, box.y + box.height - cy].map(Math.abs)
  const sides = axis === 'x' ? across : axis === 'y' ? down : [...across, ...down]
  if (text === 'closest-side') return Math.min(...sides)
  if (text === 'farthest-side') return Math.max(...sides)
  return along(text, viewportMeasure(axis, { ...context, viewWidth: box.width, viewHeight: box.height }), context)
}

function oval(outline: Outline, cx: number, cy: number, rx: number, ry: number): void {
  if (!(rx > 0 && ry > 0)) return
  outline.move(cx + rx, cy)
  outline.arc(cx, cy, rx, ry, 0, 0, 2 * Math.PI, cx + rx, cy)
  outline.close()
}

function corners(outline: Outline, x: number, y: number, ex: number, ey: number): void {
  if (ex > x && ey > y) polygon(outline, [x, y, ex, y, ex, ey, x, ey])
}

function polygon(outline: Outline, corners: readonly number[]): void {
  for (let i = 0; i + 1 < corners.length; i += 2) {
    const [x = 0, y = 0] = [corners[i], corners[i + 1]]
    if (i === 0) outline.move(x, y)
    else outline.line(x, y)
  }
  outline.close()
}
