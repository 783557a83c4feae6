import type { PlanLayer, SheetPlan } from './plan.ts'

/** Number of bytes before the header. */
const PREFIX = 16
const padTo8 = (bytes: number): number => Math.ceil(bytes / 8) * 8

/**
 * Size, strokes and layers of the daemon's plan file, whose format is in src/plotter/plan/plan-file.ts.
 *
 * @throws RangeError when the bytes are not a whole plan of format 1; SyntaxError when they end within the header
 */
export function decodePlan(file: Uint8Array<ArrayBuffer>): SheetPlan {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  if (view.getUint32(8, true) !== 1) throw new RangeError('expected a plan file of format 1')
  const headerBytes = view.getUint32(12, true)
  const header = JSON.parse(new TextDecoder().decode(file.subarray(PREFIX, PREFIX + headerBytes))) as Header
  const startsAt = padTo8(PREFIX + headerBytes)
  const pointsAt = padTo8(startsAt + 4 * (header.strokes + 1))
  if (file.byteLength !== pointsAt + 16 * header.vertices) throw new RangeError('the plan file is not complete')
  return {
    width: header.width,
    height: header.height,
    layers: header.layers,
    starts: new Uint32Array(file.slice(startsAt, startsAt + 4 * (header.strokes + 1)).buffer),
    points: new Float64Array(file.slice(pointsAt, pointsAt + 16 * header.vertices).buffer),
  }
}

interface Header {
  readonly width: number
  readonly height: number
  readonly strokes: number
  readonly vertices: number
  readonly layers: readonly PlanLayer[]
}

const GROUP_OR_PATH = /<g [^>]*>|<path d="([^"]*)"\/>/g
const COLOR = / stroke="([^"]*)"/

/**
 * The strokes of a preview SVG. The daemon writes a prepared sheet in drawing order: a group for each layer, and a path
 * of straight lines for each stroke. So the page can show the preview like a plan. Undefined when a path has another
 * form.
 *
 * @param width  mm
 * @param height  mm
 */
export function planOfPreview(svg: string, width: number, height: number): SheetPlan | undefined {
  const points: number[] = []
  const starts: number[] = [0]
  const layers: { first: number; count: number; color?: string }[] = []
  for (const [tag, data] of svg.matchAll(GROUP_OR_PATH)) {
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
  return { width, height, points: Float64Array.from(points), starts: Uint32Array.from(starts), layers }
}

/** Appends the points of a path with straight lines only, such as 'M1,2L3,4 5,6z'. @returns false for any other path */
function readPath(data: string, points: number[]): boolean {
  const isClosed = data.endsWith('z')
  const text = isClosed ? data.slice(1, -1) : data.slice(1)
  if (!data.startsWith('M') || /[^\d.,\-L e]/.test(text)) return false
  const first = points.length
  for (const pair of text.split(/[L ]/)) {
    const comma = pair.indexOf(',')
    const x = Number(pair.slice(0, comma))
    const y = Number(pair.slice(comma + 1))
    if (comma < 1 || Number.isNaN(x) || Number.isNaN(y)) return false
    points.push(x, y)
  }
  if (isClosed) points.push(points[first] ?? 0, points[first + 1] ?? 0)
  return true
}
