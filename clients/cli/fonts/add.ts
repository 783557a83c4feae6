import { access, rename, writeFile } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import { PlotdError } from '../../../src/errors.ts'
import { readBytes } from '../io/files.ts'
import type { Io } from '../io/io.ts'
import { filesIn } from './archive.ts'

type Local = typeof import('../../../src/index.ts')

/** A font to write into the folder, with the notice that is stored beside it. */
interface NewFont {
  readonly file: string
  readonly content: string | Uint8Array
  readonly notice?: string
  readonly characters?: number
}

/**
 * `plotd fonts add FILE` and `plotd fonts add kanjivg SOURCE`: puts a font into the daemon's folder of fonts. The
 * daemon finds the font without a restart. The daemon must run on this computer.
 *
 * @throws PlotdError ERR_PARAMS for other words or a daemon without that folder, ERR_FILE, ERR_FONT_INVALID,
 *   ERR_DAEMON_AWAY
 */
export async function addToFolder(local: Local, words: readonly string[], io: Io): Promise<number> {
  const [first, second, ...more] = words
  const isKanji = first === 'kanjivg' && second !== undefined
  if (first === undefined || more.length > 0 || (second !== undefined && !isKanji)) {
    throw new PlotdError('ERR_PARAMS', 'Expected: plotd fonts add FILE, or plotd fonts add kanjivg SOURCE')
  }
  const font = isKanji ? await kanji(local, second) : await ownFont(local, first)
  const { fonts: folder } = await io.daemon.call('server.info', {})
  if (folder === undefined) {
    throw new PlotdError(
      'ERR_PARAMS',
      'The daemon has no folder of fonts. Start the daemon with: plotd serve --fonts DIR',
    )
  }
  await access(folder).catch((cause: unknown) => {
    throw new PlotdError(
      'ERR_FILE',
      `${folder} is not on this computer: copy the font into that folder of the daemon's computer`,
      {},
      cause,
    )
  })
  const path = join(folder, font.file)
  if (font.notice !== undefined) await writeFile(`${path}.LICENCE.txt`, font.notice)
  await writeFile(`${path}.part`, font.content)
  await rename(`${path}.part`, path)
  const name = basename(font.file, extname(font.file))
  const { characters } = font
  io.answer({ path, name, ...(characters !== undefined && { characters }) }, () => [
    `The font ${name} is in ${path}${characters === undefined ? '' : ` (${characters} characters)`}.`,
    ...(font.notice === undefined ? [] : ['', ...font.notice.trim().split('\n'), '']),
    `Use it: plotd text "…" --font ${name}`,
  ])
  return 0
}

async function kanji({ kanjiFont, KANJIVG_NOTICE }: Local, source: string): Promise<NewFont> {
  const files = await filesIn(source, (path) => /[0-9a-f]{5}\.svg$/.test(path))
  const { svg, characters } = kanjiFont(texts(files.values()))
  return { file: 'kanjivg.svg', content: svg, notice: KANJIVG_NOTICE, characters }
}

async function ownFont(local: Local, source: string): Promise<NewFont> {
  const file = basename(source)
  if (/\.(ufo|ufoz|zip)\/?$/i.test(source)) {
    const files = await filesIn(source, (path) => /\.(glif|plist)$/.test(path))
    const inside = [...files].map(
      ([path, bytes]) => [path.replace(/^.*\.ufo[/\\]/, '').replaceAll('\\', '/'), bytes] as const,
    )
    const { svg, characters } = local.ufoFont(new Map(inside.map(([path, bytes]) => [path, text(bytes)])))
    return { file: `${basename(file, extname(file))}.svg`, content: svg, characters }
  }
  await local.loadFontFile(source)
  return { file, content: await readBytes(source) }
}

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

function* texts(files: Iterable<Uint8Array>): Generator<string> {
  for (const bytes of files) yield text(bytes)
}
