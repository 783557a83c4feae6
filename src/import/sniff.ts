import { markedEncoding } from '../decode-with.ts'

/** The kind of a file by its content: an SVG, a picture, or a file that plotd does not draw. */
export type Kind =
  /** `isGuess` marks a file without `<svg` in its first bytes: XML, or any file that is named .svg. */
  | { readonly is: 'svg'; readonly isGuess?: true }
  | { readonly is: 'picture'; readonly format: 'png' | 'jpeg' }
  /** A file that plotd does not draw. `what` is its kind with an article. */
  | { readonly is: 'other'; readonly what: string; readonly advice: string }

const other = (what: string, advice: string): Kind => ({ is: 'other', what, advice })
const PRINT = 'Print it to plotd, or export it as PDF.'
const AS_PICTURE = 'Save it as PNG or JPEG; `plotd photo` draws those.'
const AS_SVG = 'Export the drawing as SVG, PDF or DXF.'
const AS_VIEW = 'Export a view of the model as DXF, SVG or PDF.'
const UNPACK = 'Unpack it, and send the files in it.'
const UNPACK_FONT = 'Unpack it to .otf or .ttf, and give that file to a task with `--font`.'

/** Signatures of files: their first characters in Latin-1. */
const SIGNATURES: readonly (readonly [start: string, kind: Kind])[] = [
  ['\u0089PNG\r\n', { is: 'picture', format: 'png' }],
  ['\u00ff\u00d8\u00ff', { is: 'picture', format: 'jpeg' }],
  ['GIF8', other('a GIF picture', AS_PICTURE)],
  ['II*\u0000', other('a TIFF picture', AS_PICTURE)],
  ['MM\u0000*', other('a TIFF picture', AS_PICTURE)],
  ['8BPS', other('a Photoshop file', AS_PICTURE)],
  ['\u00d0\u00cf\u0011\u00e0', other('an old office document (Word, Excel or PowerPoint)', PRINT)],
  ['{\\rtf', other('an RTF document', PRINT)],
  ['%!PS', other('a PostScript file', 'Convert it to PDF with `ps2pdf`.')],
  ['\u00c5\u00d0\u00d3\u00c6', other('an EPS file', 'Convert it to PDF with `ps2pdf -dEPSCrop`.')],
  ['AC10', other('a DWG drawing', 'Save it as DXF.')],
  ['ISO-10303-21;', other('a 3D model (STEP)', AS_VIEW)],
  ['wOFF', other('a font', UNPACK_FONT)],
  ['wOF2', other('a font', UNPACK_FONT)],
  ['OTTO', other('a font', 'Give it to a task with `--font`.')],
  ['\u0000\u0001\u0000\u0000\u0000', other('a font', 'Give it to a task with `--font`.')],
  ['7z\u00bc\u00af', other('a 7z archive', UNPACK)],
  ['Rar!', other('a RAR archive', UNPACK)],
  ['\u00fd7zXZ', other('a compressed file (.xz)', UNPACK)],
  ['BZh', other('a compressed file (.bz2)', UNPACK)],
  ['\u0028\u00b5\u002f\u00fd', other('a compressed file (.zst)', UNPACK)],
  ['\u007fELF', other('a program', AS_SVG)],
  ['MZ\u0090', other('a program', AS_SVG)],
]

/** The kind of a ZIP by the names of the files in it. */
const ZIPS: readonly (readonly [pattern: RegExp, kind: Kind])[] = [
  [/word\/document\.xml/, other('a Word document', PRINT)],
  [
    /xl\/workbook\.(xml|bin)/,
    other('an Excel workbook', 'Print it to plotd, export it as PDF, or save a table as CSV.'),
  ],
  [/ppt\/presentation\.xml/, other('a PowerPoint presentation', PRINT)],
  [/visio\/document\.xml/, other('a Visio drawing', 'Export it as SVG or PDF.')],
  [/mimetypeapplication\/vnd\.oasis\.opendocument\.text/, other('an OpenDocument text', PRINT)],
  [/mimetypeapplication\/vnd\.oasis\.opendocument\.spreadsheet/, other('an OpenDocument spreadsheet', PRINT)],
  [/mimetypeapplication\/vnd\.oasis\.opendocument\.presentation/, other('an OpenDocument presentation', PRINT)],
  [
    /mimetypeapplication\/vnd\.oasis\.opendocument\.graphics/,
    other('an OpenDocument drawing', 'Export it as SVG or PDF.'),
  ],
  [/mimetypeapplication\/epub\+zip/, other('an e-book (EPUB)', PRINT)],
  [
    /Index\/(Document|Slide|Tables)|index\.apxl|buildVersionHistory\.plist/,
    other('a Pages, Numbers or Keynote document', PRINT),
  ],
  [/AndroidManifest\.xml/, other('an Android app', AS_SVG)],
]

/** Number of bytes that are checked at the start of a file. */
const HEAD = 4096

/** Number of bytes that are checked at the start of a file whose name names its format. */
export const NAMED_HEAD = 1 << 20

/** The first bytes as Latin-1 text, without the zeros of UTF-16 and without a byte order mark. */
export const headOf = (bytes: Uint8Array, length = HEAD): string =>
  Buffer.from(bytes.subarray(0, length))
    .toString('latin1')
    .replace(/^(?:\u00ef\u00bb\u00bf|\u00ff\u00fe|\u00fe\u00ff)/, '')
    .replaceAll('\u0000', '')

/** The lines at the start of a file. The last one counts only if it is whole. */
export function headLinesOf(bytes: Uint8Array, length = HEAD): string[] {
  const lines = headOf(bytes, length).split(/\r\n|[\r\n]/)
  return bytes.length > length ? lines.slice(0, -1) : lines
}

/** Whether the name of a file ends in one of these extensions. */
export const hasEnding = (name: string, extensions: readonly string[]): boolean => {
  const ending = /\.(\w+)$/.exec(name)?.[1]?.toLowerCase()
  return ending !== undefined && extensions.includes(ending)
}

/** The kind of the file; undefined when no kind fits, as for a text, a document of an importer, or unknown bytes. */
export function kindOf(bytes: Uint8Array): Kind | undefined {
  if (bytes.length === 0) return other('an empty file', 'Save it again.')
  const raw = Buffer.from(bytes.subarray(0, HEAD)).toString('latin1')
  const signature = SIGNATURES.find(([start]) => raw.startsWith(start))
  if (signature) return signature[1]
  if (raw.startsWith('PK\u0003\u0004')) return zipKind(bytes)
  if (raw.startsWith('\u001f\u008b')) return { is: 'svg' } // an .svgz, which the SVG reader unpacks
  if (/^BM.{4}\0\0\0\0/s.test(raw)) return other('a BMP picture', AS_PICTURE)
  if (/^RIFF.{4}WEBP/s.test(raw)) return other('a WebP picture', AS_PICTURE)
  if (/^.{4}ftyp(heic|heix|hevc|mif1|msf1)/s.test(raw)) return other('a HEIC picture', AS_PICTURE)
  if (/^.{4}ftypavif/s.test(raw)) return other('an AVIF picture', AS_PICTURE)
  if (/^.{4}ftyp/s.test(raw)) return other('a video', 'Save one frame of it as PNG or JPEG.')
  const text = headOf(bytes).trimStart()
  if (/^solid\b.*\s+facet\s+normal\s/.test(text)) return other('a 3D model (STL)', AS_VIEW)
  if (text.startsWith(';:')) return other('a DM/PL plotter file', 'Export the drawing as HP-GL, SVG or PDF.')
  // Markup begins with `<`, perhaps after up to eight other signs, such as a second byte order mark. A plain text may
  // have `<svg>` among its words.
  if (!/^[^\w<]{0,8}</.test(text)) return undefined
  // Many HTML pages hold an SVG.
  if (/^[^<]{0,8}<(!doctype html|html[\s>])/i.test(text))
    return other('an HTML page', 'Print it to plotd from a browser, or save it as PDF.')
  if (/<svg[\s>/]|<\w+:svg[\s>/]/i.test(text)) return { is: 'svg' }
  // A long comment or DOCTYPE may come before the root element. The SVG reader decides.
  if (/^[^<]{0,8}<(\?xml|!DOCTYPE\s+svg|!--|\w)/i.test(text)) return { is: 'svg', isGuess: true }
  return undefined
}

/** Number of bytes that are checked at the end of a ZIP. */
const TAIL = 4 * HEAD

/** The kind of a ZIP. The names of its files are in the headers at the beginning, and in the directory at the end. */
function zipKind(bytes: Uint8Array): Kind {
  const start = headOf(bytes)
  const end = headOf(bytes.subarray(Math.max(0, bytes.length - TAIL)), TAIL)
  const names = `${start}\n${end}`
  return ZIPS.find(([pattern]) => pattern.test(names))?.[1] ?? other('a ZIP archive', UNPACK)
}

/** Whether the first 64 kB have only bytes that a text in UTF-8 or in an older encoding may have. */
export const hasPlainBytes = (bytes: Uint8Array): boolean =>
  !bytes.subarray(0, 65_536).some((byte) => byte < 9 || (byte > 13 && byte < 27) || (byte > 27 && byte < 32))

/** Whether the bytes are text in UTF-8 or UTF-16, by their first 64 kB. */
export function isText(bytes: Uint8Array): boolean {
  const head = bytes.subarray(0, 65_536)
  if (markedEncoding(head) !== 'utf-8') return true
  if (!hasPlainBytes(head)) return false
  try {
    // The end of the head may cut a character.
    new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true })
    return true
  } catch {
    return false
  }
}
