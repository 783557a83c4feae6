import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { PlotdError } from '../../errors.ts'
import { SHA256 } from '../../values.ts'
import type { FontInfo, StrokeFont } from './font.ts'
import { addFont, dropFont, fontNames, withoutFeatures } from './library.ts'
import { FONT_ENDINGS, loadFontFile, readFont } from './read-font.ts'

/** A font file that cannot be used, or a folder that cannot be read; the error is ERR_FONT_INVALID or ERR_FILE. */
export interface FontProblem {
  readonly file: string
  readonly error: PlotdError
}

/** The fonts of a folder, and its files that cannot be used. */
export interface OwnFonts {
  readonly fonts: readonly FontInfo[]
  readonly problems: readonly FontProblem[]
}

/** The cache of a folder: its fonts by file, each with the state of the file when it was read. */
interface FolderCache {
  names: readonly string[]
  readonly read: Map<string, { readonly state: string; readonly font: StrokeFont | PlotdError }>
  state: string
}

const knownFolders = new Map<string, FolderCache>()

/**
 * Adds each font file of a folder as a font, with the name of the file without its ending. Replaces the fonts that were
 * added from this folder. An invalid file, a name that another font has, and an unreadable folder become problems in
 * the result.
 */
export async function addFontFolder(folder: string): Promise<OwnFonts> {
  const problems: FontProblem[] = []
  const states = await statesIn(folder, problems)
  const known: FolderCache = knownFolders.get(folder) ?? { names: [], read: new Map(), state: '' }
  for (const [file, state] of states) {
    if (known.read.get(file)?.state === state) continue
    known.read.set(file, { state, font: await loadFontFile(join(folder, file)).catch(asFontError) })
  }
  for (const file of known.read.keys()) if (!states.has(file)) known.read.delete(file)
  for (const name of known.names) dropFont(name)
  const fonts: FontInfo[] = []
  for (const [file, { font }] of [...known.read].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const error = font instanceof PlotdError ? font : sameName(file, font)
    if (error) problems.push({ file, error })
    else if (!(font instanceof PlotdError)) {
      addFont(font)
      fonts.push(font.info)
    }
  }
  known.names = fonts.map(({ name }) => name)
  known.state = signature(states)
  knownFolders.set(folder, known)
  return { fonts, problems }
}

/** Reads a folder again when a file in it was added, changed or removed. @returns undefined when nothing changed */
export async function refreshFontFolder(folder: string): Promise<OwnFonts | undefined> {
  const known = knownFolders.get(folder)
  if (known && signature(await statesIn(folder, [])) === known.state) return undefined
  return addFontFolder(folder)
}

function asFontError(thrown: unknown): PlotdError {
  if (thrown instanceof PlotdError) return thrown
  throw thrown
}

function sameName(file: string, { info: { name } }: StrokeFont): PlotdError | undefined {
  const isTaken = fontNames().some((other) => other.name.toLowerCase() === name.toLowerCase())
  return isTaken
    ? new PlotdError('ERR_FONT_INVALID', `${file}: another font has the name ${name}; rename the file`)
    : undefined
}

const signature = (states: ReadonlyMap<string, string>): string => JSON.stringify([...states])

/** The time and size of each font file, by its name. A change of either shows a change of the file. */
async function statesIn(folder: string, problems: FontProblem[]): Promise<Map<string, string>> {
  try {
    const files = (await readdir(folder)).filter((name) => FONT_ENDINGS.test(name) && !name.startsWith('.')).sort()
    const states = files.map(async (file) => {
      // A file that has no state, such as a link to nothing, becomes a problem when it is read.
      const state = await stat(join(folder, file)).catch(() => undefined)
      return [file, `${state?.mtimeMs} ${state?.size}`] as const
    })
    return new Map(await Promise.all(states))
  } catch (cause) {
    const error = new PlotdError('ERR_FILE', `the fonts folder ${folder} cannot be read`, { path: folder }, cause)
    problems.push({ file: folder, error })
    return new Map()
  }
}

/** Whether a font's name is the SHA-256 of an uploaded file. A list of features may follow the SHA-256. */
export const isUploadedFont = (name: string): boolean => name.length >= 64 && SHA256.test(withoutFeatures(name))

/** Limit on the uploaded fonts that a thread keeps. */
const MAX_UPLOADED = 16
const uploaded = new Set<string>()

/**
 * Adds an uploaded font file with its SHA-256 as the name. The first bytes of the file show the format. Beyond
 * `MAX_UPLOADED` fonts, the font that was added longest ago is dropped.
 *
 * @throws PlotdError ERR_FONT_INVALID when the bytes are not a font of single lines
 */
export async function addUploadedFont(sha256: string, bytes: Uint8Array): Promise<StrokeFont> {
  const name = `uploaded font ${sha256.slice(0, 12)}`
  const { info, ...font } = await readFont(bytes, name, name)
  const known = { ...font, info: { ...info, name: sha256 } }
  addFont(known, 'unlisted')
  uploaded.delete(sha256)
  uploaded.add(sha256)
  for (const oldest of uploaded) {
    if (uploaded.size <= MAX_UPLOADED) break
    uploaded.delete(oldest)
    dropFont(oldest)
  }
  return known
}
