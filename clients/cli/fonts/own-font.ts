/**
 * The room `fonts`: font files of the user (`own-font`, `add` with `archive`, `write-own` with `write-page`, `thin`),
 * and the check of a text (`fonts-check`).
 */
import { readBytes } from '../io/files.ts'
import type { Io } from '../io/io.ts'

type Local = typeof import('../../../src/index.ts')

/** Whether a font parameter names a file: names of built-in fonts have no ending and no folder. */
export const isFontFile = (word: unknown): word is string =>
  typeof word === 'string' && /[/\\]|\.(jhf|svg|ttf|otf)(:[-+=,\w]+)?$/i.test(word)

/**
 * Uploads the font files among the parameters. Each path becomes the hash of the file's bytes, because the daemon takes
 * no path. OpenType features after the path are kept.
 *
 * @throws PlotdError ERR_FILE, ERR_FONT_INVALID
 */
export async function sendFonts(
  words: Readonly<Record<string, unknown>>,
  io: Io,
): Promise<Readonly<Record<string, unknown>>> {
  const files = Object.entries(words).filter((entry): entry is [string, string] => isFont(entry))
  if (files.length === 0) return words
  const { loadFontFile, withoutFeatures } = await import('../../../src/index.ts')
  await using client = await io.daemon.connect()
  const sent: Record<string, string> = {}
  for (const [name, file] of files) {
    const path = withoutFeatures(file)
    await loadFontFile(path)
    sent[name] = (await client.upload(await readBytes(path))).sha256 + file.slice(path.length)
  }
  return { ...words, ...sent }
}

const isFont = ([name, value]: readonly [string, unknown]): boolean => /font$/i.test(name) && isFontFile(value)

/**
 * If a word names a font file, loads the file. The path is then the name of the font in this process.
 *
 * @returns the word: the name of a font, with OpenType features if the word has them
 */
export async function takeFontFile({ addFont, loadFontFile, withoutFeatures }: Local, word: string): Promise<string> {
  if (!isFontFile(word)) return word
  const path = withoutFeatures(word)
  const { info, ...font } = await loadFontFile(path)
  addFont({ ...font, info: { ...info, name: path } })
  return word
}
