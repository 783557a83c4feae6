/**
 * The room `fonts`: finds fonts by name and reads them. `catalog` lists the shipped fonts, `jhf` and `svg-font` read files,
 * `own-fonts` takes in a folder of the user. Import from this file, and the types of a font from `font.ts`.
 */
import { readFileSync, statSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import { PlotdError } from '../../errors.ts'
import { packageRoot } from '../../threads.ts'
import { CATALOG, PANGRAM, type Shipped } from './catalog.ts'
import { ENCODINGS } from './encodings.ts'
import { type FontInfo, type Glyph, makeFont, type StrokeFont, withForms } from './font.ts'
import { parseHand } from './hand-font.ts'
import { JHF_CAP_HEIGHT, type NumberedGlyph, parseJhf } from './jhf.ts'
import { mendPunctuation, mendQuotes, mendSigns } from './mend.ts'
import { parseSvgFont } from './svg-font.ts'

/** Roman simplex: one stroke in a stem, open shapes, legible from 2 mm cap height. */
export const DEFAULT_FONT = 'rowmans'

const FOLDER = join(packageRoot, 'src', 'hershey', 'fonts')
const byName = new Map<string, Shipped>(CATALOG.map((entry) => [entry.name.toLowerCase(), entry]))
/** The shipped fonts that were read, by their exact names. No user's font can have one of these names. */
const loaded = new Map<string, StrokeFont>()

/** Fonts of users, by their names in lower case. */
const own = new Map<string, { readonly font: StrokeFont; readonly listed: boolean }>()
let listed: readonly FontInfo[] = CATALOG

/** All shipped and added fonts. Reads no file. */
export const fontNames = (): readonly FontInfo[] => listed

export const hasFont = (name: string): boolean =>
  loaded.has(name) || byName.has(name.toLowerCase()) || own.has(name.toLowerCase())

/**
 * Adds a user's font, so that `loadFont` finds it in this thread. Replaces an added font of the same name.
 *
 * @param how  'unlisted' leaves it out of `fontNames`
 * @throws PlotdError ERR_FONT_INVALID when a shipped font has this name
 */
export function addFont(font: StrokeFont, how: 'listed' | 'unlisted' = 'listed'): void {
  const key = font.info.name.toLowerCase()
  if (byName.has(key)) {
    throw new PlotdError('ERR_FONT_INVALID', `a font that ships with plotd has the name ${font.info.name}`, {
      font: key,
    })
  }
  own.set(key, { font, listed: how === 'listed' })
  list()
}

/** Removes a font that was added. */
export function dropFont(name: string): void {
  own.delete(name.toLowerCase())
  list()
}

function list(): void {
  listed = [...CATALOG, ...[...own.values()].flatMap(({ font, listed }) => (listed ? [font.info] : []))]
}

/** A font whose file has been read already, by its exact name. */
export const loadedFont = (name: string): StrokeFont | undefined =>
  loaded.get(name) ?? own.get(name.toLowerCase())?.font

/** A font by its name, in upper or lower case. Its file is read at the first use. @throws PlotdError ERR_FONT_UNKNOWN */
export function loadFont(name: string): StrokeFont {
  const exact = loaded.get(name)
  if (exact) return exact
  const entry = byName.get(name.toLowerCase())
  const added = own.get(name.toLowerCase())
  if (added) return added.font
  if (!entry) {
    throw new PlotdError('ERR_FONT_UNKNOWN', `there is no font '${name}'; \`plotd fonts\` lists the fonts`, {
      font: name,
    })
  }
  const known = loaded.get(entry.name)
  if (known) return known
  const font = readShipped(entry)
  loaded.set(entry.name, font)
  return font
}

function readShipped({ file, encoding, extra, ...info }: Shipped): StrokeFont {
  const read = (path: string) => readFileSync(join(FOLDER, path), 'utf8')
  if (file.endsWith('.hand')) return parseHand(read(file), info, (name) => read(`hands/${name}.hand`))
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
  if (/^cyril/.test(encoding)) addLookalikes(glyphs)
  return makeFont(info, glyphs, JHF_CAP_HEIGHT)
}

/** Adds the Ukrainian, Belarusian and Serbian letters that look like Latin letters, taken from the matching Latin font. */
function addLookalikes(glyphs: Map<number, Glyph>): void {
  const latin = loadFont('timesr').glyphs
  for (const [letter, lookalike] of ['ІI', 'іi', 'ЈJ', 'јj', 'ЅS', 'ѕs'].map((pair) => Array.from(pair, codeOf))) {
    const glyph = latin.get(lookalike ?? 0)
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
 * Reads a user's font file: `.jhf` (95 or more glyphs in ASCII order from the space) or an SVG font. The font's name is the
 * file's base name without the ending.
 *
 * @throws PlotdError ERR_FILE when the file cannot be read, ERR_FONT_INVALID with the line when it is not such a font
 */
export function loadFontFile(path: string): StrokeFont {
  let source: string
  try {
    const { size } = statSync(path)
    if (size > MAX_FONT_BYTES) throw tooLarge(size)
    source = readFileSync(path, 'utf8')
  } catch (cause) {
    if (cause instanceof PlotdError) throw cause
    throw new PlotdError('ERR_FILE', `the font file ${path} cannot be read`, { path }, cause)
  }
  return parseFont(source, path)
}

/** Limit on a font file. A font of this size has about ten thousand glyphs. */
export const MAX_FONT_BYTES = 8 << 20

export function tooLarge(bytes: number): PlotdError {
  return new PlotdError('ERR_FONT_INVALID', `the font has ${bytes} bytes, expected at most ${MAX_FONT_BYTES}`)
}

/** A font from the text of an SVG font. @param name  its name, with .svg @throws PlotdError ERR_FONT_INVALID */
export const fontFromSvg = (source: string, name: string): StrokeFont => parseFont(source, name)

/** A font from the text of a file. The ending of `path` gives the format, and the rest of its base name the name. */
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
    const { family, glyphs, unitsPerEm, kerning, forms } = parseSvgFont(source, path)
    const isHand = [...forms.values()].some(({ length }) => length > 1)
    const own = { ...info, title: family ?? name, style: isHand ? ('hand' as const) : info.style }
    return withForms(makeFont(own, glyphs, 0.7 * unitsPerEm, kerning), forms)
  }
  throw new PlotdError('ERR_FONT_INVALID', `${path}: expected a .jhf file or an SVG font (.svg)`, { file: path })
}
