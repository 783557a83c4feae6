/** The room `collections` makes SVG fonts of collections of glyphs that users have on disk. */
import { PlotdError } from '../../errors.ts'
import { at, stroke, strokeCount } from '../../geometry/drawing.ts'
import { glyphStrokes } from '../fonts/glyph-path.ts'

export interface CollectedFont {
  /** An SVG font. */
  readonly svg: string
  readonly characters: number
}

/** Side of the square around a character, in KanjiVG's units. */
const SIDE = 109
/** Units in an em of the font. */
const EM = 500
/**
 * Distance of the baseline from the top of the square, units of the font. The baseline lies 12 % above the foot of the
 * square.
 */
const BASELINE = 440
/** Greatest distance of a chord from its curve, in KanjiVG's units. */
const TOLERANCE = 0.2
/** Matches a stroke: the code point of its character in hex, its number and its path. */
const STROKE = /<path\b[^>]*?\bid="kvg:([0-9a-f]{5})-s(\d+)"[^>]*?\bd="([^"]+)"/g

/** The notice that KanjiVG's licence requires. */
export const KANJIVG_NOTICE = `The strokes of these characters come from KanjiVG (https://kanjivg.tagaini.net), copyright 2009-2026 Ulrich Apel
and contributors. They are distributed under the Creative Commons Attribution-Share Alike 3.0 licence
(https://creativecommons.org/licenses/by-sa/3.0/). plotd changed them: curves became chords, in font units. This font is
under the same licence. plotd itself is not.
`

/**
 * An SVG font of KanjiVG's characters, with the strokes of each character in writing order.
 *
 * @param texts  KanjiVG's SVG files, or its one XML file
 * @throws PlotdError ERR_FONT_INVALID when the texts contain no stroke, or when a path is invalid
 */
export function kanjiFont(texts: Iterable<string>): CollectedFont {
  const strokes = new Map<number, { readonly place: number; readonly path: string }[]>()
  for (const text of texts) {
    for (const [, code = '', place = '', path = ''] of text.matchAll(STROKE)) {
      const character = Number.parseInt(code, 16)
      const known = strokes.get(character) ?? []
      if (known.some((stroke) => stroke.place === Number(place))) continue
      known.push({ place: Number(place), path })
      strokes.set(character, known)
    }
  }
  const glyphs = [...strokes]
    .sort(([a], [b]) => a - b)
    .flatMap(
      ([code, all]) =>
        glyphTag(
          code,
          all.sort((a, b) => a.place - b.place).map(({ path }) => path),
        ) ?? [],
    )
  if (glyphs.length === 0) {
    throw new PlotdError('ERR_FONT_INVALID', "expected KanjiVG's files: there is no stroke of a character in them")
  }
  const notice = KANJIVG_NOTICE.trim()
  return {
    characters: glyphs.length,
    svg: [
      `<svg xmlns="http://www.w3.org/2000/svg"><metadata>${notice}</metadata><defs>`,
      `<font id="kanjivg" horiz-adv-x="${EM}"><font-face font-family="KanjiVG" units-per-em="${EM}"/>`,
      `<glyph unicode=" " horiz-adv-x="${EM / 3}"/><glyph unicode="&#x3000;"/>`,
      ...glyphs,
      '</font></defs></svg>\n',
    ].join('\n'),
  }
}

/** Whether a glyph is as wide as its ink with bearings: Latin letters, digits, signs. Other glyphs are an em wide. */
const isNarrow = (code: number): boolean => code < 0x250

function glyphTag(code: number, paths: readonly string[]): string | undefined {
  const scale = EM / SIDE
  let d = ''
  let left = Infinity
  let right = -Infinity
  for (const path of paths) {
    const strokes = glyphStrokes(path, TOLERANCE)
    if (typeof strokes === 'string') {
      throw new PlotdError('ERR_FONT_INVALID', `the path of '${String.fromCodePoint(code)}': ${strokes}`)
    }
    for (let i = 0; i < strokeCount(strokes); i++) {
      const line = stroke(strokes, i)
      // `glyphStrokes` flips y, so y points up here, as in an SVG font. KanjiVG's y points down.
      const points = Array.from({ length: line.length / 2 }, (_, k) => [
        Math.round(at(line, 2 * k) * scale),
        Math.round(BASELINE + at(line, 2 * k + 1) * scale),
      ])
      left = Math.min(left, ...points.map(([x = 0]) => x))
      right = Math.max(right, ...points.map(([x = 0]) => x))
      d += points.map(([x, y], k) => `${k === 0 ? 'M' : 'L'}${x} ${y}`).join('')
    }
  }
  if (d === '') return undefined
  const unicode = `unicode="&#x${code.toString(16)};"`
  if (!isNarrow(code)) return `<glyph ${unicode} d="${d}"/>`
  const shift = 30 - left
  const placedPath = d.replace(/([ML])(-?\d+)/g, (_, command: string, x: string) => `${command}${Number(x) + shift}`)
  return `<glyph ${unicode} horiz-adv-x="${Math.round(right - left + 60)}" d="${placedPath}"/>`
}
