import { strokesOf } from '../geometry/drawing.ts'
import { type Glyph, glyphOf, type StrokeFont } from './font.ts'
import { glyphFor, mapped, moved, row, together, unit, withoutDot } from './parts.ts'

/** Makes a character from glyphs that the font has; undefined when it lacks one of them. */
type Recipe = (font: StrokeFont) => Glyph | undefined

const using =
  (of: string, make: (glyph: Glyph, font: StrokeFont, u: number) => Glyph): Recipe =>
  (font) => {
    const glyph = built(font, of)
    return glyph && make(glyph, font, unit(font))
  }

/** The same shape. */
const same = (of: string): Recipe => using(of, (glyph) => glyph)

/** Several glyphs with their ink `gap` units apart; without one, as they stand. */
const inRow =
  (of: string, gap?: number): Recipe =>
  (font) => {
    const parts = Array.from(of, (char) => built(font, char))
    if (!parts.every((part) => part !== undefined)) return undefined
    return row(parts, gap === undefined ? undefined : gap * unit(font))
  }

/** Smaller, `rise` of the cap height above the baseline. */
const small = (of: string, scale: number, rise: number): Recipe =>
  using(of, (glyph, font) => mapped(glyph, [scale, 0, 0, scale, 0, -rise * font.metrics.capHeight]))

/** Turned by half, so that what stood on the baseline hangs from `top` of the cap height. */
const turned = (of: string, top: (font: StrokeFont) => number): Recipe =>
  using(of, (glyph, font) => glyphOf(glyph.advance, mapped(glyph, [-1, 0, 0, -1, glyph.advance, -top(font)]).strokes))

/** A bar through a letter: x in units from the left, middle or right of its ink, y in cap heights above the baseline. */
const barred = (of: string, side: 0 | 0.5 | 1, [x1, y1, x2, y2]: readonly [number, number, number, number]): Recipe =>
  using(of, (glyph, font, u) => {
    const from = glyph.box.minX + side * (glyph.box.maxX - glyph.box.minX)
    const { capHeight, slant } = font.metrics
    const at = (x: number, y: number) => [from + x * u + slant * (side === 1 ? 0 : y - 0.5) * capHeight, -y * capHeight]
    return glyphOf(glyph.advance, together(glyph.strokes, strokesOf([...at(x1, y1), ...at(x2, y2)])))
  })

/** The comma as a quote: lifted until its head is at the height of capitals. */
const lifted = using(',', (comma, font) =>
  glyphOf(comma.advance, moved(comma.strokes, 0, -font.metrics.capHeight - comma.box.minY)),
)
/** The comma turned by half, its tail at the height of capitals. */
const inverted = using(',', (comma, font) => {
  const half = mapped(comma, [-1, 0, 0, -1, comma.advance, 0])
  return glyphOf(comma.advance, moved(half.strokes, 0, -font.metrics.capHeight - half.box.minY))
})
/** A háček at the right of a tall letter is an apostrophe close by. */
const besides = (of: string): Recipe =>
  using(of, (glyph, font, u) => {
    const quote = built(font, '’')
    if (!quote) return glyph
    const shift = glyph.box.maxX + 1.5 * u - quote.box.minX
    return glyphOf(glyph.advance + 2.5 * u, together(glyph.strokes, moved(quote.strokes, shift, 0)))
  })

const middle = using('.', (dot, font, u) => glyphOf(dot.advance, moved(dot.strokes, 0, -font.metrics.xHeight / 2 - u)))
const bullet = using('·', (dot, _, u) => {
  const [cx, cy] = [(dot.box.minX + dot.box.maxX) / 2, (dot.box.minY + dot.box.maxY) / 2]
  const ring = (k: number) => mapped(dot, [k, 0, 0, k, cx * (1 - k) + u, cy * (1 - k)]).strokes
  return glyphOf(dot.advance + 2 * u, together(ring(1), ring(1.7), ring(2.4)))
})
const longer = (factor: number): Recipe => using('–', (dash) => mapped(dash, [factor, 0, 0, 1, 0, 0]))
const mirrored = (of: string): Recipe =>
  using(of, (glyph) => glyphOf(glyph.advance, mapped(glyph, [-1, 0, 0, 1, glyph.advance, 0]).strokes))
const smallCapital = (of: string): Recipe =>
  using(of, (glyph, { metrics }) => mapped(glyph, [0.85, 0, 0, metrics.xHeight / metrics.capHeight, 0, 0]))
const halfChevron = (of: string): Recipe =>
  using(of, (glyph, font) => mapped(glyph, [0.4, 0, 0, 0.55, 0, -0.08 * font.metrics.capHeight]))

const xHeight = (font: StrokeFont) => font.metrics.xHeight
const SUPER = [0.6, 0.45] as const
const SUB = [0.6, -0.12] as const
const digits = (of: string, [scale, rise]: readonly [number, number]): [string, Recipe][] =>
  Array.from(of, (char, i) => [char, small(String(i), scale, rise)])

const RECIPES: ReadonlyMap<string, Recipe> = new Map<string, Recipe>([
  ['’', lifted],
  ['‘', inverted],
  ['‚', same(',')],
  ['“', inRow('‘‘', 2)],
  ['”', inRow('’’', 2)],
  ['„', inRow('‚‚', 2)],
  ['…', inRow('...')],
  ['–', same('-')],
  ['—', longer(1.4)],
  ['―', longer(1.4)],
  ['−', same('-')],
  ['‐', same('-')],
  ['‑', same('-')],
  ['·', middle],
  ['•', bullet],
  ['‹', halfChevron('<')],
  ['›', halfChevron('>')],
  ['«', inRow('‹‹', 1.5)],
  ['»', inRow('››', 1.5)],
  ['¿', turned('?', xHeight)],
  ['¡', turned('!', xHeight)],
  ['ı', using('i', (glyph, font) => withoutDot(font, glyph))],
  ['ȷ', using('j', (glyph, font) => withoutDot(font, glyph))],
  ['œ', inRow('oe', 0)],
  ['Œ', inRow('OE', 0)],
  ['ł', barred('l', 0.5, [-3, 0.4, 3, 0.6])],
  ['Ł', barred('L', 0, [-3, 0.38, 5, 0.66])],
  ['ø', barred('o', 0.5, [-6.5, -0.05, 6.5, 0.72])],
  ['Ø', barred('O', 0.5, [-8, -0.05, 8, 1.05])],
  ['đ', barred('d', 1, [-5.5, 0.83, 2.5, 0.83])],
  ['Đ', barred('D', 0, [-3, 0.5, 5, 0.5])],
  ['ħ', barred('h', 0, [-2.5, 0.83, 5.5, 0.83])],
  ['Ħ', barred('H', 0.5, [-10, 0.76, 10, 0.76])],
  ['ŧ', barred('t', 0.5, [-4, 0.33, 4, 0.33])],
  ['ď', besides('d')],
  ['ť', besides('t')],
  ['ľ', besides('l')],
  ['Ľ', besides('L')],
  ['э', smallCapital('Э')],
  ['Є', mirrored('Э')],
  ['є', mirrored('э')],
  ...digits('⁰¹²³⁴⁵⁶⁷⁸⁹', SUPER),
  ...digits('₀₁₂₃₄₅₆₇₈₉', SUB),
  ['ª', small('a', 0.6, 0.5)],
  ['º', small('o', 0.6, 0.5)],
  ['½', inRow('¹⁄₂', -1)],
  ['¼', inRow('¹⁄₄', -1)],
  ['¾', inRow('³⁄₄', -1)],
  ['⁄', same('/')],
])

/** The font's own glyph, or one made of its glyphs after a recipe. */
export function built(font: StrokeFont, char: string): Glyph | undefined {
  return glyphFor(font, char) ?? RECIPES.get(char)?.(font)
}
