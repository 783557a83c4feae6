import { PlotdError } from '../../errors.ts'

type Color = 'black' | 'grey' | 'rgb' | 'cmyk'

/** A page, as its header describes it (PWG 5102.4, or UNIRAST, Apple's raster format). */
export interface RasterPage {
  readonly width: number
  readonly height: number
  /** Pixels per inch. */
  readonly dpiX: number
  readonly dpiY: number
  readonly color: Color
  readonly bitsPerColor: number
  readonly bytesPerLine: number
  /** Number of bytes that a run repeats. It is the size of a pixel, or 1 when a byte holds eight pixels. */
  readonly unit: number
  /** Offset of the page's lines in the file, bytes. */
  readonly start: number
}

/** Shades of grey, row by row: 0 is black. */
export interface Grey {
  readonly width: number
  readonly height: number
  readonly values: Uint8Array
  /** mm. */
  readonly pixelWidth: number
  readonly pixelHeight: number
}

const MAX_PAGES = 1000
/** Limit on the pixels of a page. */
const MAX_PIXELS = 240e6
/** Limit on the pixels of a page after `decodePage` has averaged them. */
const MAX_AVERAGED = 60e6
const MAX_SIDE = 60_000
/** A page of at least 1.5 times this resolution is averaged to about this resolution: a pen draws no finer lines. */
const FINEST_DPI = 300
const PWG_HEADER = 1796
const URF_HEADER = 32
const MM = 25.4

const pageError = (reason: string): PlotdError =>
  new PlotdError('ERR_DOCUMENT', `the raster page cannot be read: ${reason}`, { remedy: 'Print the document again.' })

/**
 * The pages of a file. Decodes the headers of the pages, and skips the runs of their lines.
 *
 * @throws PlotdError ERR_DOCUMENT when the file has no page or more than 1000, or when a page is broken, too large or
 *   of an unknown kind
 */
export function pagesIn(bytes: Uint8Array): readonly RasterPage[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const isUrf = bytes[0] === 0x55
  const pages: RasterPage[] = []
  for (let offset = isUrf ? 12 : 4; offset < bytes.length; ) {
    if (pages.length === MAX_PAGES) throw pageError(`the file has more than ${MAX_PAGES} pages`)
    if (offset + (isUrf ? URF_HEADER : PWG_HEADER) > bytes.length) throw pageError('it is cut off')
    const page = isUrf ? urfHeader(view, offset) : pwgHeader(view, offset)
    checkSize(page)
    pages.push(page)
    offset = eachLine(bytes, page, () => {})
  }
  if (pages.length === 0) throw pageError('the file has no page')
  return pages
}

function checkSize({ width, height, dpiX, dpiY, bytesPerLine, bitsPerColor, color }: RasterPage): void {
  if (dpiX < 10 || dpiY < 10 || dpiX > 10_000 || dpiY > 10_000)
    throw pageError(`its resolution of ${dpiX} × ${dpiY} dpi is not plausible`)
  const isSize = width > 0 && height > 0 && width <= MAX_SIDE && height <= MAX_SIDE
  const averaged = Math.ceil(width / factor(dpiX)) * Math.ceil(height / factor(dpiY))
  if (!isSize || width * height > MAX_PIXELS || averaged > MAX_AVERAGED) {
    throw pageError(`it has no pixels, or more than plotd reads: ${width} × ${height} at ${dpiX} dpi`)
  }
  const least = Math.ceil((width * CHANNELS[color] * bitsPerColor) / 8)
  if (bytesPerLine < least || bytesPerLine > least + 64)
    throw pageError(`a line has ${bytesPerLine} bytes, not ${least}`)
}

const CHANNELS = { black: 1, grey: 1, rgb: 3, cmyk: 4 } as const

const PWG_COLORS: Readonly<Record<number, Color>> = {
  0: 'grey',
  1: 'rgb',
  3: 'black',
  6: 'cmyk',
  18: 'grey',
  19: 'rgb',
  20: 'rgb',
}

function pwgHeader(view: DataView, begin: number): RasterPage {
  const field = (offset: number): number => view.getUint32(begin + offset)
  const color = PWG_COLORS[field(400)]
  const bitsPerColor = field(384)
  const isDepth = [8, 16].includes(bitsPerColor) || (bitsPerColor === 1 && color && CHANNELS[color] === 1)
  if (!color || !isDepth || field(396) !== 0) {
    throw pageError(`the colours are of a kind that plotd does not read (${field(400)}, ${bitsPerColor} bits)`)
  }
  const size = { width: field(372), height: field(376), dpiX: field(276), dpiY: field(280) }
  const unit = Math.max(1, (CHANNELS[color] * bitsPerColor) >> 3)
  return { ...size, color, bitsPerColor, bytesPerLine: field(392), unit, start: begin + PWG_HEADER }
}

function urfHeader(view: DataView, offset: number): RasterPage {
  const bits = view.getUint8(offset)
  const color = ({ 8: 'grey', 24: 'rgb', 32: 'cmyk' } as const)[bits]
  if (!color) throw pageError(`the colours are of a kind that plotd does not read (${bits} bits)`)
  const width = view.getUint32(offset + 12)
  const height = view.getUint32(offset + 16)
  const dpi = view.getUint32(offset + 20)
  const unit = CHANNELS[color]
  const size = { width, height, dpiX: dpi, dpiY: dpi }
  return { ...size, color, bitsPerColor: 8, bytesPerLine: width * unit, unit, start: offset + URF_HEADER }
}

/** The code that ends the runs of a line. The rest of the line is white. */
const WHITE_TO_END = 128

type OnLine = (y: number, repeats: number, runs: number) => void

/**
 * Walks over the lines of a page. `onLine` gets the y of a line, the number of equal lines from there on, and the
 * offset of their runs.
 *
 * @returns the offset of the page's end, bytes
 * @throws PlotdError ERR_DOCUMENT
 */
function eachLine(bytes: Uint8Array, page: RasterPage, onLine: OnLine): number {
  const { height, bytesPerLine, unit, start } = page
  let offset = start
  for (let y = 0; y < height; ) {
    const repeats = (bytes[offset++] ?? cutOff()) + 1
    const runs = offset
    for (let filled = 0; filled < bytesPerLine; ) {
      const code = bytes[offset++] ?? cutOff()
      if (code === WHITE_TO_END) break
      const count = code < WHITE_TO_END ? code + 1 : 257 - code
      offset += code < WHITE_TO_END ? unit : count * unit
      filled += count * unit
      if (filled > bytesPerLine) throw pageError('a run is longer than its line')
    }
    if (offset > bytes.length) cutOff()
    if (y + repeats > height) throw pageError('its data has more lines than its header says')
    onLine(y, repeats, runs)
    y += repeats
  }
  return offset
}

function cutOff(): never {
  throw pageError('it is cut off')
}

/** Decodes the runs of one line into `line`. */
function expand(
  bytes: Uint8Array,
  runs: number,
  { bytesPerLine, unit }: RasterPage,
  white: number,
  line: Uint8Array,
): void {
  let offset = runs
  let filled = 0
  while (filled < bytesPerLine) {
    const code = bytes[offset++] as number
    if (code === WHITE_TO_END) break
    const length = (code < WHITE_TO_END ? code + 1 : 257 - code) * unit
    if (code < WHITE_TO_END) {
      for (let k = 0; k < length; k++) line[filled + k] = bytes[offset + (k % unit)] as number
      offset += unit
    } else {
      line.set(bytes.subarray(offset, offset + length), filled)
      offset += length
    }
    filled += length
  }
  line.fill(white, filled)
}

/** One page as shades of grey, with a resolution below 450 dpi. @throws PlotdError ERR_DOCUMENT */
export function decodePage(bytes: Uint8Array, page: RasterPage): Grey {
  const across = factor(page.dpiX)
  const down = factor(page.dpiY)
  const width = Math.ceil(page.width / across)
  const height = Math.ceil(page.height / down)
  const sums = new Uint32Array(width)
  const values = new Uint8Array(width * height)
  const line = new Uint8Array(page.bytesPerLine)
  const luma = new Uint8Array(page.width)
  const white = page.color === 'black' || page.color === 'cmyk' ? 0 : 255
  const finish = (row: number, lines: number): void => {
    for (let x = 0; x < width; x++) {
      const columns = Math.min(across, page.width - x * across)
      values[row * width + x] = (sums[x] as number) / (columns * lines)
    }
    sums.fill(0)
  }
  eachLine(bytes, page, (y, repeats, runs) => {
    expand(bytes, runs, page, white, line)
    lumaOf(line, page, luma)
    for (let k = 0; k < repeats; k++) {
      addPixels(sums, luma, across)
      const lines = ((y + k) % down) + 1
      if (lines === down || y + k === page.height - 1) finish(Math.floor((y + k) / down), lines)
    }
  })
  return { width, height, values, pixelWidth: (MM * across) / page.dpiX, pixelHeight: (MM * down) / page.dpiY }
}

/** Adds the pixels of a line to sums of `across` neighbouring pixels each. */
function addPixels(sums: Uint32Array, luma: Uint8Array, across: number): void {
  for (let x = 0, out = 0; x < luma.length; out++) {
    for (let i = 0; i < across && x < luma.length; i++, x++) {
      sums[out] = (sums[out] as number) + (luma[x] as number)
    }
  }
}

/** Number of adjacent pixels on one axis that become one averaged pixel. */
const factor = (dpi: number): number => Math.max(1, Math.round(dpi / FINEST_DPI))

/** Writes the Rec. 709 luma of each pixel of a line into `luma`. */
function lumaOf(line: Uint8Array, { width, color, bitsPerColor, unit }: RasterPage, luma: Uint8Array): void {
  if (bitsPerColor === 1) {
    const ink = color === 'black' ? 1 : 0
    for (let x = 0; x < width; x++) luma[x] = (((line[x >> 3] as number) >> (7 - (x & 7))) & 1) === ink ? 0 : 255
    return
  }
  const step = bitsPerColor >> 3
  for (let x = 0; x < width; x++) {
    const offset = x * unit
    const first = line[offset] as number
    if (color === 'grey') luma[x] = first
    else if (color === 'black') luma[x] = 255 - first
    else {
      const second = line[offset + step] as number
      const third = line[offset + 2 * step] as number
      const mixed = 0.2126 * first + 0.7152 * second + 0.0722 * third
      luma[x] = color === 'rgb' ? mixed : Math.max(0, 255 - mixed - (line[offset + 3 * step] as number))
    }
  }
}
