import type { Grey } from './pages.ts'

/** A rectangle of pixels, without the column at `right` and the row at `bottom`. */
export interface Area {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** Side of the squares into which a page is divided, mm. */
const SQUARE_MM = 2
/** The darkest and the lightest middle shade. A middle shade is neither full ink nor bare paper. */
const MIDDLE = [12, 235] as const
/** Neighbouring pixels of a picture differ by less than this. Pixels at the edge of a letter differ by more. */
const EVEN = 40
/** A square is part of a picture when `toneShare` is at least this. */
const SHARE = 0.6
/** A patch of grey whose rectangle is smaller than this, mm², is traced like letters. */
const MIN_MM2 = 100

/** The pictures on a page: patches of shades between paper and ink, as rectangles. */
export function picturesOn(page: Grey): Area[] {
  const { width, height, pixelWidth, pixelHeight } = page
  const wide = Math.max(1, Math.round(SQUARE_MM / pixelWidth))
  const high = Math.max(1, Math.round(SQUARE_MM / pixelHeight))
  const columns = Math.ceil(width / wide)
  const rows = Math.ceil(height / high)
  const isTone = new Uint8Array(columns * rows)
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const square = { left: column * wide, top: row * high, right: (column + 1) * wide, bottom: (row + 1) * high }
      if (toneShare(page, square) >= SHARE) isTone[row * columns + column] = 1
    }
  }
  return patches(isTone, columns, rows)
    .map(({ left, top, right, bottom }) => ({
      left: left * wide,
      top: top * high,
      right: Math.min(width, right * wide),
      bottom: Math.min(height, bottom * high),
    }))
    .filter((area) => (area.right - area.left) * pixelWidth * (area.bottom - area.top) * pixelHeight >= MIN_MM2)
}

/**
 * The fraction of a square's pixels that have a middle shade and differ by less than EVEN from the pixels to the right
 * and below.
 */
function toneShare({ width, height, values }: Grey, { left, top, right, bottom }: Area): number {
  let count = 0
  const lastX = Math.min(right, width - 1)
  const lastY = Math.min(bottom, height - 1)
  for (let y = top; y < lastY; y++) {
    for (let x = left; x < lastX; x++) {
      const i = y * width + x
      const value = values[i] as number
      if (value < MIDDLE[0] || value > MIDDLE[1]) continue
      const beside = values[i + 1] as number
      const below = values[i + width] as number
      if (Math.abs(value - beside) < EVEN && Math.abs(value - below) < EVEN) count++
    }
  }
  return count / Math.max(1, (lastX - left) * (lastY - top))
}

/** The bounding rectangles of groups of connected squares. */
function patches(isTone: Uint8Array, columns: number, rows: number): Area[] {
  const areas: Area[] = []
  for (let start = 0; start < isTone.length; start++) {
    if (isTone[start] !== 1) continue
    let left = columns
    let top = rows
    let right = 0
    let bottom = 0
    const queue = [start]
    isTone[start] = 2
    for (let i = queue.pop(); i !== undefined; i = queue.pop()) {
      const column = i % columns
      const row = Math.floor(i / columns)
      left = Math.min(left, column)
      right = Math.max(right, column + 1)
      top = Math.min(top, row)
      bottom = Math.max(bottom, row + 1)
      for (const other of neighboursOf(column, row, columns, rows)) {
        if (isTone[other] !== 1) continue
        isTone[other] = 2
        queue.push(other)
      }
    }
    areas.push({ left, top, right, bottom })
  }
  return areas
}

/** The squares that share a side with a square. */
function neighboursOf(column: number, row: number, columns: number, rows: number): number[] {
  const i = row * columns + column
  const neighbours: number[] = []
  if (column > 0) neighbours.push(i - 1)
  if (column + 1 < columns) neighbours.push(i + 1)
  if (row > 0) neighbours.push(i - columns)
  if (row + 1 < rows) neighbours.push(i + columns)
  return neighbours
}

/** Distance between the lines of a picture, mm. */
const LINES_MM = 0.7
/** Line k of a picture is drawn where the darkness is at least entry k modulo 4. So a darker tone has more lines. */
const DARKNESS = [0.16, 0.62, 0.39, 0.85] as const
/** Length of a line over which pixels are averaged, mm. */
const SAMPLE_MM = 0.5

/** Horizontal lines, mm, that are denser where the picture is darker. */
export function horizontalLines(page: Grey, { left, top, right, bottom }: Area): number[][] {
  const { width, values, pixelWidth, pixelHeight } = page
  const stepX = Math.max(1, Math.round(SAMPLE_MM / pixelWidth))
  const stepY = LINES_MM / pixelHeight
  const lines: number[][] = []
  for (let k = 0, y = top + stepY / 2; y < bottom; k++, y += stepY) {
    const row = Math.floor(y) * width
    const least = DARKNESS[k % 4] ?? 1
    let from: number | undefined
    for (let x = left; x < right; x += stepX) {
      const end = Math.min(right, x + stepX)
      let sum = 0
      for (let i = x; i < end; i++) sum += 255 - (values[row + i] as number)
      const isDark = sum / (255 * (end - x)) >= least
      if (isDark) from ??= x
      if (from === undefined || (isDark && end < right)) continue
      const to = isDark ? end : x
      lines.push([from * pixelWidth, y * pixelHeight, to * pixelWidth, y * pixelHeight])
      from = undefined
    }
  }
  return lines
}
