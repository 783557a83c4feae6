/** The kind of a file that the user drops on the page. */
export type FileKind =
  | { readonly is: 'svg' | 'photo' }
  | { readonly is: 'table' }
  /** A file whose format the daemon detects: a PDF, a drawing of another program, text. */
  | { readonly is: 'document' }
  /** A file that plotd does not draw. `words` name its format, and advise the user. */
  | { readonly is: 'other'; readonly words: string }

const other = (what: string, advice = DRAWS): FileKind => ({ is: 'other', words: `${what}. ${advice}` })
const DRAWS = 'plotd draws SVG, PDF and other drawings, and PNG and JPEG pictures.'
const EXPORT = 'Convert it to PDF.'

/** Signatures: the first characters of a file, and the kind that they show. */
const SIGNATURES: readonly (readonly [start: string, kind: FileKind])[] = [
  ['\u0089PNG', { is: 'photo' }],
  ['\u00ff\u00d8\u00ff', { is: 'photo' }],
  ['%PDF', { is: 'document' }],
  ['%!PS', other('a PostScript file', EXPORT)],
  ['\u00c5\u00d0\u00d3\u00c6', other('an EPS file', EXPORT)],
  ['GIF8', other('a GIF picture', 'Save it as PNG or JPEG.')],
  ['II*\u0000', other('a TIFF picture', 'Save it as PNG or JPEG.')],
  ['MM\u0000*', other('a TIFF picture', 'Save it as PNG or JPEG.')],
  ['wOFF', other('a font')],
  ['wOF2', other('a font')],
  ['OTTO', other('a font')],
  ['\u0000\u0001\u0000\u0000', other('a font')],
  ['PK\u0003\u0004', other('a ZIP archive or an office document', 'Export it as PDF, or a table as CSV.')],
  ['\u00d0\u00cf\u0011\u00e0', other('an old office document', 'Export it as PDF, or a table as CSV.')],
  ['8BPS', other('a Photoshop file', 'Save it as PNG or JPEG.')],
  ['AC10', other('a DWG drawing', 'Save it as DXF.')],
]

/** Number of bytes that show the kind of a file. */
const HEAD = 4096

const HTML = other('an HTML page', 'Save the drawing in it as SVG.')

/** Signatures of text files: patterns of the first `HEAD` bytes. HTML may contain SVG, and SVG may contain HTML. */
const TEXTS: readonly (readonly [pattern: RegExp, kind: FileKind])[] = [
  [/^\W*<(!doctype html|html[\s>])/i, HTML],
  [/<svg[\s>]|<\w+:svg[\s>]/i, { is: 'svg' }],
  [/<!doctype html|<html[\s>]/i, HTML],
]

const TABLE = /\.(csv|tsv)$/i

/**
 * The kind of a file, by its first bytes. The ending of the name decides for a table, for a compressed SVG, and for an
 * SVG whose root element comes late. The daemon knows more formats.
 */
export function fileKind(bytes: Uint8Array, name: string): FileKind {
  if (bytes.length === 0) return other('an empty file')
  const head = Array.from(bytes.subarray(0, HEAD), (byte) => String.fromCharCode(byte)).join('')
  const signature = SIGNATURES.find(([start]) => head.startsWith(start))
  if (signature) return signature[1]
  if (/^BM.{4}\0{4}/s.test(head)) return other('a BMP picture', 'Save it as PNG or JPEG.')
  if (/^RIFF....WEBP/s.test(head)) return other('a WebP picture', 'Save it as PNG or JPEG.')
  if (/^....ftyp(heic|heix|mif1|hevc)/s.test(head)) return other('a HEIC picture', 'Save it as PNG or JPEG.')
  if (/^....ftyp(avif|avis)/s.test(head)) return other('an AVIF picture', 'Save it as PNG or JPEG.')
  if (/^....ftyp/s.test(head)) return other('a video')
  if (head.startsWith('\u001f\u008b')) {
    return /\.svgz$/i.test(name) ? { is: 'svg' } : other('a compressed file', 'Unpack it first.')
  }
  if (TABLE.test(name)) return { is: 'table' }
  // UTF-16 has a zero beside each letter of ASCII.
  const text = head.replaceAll('\u0000', '')
  const match = TEXTS.find(([pattern]) => pattern.test(text))
  if (match) return match[1]
  // A long comment or DOCTYPE may stand before the root element. The daemon's reader decides.
  if (
    /^(\u00ef\u00bb\u00bf|\u00ff\u00fe|\u00fe\u00ff)?\s*<(\?xml|!DOCTYPE svg|!--)/i.test(text) &&
    /\.svgz?$/i.test(name)
  ) {
    return { is: 'svg' }
  }
  return { is: 'document' }
}
