/** A page as shades of grey, from 0 (black) to 255 (white), for the writers below. */
export interface TestPage {
  readonly width: number
  readonly height: number
  readonly dpi: number
  readonly shade: (x: number, y: number) => number
}

type Kind = 'sgray_8' | 'srgb_8' | 'black_1' | 'cmyk_8' | 'sgray_16'

const KINDS = {
  sgray_8: { space: 18, bits: 8, channels: 1 },
  srgb_8: { space: 19, bits: 8, channels: 3 },
  black_1: { space: 3, bits: 1, channels: 1 },
  cmyk_8: { space: 6, bits: 8, channels: 4 },
  sgray_16: { space: 18, bits: 16, channels: 1 },
} as const

/** A PWG raster file (PWG 5102.4). */
export function pwg(pages: readonly TestPage[], kind: Kind = 'sgray_8'): Buffer {
  const { space, bits, channels } = KINDS[kind]
  const parts: Uint8Array[] = [Buffer.from('RaS2')]
  for (const page of pages) {
    const header = Buffer.alloc(1796)
    header.write('PwgRaster')
    const bytesPerLine = Math.ceil((page.width * channels * bits) / 8)
    const fields = [
      ...[[276, page.dpi] as const, [280, page.dpi] as const, [372, page.width] as const, [376, page.height] as const],
      ...[[384, bits] as const, [388, bits * channels] as const, [392, bytesPerLine] as const, [400, space] as const],
    ]
    for (const [at, value] of fields) header.writeUInt32BE(value, at)
    parts.push(header, lines(page, kind))
  }
  return Buffer.concat(parts)
}

/** An Apple raster file (URF), in shades of grey. */
export function urf(pages: readonly TestPage[]): Buffer {
  const start = Buffer.alloc(12)
  start.write('UNIRAST')
  start.writeUInt32BE(pages.length, 8)
  const parts: Uint8Array[] = [start]
  for (const page of pages) {
    const header = Buffer.alloc(32)
    header.writeUInt8(8, 0)
    header.writeUInt32BE(page.width, 12)
    header.writeUInt32BE(page.height, 16)
    header.writeUInt32BE(page.dpi, 20)
    parts.push(header, lines(page, 'sgray_8', true))
  }
  return Buffer.concat(parts)
}

function lines(page: TestPage, kind: Kind, endsWhite = false): Buffer {
  const parts: Buffer[] = []
  for (let y = 0; y < page.height; ) {
    const line = pixels(page, y, kind)
    let repeats = 1
    while (repeats < 256 && y + repeats < page.height && pixels(page, y + repeats, kind).equals(line)) repeats++
    parts.push(
      Buffer.of(repeats - 1),
      packed(line, Math.max(1, (KINDS[kind].bits * KINDS[kind].channels) >> 3), endsWhite),
    )
    y += repeats
  }
  return Buffer.concat(parts)
}

function pixels({ width, shade }: TestPage, y: number, kind: Kind): Buffer {
  if (kind === 'black_1') {
    const line = Buffer.alloc(Math.ceil(width / 8))
    for (let x = 0; x < width; x++) if (shade(x, y) < 128) line[x >> 3] = (line[x >> 3] ?? 0) | (128 >> (x & 7))
    return line
  }
  const of = {
    sgray_8: (value: number) => [value],
    sgray_16: (value: number) => [value, value],
    srgb_8: (value: number) => [value, value, value],
    cmyk_8: (value: number) => [0, 0, 0, 255 - value],
  }[kind]
  return Buffer.from(Array.from({ length: width }, (_, x) => of(shade(x, y))).flat())
}

/**
 * Compresses a line into runs of equal units, literal units, and with `endsWhite` a code for the white end. A unit is
 * `unit` bytes: one pixel, or eight pixels of `black_1`.
 */
function packed(line: Buffer, unit: number, endsWhite: boolean): Buffer {
  const units = Array.from({ length: line.length / unit }, (_, i) => line.subarray(i * unit, (i + 1) * unit))
  const parts: Buffer[] = []
  for (let i = 0; i < units.length; ) {
    const here = units[i] ?? line
    let run = 1
    while (run < 128 && units[i + run]?.equals(here)) run++
    if (endsWhite && here[0] === 255 && i + run >= units.length) return Buffer.concat([...parts, Buffer.of(128)])
    let single = run > 1 ? 0 : 1
    while (single > 0 && single < 128 && units[i + single] && !units[i + single]?.equals(units[i + single - 1] ?? here))
      single++
    const count = run > 1 ? run : single
    parts.push(Buffer.of(run > 1 || single === 1 ? count - 1 : 257 - count))
    parts.push(run > 1 || single === 1 ? here : Buffer.concat(units.slice(i, i + count)))
    i += count
  }
  return Buffer.concat(parts)
}
