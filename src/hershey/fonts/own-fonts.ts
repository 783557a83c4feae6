import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { PlotdError } from '../../errors.ts'
import type { FontInfo, StrokeFont } from './font.ts'
import { addFont, dropFont, fontNames, loadFontFile, MOST_FONT_BYTES, parseFont, tooLarge } from './library.ts'

/** A font file that could not be used, and why: ERR_FONT_INVALID or ERR_FILE. */
export interface FontProblem {
  readonly file: string
  readonly error: PlotdError
}

export interface OwnFonts {
  readonly fonts: readonly FontInfo[]
  readonly problems: readonly FontProblem[]
}

/** What came from which folder: taken in again, it is as it is now. */
const taken = new Map<string, readonly string[]>()

/**
 * Takes every `.jhf` and `.svg` file of a folder in as a font, named by its file without the ending. One that is no
 * font, or whose name is taken, is reported and otherwise ignored; so is a folder that cannot be read.
 */
export function addFontFolder(folder: string): OwnFonts {
  for (const name of taken.get(folder) ?? []) dropFont(name)
  const problems: FontProblem[] = []
  const fonts: FontInfo[] = []
  for (const file of filesIn(folder, problems)) {
    try {
      const font = loadFontFile(join(folder, file))
      if (fontNames().some(({ name }) => name.toLowerCase() === font.info.name.toLowerCase()))
        throw new PlotdError('ERR_FONT_INVALID', `${file}: there is a font ${font.info.name} already; rename the file`)
      addFont(font)
      fonts.push(font.info)
    } catch (thrown) {
      if (!(thrown instanceof PlotdError)) throw thrown
      problems.push({ file, error: thrown })
    }
  }
  taken.set(
    folder,
    fonts.map(({ name }) => name),
  )
  return { fonts, problems }
}

function filesIn(folder: string, problems: FontProblem[]): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => /^[^.].*\.(jhf|svg)$/i.test(name))
      .sort()
  } catch (cause) {
    const error = new PlotdError('ERR_FILE', `the folder of fonts ${folder} cannot be read`, { path: folder }, cause)
    problems.push({ file: folder, error })
    return []
  }
}

const SHA256 = /^[0-9a-f]{64}$/

/** Whether a name is that of no font there is, but the sha256 of a file that may have been uploaded. */
export const isUploadedFont = (name: string): boolean => SHA256.test(name)

/** Uploaded fonts that a thread remembers. */
const MOST_UPLOADED = 16
const uploaded = new Set<string>()

/**
 * Takes an uploaded font file in under its sha256. Whether it is a `.jhf` or an SVG font, its first character tells.
 *
 * @throws PlotdError ERR_FONT_INVALID
 */
export function addUploadedFont(sha256: string, bytes: Uint8Array): StrokeFont {
  if (bytes.length > MOST_FONT_BYTES) throw tooLarge(bytes.length)
  const source = new TextDecoder().decode(bytes)
  const name = `uploaded font ${sha256.slice(0, 12)}`
  const { info, ...font } = parseFont(source, `${name}${/^\s*</.test(source) ? '.svg' : '.jhf'}`)
  const known = { ...font, info: { ...info, name: sha256 } }
  addFont(known, 'unlisted')
  uploaded.delete(sha256)
  uploaded.add(sha256)
  for (const oldest of uploaded) {
    if (uploaded.size <= MOST_UPLOADED) break
    uploaded.delete(oldest)
    dropFont(oldest)
  }
  return known
}
