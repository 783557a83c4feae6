import { spawnSync } from 'node:child_process'
import { type Strokes, strokeCount } from '../../src/geometry/drawing.ts'

/** How well the plotter's ink agrees with poppler's rendering of the same page. */
export interface PageFigures {
  readonly words: number
  /** Number of words in whose boxes the plotter's ink lies. */
  readonly inked: number
  /** Fraction of the ink's `samples` that have poppler's ink within `NEAR_MM` in x and in y. */
  readonly inPlace: number
  /** Fraction of poppler's dark pixels that have the plotter's ink within `NEAR_MM` in x and in y. */
  readonly covered: number
}

const DPI = 100
const NEAR_MM = 1
const SCALE = DPI / 25.4
/** A grey below DARK is dark ink, and a grey below PAPER is ink; 0 is black, 255 is white. */
const DARK = 160
const PAPER = 250

interface Mask {
  readonly width: number
  readonly height: number
  /** 1 is ink. */
  readonly isInk: Uint8Array
}

/** @param ink  the plotter's ink in the coordinates of the upright page, mm */
export function comparePages(pdf: string, ink: Strokes): PageFigures {
  const [theirs, dark] = [rendered(pdf, PAPER), rendered(pdf, DARK)]
  const ours: Mask = { ...theirs, isInk: new Uint8Array(theirs.isInk.length) }
  const points = samples(ink)
  for (const point of points) ours.isInk[pixelAt(point, ours)] = 1
  const [nearTheirs, nearOurs] = [grown(theirs), grown(ours)]
  const isNear = (point: readonly [number, number]) => nearTheirs[pixelAt(point, theirs)] === 1
  const boxes = wordBoxes(pdf)
  return {
    words: boxes.length,
    inked: boxes.filter((box) => points.some((point) => isIn(point, box))).length,
    inPlace: points.filter(isNear).length / Math.max(1, points.length),
    covered: share(dark.isInk, nearOurs),
  }
}

/** The index of the pixel of a point, or -1 if the point lies beside the picture. Typed arrays ignore a write to -1. */
function pixelAt([x, y]: readonly [number, number], { width, height }: Mask): number {
  const [column, row] = [Math.floor(x * SCALE), Math.floor(y * SCALE)]
  return column >= 0 && column < width && row >= 0 && row < height ? row * width + column : -1
}

function rendered(pdf: string, lightest: number): Mask {
  const args = ['-r', String(DPI), '-gray', '-singlefile', pdf]
  const { status, stdout, stderr, error } = spawnSync('pdftoppm', args, { maxBuffer: 1 << 28 })
  if (status !== 0) throw new Error(`pdftoppm failed: ${error?.message ?? stderr.toString()}`)
  const [, width = '0', height = '0'] =
    /^P5\s+(\d+)\s+(\d+)\s+255\s/.exec(stdout.subarray(0, 40).toString('latin1')) ?? []
  const size = Number(width) * Number(height)
  const pixels = stdout.subarray(stdout.length - size)
  return {
    width: Number(width),
    height: Number(height),
    isInk: Uint8Array.from(pixels, (value) => (value < lightest ? 1 : 0)),
  }
}

/** Points on the ink, about a quarter of a millimetre apart, and at least one for each segment. */
function samples(ink: Strokes): (readonly [number, number])[] {
  const all: (readonly [number, number])[] = []
  for (let s = 0; s < strokeCount(ink); s++) {
    for (let i = ink.starts[s] ?? 0; i < (ink.starts[s + 1] ?? 0) - 1; i++) {
      const [x = 0, y = 0, x2 = 0, y2 = 0] = ink.points.subarray(2 * i, 2 * i + 4)
      const count = Math.max(1, Math.round(Math.hypot(x2 - x, y2 - y) * 4))
      for (let k = 0; k < count; k++) all.push([x + ((x2 - x) * k) / count, y + ((y2 - y) * k) / count])
    }
  }
  return all
}

/** Marks the pixels that are within NEAR_MM of ink in x and in y. */
function grown({ width, height, isInk }: Mask): Uint8Array {
  const reach = Math.round(NEAR_MM * SCALE)
  const wide = new Uint8Array(isInk.length)
  const near = new Uint8Array(isInk.length)
  for (let i = 0; i < isInk.length; i++) {
    if (isInk[i] !== 1) continue
    const [row, x] = [Math.floor(i / width) * width, i % width]
    wide.fill(1, row + Math.max(0, x - reach), row + Math.min(width, x + reach + 1))
  }
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let k = Math.max(0, y - reach); k <= Math.min(height - 1, y + reach) && near[y * width + x] === 0; k++) {
        if (wide[k * width + x] === 1) near[y * width + x] = 1
      }
    }
  }
  return near
}

function share(mask: Uint8Array, within: Uint8Array): number {
  let [all, both] = [0, 0]
  for (let i = 0; i < mask.length; i++) {
    all += mask[i] ?? 0
    both += (mask[i] ?? 0) & (within[i] ?? 0)
  }
  return both / Math.max(1, all)
}

type Box = readonly [minX: number, minY: number, maxX: number, maxY: number]

/** The boxes in which poppler finds the words of the first page, mm. */
function wordBoxes(pdf: string): Box[] {
  const { stdout } = spawnSync('pdftotext', ['-bbox', '-l', '1', pdf, '-'], { encoding: 'utf8', maxBuffer: 1 << 28 })
  const mm = (points: string | undefined): number => (Number(points) * 25.4) / 72
  return [...stdout.matchAll(/<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">/g)].map(
    ([, a, b, c, d]): Box => [mm(a), mm(b), mm(c), mm(d)],
  )
}

const isIn = ([x, y]: readonly [number, number], [minX, minY, maxX, maxY]: Box): boolean =>
  x >= minX && x <= maxX && y >= minY && y <= maxY
