import { moveStrokes } from '../../geometry/affine.ts'
import { strokesOf } from '../../geometry/drawing.ts'
import { mergeStrokes } from '../../geometry/stroke-writer.ts'
import { type Glyph, glyphOf, type StrokeFont } from '../fonts/font.ts'
import { glyphFor, linesOf, row, transformGlyph, unit, withoutDot } from '../fonts/parts.ts'
import { rareLetter } from './rare-letters.ts'

/** Makes a character from glyphs of the font; undefined when the font has no suitable glyphs. */
type Recipe = (font: StrokeFont) => Glyph | undefined

/** A recipe that changes one glyph; `u` is the font's unit, a 21st of the cap height. */
const fromGlyph =
  (base: string, make: (glyph: Glyph, font: StrokeFont, u: number) => Glyph): Recipe =>
  (font) => {
    const glyph = buildGlyph(font, base)
    return glyph && make(glyph, font, unit(font))
  }

const same = (base: string): Recipe => fromGlyph(base, (glyph) => glyph)

/** Several glyphs side by side, with `gap` units between their ink. Without `gap`, their bearings space them. */
const inRow =
  (base: string, gap?: number): Recipe =>
  (font) => {
    const parts = Array.from(base, (char) => buildGlyph(font, char))
    if (!parts.every((part) => part !== undefined)) return undefined
    return row(parts, gap === undefined ? undefined : gap * unit(font))
  }

/** A scaled glyph, moved up by `rise` cap heights. */
const small = (base: string, scale: number, rise: number): Recipe =>
  fromGlyph(base, (glyph, font) => transformGlyph(glyph, [scale, 0, 0, scale, 0, -rise * font.metrics.capHeight]))

/** A glyph turned by 180 degrees, so that its baseline lies at the height `top`, font units. */
const upsideDown = (base: string, top: (font: StrokeFont) => number): Recipe =>
  fromGlyph(base, (glyph, font) =>
    glyphOf(glyph.advance, transformGlyph(glyph, [-1, 0, 0, -1, glyph.advance, -top(font)]).strokes),
  )

/** A letter with a bar: x in units from the left, middle or right of its ink; y in cap heights above the baseline. */
const withBar = (
  base: string,
  side: 0 | 0.5 | 1,
  [x1, y1, x2, y2]: readonly [number, number, number, number],
): Recipe =>
  fromGlyph(base, (glyph, font, u) => {
    const from = glyph.box.minX + side * (glyph.box.maxX - glyph.box.minX)
    const { capHeight, slant } = font.metrics
    const point = (x: number, y: number) => [
      from + x * u + slant * (side === 1 ? 0 : y - 0.5) * capHeight,
      -y * capHeight,
    ]
    return glyphOf(glyph.advance, mergeStrokes(glyph.strokes, strokesOf([...point(x1, y1), ...point(x2, y2)])))
  })

/** The comma as a closing quote, with its top at the height of capitals. */
const quote = fromGlyph(',', (comma, font) =>
  glyphOf(comma.advance, moveStrokes(comma.strokes, 0, -font.metrics.capHeight - comma.box.minY)),
)
/** The comma turned by 180 degrees, with its tail at the height of capitals. */
const openingQuote = fromGlyph(',', (comma, font) => {
  const half = transformGlyph(comma, [-1, 0, 0, -1, comma.advance, 0])
  return glyphOf(comma.advance, moveStrokes(half.strokes, 0, -font.metrics.capHeight - half.box.minY))
})
/** A tall letter with a háček. The háček is drawn as an apostrophe at the right of the letter. */
const withApostrophe = (base: string): Recipe =>
  fromGlyph(base, (glyph, font, u) => {
    const apostrophe = buildGlyph(font, '’')
    if (!apostrophe) return glyph
    const shift = glyph.box.maxX + 1.5 * u - apostrophe.box.minX
    return glyphOf(glyph.advance + 2.5 * u, mergeStrokes(glyph.strokes, moveStrokes(apostrophe.strokes, shift, 0)))
  })

const middleDot = fromGlyph('.', (dot, font, u) =>
  glyphOf(dot.advance, moveStrokes(dot.strokes, 0, -font.metrics.xHeight / 2 - u)),
)
const bullet = fromGlyph('·', (dot, _, u) => {
  const cx = (dot.box.minX + dot.box.maxX) / 2
  const cy = (dot.box.minY + dot.box.maxY) / 2
  const ring = (k: number) => transformGlyph(dot, [k, 0, 0, k, cx * (1 - k) + u, cy * (1 - k)]).strokes
  return glyphOf(dot.advance + 2 * u, mergeStrokes(ring(1), ring(1.7), ring(2.4)))
})
const longDash = fromGlyph('–', (dash) => transformGlyph(dash, [1.4, 0, 0, 1, 0, 0]))
const mirrorImage = (base: string): Recipe =>
  fromGlyph(base, (glyph) => glyphOf(glyph.advance, transformGlyph(glyph, [-1, 0, 0, 1, glyph.advance, 0]).strokes))
const smallCapital = (base: string): Recipe =>
  fromGlyph(base, (glyph, { metrics }) =>
    transformGlyph(glyph, [0.85, 0, 0, metrics.xHeight / metrics.capHeight, 0, 0]),
  )
const halfChevron = (base: string): Recipe =>
  fromGlyph(base, (glyph, font) => transformGlyph(glyph, [0.4, 0, 0, 0.55, 0, -0.08 * font.metrics.capHeight]))

/** A letter with an upturned end, for the Ukrainian ґ. */
const withUpturn = (base: string): Recipe =>
  fromGlyph(base, (glyph, _, u) => {
    const { maxX, minY } = glyph.box
    return glyphOf(glyph.advance, mergeStrokes(glyph.strokes, strokesOf([maxX, minY, maxX, minY - 4 * u])))
  })

/**
 * Thorn: b and p superimposed, with their common strokes drawn once. Undefined for a font that is neither sans nor
 * serif, because the b and the p of such a font do not match.
 */
const thorn: Recipe = (font) => {
  const b = buildGlyph(font, 'b')
  const p = buildGlyph(font, 'p')
  if (!b || !p || !isSansOrSerif(font)) return undefined
  const isOnlyInB = (line: Float64Array) => linesOf(p).every((other) => other.join() !== line.join())
  return glyphOf(
    p.advance,
    mergeStrokes(
      p.strokes,
      ...linesOf(b)
        .filter(isOnlyInB)
        .map((line) => strokesOf([...line])),
    ),
  )
}
/** Capital thorn: an I with the bowl of the P at half height. */
const capitalThorn: Recipe = (font) => {
  const i = buildGlyph(font, 'I')
  const p = buildGlyph(font, 'P')
  const u = unit(font)
  if (!i || !p || !isSansOrSerif(font)) return undefined
  const bowl = linesOf(p).filter((line) => {
    const { minY, maxY } = glyphOf(0, strokesOf([...line])).box
    return maxY - minY < 15 * u && maxY < -u
  })
  if (bowl.length === 0) return undefined
  const stem = moveStrokes(i.strokes, p.box.minX - i.box.minX, 0)
  return glyphOf(p.advance, mergeStrokes(stem, ...bowl.map((line) => moveStrokes(strokesOf([...line]), 0, 4.5 * u))))
}
const eth = fromGlyph('o', (o, font, u) => {
  const middle = (o.box.minX + o.box.maxX) / 2
  const { maxX, minY } = o.box
  const rise = [middle - 3 * u, -font.metrics.ascent, middle + u, -font.metrics.ascent + 2.5 * u, maxX - u, minY + u]
  const bar = [middle - 2.5 * u, minY - 2 * u, middle + 3.5 * u, minY - 5 * u]
  return glyphOf(o.advance, mergeStrokes(o.strokes, strokesOf([...rise, maxX, minY + 6 * u], bar)))
})
/**
 * The line of a final sigma: x and y in 21sts of the cap height, y down. No Hershey font has this letter in the right
 * size.
 */
const FINAL_SIGMA = [
  12, -12.5, 10, -14, 7, -14, 4.5, -12.5, 2.8, -9.5, 2.5, -6.5, 3.6, -4, 6, -2, 9, -0.5, 10, 1.5, 9.3, 3.8, 7, 5,
]
const finalSigma = fromGlyph('σ', (_, { info }, u) => {
  const line = FINAL_SIGMA.map((value) => value * u)
  const secondLine = line.map((value, i) => (i % 2 === 0 ? value + 0.9 * u : value))
  return glyphOf(14 * u, info.weight === 1 ? strokesOf(line) : strokesOf(line, secondLine))
})

/** A check mark: a short stroke down, and a long one that swings up; x and y in 21sts of the cap height, y down. */
const CHECK_MARK = [1.5, -8, 3.2, -5.2, 5, -1, 6.6, -5, 8.6, -9.2, 11.2, -13.4, 14.5, -17.5]
const checkMark: Recipe = (font) => {
  const u = unit(font)
  const line = CHECK_MARK.map((value) => value * u)
  const secondLine = line.map((value, i) => (i % 2 === 0 ? value + 0.9 * u : value))
  return glyphOf(16.5 * u, font.info.weight === 1 ? strokesOf(line) : strokesOf(line, secondLine))
}

const isSansOrSerif = ({ info }: StrokeFont): boolean => info.style === 'sans' || info.style === 'serif'

const xHeight = (font: StrokeFont) => font.metrics.xHeight
const SUPER = [0.6, 0.45] as const
const SUB = [0.6, -0.12] as const
const digits = (base: string, [scale, rise]: readonly [number, number]): [string, Recipe][] =>
  Array.from(base, (char, i) => [char, small(String(i), scale, rise)])

const RECIPES: ReadonlyMap<string, Recipe> = new Map<string, Recipe>([
  ['’', quote],
  ['‘', openingQuote],
  ['‚', same(',')],
  ['“', inRow('‘‘', 2)],
  ['”', inRow('’’', 2)],
  ['„', inRow('‚‚', 2)],
  ['…', inRow('...')],
  ['–', same('-')],
  ['—', longDash],
  ['―', longDash],
  ['−', same('-')],
  ['‐', same('-')],
  ['‑', same('-')],
  ['·', middleDot],
  ['•', bullet],
  ['‹', halfChevron('<')],
  ['›', halfChevron('>')],
  ['«', inRow('‹‹', 1.5)],
  ['»', inRow('››', 1.5)],
  ['¿', upsideDown('?', xHeight)],
  ['¡', upsideDown('!', xHeight)],
  ['ə', upsideDown('e', xHeight)],
  ['ı', fromGlyph('i', (glyph, font) => withoutDot(font, glyph))],
  ['ȷ', fromGlyph('j', (glyph, font) => withoutDot(font, glyph))],
  ['œ', inRow('oe', 0)],
  ['Œ', inRow('OE', 0)],
  ['ł', withBar('l', 0.5, [-3, 0.4, 3, 0.6])],
  ['Ł', withBar('L', 0, [-3, 0.38, 5, 0.66])],
  ['ø', withBar('o', 0.5, [-6.5, -0.05, 6.5, 0.72])],
  ['Ø', withBar('O', 0.5, [-8, -0.05, 8, 1.05])],
  ['đ', withBar('d', 1, [-5.5, 0.83, 2.5, 0.83])],
  ['Đ', withBar('D', 0, [-3, 0.5, 5, 0.5])],
  ['Ð', withBar('D', 0, [-3, 0.5, 5, 0.5])],
  ['Ŧ', withBar('T', 0.5, [-4.5, 0.5, 4.5, 0.5])],
  ['ĳ', inRow('ij')],
  ['Ĳ', inRow('IJ')],
  ['ŀ', inRow('l·')],
  ['Ŀ', inRow('L·')],
  ['ŉ', inRow('’n')],
  ['ħ', withBar('h', 0, [-2.5, 0.83, 5.5, 0.83])],
  ['Ħ', withBar('H', 0.5, [-10, 0.76, 10, 0.76])],
  ['ŧ', withBar('t', 0.5, [-4, 0.33, 4, 0.33])],
  ['þ', thorn],
  ['Þ', capitalThorn],
  ['ð', eth],
  ['ς', finalSigma],
  ['µ', same('μ')],
  ['ґ', withUpturn('г')],
  ['Ґ', withUpturn('Г')],
  ['љ', inRow('ль', -1)],
  ['њ', inRow('нь', -1)],
  ['ď', withApostrophe('d')],
  ['ť', withApostrophe('t')],
  ['ľ', withApostrophe('l')],
  ['Ľ', withApostrophe('L')],
  ['э', smallCapital('Э')],
  ['Є', mirrorImage('Э')],
  ['є', mirrorImage('э')],
  ...digits('⁰¹²³⁴⁵⁶⁷⁸⁹', SUPER),
  ...digits('₀₁₂₃₄₅₆₇₈₉', SUB),
  ['⁺', small('+', ...SUPER)],
  ['⁻', small('−', ...SUPER)],
  ['ⁿ', small('n', ...SUPER)],
  ['ª', small('a', 0.6, 0.5)],
  ['º', small('o', 0.6, 0.5)],
  ['½', inRow('¹⁄₂', -1)],
  ['¼', inRow('¹⁄₄', -1)],
  ['¾', inRow('³⁄₄', -1)],
  ['⁄', same('/')],
  ['✓', checkMark],
  ['✔', checkMark],
])

/** The font's own glyph of a character, else a glyph that this file or `rare-letters` composes; else undefined. */
export function buildGlyph(font: StrokeFont, char: string): Glyph | undefined {
  return glyphFor(font, char) ?? RECIPES.get(char)?.(font) ?? rareLetter(font, char, (base) => buildGlyph(font, base))
}
