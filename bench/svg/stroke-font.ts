import { at, type Strokes, stroke, strokeCount } from '../../src/geometry/drawing.ts'
import { layoutText } from '../../src/hershey/index.ts'
import { HALF_STEM, letterBars } from '../../src/svg/reader/text/letter-bars.ts'
import { CAP_HEIGHT, FONT_METRICS } from '../../src/svg/reader/text/line.ts'
import { type Contours, trueTypeFont } from './truetype.ts'

/** The names by which the browser's page uses the two fonts. */
const [LINES, BARS] = ['plotd strokes', 'plotd bars']
const UNITS = 8192

/** Ranges in which the font may have characters: Latin, Greek, Cyrillic, typographic punctuation, kana and kanji. */
const CHARACTERS = [
  ...range(0x20, 0x7e),
  ...range(0xa0, 0x24f),
  ...range(0x370, 0x4ff),
  ...range(0x1e00, 0x1eff),
  ...range(0x2010, 0x2027),
  ...range(0x3000, 0x30ff),
  ...range(0x4e00, 0x9fff),
]

/**
 * plotd's stroke font as a TrueType font for a browser. Each outline runs along its stroke and back, so the browser
 * draws the stroke when it draws a thin line along the outline. The advances are those of the stroke font, so each
 * letter of a text has the same place in the browser's picture and in plotd's.
 */
export const strokeFontFile = (): Buffer => fontFile(LINES, thereAndBack)

/** The stroke font with bars instead of lines, because a clip path needs letters that have an inside. */
export const barFontFile = (): Buffer => fontFile(BARS, (strokes) => contoursOf(letterBars(strokes, HALF_STEM * UNITS)))

function fontFile(family: string, outlines: (strokes: Strokes) => Contours): Buffer {
  const known = CHARACTERS.filter((code) => layoutText(String.fromCodePoint(code)).missing.length === 0)
  const glyphs = known.map((code) => {
    const { strokes, width } = layoutText(String.fromCodePoint(code), { size: CAP_HEIGHT * UNITS })
    return { code, advance: Math.round(width), contours: outlines(strokes) }
  })
  return trueTypeFont({ family, units: UNITS, capHeight: CAP_HEIGHT, ...FONT_METRICS, glyphs })
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i)
}

/** Each stroke as a closed contour of no area. */
const thereAndBack = (strokes: Strokes): Contours =>
  contoursOf(strokes).map((there) => (there.length < 3 ? there : [...there, ...there.slice(1, -1).reverse()]))

/** Font units, y up. */
const contoursOf = (strokes: Strokes): Contours =>
  Array.from({ length: strokeCount(strokes) }, (_, i) => {
    const line = stroke(strokes, i)
    return Array.from({ length: line.length / 2 }, (_, k): [number, number] => [
      Math.round(at(line, 2 * k)),
      Math.round(-at(line, 2 * k + 1)),
    ])
  })
