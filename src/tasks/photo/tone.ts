import { messageOf, PlotdError } from '../../errors.ts'
import type { Bounds } from '../../geometry/bounds.ts'
import { at } from '../../geometry/drawing.ts'
import { svgToPixels } from '../../svg/index.ts'
import { type Header, readHeader, scanCount } from './header.ts'

/** The darkness of a picture at each place on the sheet. */
export interface Tone {
  /** The place of the whole picture on the sheet, mm. With 'fill' it may exceed the room. */
  readonly box: Bounds
  /** Darkness 0 … 1 at a place in mm; 0 outside the picture or the room. */
  readonly dark: (x: number, y: number) => number
}

/** The room for a picture on the sheet, and the changes of the picture's tones. */
export interface ToneOptions {
  /** The area of the sheet in which the picture may have ink, mm. */
  readonly room: Bounds
  /**
   * 'inside' shows the whole picture. 'fill' fills the room and cuts off the rest of the picture. 'stretch' fills the
   * room with the whole picture, whose pixels need not be square.
   */
  readonly fit: 'inside' | 'fill' | 'stretch'
  readonly invert: boolean
  /** Below 1 darker, above 1 lighter. */
  readonly gamma: number
  /** 0 leaves the tones as they are. 1 stretches them from white to black, at most fourfold. */
  readonly contrast: number
}

/** Maximum number of pixels. Usual pictures of phones have fewer pixels. A decoded pixel takes four bytes. */
const MAX_PIXELS = 60e6
/** Maximum number of scans of a JPEG. Encoders write about ten. */
const MAX_SCANS = 100
/** Maximum number of pixels along the longer side. On A4 a pixel is 0.25 mm, the distance of samples in `styles.ts`. */
const FINEST = 1200
/** The smallest range of tones that is stretched from white to black. A smaller one is mostly noise. */
const MIN_RANGE = 0.25
/** Fraction of the pixels, at either end of the tones, that may become wholly white or wholly black. */
const CLIP_SHARE = 0.01

/** Checks the header of a picture: kind, size and number of scans. @throws PlotdError ERR_FILE, ERR_LIMIT */
export function checkPicture(bytes: Uint8Array): Header {
  const header = readHeader(bytes)
  const pixels = header.width * header.height
  const scans = header.type === 'image/jpeg' ? scanCount(bytes) : 1
  if (scans > MAX_SCANS) {
    throw new PlotdError('ERR_LIMIT', `the picture has ${scans} scans, at most ${MAX_SCANS} are read: save it anew`)
  }
  if (pixels === 0) {
    throw new PlotdError(
      'ERR_FILE',
      `the picture has ${header.width} × ${header.height} pixels, expected at least 1 × 1`,
    )
  }
  if (pixels <= MAX_PIXELS) return header
  throw new PlotdError(
    'ERR_LIMIT',
    `the picture has ${header.width} × ${header.height} pixels, at most ${MAX_PIXELS / 1e6} million are read`,
  )
}

/**
 * The darkness of a PNG or a JPEG on the sheet.
 *
 * @throws PlotdError ERR_FILE when the file is not a picture, ERR_LIMIT when it has too many pixels or scans
 */
export async function toneOf(bytes: Uint8Array, options: ToneOptions): Promise<Tone> {
  const picture = await pixelsOf(bytes, FINEST)
  const tones = stretchTones(darkness(picture.rgba), options)
  const box = pictureBounds(picture.aspect, options)
  return { box, dark: sampler(tones, picture.width, picture.height, box, options.room) }
}

/** A grey picture: brightness 0 … 1 row by row. */
export interface Picture {
  readonly width: number
  readonly height: number
  readonly values: Float32Array
}

/**
 * Decodes a PNG or a JPEG to a grey picture.
 *
 * @param longest  maximum number of pixels along the longer side; a larger picture is scaled down
 * @throws PlotdError ERR_FILE when the file is not a picture, ERR_LIMIT when it has too many pixels or scans
 */
export async function pictureOf(bytes: Uint8Array, longest: number): Promise<Picture> {
  const { width, height, rgba } = await pixelsOf(bytes, longest)
  return { width, height, values: darkness(rgba).map((dark) => 1 - dark) }
}

async function pixelsOf(bytes: Uint8Array, longest: number) {
  const header = checkPicture(bytes)
  const [width, height] = header.orientation < 5 ? [header.width, header.height] : [header.height, header.width]
  const across = Math.max(1, Math.round(Math.min(width, (longest * width) / Math.max(width, height))))
  const picture = await svgToPixels(uprightSvg(bytes, header, width, height, across), across).catch(
    (cause: unknown) => {
      throw new PlotdError('ERR_FILE', `the picture cannot be decoded: ${messageOf(cause)}`, {}, cause)
    },
  )
  // The decoder leaves out unreadable parts without an error.
  if (picture.rgba.every((value) => value === 0))
    throw new PlotdError('ERR_FILE', 'the picture cannot be decoded, or there is nothing on it')
  return { ...picture, aspect: width / height }
}

/** The matrix that turns a w × h picture upright, for EXIF's eight orientations. */
const UPRIGHT: readonly ((w: number, h: number) => string)[] = [
  () => '1 0 0 1 0 0',
  (w) => `-1 0 0 1 ${w} 0`,
  (w, h) => `-1 0 0 -1 ${w} ${h}`,
  (_, h) => `1 0 0 -1 0 ${h}`,
  () => '0 1 1 0 0 0',
  (_, h) => `0 1 -1 0 ${h} 0`,
  (w, h) => `0 -1 -1 0 ${h} ${w}`,
  (w) => `0 -1 1 0 0 ${w}`,
]

/** An SVG of the upright picture. When it is drawn `across` pixels wide, it has at least one row of pixels. */
function uprightSvg(
  bytes: Uint8Array,
  { type, width, height, orientation }: Header,
  wide: number,
  high: number,
  across: number,
): string {
  const matrix = UPRIGHT[orientation - 1]?.(width, height) ?? ''
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${wide}" height="${Math.max(high, wide / across)}" ` +
    `viewBox="0 0 ${wide} ${high}" preserveAspectRatio="none">` +
    `<image width="${width}" height="${height}" transform="matrix(${matrix})" href="data:${type};base64,${data}"/></svg>`
  )
}

/**
 * Darkness of each pixel on white paper: 1 minus its Rec. 709 luma. The colours are premultiplied, so the white paper
 * adds 255 - alpha to the luma.
 */
function darkness(rgba: Uint8Array): Float32Array {
  const tones = new Float32Array(rgba.length / 4)
  for (let i = 0; i < tones.length; i++) {
    const luma = 0.2126 * at(rgba, 4 * i) + 0.7152 * at(rgba, 4 * i + 1) + 0.0722 * at(rgba, 4 * i + 2)
    tones[i] = Math.max(0, (at(rgba, 4 * i + 3) - luma) / 255)
  }
  return tones
}

function stretchTones(tones: Float32Array, { invert, gamma, contrast }: ToneOptions): Float32Array {
  const counts = new Uint32Array(256)
  for (const tone of tones) counts[Math.round(255 * tone)] = at(counts, Math.round(255 * tone)) + 1
  const level = (share: number): number => {
    let total = 0
    for (let k = 0; k < 256; k++) {
      total += at(counts, k)
      if (total >= share * tones.length) return k / 255
    }
    return 1
  }
  const low = contrast * level(CLIP_SHARE)
  const high = 1 - contrast * (1 - level(1 - CLIP_SHARE))
  const range = high - low
  const span = Math.max(MIN_RANGE, range)
  // A range below MIN_RANGE is widened to MIN_RANGE, around the one tone that the stretching leaves unchanged.
  const start = range < span ? (low / (1 - range)) * (1 - span) : low
  return tones.map((tone) => {
    const full = Math.min(1, Math.max(0, (tone - start) / span))
    return (invert ? 1 - full : full) ** gamma
  })
}

function pictureBounds(aspect: number, { room, fit }: ToneOptions): Bounds {
  if (fit === 'stretch') return room
  const wide = room.maxX - room.minX
  const high = room.maxY - room.minY
  const usesHeight = fit === 'inside' ? wide / aspect > high : wide / aspect < high
  const [width, height] = usesHeight ? [high * aspect, high] : [wide, wide / aspect]
  const cx = (room.minX + room.maxX) / 2
  const cy = (room.minY + room.maxY) / 2
  return { minX: cx - width / 2, maxX: cx + width / 2, minY: cy - height / 2, maxY: cy + height / 2 }
}

/** Makes the function of darkness at a place of the sheet, mm. */
function sampler(tones: Float32Array, width: number, height: number, box: Bounds, room: Bounds): Tone['dark'] {
  const sx = width / (box.maxX - box.minX)
  const sy = height / (box.maxY - box.minY)
  const left = Math.max(box.minX, room.minX)
  const right = Math.min(box.maxX, room.maxX)
  const top = Math.max(box.minY, room.minY)
  const bottom = Math.min(box.maxY, room.maxY)
  return (x, y) => {
    if (x < left || x > right || y < top || y > bottom) return 0
    return interpolate({ width, height, values: tones }, (x - box.minX) * sx, (y - box.minY) * sy)
  }
}

/** The value at a place of a picture, in pixels from its corner: linear interpolation between the middles of pixels. */
export function interpolate({ width, height, values }: Picture, x: number, y: number): number {
  const u = Math.min(width - 1, Math.max(0, x - 0.5))
  const v = Math.min(height - 1, Math.max(0, y - 0.5))
  const i = Math.floor(u)
  const j = Math.floor(v)
  const i2 = Math.min(width - 1, i + 1)
  const j2 = Math.min(height - 1, j + 1)
  const above = at(values, j * width + i) * (1 - u + i) + at(values, j * width + i2) * (u - i)
  const below = at(values, j2 * width + i) * (1 - u + i) + at(values, j2 * width + i2) * (u - i)
  return above * (1 - v + j) + below * (v - j)
}
