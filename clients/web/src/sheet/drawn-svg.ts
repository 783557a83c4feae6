import type { PlanLayer, SheetPlan } from './plan.ts'

const GROUP = /<g [^>]*>|<path d="([^"]*)"\/>/g
const COLOR = / stroke="([^"]*)"/

/**
 * The strokes of an SVG as the daemon writes a sheet (a group for each layer, a path of straight lines for each stroke, in
 * the order of drawing): so a preview can be looked at like a plan. Undefined for any other SVG.
 */
export function readDrawn(svg: string, width: number, height: number): SheetPlan | undefined {
  const [points, starts]: [number[], number[]] = [[], [0]]
  const layers: { first: number; count: number; color?: string }[] = []
  for (const [tag, data] of svg.matchAll(GROUP)) {
    if (data === undefined) {
      const color = COLOR.exec(tag)?.[1]
      layers.push({ first: starts.length - 1, count: 0, ...(color === undefined ? {} : { color }) })
      continue
    }
    const layer = layers.at(-1)
    if (!layer || !readPath(data, points)) return undefined
    starts.push(points.length / 2)
    layer.count++
  }
  const kept: readonly PlanLayer[] = layers
  return { width, height, points: Float64Array.from(points), starts: Uint32Array.from(starts), layers: kept }
}

/** 'M1,2L3,4 5,6z' onto `points`; false for anything else. */
function readPath(data: string, points: number[]): boolean {
  const closed = data.endsWith('z')
  const text = closed ? data.slice(1, -1) : data.slice(1)
  if (!data.startsWith('M') || /[^\d.,\-L e]/.test(text)) return false
  const first = points.length
  for (const pair of text.split(/[L ]/)) {
    const comma = pair.indexOf(',')
    const [x, y] = [Number(pair.slice(0, comma)), Number(pair.slice(comma + 1))]
    if (comma < 1 || Number.isNaN(x) || Number.isNaN(y)) return false
    points.push(x, y)
  }
  if (closed) points.push(points[first] ?? 0, points[first + 1] ?? 0)
  return true
}
