import { readFile, stat } from 'node:fs/promises'
import { basename, extname } from 'node:path'
import { PlotdError } from '../../errors.ts'
import { inOwnTurns } from '../../slices.ts'
import { PANGRAM } from './catalog.ts'
import { type FontInfo, makeFont, type StrokeFont, withForms } from './font.ts'
import { fontFromJhf } from './library.ts'
import { loadHarfBuzz } from './opentype/harfbuzz.ts'
import { openTypeFont } from './opentype/opentype-font.ts'
import { parseSvgFont, type SvgFont, svgFontInSteps } from './svg-font.ts'

const MAX_FONT_BYTES = 8 << 20

/** First bytes of OpenType and TrueType files, and of collections of them. */
const OPEN_TYPE: ReadonlySet<string> = new Set(['\0\x01\0\0', 'OTTO', 'true', 'ttcf'])

/** Endings of files that can be fonts. */
export const FONT_ENDINGS = /\.(jhf|svg|ttf|otf)$/i

/**
 * Reads a user's font file: an OpenType or TrueType font of single lines, an SVG font, or a `.jhf` file whose glyphs
 * are in ASCII order from the space. The font's name is the file's base name without the ending.
 *
 * @throws PlotdError ERR_FILE when the file cannot be read, ERR_FONT_INVALID with the reason when it is not such a font
 */
export async function loadFontFile(path: string): Promise<StrokeFont> {
  const bytes = await fontFileBytes(path)
  if (!FONT_ENDINGS.test(path)) throw unknownFormat(path)
  return readFont(bytes, basename(path, extname(path)), path)
}

/**
 * @throws PlotdError ERR_FILE when there is no such file or it cannot be read, ERR_FONT_INVALID when it is too large
 */
export async function fontFileBytes(path: string): Promise<Uint8Array> {
  try {
    const stats = await stat(path)
    // A read of a named pipe or of a device may never end.
    if (!stats.isFile()) throw new PlotdError('ERR_FILE', `the font ${path} is not a file`, { path })
    if (stats.size > MAX_FONT_BYTES) throw tooLarge(path, stats.size)
    return await readFile(path)
  } catch (cause) {
    if (cause instanceof PlotdError) throw cause
    throw new PlotdError('ERR_FILE', `the font file ${path} cannot be read`, { path }, cause)
  }
}

/**
 * A font from the bytes of a file. The first bytes show the format.
 *
 * @param name  of the font
 * @param file  name of the file in errors
 * @throws PlotdError ERR_FONT_INVALID when the bytes are too many, or are not a font of single lines
 */
export async function readFont(bytes: Uint8Array, name: string, file: string): Promise<StrokeFont> {
  if (bytes.length > MAX_FONT_BYTES) throw tooLarge(file, bytes.length)
  const magic = String.fromCharCode(...bytes.subarray(0, 4))
  if (/^(wOFF|wOF2)$/.test(magic)) {
    const expected = 'expected an .otf or .ttf font, not a font packed for the web (.woff, .woff2)'
    throw new PlotdError('ERR_FONT_INVALID', `${file}: ${expected}`, { file })
  }
  if (OPEN_TYPE.has(magic)) {
    return openTypeFont(await loadHarfBuzz(), bytes, infoOf(name), file)
  }
  const source = new TextDecoder().decode(bytes)
  if (!/^\s*</.test(source)) {
    // A glyph of a .jhf file begins with two numbers in eight columns.
    if (!file.endsWith('.jhf') && !/^[\d ]{8}/.test(source)) throw unknownFormat(file)
    return fontFromJhf(source, infoOf(name), file)
  }
  return fontOf(await inOwnTurns(svgFontInSteps(source, file)), name)
}

/**
 * A font from the text of an SVG font.
 *
 * @param name  of the font
 * @throws PlotdError ERR_FONT_INVALID
 */
export function fontFromSvg(source: string, name: string): StrokeFont {
  return fontOf(parseSvgFont(source, `${name}.svg`), name)
}

function fontOf({ family, glyphs, unitsPerEm, kerning, forms }: SvgFont, name: string): StrokeFont {
  const isHand = [...forms.values()].some(({ length }) => length > 1)
  const info = infoOf(name)
  const own = { ...info, title: family ?? name, style: isHand ? ('hand' as const) : info.style }
  return withForms(makeFont(own, glyphs, 0.7 * unitsPerEm, kerning), forms)
}

const infoOf = (name: string): FontInfo => ({
  name,
  title: name,
  style: 'sans',
  weight: 1,
  italic: false,
  licence: 'own',
  sample: PANGRAM,
})

function tooLarge(file: string, bytes: number): PlotdError {
  const message = `${file}: the font has ${bytes} bytes, expected at most ${MAX_FONT_BYTES}`
  return new PlotdError('ERR_FONT_INVALID', message, { file })
}

function unknownFormat(file: string): PlotdError {
  const expected = 'an OpenType font (.otf, .ttf), an SVG font (.svg) or a .jhf file'
  return new PlotdError('ERR_FONT_INVALID', `${file}: expected ${expected}`, { file })
}
