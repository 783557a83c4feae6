import { at, type Strokes, stroke, strokeCount } from '../../../geometry/drawing.ts'
import { StrokeWriter } from '../../../geometry/stroke-writer.ts'
import { glyphOf, type ShapedPart, type Shaper } from '../font.ts'
import type { HarfBuzz } from './harfbuzz.ts'

/** The glyphs of a font by their ids. */
export interface GlyphSource {
  readonly face: InstanceType<HarfBuzz['Face']>
  readonly font: InstanceType<HarfBuzz['Font']>
  /** Code points of the font. */
  readonly codes: ReadonlySet<number>
  /** The font places marks. */
  readonly hasMarks: boolean
  readonly strokes: (id: number) => Strokes
}

/** Most glyphs for each code unit of a text. Real fonts need three; the limit stops hostile fonts. */
const MOST_PER_UNIT = 8
/** Most further glyphs for a whole text. */
const MOST_MORE = 64
/** Entries in the cache of pairs. Most texts have a few hundred. */
const MAX_CACHED = 4096

const INKLESS = /^[\p{Z}\p{M}\p{Default_Ignorable_Code_Point}]*$/u

/** The features and the language that a text needs of its font. */
export interface FontRequest {
  /** Features in HarfBuzz's syntax: `smcp`, `onum`, `-liga`, `ss01`, `cv02=3`. */
  readonly features: readonly string[]
  /** A BCP 47 tag; some fonts have letters of another form for some languages. */
  readonly language?: string
}

export function shaperOf(library: HarfBuzz, source: GlyphSource, { features, language }: FontRequest): Shaper {
  const { font, codes, hasMarks, strokes } = source
  const { RTL, LTR } = library.Direction
  const chosen = features.flatMap((feature) => library.Feature.fromString(feature) ?? [])
  const buffer = new library.Buffer()
  const covered = new Map<string, boolean>()
  const kerns = new Map<string, number>()

  const positionedGlyphs = (text: string, isRtl: boolean, unjoined: readonly number[]) => {
    buffer.reset()
    buffer.setDirection(isRtl ? RTL : LTR)
    buffer.addText(text)
    if (language !== undefined) buffer.setLanguage(language)
    buffer.guessSegmentProperties()
    const split = unjoined.flatMap((place) =>
      ['liga', 'clig'].map((tag) => new library.Feature(tag, 0, place, place + 1)),
    )
    library.shape(font, buffer, [...chosen, ...split])
    const glyphs = buffer.getGlyphInfosAndPositions()
    if (glyphs.length > MOST_PER_UNIT * text.length + MOST_MORE) return []
    return glyphs.map(({ codepoint, cluster, xAdvance = 0, xOffset = 0, yOffset = 0 }) => {
      return { id: codepoint, cluster, xAdvance, xOffset, yOffset }
    })
  }
  const shape = (text: string, isRtl: boolean, unjoined: readonly number[] = []): readonly ShapedPart[] => {
    const glyphs = positionedGlyphs(text, isRtl, unjoined)
    const clusters = new Map<number, typeof glyphs>()
    for (const glyph of glyphs) {
      const isKnown = clusters.get(glyph.cluster)
      if (isKnown) isKnown.push(glyph)
      else clusters.set(glyph.cluster, [glyph])
    }
    const starts = [...clusters.keys()].sort((a, b) => a - b)
    return starts.map((from, i) => {
      const ink = new StrokeWriter()
      let x = 0
      for (const { id, xAdvance, xOffset, yOffset } of clusters.get(from) ?? []) {
        addShifted(ink, strokes(id), x + xOffset, -yOffset)
        x += xAdvance
      }
      return { from: i === 0 ? 0 : from, to: starts[i + 1] ?? text.length, glyph: glyphOf(x, ink.take()) }
    })
  }
  const hasGlyph = (char: string): boolean =>
    Array.from(char).every((character) => {
      const code = character.codePointAt(0) ?? 0
      if (!codes.has(code)) return /\p{Default_Ignorable_Code_Point}/u.test(character)
      return INKLESS.test(character) || strokes(font.glyph(code) ?? 0).points.length > 0
    })
  return {
    covers(char) {
      const isKnown = covered.get(char)
      if (isKnown !== undefined) return isKnown
      const covers =
        !/^\p{Default_Ignorable_Code_Point}*$/u.test(char) &&
        (hasGlyph(char) || (hasMarks && hasGlyph(char.normalize('NFD'))))
      if (covered.size >= MAX_CACHED) covered.clear()
      covered.set(char, covers)
      return covers
    },
    shape,
    single(char) {
      const ink = new StrokeWriter()
      let x = 0
      for (const { glyph } of shape(char, false)) {
        addShifted(ink, glyph.strokes, x, 0)
        x += glyph.advance
      }
      return glyphOf(x, ink.take())
    },
    kerning(first, second) {
      const pair = `${first} ${second}`
      const cached = kerns.get(pair)
      if (cached !== undefined) return cached
      const width = (text: string) => positionedGlyphs(text, false, []).reduce((sum, { xAdvance }) => sum + xAdvance, 0)
      const kern = width(first) + width(second) - width(first + second)
      if (kerns.size >= MAX_CACHED) kerns.clear()
      kerns.set(pair, kern)
      return kern
    },
  }
}

function addShifted(ink: StrokeWriter, strokes: Strokes, dx: number, dy: number): void {
  for (let s = 0; s < strokeCount(strokes); s++) {
    const line = stroke(strokes, s)
    ink.moveTo(at(line, 0) + dx, at(line, 1) + dy)
    for (let i = 2; i < line.length; i += 2) ink.lineTo(at(line, i) + dx, at(line, i + 1) + dy)
  }
}
