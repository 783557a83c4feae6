import { SaxesParser } from 'saxes'
import { PlotdError } from '../../errors.ts'
import { BLANK, type Glyph, glyphOf } from './font.ts'
import { glyphStrokes, isPolyline } from './glyph-path.ts'
import { type Kerning, type KernRule, kerningOf, kernRule } from './svg-kerning.ts'

export interface SvgFont {
  readonly family: string | undefined
  readonly unitsPerEm: number
  readonly glyphs: Map<number, Glyph>
  readonly kerning: Kerning | undefined
  /** All forms of each character and of each ligature, by their text. */
  readonly forms: ReadonlyMap<string, readonly Glyph[]>
}

/** Characters of the longest ligature that is read: a mark such as {signature}. */
const LONGEST_LIGATURE = 12
/** Most vertices of all glyphs. Real fonts stay far below. */
const MAX_VERTICES = 2_000_000
/** Most characters and ranges of all kerning pairs. */
const MAX_KERNED = 100_000

/**
 * Length from which on the glyphs of a font file are read at their first use, in characters: a font of thousands of kanji would
 * take a second.
 */
const LARGE = 2 << 20

/** A glyph whose path is read at its first use. A path that is no list of points then has no strokes. */
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
 * a ligature of up to twelve, and the kerning pairs of `<hkern>`. Paths are strokes, not outlines.
 *
 * @param file  name of the file in errors
 * @throws PlotdError ERR_FONT_INVALID naming file and line
 */
export function parseSvgFont(source: string, file = 'font'): SvgFont {
  const steps = svgFontInSteps(source, file)
  for (;;) {
    const { done, value } = steps.next()
    if (done === true) return value
  }
}

/** Characters that are read in one step: a few milliseconds. */
const STEP = 16_384

/** As `parseSvgFont`, in steps: the daemon reads fonts of megabytes between its other work. */
export function* svgFontInSteps(source: string, file: string): Generator<undefined, SvgFont> {
  const parser = new SaxesParser()
  const glyphs = new Map<number, Glyph>()
  const forms = new Map<string, Glyph[]>()
  const named = new Map<string, number>()
  const pairs: (() => KernRule)[] = []
  const invalid = (why: string) =>
    new PlotdError('ERR_FONT_INVALID', `${file}, line ${parser.line}: ${why}`, { file, line: parser.line })
  let advance: number | undefined
  let unitsPerEm: number = 1000
  let fonts: number = 0
  let family: string | undefined
  let vertices = 0
  const isLarge = source.length > LARGE

  const amount = (attributes: Attributes, name: string): number | undefined => {
    const text = attributes[name]
    if (text === undefined) return undefined
    const value = Number(text)
    if (text.trim() === '' || !Number.isFinite(value)) throw invalid(`${name}="${text}": expected a number`)
    return value
  }
  parser.on('error', (error) => {
    throw invalid(error.message.replace(/^(\d+:)+ ?/, ''))
  })
  parser.on('opentag', ({ name, attributes }) => {
    const tag = name.replace(/^.*:/, '')
    if (tag === 'font') {
      if (++fonts > 1) throw invalid('expected one <font>, found a second one')
      advance = amount(attributes, 'horiz-adv-x')
    } else if (tag === 'font-face') {
      family = attributes['font-family']
      unitsPerEm = amount(attributes, 'units-per-em') ?? 1000
      if (unitsPerEm <= 0) throw invalid(`units-per-em="${unitsPerEm}": expected a number above 0`)
    } else if (tag === 'glyph') {
      const character = attributes['unicode'] ?? ''
      const { length } = Array.from(character)
      if (length === 0 || length > LONGEST_LIGATURE) return
      const width = amount(attributes, 'horiz-adv-x') ?? advance
      if (width === undefined) throw invalid(`neither the glyph '${character}' nor the font has horiz-adv-x`)
      const path = attributes['d'] ?? ''
      let glyph: Glyph
      if (isLarge && isPolyline(path)) {
        vertices += path.length / 6
        glyph = lazyGlyph(width, path, unitsPerEm / 1000)
      } else {
        const strokes = glyphStrokes(path, unitsPerEm / 1000)
        if (typeof strokes === 'string') throw invalid(`the path of '${character}': ${strokes}`)
        vertices += strokes.points.length / 2
        glyph = glyphOf(width, strokes)
      }
      if (vertices > MAX_VERTICES) throw invalid(`the glyphs have more than ${MAX_VERTICES} vertices`)
      forms.set(character, [...(forms.get(character) ?? []), glyph])
      if (length > 1) return
      const code = character.codePointAt(0) ?? 0
      if (!glyphs.has(code)) glyphs.set(code, glyph) // the standard takes the first match; the others are further forms
      for (const glyph of (attributes['glyph-name'] ?? '').split(',')) named.set(glyph.trim(), code)
    } else if (tag === 'hkern') {
      const units = amount(attributes, 'k') ?? 0
      pairs.push(() => kernRule(attributes, units, named)) // its glyphs may follow later in the file
    }
  })
  for (let offset = source.startsWith('\uFEFF') ? 1 : 0; offset < source.length; offset += STEP) {
    parser.write(source.slice(offset, offset + STEP))
    yield
  }
  parser.close()
  if (glyphs.size === 0) throw invalid(fonts === 0 ? 'there is no <font> in it' : 'there is no <glyph> in it')
  const rules = pairs.map((rule) => rule())
  const kerned = rules.reduce((sum, { first, second }) => sum + first.length + second.length, 0)
  if (kerned > MAX_KERNED) throw invalid(`the kerning pairs have more than ${MAX_KERNED} characters`)
  return { family, unitsPerEm, glyphs, kerning: kerningOf(rules), forms }
}
