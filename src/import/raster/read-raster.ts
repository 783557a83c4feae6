import { at, drawingOf, strokesFrom } from '../../geometry/drawing.ts'
import { simplify } from '../../geometry/simplify.ts'
import { drawingToSvg } from '../../svg/index.ts'
import type { ImportNote, ImportOptions, ImportResult } from '../importer.ts'
import { pageNotes, requirePage } from '../pages.ts'
import { decodePage, type Grey, pagesIn } from './pages.ts'
import { type Bitmap, distances, STEP, thin } from './thin.ts'
import { type Area, horizontalLines, picturesOn } from './tones.ts'
import { smoothStroke, strokesIn } from './trace.ts'

/** A pixel darker than this is ink. */
const INK = 170
/** Ink wider than this, mm, is drawn as its outline, because a centre line would not show its shape. */
const WIDE_MM = 1.6
/** A stroke that touches wide ink and is shorter than this, mm, comes from a rough edge, and is left out. */
const ROUGH_MM = 0.8
/** Greatest distance of a simplified stroke from the smoothed one, in pixels. */
const TOLERANCE = 0.4

/**
 * A raster page as strokes: lines and letters by their centre lines, wide ink by its outline, pictures by horizontal
 * lines.
 *
 * @throws PlotdError ERR_DOCUMENT for a file or page that cannot be read, ERR_PARAMS for a missing page
 */
export function readRaster(bytes: Uint8Array, options: ImportOptions): ImportResult {
  const pages = pagesIn(bytes)
  requirePage(options.page, pages.length)
  const header = pages[options.page - 1]
  if (!header) throw new RangeError(`page ${options.page}`)
  const page = decodePage(bytes, header)
  const pictures = picturesOn(page)
  const { lines, hasWide } = linesOf(page, pictures)
  const all = [...lines, ...pictures.flatMap((area) => horizontalLines(page, area))]
  const width = page.width * page.pixelWidth
  const height = page.height * page.pixelHeight
  const svg = drawingToSvg(drawingOf(strokesFrom(all), width, height))
  const notes = notesOf(header.dpiX, pictures.length, hasWide)
  return { svg, notes: [...notes, ...pageNotes(options.page, pages.length)] }
}

function notesOf(dpi: number, pictures: number, hasWide: boolean): ImportNote[] {
  const note = (message: string): ImportNote => ({ code: 'import', message })
  return [
    note(`the page came as pixels of ${dpi} dpi: its lines and letters are traced along their centre lines`),
    ...(hasWide ? [note(`ink wider than ${WIDE_MM} mm is drawn as its outline`)] : []),
    ...(pictures > 0 ? [{ ...note('pictures are drawn as horizontal lines'), count: pictures }] : []),
  ]
}

/** The strokes of a page without its pictures, mm. */
function linesOf(page: Grey, pictures: readonly Area[]): { lines: number[][]; hasWide: boolean } {
  const bitmap = inkOf(page, pictures)
  const { width, height, ink } = bitmap
  const edgeDistance = distances(bitmap, ink)
  const reach = (WIDE_MM / 2 / page.pixelWidth) * STEP
  const wide = wideInk(bitmap, edgeDistance, reach)
  if (wide) for (let i = 0; i < ink.length; i++) if (wide[i] === 1) ink[i] = 0
  const centre = thin(bitmap, Math.ceil(reach / STEP) + 2)
  const scale = (points: Float64Array): number[] =>
    Array.from(points, (value, k) => (k % 2 === 0 ? (value - 1) * page.pixelWidth : (value - 1) * page.pixelHeight))
  const finishStroke = (stroke: readonly number[]) => scale(simplify(smoothStroke(stroke, 2), TOLERANCE))
  const narrow = strokesIn(bitmap, centre, edgeDistance)
  if (!wide) return { lines: narrow.map(finishStroke), hasWide: false }
  const outline = outlineOf(bitmap, wide)
  const noDistances = new Uint16Array(width * height)
  const rough = ROUGH_MM / page.pixelWidth
  const strokes = narrow.filter((stroke) => stroke.length / 2 > rough || !touches(stroke, wide, width))
  return { lines: [...strokes, ...strokesIn(bitmap, outline, noDistances)].map(finishStroke), hasWide: true }
}

/** The ink, with a border of one pixel on each side, so that every pixel has neighbours. */
function inkOf({ width, height, values }: Grey, pictures: readonly Area[]): Bitmap {
  const stride = width + 2
  const ink = new Uint8Array(stride * (height + 2))
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) if (at(values, y * width + x) < INK) ink[(y + 1) * stride + x + 1] = 1
  }
  for (const { left, top, right, bottom } of pictures) {
    for (let y = top; y < bottom; y++) ink.fill(0, (y + 1) * stride + left + 1, (y + 1) * stride + right + 1)
  }
  return { width: stride, height: height + 2, ink }
}

/** The parts of the ink that hold a disc of radius `reach`, thirds of a pixel; undefined when there are none. */
function wideInk(bitmap: Bitmap, edgeDistance: Uint16Array, reach: number): Uint8Array | undefined {
  const notCore = new Uint8Array(edgeDistance.length)
  let cores = 0
  for (let i = 0; i < edgeDistance.length; i++) {
    if (at(edgeDistance, i) > reach) cores++
    else notCore[i] = 1
  }
  if (cores === 0) return undefined
  const fromCore = distances(bitmap, notCore)
  const wide = new Uint8Array(edgeDistance.length)
  for (let i = 0; i < edgeDistance.length; i++) if (bitmap.ink[i] === 1 && at(fromCore, i) <= reach) wide[i] = 1
  return wide
}

/** The outermost pixels of an area, thinned to one pixel. */
function outlineOf({ width, height }: Bitmap, area: Uint8Array): Uint8Array {
  const edge = new Uint8Array(area.length)
  for (let i = width + 1; i < area.length - width - 1; i++) {
    if (area[i] !== 1) continue
    const inner = at(area, i - 1) + at(area, i + 1) + at(area, i - width) + at(area, i + width)
    if (inner < 4) edge[i] = 1
  }
  return thin({ width, height, ink: edge }, 3)
}

/** Whether an end of a stroke lies near an area. */
function touches(stroke: readonly number[], area: Uint8Array, width: number): boolean {
  const isNear = (x: number, y: number): boolean => {
    const i = Math.floor(y) * width + Math.floor(x)
    for (let dy = -2; dy <= 2; dy++) for (let dx = -2; dx <= 2; dx++) if (area[i + dy * width + dx] === 1) return true
    return false
  }
  const [x = 0, y = 0] = stroke
  return isNear(x, y) || isNear(stroke.at(-2) ?? 0, stroke.at(-1) ?? 0)
}
