import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { PlotdError } from '../../errors.ts'
import type { FontInfo, StrokeFont } from './font.ts'
import { addFont, dropFont, fontNames, withoutFeatures } from './library.ts'
import { FONT_ENDINGS, loadFontFile, readFont } from './read-font.ts'

/** A font file that cannot be used; the error is ERR_FONT_INVALID or ERR_FILE. */
export interface FontProblem {
  readonly file: string
  readonly error: PlotdError
}

export interface OwnFonts {
  readonly fonts: readonly FontInfo[]
  readonly problems: readonly FontProblem[]
}

/** Names of the fonts of each folder, so that a folder can be read again. */
const namesByFolder = new Map<string, readonly string[]>()

/**
 * Adds each font file of a folder as a font, with the name of the file without its ending. Replaces the fonts
 * that were added from this folder. An invalid file, a name that another font has, and an unreadable folder become
 * problems in the result.
 */
export async function addFontFolder(folder: string): Promise<OwnFonts> {
  for (const name of namesByFolder.get(folder) ?? []) dropFont(name)
  const problems: FontProblem[] = []
  const fonts: FontInfo[] = []
  for (const file of filesIn(folder, problems)) {
    try {
      const font = await loadFontFile(join(folder, file))
      if (fontNames().some(({ name }) => name.toLowerCase() === font.info.name.toLowerCase()))
        throw new PlotdError(
          'ERR_FONT_INVALID',
          `${file}: another font has the name ${font.info.name}; rename the file`,
        )
      addFont(font)
      fonts.push(font.info)
    } catch (thrown) {
      if (!(thrown instanceof PlotdError)) throw thrown
      problems.push({ file, error: thrown })
    }
  }
  namesByFolder.set(
    folder,
    fonts.map(({ name }) => name),
  )
  return { fonts, problems }
}

function filesIn(folder: string, problems: FontProblem[]): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => FONT_ENDINGS.test(name) && !name.startsWith('.'))
      .sort()
  } catch (cause) {
    const error = new PlotdError('ERR_FILE', `the fonts folder ${folder} cannot be read`, { path: folder }, cause)
    problems.push({ file: folder, error })
    return []
  }
}

const SHA256 = /^[0-9a-f]{64}$/

/** Whether a font's name is the SHA-256 of an uploaded file, with or without features. */
export const isUploadedFont = (name: string): boolean => SHA256.test(withoutFeatures(name))

/** Uploaded fonts that a thread keeps. */
const MAX_UPLOADED = 16
const uploaded = new Set<string>()

/**
 * Adds an uploaded font file with its SHA-256 as the name. Its first bytes say its format.
 *
 * @throws PlotdError ERR_FONT_INVALID
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
