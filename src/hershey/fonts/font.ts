import { type Bounds, boundsOf } from '../../geometry/bounds.ts'
import { type Strokes, strokesOf } from '../../geometry/drawing.ts'
import { median } from './spacing.ts'
import type { Kerning } from './svg-kerning.ts'

/** The strokes of one character in font units: x from the origin, y down from the baseline. */
export interface Glyph {
  /** Font units from this character to the next character, both bearings included. */
  readonly advance: number
  readonly strokes: Strokes
  /** Bounding box of the strokes; empty for a space. */
  readonly box: Bounds
  /**
   * Number of strokes that are written with the letter; all when absent. The later strokes, such as dots, follow after
   * the word.
   */
  readonly mains?: number
  readonly joins?: Joins
}

/**
 * How a letter is joined to its neighbours. `in`: the previous letter leads into the first stroke of this letter.
 * `out`: the last main stroke of this letter leads into the next letter. `io`: both.
 */
export type Joins = 'in' | 'out' | 'io'

export type FontStyle = 'sans' | 'serif' | 'script' | 'blackletter' | 'hand' | 'symbols' | 'japanese'

/** The facts about a font that are available before its file is read. */
export interface FontInfo {
  /** The name that `loadFont` takes. */
  readonly name: string
  /** The name to show to users. */
  readonly title: string
  readonly style: FontStyle
  /** Number of strokes in one stem: 1 is the fastest to draw, 2 and 3 look heavier. */
  readonly weight: 1 | 2 | 3
  readonly italic: boolean
  readonly licence: string
  /** A line of text that shows the font; for a symbol font, its symbols. */
  readonly sample: string
}

/** Heights in font units, none negative. `descent` is measured down from the baseline, the other heights up. */
export interface FontMetrics {
  readonly capHeight: number
  readonly xHeight: number
  readonly ascent: number
  readonly descent: number
  /** Distance between two baselines at line spacing 1. */
  readonly lineHeight: number
  /** Horizontal shift per unit of height: 0 is upright, 0.3 is a common italic. */
  readonly slant: number
}

/** Languages that have letters of their own in shipped fonts; `glyphs/language-forms.ts` has the forms. */
export const LANGUAGES_WITH_FORMS = ['bg', 'ca', 'mk', 'mo', 'pl', 'ro', 'sr'] as const
export type LanguageWithForms = (typeof LANGUAGES_WITH_FORMS)[number]

/** A font of single lines, as `loadFont` returns it. */
export interface StrokeFont {
  readonly info: FontInfo
  readonly metrics: FontMetrics
  /** Glyphs by code point. */
  readonly glyphs: ReadonlyMap<number, Glyph>
  /** Absent in a font without a shaper and without kerning pairs. */
  readonly kerning?: Kerning
  /** Glyphs that draw several characters as one, by the text that they draw: 'ff', 'th'. */
  readonly ligatures?: ReadonlyMap<string, Glyph>
  /** Whether a word has all the joins that its letters allow. */
  readonly isCursive?: boolean
  /** Fewest and most letters that are joined before the pen is lifted; 3 and 5 when absent. */
  readonly lifts?: readonly [fewest: number, most: number]
  /** Lays out text by the rules of an OpenType font. Absent in fonts of other formats. */
  readonly shaper?: Shaper
  /** The font with features on (`smcp`) or off (`-liga`). Throws ERR_FONT_UNKNOWN for a feature that the font lacks. */
  readonly withFeatures?: (features: readonly string[]) => StrokeFont
  /** The font with the forms of letters that a language has; `language` is a BCP 47 tag, such as `sr` or `ro-MD`. */
  readonly withLanguage?: (language: string) => StrokeFont
  /** The language whose forms of letters the font takes, such as `sr`. Only for fonts without rules for languages. */
  readonly language?: LanguageWithForms
  /**
   * A font for each form of the letters. The first font has the forms of `glyphs`. Absent when each letter has one
   * form.
   */
  readonly faces?: readonly StrokeFont[]
}

/** A stretch of a run that is drawn as one: a letter with its marks, a ligature, a conjunct. */
export interface ShapedPart {
  /** Indices in the run, `to` exclusive. */
  readonly from: number
  readonly to: number
  readonly glyph: Glyph
}

/** Lays out runs of text by the substitutions and positions of a font. */
export interface Shaper {
  /** Whether the font itself draws the whole character, marks included. */
  covers(char: string): boolean
  /**
   * The parts of a run in the order of the text; none when the font makes too many glyphs of the run. A run has one
   * script and one direction.
   *
   * @param unjoined  indices in `run` of characters that must not be part of an optional ligature
   */
  shape(run: string, isRtl: boolean, unjoined?: readonly number[]): readonly ShapedPart[]
  /** A character as one glyph. */
  single(char: string): Glyph
  /** Font units to subtract from the advance of the first character when the second follows it. */
  kerning(first: string, second: string): number
}

/** A glyph with the bounding box of its strokes. */
export const glyphOf = (advance: number, strokes: Strokes): Glyph => ({ advance, strokes, box: boundsOf(strokes) })

export const BLANK: Strokes = strokesOf()

/** A letter counts for `capHeight`, `xHeight` and `ascent` only if it rises this far above the baseline, font units. */
const LEAST_HEIGHT = 0.001

/**
 * A font whose heights are measured from its letters. Font files often have no metrics, or wrong ones.
 *
 * @param fallbackCap  cap height in font units, for a font without capital letters above the baseline
 */
export function makeFont(
  info: FontInfo,
  glyphs: ReadonlyMap<number, Glyph>,
  fallbackCap: number,
  kerning?: Kerning,
): StrokeFont {
  // A sign in the place of a letter may lie below the baseline, so it is no measure for heights.
  const top = (letters: string) =>
    median(
      boxes(glyphs, letters)
        .map((box) => -box.minY)
        .filter((height) => height >= LEAST_HEIGHT),
    )
  const capHeight = top('HEIFTLDBRP') ?? fallbackCap
  const descent = median(boxes(glyphs, 'gpqyj').map((box) => box.maxY)) ?? capHeight / 3
  const ascent = Math.max(capHeight, top('bdfhkl') ?? 0)
  const metrics = {
    capHeight,
    xHeight: top('xzvwu') ?? (capHeight * 2) / 3,
    ascent,
    descent: Math.max(descent, 0),
    lineHeight: ascent + Math.max(descent, capHeight / 3) + capHeight / 4,
    slant: info.italic ? 0.3 : 0,
  }
  return { info, metrics, glyphs, ...(kerning && { kerning }) }
}

/**
 * A font in several forms. The first form is the font itself. All forms have the metrics of the font, so that accents
 * stand at one height.
 *
 * @param forms  the further forms
 */
export function withFaces(font: StrokeFont, forms: readonly StrokeFont[]): StrokeFont {
  const faces: StrokeFont[] = []
  const whole = { ...font, faces }
  faces.push(whole, ...forms.map((face) => ({ ...face, metrics: font.metrics })))
  return whole
}

/** Limit on the forms of a character that a font keeps. */
const MAX_FACES = 12

/**
 * A font with its ligatures and its further forms. A character with fewer forms than the font repeats its own forms.
 *
 * @param forms  all forms of each character and of each ligature, by their text
 */
export function withForms(font: StrokeFont, forms: ReadonlyMap<string, readonly Glyph[]>): StrokeFont {
  const ligatures = [...forms].filter(([text]) => Array.from(text).length > 1)
  const face = (index: number): StrokeFont => ({
    ...font,
    glyphs: new Map(
      [...font.glyphs].map(([code, glyph]) => [
        code,
        formAt(forms.get(String.fromCodePoint(code)) ?? [], index, glyph),
      ]),
    ),
    ...(ligatures.length > 0 && {
      ligatures: new Map(
        ligatures.flatMap(([text, all]) => {
          const form = all[index % all.length]
          return form ? [[text, form] as const] : []
        }),
      ),
    }),
  })
  const count = Math.min(
    MAX_FACES,
    [...forms.values()].reduce((most, { length }) => Math.max(most, length), 1),
  )
  const further = Array.from({ length: count - 1 }, (_, i) => face(i + 1))
  return further.length === 0 ? face(0) : withFaces(face(0), further)
}

const formAt = (forms: readonly Glyph[], index: number, otherwise: Glyph): Glyph =>
  forms[index % forms.length] ?? otherwise

function boxes(glyphs: ReadonlyMap<number, Glyph>, letters: string): Bounds[] {
  return Array.from(letters).flatMap((letter) => {
    const glyph = glyphs.get(letter.codePointAt(0) ?? 0)
    return glyph && glyph.strokes.points.length > 0 ? [glyph.box] : []
  })
}
