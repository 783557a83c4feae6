/**
 * The room `fonts` finds fonts by name and reads them. `catalog` lists the shipped fonts; `jhf`, `svg-font` and
 * `hand-font` read files. `read-font` reads files of users, `own-fonts` adds the fonts of a folder. `font` has the
 * types.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PlotdError } from '../../errors.ts'
import { packageRoot } from '../../threads.ts'
import { CATALOG, type ShippedFont } from './catalog.ts'
import { ENCODINGS } from './encodings.ts'
import { type FontInfo, type Glyph, LANGUAGES_WITH_FORMS, makeFont, type StrokeFont, withFaces } from './font.ts'
import { parseHand } from './hand-font.ts'
import { JHF_CAP_HEIGHT, parseJhf } from './jhf.ts'
import { mendPunctuation, mendQuotes, mendSigns } from './mend.ts'
import { parseSvgFont } from './svg-font.ts'

/** Roman simplex: one stroke in a stem, open shapes, legible from 2 mm cap height. */
export const DEFAULT_FONT = 'rowmans'

const FOLDER = join(packageRoot, 'src', 'hershey', 'fonts')
const byName = new Map<string, ShippedFont>(CATALOG.map((entry) => [entry.name.toLowerCase(), entry]))
/** The shipped fonts that are loaded, by their exact names. No user's font can have one of these names. */
const loaded = new Map<string, StrokeFont>()

/** Fonts of users, by their names in lower case. */
const own = new Map<string, { readonly font: StrokeFont; readonly isListed: boolean }>()
let listed: readonly FontInfo[] = CATALOG

/** All shipped fonts, and the listed fonts of users. Reads no file. */
export const fontNames = (): readonly FontInfo[] => listed

/** Whether there is a font of this name, which may end with a list of features. */
export const hasFont = (name: string): boolean => isName(name) || isName(withoutFeatures(name))

const isName = (name: string): boolean =>
  loaded.has(name) || byName.has(name.toLowerCase()) || own.has(name.toLowerCase())

/** OpenType features after the name of a font: `Relief:smcp,onum`. */
const FEATURES = /:([-+=\w]+(?:,[-+=\w]+)*)$/

/** The name of a font without its list of features. */
export const withoutFeatures = (name: string): string => name.replace(FEATURES, '')

/**
 * Adds a user's font, so that `loadFont` finds it in this thread. Replaces an added font of the same name.
 *
 * @param how  'unlisted' leaves the font out of `fontNames`
 * @throws PlotdError ERR_FONT_INVALID when a shipped font has this name
 */
export function addFont(font: StrokeFont, how: 'listed' | 'unlisted' = 'listed'): void {
  const key = font.info.name.toLowerCase()
  if (byName.has(key)) {
    throw new PlotdError('ERR_FONT_INVALID', `a font that ships with plotd has the name ${font.info.name}`, {
      font: key,
    })
  }
  own.set(key, { font, isListed: how === 'listed' })
  updateList()
}

export function dropFont(name: string): void {
  own.delete(name.toLowerCase())
  updateList()
}

let generation = 0
/** A number that grows whenever a font is added or removed. */
export const fontsGeneration = (): number => generation

/** The listed fonts of users, which lend characters to other fonts. */
export const ownFonts = (): readonly StrokeFont[] =>
  [...own.values()].flatMap(({ font, isListed }) => (isListed ? [font] : []))

function updateList(): void {
  generation++
  listed = [...CATALOG, ...[...own.values()].flatMap(({ font, isListed }) => (isListed ? [font.info] : []))]
}

/** A shipped font whose file has been read already, by its exact name, or an added font. */
export const loadedFont = (name: string): StrokeFont | undefined =>
  loaded.get(name) ?? own.get(name.toLowerCase())?.font

/**
 * A font by its name, in upper or lower case. The first call for a shipped font reads its file. OpenType features can
 * follow the name of a font that has them: `Relief:smcp,onum`.
 *
 * @throws PlotdError ERR_FONT_UNKNOWN for an unknown name or feature
 */
export function loadFont(name: string): StrokeFont {
  const exact = loaded.get(name)
  if (exact) return exact
  const features = isName(name) ? undefined : FEATURES.exec(name)?.[1]
  if (features !== undefined) return withFeatures(loadFont(withoutFeatures(name)), features)
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

const variants = new WeakMap<StrokeFont, Map<string, StrokeFont>>()
/** Limit on the cached copies of one font that have other features or another language. */
const MAX_VARIANTS = 32

function withFeatures(font: StrokeFont, features: string): StrokeFont {
  const { name } = font.info
  return variant(font, features, () => {
    if (font.withFeatures) return font.withFeatures(features.split(','))
    throw new PlotdError('ERR_FONT_UNKNOWN', `the font ${name} has no OpenType features, got ':${features}'`, {
      font: name,
    })
  })
}

/** The font with the letters of a language. @param tag  a BCP 47 tag */
export function inLanguage(font: StrokeFont, tag: string | undefined): StrokeFont {
  if (tag === undefined) return font
  if (font.withLanguage) return variant(font, ` ${tag}`, () => font.withLanguage?.(tag) ?? font)
  const primary = tag.toLowerCase().replace(/-.*$/, '')
  const language = LANGUAGES_WITH_FORMS.find((tag) => tag === primary)
  if (language === undefined) return font
  return variant(font, ` ${language}`, () => {
    if (!font.faces) return { ...font, language }
    const [first = font, ...otherFaces] = font.faces.map((face) => ({ ...face, language }))
    return withFaces(first, otherFaces)
  })
}

function variant(font: StrokeFont, key: string, make: () => StrokeFont): StrokeFont {
  const known = variants.get(font)?.get(key)
  if (known) return known
  const all = variants.get(font) ?? new Map<string, StrokeFont>()
  const created = make()
  if (all.size >= MAX_VARIANTS) all.clear()
  variants.set(font, all.set(key, created))
  return created
}

function readShipped({ file, encoding, extra, ...info }: ShippedFont): StrokeFont {
  const read = (path: string) => readFileSync(join(FOLDER, path), 'utf8')
  if (file.endsWith('.hand')) return parseHand(read(file), info, (name) => read(`hands/${name}.hand`))
  if (!encoding) {
    const { glyphs, unitsPerEm } = parseSvgFont(read(file), file)
    mendQuotes(glyphs)
    mendSigns(glyphs, unitsPerEm)
    return makeFont(info, glyphs, 0.7 * unitsPerEm)
  }
  const glyphs = glyphsByCode(parseJhf(read(file), file), ENCODINGS[encoding])
  const further = extra === undefined ? [] : parseSvgFont(read(extra), extra).glyphs
  if (info.style !== 'symbols') mendPunctuation(glyphs)
  for (const [code, glyph] of further) if (!glyphs.has(code)) glyphs.set(code, glyph)
  if (/^cyril/.test(encoding)) addLookalikes(glyphs)
  return makeFont(info, glyphs, JHF_CAP_HEIGHT)
}

/**
 * Adds the Ukrainian, Belarusian, Serbian and Macedonian letters that look like Latin letters, from the matching Latin
 * font.
 */
function addLookalikes(glyphs: Map<number, Glyph>): void {
  const latin = loadFont('timesr').glyphs
  for (const [letter, lookalike] of ['ІI', 'іi', 'ЈJ', 'јj', 'ЅS', 'ѕs'].map((pair) => Array.from(pair, codeOf))) {
    const glyph = latin.get(lookalike ?? 0)
    if (glyph) glyphs.set(letter ?? 0, glyph)
  }
}

const codeOf = (char: string): number => char.codePointAt(0) ?? 0

function glyphsByCode(glyphs: readonly Glyph[], encoding: readonly string[]): Map<number, Glyph> {
  const map = new Map<number, Glyph>()
  glyphs.forEach((glyph, place) => {
    for (const char of encoding[place] ?? '') {
      const code = codeOf(char)
      if (!map.has(code)) map.set(code, glyph)
    }
  })
  return map
}

/** A font from the text of a `.jhf` file whose glyphs are in ASCII order from the space. */
export const fontFromJhf = (source: string, info: FontInfo, file: string): StrokeFont =>
  makeFont(info, glyphsByCode(parseJhf(source, file), ENCODINGS.plain), JHF_CAP_HEIGHT)
