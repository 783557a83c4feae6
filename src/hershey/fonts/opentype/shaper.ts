import { at, type Strokes, stroke, strokeCount } from '../../../geometry/drawing.ts'
import { StrokeWriter } from '../../../geometry/stroke-writer.ts'
import { type Glyph, glyphOf, type ShapedPart, type Shaper } from '../font.ts'
import type { HarfBuzz } from './harfbuzz.ts'

/** The glyphs of a font by their ids. */
export interface GlyphSource {
  readonly face: InstanceType<HarfBuzz['Face']>
  readonly font: InstanceType<HarfBuzz['Font']>
  /** Code points of the font. */
  readonly codes: ReadonlySet<number>
  /** Whether the font places combining marks, such as accents, on letters. */
  readonly hasMarks: boolean
  /** The strokes of a glyph, font units, y down. */
  readonly strokes: (id: number) => Strokes
}

/**
 * If the font makes more than `MAX_PER_UNIT` · n + `MAX_MORE` glyphs of a run of n code units, all these glyphs are
 * dropped. Real fonts make at most three glyphs of a code unit; hostile fonts make more.
 */
const MAX_PER_UNIT = 8
const MAX_MORE = 64
/** Limit on the entries of each cache. Most texts have a few hundred characters and pairs. */
const MAX_CACHED = 4096

const INKLESS = /^[\p{Z}\p{M}\p{Default_Ignorable_Code_Point}]*$/u

/** The features and the language of a text. */
export interface FontRequest {
  /** Features in HarfBuzz's syntax: `smcp`, `onum`, `-liga`, `ss01`, `cv02=3`. */
  readonly features: readonly string[]
  /** A BCP 47 tag. Some fonts have other forms of letters for some languages. */
  readonly language?: string
}

type PositionedGlyph = Readonly<Record<'id' | 'cluster' | 'xAdvance' | 'xOffset' | 'yOffset', number>>

export class HarfBuzzShaper implements Shaper {
  readonly #library: HarfBuzz
  readonly #source: GlyphSource
  readonly #language: string | undefined
  readonly #features: readonly InstanceType<HarfBuzz['Feature']>[]
  readonly #buffer: InstanceType<HarfBuzz['Buffer']>
  readonly #covered = new Map<string, boolean>()
  readonly #kerning = new Map<string, number>()

  constructor(library: HarfBuzz, source: GlyphSource, { features, language }: FontRequest) {
    this.#library = library
    this.#source = source
    this.#language = language
    this.#features = features.flatMap((feature) => library.Feature.fromString(feature) ?? [])
    this.#buffer = new library.Buffer()
  }

  covers(char: string): boolean {
    const known = this.#covered.get(char)
    if (known !== undefined) return known
    const covers =
      !/^\p{Default_Ignorable_Code_Point}*$/u.test(char) &&
      (this.#hasGlyph(char) || (this.#source.hasMarks && this.#hasGlyph(char.normalize('NFD'))))
    if (this.#covered.size >= MAX_CACHED) this.#covered.clear()
    this.#covered.set(char, covers)
    return covers
  }

  shape(run: string, isRtl: boolean, unjoined: readonly number[] = []): readonly ShapedPart[] {
    const clusters = new Map<number, PositionedGlyph[]>()
    for (const glyph of this.#positionedGlyphs(run, isRtl, unjoined)) {
      const cluster = clusters.get(glyph.cluster)
      if (cluster) cluster.push(glyph)
      else clusters.set(glyph.cluster, [glyph])
    }
    const starts = [...clusters.keys()].sort((a, b) => a - b)
    return starts.map((from, i) => {
      const ink = new StrokeWriter()
      let x = 0
      for (const { id, xAdvance, xOffset, yOffset } of clusters.get(from) ?? []) {
        addShifted(ink, this.#source.strokes(id), x + xOffset, -yOffset)
        x += xAdvance
      }
      return { from: i === 0 ? 0 : from, to: starts[i + 1] ?? run.length, glyph: glyphOf(x, ink.take()) }
    })
  }

  single(char: string): Glyph {
    const ink = new StrokeWriter()
    let x = 0
    for (const { glyph } of this.shape(char, false)) {
      addShifted(ink, glyph.strokes, x, 0)
      x += glyph.advance
    }
    return glyphOf(x, ink.take())
  }

  kerning(first: string, second: string): number {
    const pair = `${first} ${second}`
    const known = this.#kerning.get(pair)
    if (known !== undefined) return known
    const kerning = this.#width(first) + this.#width(second) - this.#width(first + second)
    if (this.#kerning.size >= MAX_CACHED) this.#kerning.clear()
    this.#kerning.set(pair, kerning)
    return kerning
  }

  #width(text: string): number {
    return this.#positionedGlyphs(text, false, []).reduce((sum, { xAdvance }) => sum + xAdvance, 0)
  }

  #positionedGlyphs(text: string, isRtl: boolean, unjoined: readonly number[]): PositionedGlyph[] {
    const { Direction, Feature, shape } = this.#library
    const buffer = this.#buffer
    buffer.reset()
    buffer.setDirection(isRtl ? Direction.RTL : Direction.LTR)
    buffer.addText(text)
    if (this.#language !== undefined) buffer.setLanguage(this.#language)
    buffer.guessSegmentProperties()
    const split = unjoined.flatMap((place) => ['liga', 'clig'].map((tag) => new Feature(tag, 0, place, place + 1)))
    shape(this.#source.font, buffer, [...this.#features, ...split])
    const glyphs = buffer.getGlyphInfosAndPositions()
    if (glyphs.length > MAX_PER_UNIT * text.length + MAX_MORE) return []
    return glyphs.map(({ codepoint, cluster, xAdvance = 0, xOffset = 0, yOffset = 0 }) => {
      return { id: codepoint, cluster, xAdvance, xOffset, yOffset }
    })
  }

  #hasGlyph(text: string): boolean {
    const { codes, font, strokes } = this.#source
    return Array.from(text).every((character) => {
      const code = character.codePointAt(0) ?? 0
      if (!codes.has(code)) return /\p{Default_Ignorable_Code_Point}/u.test(character)
      return INKLESS.test(character) || strokes(font.glyph(code) ?? 0).points.length > 0
    })
  }
}

function addShifted(ink: StrokeWriter, strokes: Strokes, dx: number, dy: number): void {
  for (let s = 0; s < strokeCount(strokes); s++) {
    const line = stroke(strokes, s)
    ink.moveTo(at(line, 0) + dx, at(line, 1) + dy)
    for (let i = 2; i < line.length; i += 2) ink.lineTo(at(line, i) + dx, at(line, i + 1) + dy)
  }
}
