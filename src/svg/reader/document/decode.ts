import { gunzipSync } from 'node:zlib'
import { decodeWith } from '../../../decode-with.ts'
import { PlotdError } from '../../../errors.ts'

const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b

/**
 * The text of an SVG file. A .svgz is unpacked first. The encoding comes from the byte order mark or a first `<` in
 * UTF-16, else from the XML declaration, else it is UTF-8.
 *
 * @param mostBytes  maximum number of bytes of the file and of the unpacked file, or of characters of a string
 * @throws PlotdError ERR_SVG_LIMIT for a longer source; ERR_SVG_INVALID when unpacking or decoding fails
 */
export function decode(source: string | Uint8Array, mostBytes: number): string {
  const unit = typeof source === 'string' ? 'characters' : 'bytes'
  if (source.length > mostBytes) throw tooLong(`${source.length} ${unit}`, mostBytes)
  if (typeof source === 'string') return source.replace(/^\uFEFF/, '')
  const bytes = isGzip(source) ? unpack(source, mostBytes) : source
  const encoding = encodingOf(bytes)
  try {
    return decodeWith(new TextDecoder(encoding, { fatal: true }), bytes)
  } catch (thrown) {
    throw new PlotdError('ERR_SVG_INVALID', `the file is not text in ${encoding}`, { encoding }, thrown)
  }
}

function unpack(bytes: Uint8Array, mostBytes: number): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: mostBytes })
  } catch (thrown) {
    if (thrown instanceof RangeError) throw tooLong(`more than ${mostBytes} bytes`, mostBytes)
    throw new PlotdError('ERR_SVG_INVALID', 'the compressed file (.svgz) is damaged', {}, thrown)
  }
}

function tooLong(size: string, mostBytes: number): PlotdError {
  return new PlotdError('ERR_SVG_LIMIT', `the SVG has ${size}, at most ${mostBytes} are allowed`, {
    limit: 'bytes',
    most: mostBytes,
  })
}

function encodingOf(bytes: Uint8Array): string {
  const [a, b, c] = bytes
  if (a === 0xef && b === 0xbb && c === 0xbf) return 'utf-8'
  if ((a === 0xfe && b === 0xff) || (a === 0 && b === 0x3c)) return 'utf-16be'
  if ((a === 0xff && b === 0xfe) || (a === 0x3c && b === 0)) return 'utf-16le'
  const head = Buffer.from(bytes.subarray(0, 200)).toString('latin1')
  return /^\s*<\?xml[^>]*\sencoding\s*=\s*["']([\w.:-]+)["']/.exec(head)?.[1]?.toLowerCase() ?? 'utf-8'
}
