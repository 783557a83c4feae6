import { readFileSync, statSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import { PlotdError } from '../../errors.ts'
import { packageRoot } from '../../threads.ts'
import { CATALOG, PANGRAM, type Shipped } from './catalog.ts'
import { ENCODINGS } from './encodings.ts'
import { type FontInfo, type Glyph, makeFont, type StrokeFont } from './font.ts'
import { JHF_CAP_HEIGHT, type NumberedGlyph, parseJhf } from './jhf.ts'
import { mendPunctuation, mendQuotes, mendSigns } from './mend.ts'
import { parseSvgFont } from './svg-font.ts'

/** Roman simplex: one stroke a stem, open shapes, readable from 2 mm up. */
export const DEFAULT_FONT = 'rowmans'

const FOLDER = join(packageRoot, 'src', 'hershey', 'fonts')
const byName = new Map<string, Shipped>(CATALOG.map((entry) => [entry.name.toLowerCase(), entry]))
/** Those of plotd that were read, by their names as they are written; nobody else's font has one of these. */
const loaded = new Map<string, StrokeFont>()

/** People's own, by their names in small letters. */
const own = new Map<string, { readonly font: StrokeFont; readonly listed: boolean }>()
let listed: readonly FontInfo[] = CATALOG

/** Every font there is: those that ship with plotd, for which nothing is read, and those that were added. */
export const fontNames = (): readonly FontInfo[] => listed

export const hasFont = (name: string): boolean =>
  loaded.has(name) || byName.has(name.toLowerCase()) || own.has(name.toLowerCase())

/**
 * Makes a font of one's own known by its name to all that is set in this thread; another of that name is replaced.
 *
 * @param how  'unlisted': it goes by its name, but is not shown among the fonts
 * @throws PlotdError ERR_FONT_INVALID when a font of plotd has that name
 */
export function addFont(font: StrokeFont, how: 'listed' | 'unlisted' = 'listed'): void {
  const key = font.info.name.toLowerCase()
  if (byName.has(key)) {
    throw new PlotdError('ERR_FONT_INVALID', `${font.info.name} is the name of a font of plotd`, { font: key })
  }
  own.set(key, { font, listed: how === 'listed' })
  list()
}

/** Forgets a font that was added. */
export function dropFont(name: string): void {
  own.delete(name.toLowerCase())
  list()
}

function list(): void {
  listed = [...CATALOG, ...[...own.values()].flatMap(({ font, listed }) => (listed ? [font.info] : []))]
}

/** Read at the first use, then kept. Names are taken in any case. @throws PlotdError ERR_FONT_UNKNOWN */
export function loadFont(name: string): StrokeFont {
  const asNamed = loaded.get(name)
  if (asNamed) return asNamed
  const entry = byName.get(name.toLowerCase())
  const added = own.get(name.toLowerCase())
  if (added) return added.font
  if (!entry) {
    throw new PlotdError('ERR_FONT_UNKNOWN', `there is no font '${name}'; plotd fonts lists them`, { font: name })
  }
  const known = loaded.get(entry.name)
  if (known) return known
  const font = readShipped(entry)
  loaded.set(entry.name, font)
  return font
}

function readShipped({ file, encoding, extra, ...info }: Shipped): StrokeFont {
  const read = (path: string) => readFileSync(join(FOLDER, path), 'utf8')
  if (!encoding) {
    const { glyphs, unitsPerEm } = parseSvgFont(read(file), file)
    mendQuotes(glyphs)
    mendSigns(glyphs, unitsPerEm)
    return makeFont(info, glyphs, 0.7 * unitsPerEm)
  }
  const glyphs = encoded(parseJhf(read(file), file), ENCODINGS[encoding])
  const further = extra === undefined ? [] : parseSvgFont(read(extra), extra).glyphs
  if (info.style !== 'symbols') mendPunctuation(glyphs)
  for (const [code, glyph] of further) if (!glyphs.has(code)) glyphs.set(code, glyph)
  if (/^cyril/.test(encoding)) lendTwins(glyphs)
  return makeFont(info, glyphs, JHF_CAP_HEIGHT)
}

/** Ukrainian, Belarusian and Serbian letters that look like Latin ones, from the face that matches. */
function lendTwins(glyphs: Map<number, Glyph>): void {
  const latin = loadFont('timesr').glyphs
  for (const [letter, twin] of ['ІI', 'іi', 'ЈJ', 'јj', 'ЅS', 'ѕs'].map((pair) => Array.from(pair, codeOf))) {
    const glyph = latin.get(twin ?? 0)
    if (glyph) glyphs.set(letter ?? 0, glyph)
  }
}

const codeOf = (char: string): number => char.codePointAt(0) ?? 0

function encoded(glyphs: readonly NumberedGlyph[], encoding: readonly string[]): Map<number, Glyph> {
  const map = new Map<number, Glyph>()
  glyphs.forEach(({ glyph }, place) => {
    for (const char of encoding[place] ?? '') {
      const code = char.codePointAt(0) ?? 0
      if (!map.has(code)) map.set(code, glyph)
    }
  })
  return map
}

/**
 * A font of the user's own: `.jhf` (95 or more glyphs in ASCII order from the space on) or an SVG font.
 * The name is the file's, without its ending.
 *
 * @throws PlotdError ERR_FILE when it cannot be read, ERR_FONT_INVALID naming the line when it is no such font
 */
export function loadFontFile(path: string): StrokeFont {
  let source: string
  try {
    const { size } = statSync(path)
    if (size > MOST_FONT_BYTES) throw tooLarge(size)
    source = readFileSync(path, 'utf8')
  } catch (cause) {
    if (cause instanceof PlotdError) throw cause
    throw new PlotdError('ERR_FILE', `the font file ${path} cannot be read`, { path }, cause)
  }
  return parseFont(source, path)
}

/** A font of this size would hold some ten thousand glyphs. */
export const MOST_FONT_BYTES = 8 << 20

export function tooLarge(bytes: number): PlotdError {
  return new PlotdError('ERR_FONT_INVALID', `the font has ${bytes} bytes, at most ${MOST_FONT_BYTES} are read`)
}

/** The same from text; `path` tells the kind by its ending, and names the font. */
export function parseFont(source: string, path: string): StrokeFont {
  const ending = extname(path).toLowerCase()
  const name = basename(path, extname(path))
  const info: FontInfo = {
    name,
    title: name,
    style: 'sans',
    weight: 1,
    italic: false,
    licence: 'own',
    sample: PANGRAM,
  }
  if (ending === '.jhf') return makeFont(info, encoded(parseJhf(source, path), ENCODINGS.plain), JHF_CAP_HEIGHT)
  if (ending === '.svg') {
    const { family, glyphs, unitsPerEm, kerning } = parseSvgFont(source, path)
    return makeFont({ ...info, title: family ?? name }, glyphs, 0.7 * unitsPerEm, kerning)
  }
  throw new PlotdError('ERR_FONT_INVALID', `${path}: expected a .jhf file or an SVG font (.svg)`, { file: path })
}
