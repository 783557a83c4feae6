import { readBytes } from '../args/params.ts'
import type { Io } from '../io.ts'

type Local = typeof import('../../../src/index.ts')

/** Whether a word that names a font is a file: fonts of plotd have neither ending nor folder. */
export const isFontFile = (word: unknown): word is string =>
  typeof word === 'string' && /[/\\]|\.(jhf|svg)$/i.test(word)

/**
 * Font files among the parameters handed to the daemon, which is never told a path: it gets the bytes, and the
 * parameter becomes their hash.
 *
 * @throws PlotdError ERR_FILE, ERR_FONT_INVALID naming file and line
 */
export async function sendFonts(
  words: Readonly<Record<string, unknown>>,
  io: Io,
): Promise<Readonly<Record<string, unknown>>> {
  const files = Object.entries(words).filter((entry): entry is [string, string] => isFont(entry))
  if (files.length === 0) return words
  const { loadFontFile } = await import('../../../src/index.ts')
  await using client = await io.daemon.connect()
  const sent: Record<string, string> = {}
  for (const [name, file] of files) {
    loadFontFile(file)
    sent[name] = (await client.upload(await readBytes(file))).sha256
  }
  return { ...words, ...sent }
}

const isFont = ([name, value]: readonly [string, unknown]): boolean => /font$/i.test(name) && isFontFile(value)

/** The same for what is done at home: a file becomes a font that goes by its path. @returns the font's name */
export function takeFontFile({ addFont, loadFontFile }: Local, word: string): string {
  if (!isFontFile(word)) return word
  const { info, ...font } = loadFontFile(word)
  addFont({ ...font, info: { ...info, name: word } })
  return word
}
