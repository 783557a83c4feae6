import { PlotdError } from '../../errors.ts'

/** Kind, size and orientation of a picture, from its first bytes. */
export interface Header {
  readonly type: 'image/png' | 'image/jpeg'
  readonly width: number
  readonly height: number
  /** The EXIF orientation: 1 is upright, 6 and 8 lie on a side, and 3 is upside down. 2, 4, 5 and 7 are mirrored. */
  readonly orientation: number
}

/**
 * Reads the header of a PNG or a JPEG (ISO/IEC 15948 11.2.2, ISO/IEC 10918-1 B.2.2) without decoding the picture.
 *
 * @throws PlotdError ERR_FILE when the file is neither a PNG nor a JPEG, is a JPEG in CMYK, or is cut off
 */
export function readHeader(bytes: Uint8Array): Header {
  if (bytes.length === 0) throw noPictureError('it is empty')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  try {
    if (view.getUint32(0) === 0x89504e47) {
      return { type: 'image/png', width: view.getUint32(16), height: view.getUint32(20), orientation: 1 }
    }
    if (view.getUint16(0) === 0xffd8) return jpeg(view)
  } catch (cause) {
    if (cause instanceof RangeError) throw new PlotdError('ERR_FILE', 'the picture is cut off in its header', {}, cause)
    throw cause
  }
  throw noPictureError('it begins like neither')
}

const NO_PICTURE = 'Save the picture as PNG or JPEG. `plotd plot` draws SVG, PDF and other documents.'

const noPictureError = (reason: string): PlotdError =>
  new PlotdError('ERR_FILE', `the picture is no PNG and no JPEG: ${reason}`, { remedy: NO_PICTURE })

/** Reads a JPEG segment by segment, up to the frame header. */
function jpeg(view: DataView): Header {
  let orientation = 1
  for (let offset = 2; ; ) {
    const marker = view.getUint16(offset)
    if (marker === 0xffff) {
      offset++
      continue
    }
    if (marker < 0xffc0) throw noPictureError('a marker is missing')
    const isFrame = marker <= 0xffcf && marker !== 0xffc4 && marker !== 0xffc8 && marker !== 0xffcc
    if (isFrame) {
      // The decoder reads no JPEG with four colours, such as a file for a printing press.
      if (view.getUint8(offset + 9) === 4)
        throw new PlotdError('ERR_FILE', 'the picture is a JPEG in CMYK', { remedy: 'Save the picture in RGB.' })
      return { type: 'image/jpeg', height: view.getUint16(offset + 5), width: view.getUint16(offset + 7), orientation }
    }
    const length = view.getUint16(offset + 2)
    if (marker === 0xffe1) orientation = exifOrientation(view, offset + 4, offset + 2 + length) ?? orientation
    offset += 2 + length
  }
}

/**
 * Number of scans of a JPEG (B.2.3). The decoder passes over the whole picture for each scan. The bytes 0xFF 0xDA begin
 * a scan, and do not occur within one. The scans of a thumbnail inside the file count too.
 */
export function scanCount(bytes: Uint8Array): number {
  let scans = 0
  for (let offset = 0; offset + 1 < bytes.length; offset++)
    if (bytes[offset] === 0xff && bytes[offset + 1] === 0xda) scans++
  return scans
}

/**
 * The orientation: tag 0x0112 of the first directory (Exif 2.3, 4.6.4). Undefined when the segment from `start` to
 * `end` has no such tag, or is damaged. The picture itself may be sound.
 */
function exifOrientation(view: DataView, start: number, end: number): number | undefined {
  if (end - start < 16 || view.getUint32(start) !== 0x45786966) return undefined
  const tiff = start + 6
  const little = view.getUint16(tiff) === 0x4949
  const directory = tiff + view.getUint32(tiff + 4, little)
  if (directory + 2 > end) return undefined
  for (let i = 0; i < view.getUint16(directory, little); i++) {
    const entry = directory + 2 + 12 * i
    if (entry + 12 > end) return undefined
    if (view.getUint16(entry, little) !== 0x0112) continue
    const value = view.getUint16(entry + 8, little)
    return value >= 1 && value <= 8 ? value : undefined
  }
  return undefined
}
