import { at } from '../../geometry/drawing.ts'
import type { Picture } from '../photo/tone.ts'
import type { Point } from './perspective.ts'

/** A square marker, seven modules wide: its middle and the side of a module, pixels of the shrunk photograph. */
interface Marker {
  readonly x: number
  readonly y: number
  readonly module: number
}

/**
 * Maximum number of pixels along the longer side of the photograph during the search. At this size hatching becomes a
 * uniform grey.
 */
const SEARCH_PIXELS = 900
/**
 * Side of the square around a pixel, as a fraction of the photograph's longer side. A pixel is compared with the mean
 * of its square.
 */
const MEAN_SIDE = 1 / 14
/** A pixel is dark when its brightness is below this fraction of the mean around it. */
const DARKER = 0.88
/** A run of n modules may differ from its expected length by `TOLERANCE · √n` modules plus one pixel. */
const TOLERANCE = 0.55
/** The search looks for the four corners among at most this many markers. */
const CANDIDATES = 12

/**
 * Middles of the four markers, pixels, clockwise from any marker; undefined without four markers of about equal size.
 */
export function markersIn(photo: Picture): readonly Point[] | undefined {
  const small = shrink(photo)
  const isDark = darkPixels(small)
  const markers = mergeCandidates(candidates(isDark, small.width, small.height))
  const four = bestFour(markers)
  const scale = photo.width / small.width
  return four?.map(({ x, y }): Point => [x * scale, y * scale])
}

function shrink({ width, height, values }: Picture): Picture {
  const step = Math.max(1, Math.max(width, height) / SEARCH_PIXELS)
  const w = Math.floor(width / step)
  const h = Math.floor(height / step)
  const out = new Float32Array(w * h)
  for (let y = 0; y < h; y++) {
    const top = Math.floor(y * step)
    const bottom = Math.max(Math.floor(y * step) + 1, Math.floor((y + 1) * step))
    for (let x = 0; x < w; x++) {
      const left = Math.floor(x * step)
      const right = Math.max(Math.floor(x * step) + 1, Math.floor((x + 1) * step))
      let sum = 0
      for (let j = top; j < bottom; j++) for (let i = left; i < right; i++) sum += at(values, j * width + i)
      out[y * w + x] = sum / ((bottom - top) * (right - left))
    }
  }
  return { width: w, height: h, values: out }
}

/** 1 for each dark pixel (`DARKER`), else 0. Sums over rectangles give the means. */
function darkPixels({ width, height, values }: Picture): Uint8Array {
  const sums = new Float64Array((width + 1) * (height + 1))
  for (let y = 0; y < height; y++) {
    let row = 0
    for (let x = 0; x < width; x++) {
      row += at(values, y * width + x)
      sums[(y + 1) * (width + 1) + x + 1] = at(sums, y * (width + 1) + x + 1) + row
    }
  }
  const reach = Math.max(4, Math.round((MEAN_SIDE * Math.max(width, height)) / 2))
  const dark = new Uint8Array(width * height)
  for (let y = 0; y < height; y++) {
    const top = Math.max(0, y - reach)
    const bottom = Math.min(height, y + reach + 1)
    for (let x = 0; x < width; x++) {
      const left = Math.max(0, x - reach)
      const right = Math.min(width, x + reach + 1)
      const total =
        at(sums, bottom * (width + 1) + right) -
        at(sums, top * (width + 1) + right) -
        at(sums, bottom * (width + 1) + left) +
        at(sums, top * (width + 1) + left)
      const mean = total / ((bottom - top) * (right - left))
      if (at(values, y * width + x) < DARKER * mean) dark[y * width + x] = 1
    }
  }
  return dark
}

/** Places where the lengths of dark and light runs have the ratio 1 : 1 : 3 : 1 : 1, both across and down. */
function candidates(dark: Uint8Array, width: number, height: number): Marker[] {
  const out: Marker[] = []
  for (let y = 0; y < height; y++) {
    const starts = [0]
    for (let x = 1; x < width; x++) if (dark[y * width + x] !== dark[y * width + x - 1]) starts.push(x)
    starts.push(width)
    for (let k = 0; k + 5 < starts.length; k++) {
      if (dark[y * width + (starts[k] ?? 0)] !== 1) continue
      const module = moduleOf(starts.slice(k, k + 6))
      if (module === undefined) continue
      const x = ((starts[k + 2] ?? 0) + (starts[k + 3] ?? 0)) / 2
      const down = column(dark, width, height, Math.floor(x), y)
      const other = down && moduleOf(down)
      if (!down || other === undefined || other > 1.6 * module || module > 1.6 * other) continue
      out.push({ x, y: ((down[2] ?? 0) + (down[3] ?? 0)) / 2, module: (module + other) / 2 })
    }
  }
  return out
}

/**
 * The rows of the six edges of the five runs in a column through the middle of a marker; undefined when the column has
 * fewer edges.
 */
function column(dark: Uint8Array, width: number, height: number, x: number, y: number): number[] | undefined {
  const edges: number[] = []
  for (let row = y; row > 0 && edges.length < 3; row--)
    if (dark[row * width + x] !== dark[(row - 1) * width + x]) edges.unshift(row)
  for (let row = y + 1; row < height && edges.length < 6; row++)
    if (dark[row * width + x] !== dark[(row - 1) * width + x]) edges.push(row)
  return edges.length === 6 ? edges : undefined
}

/** The side of a module, pixels; undefined when the runs between the edges are too short, or not those of a marker. */
function moduleOf(edges: readonly number[]): number | undefined {
  const module = ((edges[5] ?? 0) - (edges[0] ?? 0)) / 7
  if (module < 1.5) return undefined
  const isMarker = [1, 1, 3, 1, 1].every((expected, i) => {
    const length = (edges[i + 1] ?? 0) - (edges[i] ?? 0)
    return Math.abs(length - expected * module) <= TOLERANCE * module * Math.sqrt(expected) + 1
  })
  return isMarker ? module : undefined
}

/** Merges the candidates around each place into one marker. The marker with the most candidates comes first. */
function mergeCandidates(all: readonly Marker[]): Marker[] {
  const groups: { count: number; x: number; y: number; module: number }[] = []
  for (const { x, y, module } of all) {
    const group = groups.find(
      (candidate) => Math.hypot(candidate.x / candidate.count - x, candidate.y / candidate.count - y) < 2 * module,
    )
    if (!group) groups.push({ count: 1, x, y, module })
    else {
      group.count++
      group.x += x
      group.y += y
      group.module += module
    }
  }
  return groups
    .sort((a, b) => b.count - a.count)
    .slice(0, CANDIDATES)
    .map(({ count, x, y, module }) => ({ x: x / count, y: y / count, module: module / count }))
}

/** The four markers of about equal size that span the largest area, clockwise. */
function bestFour(markers: readonly Marker[]): readonly Marker[] | undefined {
  let best: { readonly area: number; readonly four: readonly Marker[] } | undefined
  for (const four of fours(markers)) {
    const sizes = four.map(({ module }) => module)
    if (Math.max(...sizes) > 2 * Math.min(...sizes)) continue
    const around = clockwise(four)
    const area = areaOf(around)
    if (area > (best?.area ?? 0)) best = { area, four: around }
  }
  return best?.four
}

function* fours(all: readonly Marker[]): Generator<readonly Marker[]> {
  for (const [i, a] of all.entries())
    for (const [j, b] of all.slice(i + 1).entries())
      for (const [k, c] of all.slice(i + j + 2).entries()) for (const d of all.slice(i + j + k + 3)) yield [a, b, c, d]
}

function clockwise(four: readonly Marker[]): Marker[] {
  const mx = four.reduce((sum, { x }) => sum + x, 0) / 4
  const my = four.reduce((sum, { y }) => sum + y, 0) / 4
  return [...four].sort((a, b) => Math.atan2(a.y - my, a.x - mx) - Math.atan2(b.y - my, b.x - mx))
}

const areaOf = (corners: readonly Marker[]): number =>
  corners.reduce((sum, { x, y }, i) => {
    const next = corners[(i + 1) % corners.length]
    return next ? sum + (x * next.y - next.x * y) / 2 : sum
  }, 0)
