/**
 * The room `import`: each importer reads one document format and returns an SVG with layers, and notes. `importer` is
 * the interface, `sniff` recognizes files by their content, `registry` lists the importers, and each format has a
 * folder. The daemon runs importers on threads with limits. Other folders of `src` and `clients` import from
 * this file only.
 */
import { PlotdError } from '../errors.ts'
import { DEFAULT_IMPORT_LIMITS, type Importer, type ImportOptions, type ImportResult } from './importer.ts'
import { importers } from './registry.ts'
import { hasEnding, hasPlainBytes, type Kind, kindOf } from './sniff.ts'

export {
  defineImporter,
  HATCHES,
  type Importer,
  type ImportLimits,
  type ImportNote,
  type ImportOptions,
  type ImportResult,
  type Picture,
  type TextSheets,
  UNITS,
} from './importer.ts'
export { requirePage } from './pages.ts'
export { pngOf } from './png.ts'
export { type Bitmap, distances, STEP, thin } from './raster/thin.ts'
export { smoothStroke, strokesIn } from './raster/trace.ts'
export { importers } from './registry.ts'

export type Identified =
  | Kind
  /** `isGuess` marks a document that the importer recognizes only by its name. */
  | { readonly is: 'document'; readonly importer: Importer; readonly isGuess?: true }

/**
 * Recognizes a file by its content.
 *
 * @param name  name of the file; it decides only between formats of text, and for content with few signs of its kind
 * @param more  custom importers; they win over a guess, over a kind that plotd does not draw, and over the built-in
 *              importers of plain text
 */
export function identify(bytes: Uint8Array, name = '', more: readonly Importer[] = []): Identified {
  const own = importers.find((importer) => importer.sniff(bytes, name))
  if (own && !own.isPlainText && own.sniff(bytes, '')) return { is: 'document', importer: own }
  // A broken SVG must not count as a plain text: the SVG reader says what is wrong.
  const kind = kindOf(bytes) ?? (/\.svg$/i.test(name) ? { is: 'svg', isGuess: true } : undefined)
  if (kind && isCertain(kind)) return kind
  const match = more.find((importer) => importer.sniff(bytes, name))
  if (match) return { is: 'document', importer: match }
  // A Markdown text may begin with an HTML tag or a comment. `kindOf` then guesses that the file is an SVG.
  const isMarkdown = own?.name === 'markdown' && name.includes('.')
  if (kind && !(isMarkdown && kind.is === 'svg')) return kind
  if (own && !own.isPlainText) return { is: 'document', importer: own, isGuess: true }
  if (own) return misnamedText(name) ?? { is: 'document', importer: own }
  if (hasPlainBytes(bytes)) return { is: 'other', what: 'a text that is not in UTF-8', advice: 'Save it in UTF-8.' }
  return { is: 'other', what: 'a file that plotd does not know', advice: `plotd reads ${formats(more)}.` }
}

/** A text whose name ends like that of a drawing. Its letters are not what the user wants to draw. */
function misnamedText(name: string): Kind | undefined {
  const format = importers.find(({ isPlainText, extensions }) => !isPlainText && hasEnding(name, extensions))
  if (format === undefined) return undefined
  const advice = 'Export the drawing again. To draw the letters of the file, name it .txt.'
  return { is: 'other', what: `a text, and not ${format.title}`, advice }
}

/** Whether the content identifies the file, so that no custom importer can claim it. */
export const isCertain = (kind: Identified): boolean =>
  (kind.is === 'svg' && !kind.isGuess) ||
  kind.is === 'picture' ||
  (kind.is === 'document' && !kind.importer.isPlainText && !kind.isGuess)

const formats = (more: readonly Importer[]): string =>
  ['an SVG', ...[...importers, ...more].map(({ title }) => title), 'a PNG or JPEG picture'].join(', ')

/**
 * Refuses a file that no importer reads.
 *
 * @throws PlotdError ERR_DOCUMENT, which names the kind of the file and a remedy
 */
export function refuse(kind: Exclude<Identified, { is: 'svg' | 'document' }>, name: string): never {
  const { what, advice } =
    kind.is === 'picture' ? { what: 'a picture', advice: '`plotd photo` and the task photo draw it.' } : kind
  const which = name === '' ? 'this' : name
  throw new PlotdError('ERR_DOCUMENT', `${which} is ${what}`, { name, what, remedy: advice })
}

export const importOptions = (options: Partial<ImportOptions> & Pick<ImportOptions, 'font'>): ImportOptions => ({
  name: '',
  page: 1,
  outlines: false,
  limits: DEFAULT_IMPORT_LIMITS,
  ...options,
})

/**
 * Counts the pages of a document.
 *
 * @throws PlotdError as `Importer.read`
 */
export async function pagesOf(importer: Importer, bytes: Uint8Array, options: ImportOptions): Promise<number> {
  checkSize(bytes, options)
  try {
    return (await importer.pages?.(bytes, options)) ?? 1
  } catch (thrown) {
    throw asLimit(thrown)
  }
}

/**
 * Reads a document.
 *
 * @throws PlotdError as `Importer.read`
 */
export async function readDocument(
  importer: Importer,
  bytes: Uint8Array,
  options: ImportOptions,
): Promise<ImportResult> {
  checkSize(bytes, options)
  const result = await read(importer, bytes, options)
  const { characters } = options.limits
  if (typeof result?.svg !== 'string')
    throw new PlotdError('ERR_DOCUMENT', `the importer ${importer.name} gave no SVG as text`)
  if (result.svg.length <= characters) return result
  throw new PlotdError('ERR_SVG_LIMIT', `the drawing in the document has more than ${characters} characters as SVG`, {
    limit: 'characters',
    most: characters,
  })
}

async function read(importer: Importer, bytes: Uint8Array, options: ImportOptions): Promise<ImportResult> {
  try {
    return await importer.read(bytes, options)
  } catch (thrown) {
    throw asLimit(thrown)
  }
}

/**
 * Converts a RangeError to ERR_SVG_LIMIT. JavaScript throws a RangeError for a stack or an array that grew too large.
 */
function asLimit(thrown: unknown): unknown {
  if (!(thrown instanceof RangeError)) return thrown
  const message = 'the document takes too much memory or nests too deep: simplify it'
  return new PlotdError('ERR_SVG_LIMIT', message, { limit: 'memory' }, thrown)
}

function checkSize({ length }: Uint8Array, { limits }: ImportOptions): void {
  if (length <= limits.bytes) return
  throw new PlotdError('ERR_SVG_LIMIT', `the document has ${length} bytes, at most ${limits.bytes} are allowed`, {
    limit: 'bytes',
    most: limits.bytes,
  })
}
