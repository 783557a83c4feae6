import { SaxesParser } from 'saxes'
import { PlotdError } from '../../errors.ts'
import { BLANK, type Glyph, glyphOf } from './font.ts'
import { glyphStrokes, isPolyline, MOST_UNITS } from './glyph-path.ts'
import { type Kerning, type KernRule, kerningOf, kernRule } from './svg-kerning.ts'

/** The contents of an SVG font, y down. */
export interface SvgFont {
  readonly family: string | undefined
  readonly unitsPerEm: number
  /** The first form of each character, by code point. */
  readonly glyphs: Map<number, Glyph>
  readonly kerning: Kerning | undefined
  /** All forms of each character and of each ligature, by their text. */
  readonly forms: ReadonlyMap<string, readonly Glyph[]>
}

/** Limit on the characters of a ligature. Placeholders such as `{sign}` are ligatures: up to ten letters in braces. */
const LONGEST_LIGATURE = 12
/** Limit on the vertices of all glyphs. Real fonts stay far below. */
const MAX_VERTICES = 2_000_000
/** Smallest number of units in an em. A smaller em would make letters of kilometres. */
const LEAST_EM = 0.01
/** Limit on the characters and ranges of all kerning pairs. */
const MAX_KERNED = 100_000

/**
 * If the text of a font file is longer than this (UTF-16 units), each glyph of straight lines is read at its first use.
 * To read thousands of kanji at once would take a second.
 */
const LARGE = 2 << 20

/** A glyph whose path is read at the first use of the glyph. A glyph with an invalid path has no strokes. */
function lazyGlyph(advance: number, path: string, tolerance: number): Glyph {
  let known: Glyph | undefined
  const glyph = (): Glyph => {
    if (known) return known
    const strokes = glyphStrokes(path, tolerance)
    known = glyphOf(advance, typeof strokes === 'string' ? BLANK : strokes)
    return known
  }
  return {
    advance,
    get strokes() {
      return glyph().strokes
    },
    get box() {
      return glyph().box
    },
  }
}

type Attributes = Readonly<Record<string, string>>

/**
 * Reads a single-stroke SVG font (SVG 1.1, chapter 20): `<font>`, `<font-face>`, each `<glyph>` of one character or of
 * a ligature of up to twelve characters, and the kerning pairs of `<hkern>`. Paths are strokes, not outlines.
 *
 * @param file  name of the file in errors
 * @throws PlotdError ERR_FONT_INVALID that names file and line
 */
export function parseSvgFont(source: string, file = 'font'): SvgFont {
  const steps = svgFontInSteps(source, file)
  for (;;) {
    const { done, value } = steps.next()
    if (done === true) return value
  }
}

/** Number of characters that are read in one step, which takes about ten milliseconds. */
const STEP = 16_384

/** Like `parseSvgFont`, but in steps, so that the daemon can read fonts of megabytes between its other work. */
export function* svgFontInSteps(source: string, file: string): Generator<undefined, SvgFont> {
  const reader = new FontReader(file, source.length > LARGE)
  for (let offset = source.startsWith('\uFEFF') ? 1 : 0; offset < source.length; offset += STEP) {
    reader.write(source.slice(offset, offset + STEP))
    yield
  }
  return reader.finish()
}

class FontReader {
  readonly #parser = new SaxesParser()
  readonly #file: string
  readonly #isLarge: boolean
  readonly #glyphs = new Map<number, Glyph>()
  readonly #forms = new Map<string, Glyph[]>()
  /** Code points by glyph name; several characters can share a glyph. */
  readonly #codes = new Map<string, Set<number>>()
  /** Kerning rules, read at the end of the file, because a rule may precede the glyphs that it names. */
  readonly #rules: (() => KernRule)[] = []
  #advance: number | undefined
  #unitsPerEm = 1000
  #fonts = 0
  #family: string | undefined
  #vertices = 0

  constructor(file: string, isLarge: boolean) {
    this.#file = file
    this.#isLarge = isLarge
    this.#parser.on('error', (error) => {
      throw this.#invalid(error.message.replace(/^(\d+:)+ ?/, ''))
    })
    this.#parser.on('opentag', ({ name, attributes }) => this.#readElement(name.replace(/^.*:/, ''), attributes))
  }

  write(text: string): void {
    this.#parser.write(text)
  }

  finish(): SvgFont {
    this.#parser.close()
    const missing = this.#fonts === 0 ? 'the file has no <font>' : 'the file has no <glyph> of a character'
    if (this.#glyphs.size === 0) throw this.#invalid(missing)
    const rules = this.#rules.map((rule) => rule())
    const kerned = rules.reduce((sum, { first, second }) => sum + first.length + second.length, 0)
    if (kerned > MAX_KERNED) throw this.#invalid(`the kerning pairs have more than ${MAX_KERNED} characters`)
    return {
      family: this.#family,
      unitsPerEm: this.#unitsPerEm,
      glyphs: this.#glyphs,
      kerning: kerningOf(rules),
      forms: this.#forms,
    }
  }

  #readElement(tag: string, attributes: Attributes): void {
    if (tag === 'font') {
      if (++this.#fonts > 1) throw this.#invalid('expected one <font>, found a second one')
      this.#advance = this.#number(attributes, 'horiz-adv-x')
    } else if (tag === 'font-face') {
      this.#family = attributes['font-family']
      this.#unitsPerEm = this.#number(attributes, 'units-per-em') ?? 1000
      if (this.#unitsPerEm < LEAST_EM)
        throw this.#invalid(`units-per-em="${this.#unitsPerEm}": expected at least ${LEAST_EM}`)
    } else if (tag === 'glyph') this.#readGlyph(attributes)
    else if (tag === 'hkern') {
      const units = this.#number(attributes, 'k') ?? 0
      this.#rules.push(() => kernRule(attributes, units, this.#codes))
    }
  }

  #readGlyph(attributes: Attributes): void {
    const character = attributes['unicode'] ?? ''
    const { length } = Array.from(character)
    if (length === 0 || length > LONGEST_LIGATURE) return
    const advance = this.#number(attributes, 'horiz-adv-x') ?? this.#advance
    if (advance === undefined) throw this.#invalid(`neither the glyph '${character}' nor the font has horiz-adv-x`)
    const glyph = this.#glyphFrom(attributes['d'] ?? '', advance, character)
    if (this.#vertices > MAX_VERTICES) throw this.#invalid(`the glyphs have more than ${MAX_VERTICES} vertices`)
    const forms = this.#forms.get(character)
    // A blank ligature, or a blank form after the first form, would leave letters out.
    if ((length > 1 || forms) && glyph.strokes.points.length === 0) return
    if (forms) forms.push(glyph)
    else this.#forms.set(character, [glyph])
    if (length > 1) return
    const code = character.codePointAt(0) ?? 0
    // SVG 1.1 takes the first glyph of a character. Later glyphs are further forms of the character.
    if (!this.#glyphs.has(code)) this.#glyphs.set(code, glyph)
    // An empty name is left out: otherwise a pair without `g1` would kern each glyph without a name.
    const names = (attributes['glyph-name'] ?? '').split(',').map((name) => name.trim())
    for (const name of names) if (name !== '') this.#codes.set(name, (this.#codes.get(name) ?? new Set()).add(code))
  }

  #glyphFrom(path: string, advance: number, character: string): Glyph {
    const tolerance = this.#unitsPerEm / 1000
    if (this.#isLarge && isPolyline(path)) {
      this.#vertices += path.length / 6
      return lazyGlyph(advance, path, tolerance)
    }
    const strokes = glyphStrokes(path, tolerance)
    if (typeof strokes === 'string') throw this.#invalid(`the path of '${character}': ${strokes}`)
    this.#vertices += strokes.points.length / 2
    return glyphOf(advance, strokes)
  }

  #number(attributes: Attributes, name: string): number | undefined {
    const text = attributes[name]
    if (text === undefined) return undefined
    const value = Number(text)
    if (text.trim() === '' || Number.isNaN(value)) throw this.#invalid(`${name}="${text}": expected a number`)
    if (Math.abs(value) > MOST_UNITS)
      throw this.#invalid(`${name}="${text}": expected a number from -${MOST_UNITS} to ${MOST_UNITS}`)
    return value
  }

  #invalid(why: string): PlotdError {
    const { line } = this.#parser
    return new PlotdError('ERR_FONT_INVALID', `${this.#file}, line ${line}: ${why}`, { file: this.#file, line })
  }
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** Escapes a text for an attribute of XML. U+FFFD replaces control characters, and others that XML cannot hold. */
export const escapeXml = (text: string): string =>
  text.replace(/\p{Cc}|\p{Cs}|[\u{fffe}\u{ffff}]/gu, '\u{fffd}').replace(/[&<>"]/g, (char) => ENTITIES[char] ?? char)
