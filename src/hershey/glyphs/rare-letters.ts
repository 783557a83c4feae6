import { strokesOf } from '../../geometry/drawing.ts'
import { mergeStrokes } from '../../geometry/stroke-writer.ts'
import { type Glyph, glyphOf, type StrokeFont } from '../fonts/font.ts'
import { row, transformGlyph, unit } from '../fonts/parts.ts'
import { splineThrough } from '../fonts/spline.ts'

/** Returns the font's glyph of a character, else a composed glyph, else undefined. */
export type GlyphFinder = (char: string) => Glyph | undefined
type Rare = (font: StrokeFont, find: GlyphFinder) => Glyph | undefined

/**
 * A letter of lines in 21sts of the cap height, y down from the baseline. In fonts whose stems have several strokes,
 * each line gets a second line beside it.
 */
const drawLines =
  (width: number, ...lines: readonly (readonly number[])[]): Rare =>
  (font) =>
    glyphOf(width * unit(font), glyphOfLines(font, lines, 0))

/** A letter of one curved stroke. `corners` are the indices of the points at which the stroke has a corner. */
const drawCurve = (corners: readonly number[], width: number, line: readonly number[]): Rare =>
  drawLines(width, splineThrough(line, corners))

function glyphOfLines(font: StrokeFont, lines: readonly (readonly number[])[], dx: number) {
  const u = unit(font)
  const { slant } = font.metrics
  const placed = lines.map((line) =>
    line.map((value, i) => (i % 2 === 0 ? dx + value * u - slant * (line[i + 1] ?? 0) * u : value * u)),
  )
  const secondLines = placed.map((line) => line.map((value, i) => (i % 2 === 0 ? value + 0.9 * u : value)))
  return font.info.weight === 1 ? strokesOf(...placed) : strokesOf(...placed, ...secondLines)
}

/**
 * A letter with further lines, whose x counts from the left edge, the middle or the right edge of the letter, by
 * `side`.
 */
const withLines =
  (base: string, side: 0 | 0.5 | 1, ...lines: readonly (readonly number[])[]): Rare =>
  (font, find) => {
    const glyph = find(base)
    if (!glyph) return undefined
    const x = glyph.box.minX + side * (glyph.box.maxX - glyph.box.minX)
    const more = glyphOf(0, glyphOfLines(font, lines, x)).box.maxX - glyph.box.maxX
    return glyphOf(glyph.advance + Math.max(0, more), mergeStrokes(glyph.strokes, glyphOfLines(font, lines, x)))
  }

/** A scaled letter: 'capital' has the height of a capital, 'hanging' reaches from the x-height to the descent. */
const scaleTo =
  (base: string, to: 'capital' | 'hanging'): Rare =>
  (font, find) => {
    const glyph = find(base)
    if (!glyph) return undefined
    const { capHeight, xHeight, descent } = font.metrics
    const height = Math.max(1, -glyph.box.minY)
    const high = to === 'capital' ? capHeight / height : (xHeight + descent) / height
    return transformGlyph(glyph, [to === 'capital' ? 1.15 : 0.8, 0, 0, high, 0, to === 'capital' ? 0 : descent])
  }

const inRow =
  (base: string, gap?: number): Rare =>
  (font, find) => {
    const parts = Array.from(base, find)
    return parts.every((part) => part !== undefined)
      ? row(parts, gap === undefined ? gap : gap * unit(font))
      : undefined
  }

const same =
  (base: string): Rare =>
  (_, find) =>
    find(base)

/** A small kana: the large one at three quarters of its size. */
const smallKana =
  (base: string): Rare =>
  (font, find) => {
    const glyph = find(base)
    return glyph && transformGlyph(glyph, [0.75, 0, 0, 0.75, 0.1 * glyph.advance, 0.04 * font.metrics.capHeight])
  }
/** Pairs of a small kana and its large one. */
const KANA =
  'ぁあ ぃい ぅう ぇえ ぉお っつ ゃや ゅゆ ょよ ゎわ ァア ィイ ゥウ ェエ ォオ ッツ ャヤ ュユ ョヨ ヮワ ヵカ ヶケ'

const HOOK_RIGHT = [0, 0, 0.3, -2.2, 1.8, -3.2, 3.4, -2.4]
const hookAt = (y: number) => HOOK_RIGHT.map((value, i) => (i % 2 === 0 ? value : value + y))
/** A tail below the right end of a Cyrillic letter. */
const TAIL = [0, 0, 0.6, 0, 0.6, 4]
const ENG_TAIL = [0, -1, 0, 3.5, -1.2, 5.6, -3.2, 6]

/** The tail of ҫ and ҙ. */
const CYRILLIC_CEDILLA = [0, 0, 1.6, 1.6, 1.8, 3.6, 0.4, 5, -1.8, 5.2]

/** The mirror image of a letter, in the same box. */
const mirrorLetter =
  (base: string): Rare =>
  (_, find) => {
    const glyph = find(base)
    if (!glyph) return undefined
    const { minX, maxX } = glyph.box
    return glyphOf(glyph.advance, transformGlyph(glyph, [-1, 0, 0, 1, minX + maxX, 0]).strokes)
  }

/**
 * Letters and signs that few fonts have: letters of languages of Europe, Africa and Asia, small kana, brackets of
 * Japanese, and signs of currencies.
 */
const RARE: ReadonlyMap<string, Rare> = new Map<string, Rare>([
  ['Ə', scaleTo('ə', 'capital')],
  ['Ә', same('Ə')],
  ['ә', same('ə')],
  ['ẞ', same('ß')],
  ['ʻ', same('‘')],
  ['ʼ', same('’')],
  ['ŋ', withLines('n', 1, ENG_TAIL)],
  ['Ŋ', withLines('N', 1, ENG_TAIL)],
  ['ɓ', withLines('b', 0, hookAt(-21))],
  ['Ɓ', withLines('B', 0, [0, -21, -2.4, -20, -3.4, -17.4])],
  ['ɗ', withLines('d', 1, hookAt(-21))],
  ['Ɗ', withLines('D', 0, [0, -21, -2.4, -20, -3.4, -17.4])],
  ['ƙ', withLines('k', 0, hookAt(-21))],
  ['Ƙ', withLines('K', 1, hookAt(-21))],
  ['ƴ', withLines('y', 1, hookAt(-14))],
  ['Ƴ', withLines('Y', 1, hookAt(-21))],
  [
    '№',
    (font, find) => {
      const n = find('N')
      const o = find('º')
      if (!n || !o) return undefined
      const u = unit(font)
      const bar = [o.box.minX - u, o.box.maxY + 2.5 * u, o.box.maxX + u, o.box.maxY + 2.5 * u]
      return row([n, glyphOf(o.advance, mergeStrokes(o.strokes, strokesOf(bar)))])
    },
  ],
  ['Љ', inRow('ЛЬ', -1)],
  ['Њ', inRow('НЬ', -1)],
  ['ћ', same('ħ')],
  ['ђ', withLines('ħ', 1, ENG_TAIL)],
  ['Ћ', drawLines(21, [1, -21, 15, -21], [7, -21, 7, 0], [7, -9, 9.5, -12, 12.5, -13, 15.5, -12, 17, -9, 17, 0])],
  [
    'Ђ',
    drawLines(
      21,
      [1, -21, 15, -21],
      [7, -21, 7, 0],
      [7, -9, 9.5, -12, 12.5, -13, 15.5, -12, 17, -9, 17, 0, 15.8, 4, 12.5, 5.5],
    ),
  ],
  ['џ', drawLines(16, [3, -14, 3, 0, 13, 0, 13, -14], [8, 0, 8, 4])],
  ['Џ', drawLines(20, [4, -21, 4, 0, 16, 0, 16, -21], [10, 0, 10, 5])],
  ['ғ', withLines('г', 0, [-2.5, -7, 6, -7])],
  ['Ғ', withLines('Г', 0, [-3, -10.5, 8, -10.5])],
  ['қ', withLines('к', 1, TAIL)],
  ['Қ', withLines('К', 1, TAIL)],
  ['ң', withLines('н', 1, TAIL)],
  ['Ң', withLines('Н', 1, TAIL)],
  ['җ', withLines('ж', 1, TAIL)],
  ['Җ', withLines('Ж', 1, TAIL)],
  ['ҷ', withLines('ч', 1, TAIL)],
  ['Ҷ', withLines('Ч', 1, TAIL)],
  ['ҳ', withLines('х', 1, TAIL)],
  ['Ҳ', withLines('Х', 1, TAIL)],
  ['ө', withLines('о', 0.5, [-4.5, -7, 4.5, -7])],
  ['Ө', withLines('О', 0.5, [-7.5, -10.5, 7.5, -10.5])],
  ['ү', scaleTo('Y', 'hanging')],
  ['Ү', same('Y')],
  ['ұ', withLines('ү', 0.5, [-4, 1.5, 4, 1.5])],
  ['Ұ', withLines('Y', 0.5, [-5, -7, 5, -7])],
  ['һ', same('h')],
  ['Һ', same('h')],
  // African letters.
  ['ɔ', mirrorLetter('c')],
  ['Ɔ', mirrorLetter('C')],
  ['ǝ', same('ə')],
  ['Ǝ', mirrorLetter('E')],
  [
    'ɛ',
    drawCurve(
      [6],
      14,
      [
        12, -11.8, 10, -13.6, 7, -14, 4, -12.8, 3.4, -10.4, 5, -8, 8, -7.4, 5, -6.8, 2.8, -4.4, 3.2, -1.6, 6, 0, 9.4,
        -0.2, 12.2, -2.4,
      ],
    ),
  ],
  [
    'Ɛ',
    drawCurve(
      [6],
      18,
      [
        15.6, -17.8, 13, -20.4, 9, -21, 5.4, -19.2, 4.4, -15.6, 6.4, -12, 10, -11, 6, -10.2, 3.2, -6.6, 3.8, -2.4, 7.6,
        0, 12, -0.3, 15.8, -3.4,
      ],
    ),
  ],
  ['ɖ', withLines('d', 1, [0, -1, 0.2, 3.5, 1.4, 5.6, 3.2, 5.6])],
  ['Ɖ', same('Đ')],
  [
    'ƒ',
    drawLines(13, [13, -19, 11.6, -21, 9.6, -20.4, 8.4, -17.6, 6.6, 0, 5.6, 4, 3.8, 5.8, 2, 5], [3.6, -13, 12, -13]),
  ],
  ['Ƒ', withLines('F', 0, [0, -1, -0.2, 3.2, -1.4, 5.4, -3.6, 5.6])],
  [
    'ɣ',
    drawCurve(
      [],
      15,
      [2, -13.6, 3.6, -13.4, 7.4, -2.6, 9.4, 2, 9, 5.4, 7.6, 6.4, 6, 5.4, 5.8, 2.8, 7.6, -2.6, 12.8, -14],
    ),
  ],
  [
    'Ɣ',
    drawCurve(
      [],
      19,
      [2, -20.6, 4, -20, 9.4, -4, 11.6, 1.6, 11.2, 5.4, 9.5, 6.6, 7.7, 5.4, 7.4, 2, 9.6, -4, 16.6, -21],
    ),
  ],
  ['ʋ', drawCurve([], 15, [2, -13.6, 4, -12.6, 4, -5, 5.4, -1.4, 8, -0.2, 11, -2, 12.6, -6, 12.4, -10, 10.4, -13.6])],
  ['Ʋ', drawCurve([], 19, [2, -20.6, 4.6, -18.8, 4.6, -7, 6.2, -2, 9.6, 0, 13.6, -2.6, 16, -8, 15.8, -15, 13, -20.6])],
  [
    'ʊ',
    drawCurve(
      [1, 9],
      16,
      [
        1.6, -13.6, 5.4, -13.6, 3.6, -10.4, 3, -7, 4.2, -2.4, 8, -0.2, 11.8, -2.4, 13, -7, 12.4, -10.4, 10.6, -13.6,
        14.4, -13.6,
      ],
    ),
  ],
  ['Ʊ', scaleTo('ʊ', 'capital')],
  ['Ɩ', scaleTo('ɩ', 'capital')],
  ['ɲ', withLines('n', 0, [0, -1, 0, 3.5, -1.2, 5.6, -3.2, 6])],
  ['Ɲ', withLines('N', 0, [0, -1, 0, 3.5, -1.2, 5.6, -3.2, 6])],
  ['ɩ', same('ι')],
  ['ɨ', withLines('i', 0.5, [-3, -7, 3, -7])],
  ['Ɨ', withLines('I', 0.5, [-4, -10.5, 4, -10.5])],
  ['ʉ', withLines('u', 0.5, [-7.5, -7, 7.5, -7])],
  ['Ʉ', withLines('U', 0.5, [-9.5, -10.5, 9.5, -10.5])],
  ['ǀ', same('|')],
  ['ǃ', same('!')],
  ['ǁ', inRow('||')],
  ['ꞌ', same("'")],
  // Letters of Sami, and of the romanization of Arabic and Cyrillic.
  ['ʒ', drawLines(15, [2.4, -14, 12.4, -14, 6.4, -7.4, 10, -6.4, 12.4, -3, 12.2, 1.4, 9.8, 5, 6, 6.2, 2.4, 5])],
  ['Ʒ', drawLines(19, [3, -21, 16, -21, 8.6, -12.6, 13, -11.4, 16, -7.6, 15.4, -3, 12, -0.3, 7.6, 0, 3, -2])],
  ['ǥ', withLines('g', 1, [-4.5, 1.6, 3, 1.6])],
  ['Ǥ', withLines('G', 1, [-5, -4.6, 3, -4.6])],
  ['ʿ', drawCurve([], 6, [4.4, -21, 2.6, -20.4, 1.8, -19, 2.6, -17.6, 4.4, -17])],
  ['ʾ', drawCurve([], 6, [1.8, -21, 3.6, -20.4, 4.4, -19, 3.6, -17.6, 1.8, -17])],
  ['ʹ', drawLines(5, [3.6, -21, 2, -16.6])],
  ['ʺ', drawLines(8, [3.6, -21, 2, -16.6], [6.8, -21, 5.2, -16.6])],
  // Greek numbers and lone breathings.
  ['ϛ', same('ς')],
  ['᾿', same('’')],
  ['ϟ', drawLines(14, [9.6, -21, 3.4, -10.6, 11, -11.4, 4, 0])],
  [
    'ϡ',
    drawLines(
      17,
      [2, -17.4, 5, -14, 4.6, -8, 6.6, -14, 10, -13.4, 9.8, -7.6, 11.6, -13.6, 14.6, -13, 15, -6, 12.6, 0, 9.6, 4],
    ),
  ],
  // Cyrillic letters of the Caucasus, the Volga and Siberia, and of old spelling.
  ['Ӏ', same('I')],
  ['ӏ', same('I')],
  ['ӕ', same('æ')],
  ['Ӕ', same('Æ')],
  ['ҫ', withLines('с', 0.5, CYRILLIC_CEDILLA)],
  ['Ҫ', withLines('С', 0.5, CYRILLIC_CEDILLA)],
  ['ҙ', withLines('з', 0.5, CYRILLIC_CEDILLA)],
  ['Ҙ', withLines('З', 0.5, CYRILLIC_CEDILLA)],
  ['ҡ', withLines('к', 0, [-4, -14, 0, -14])],
  ['Ҡ', withLines('К', 0, [-5, -21, 0, -21])],
  ['ҥ', withLines('н', 1, [0, -14, 5.5, -14])],
  ['Ҥ', withLines('Н', 1, [0, -21, 7, -21])],
  ['ҕ', withLines('г', 0, [0, -7, 4, -8.4, 7.2, -6.6, 7.8, -1.6, 6.4, 3, 3.6, 4.6])],
  ['Ҕ', withLines('Г', 0, [0, -10.5, 5, -12, 9, -9.4, 9.8, -3, 8, 2.6, 4.6, 4.6])],
  ['ҧ', withLines('п', 1, [0, -7, 3.6, -7.6, 5.6, -4.8, 5.4, 0.6, 3, 4.4])],
  ['Ҧ', withLines('П', 1, [0, -10.5, 4.4, -11, 7, -7, 6.6, 0.6, 3.6, 4.4])],
  ['ҟ', withLines('к', 0, [0, -14, 0, -21], [-3, -17.6, 3.4, -17.6])],
  ['Ҟ', withLines('К', 0, [-3.4, -17, 3.6, -17])],
  ['ҽ', withLines('е', 0, [0, -7, -2.4, -7.6, -3.4, -10.6])],
  ['Ҽ', withLines('Є', 0, [0, -10.5, -3, -11.4, -4.2, -15.6])],
  ['ҿ', withLines('ҽ', 0.5, [1, 0, 1, 4.4])],
  ['Ҿ', withLines('Ҽ', 0.5, [1, 0, 1, 4.4])],
  [
    'ҩ',
    drawCurve(
      [],
      17,
      [
        13.8, -3, 9.6, -0.2, 5, -1.6, 2.8, -6.6, 4.6, -12, 8.6, -14, 12.6, -12, 13.4, -8, 11, -5.2, 8.4, -6.6, 8.6,
        -9.4,
      ],
    ),
  ],
  [
    'Ҩ',
    drawCurve(
      [],
      22,
      [
        18.4, -4.4, 12.6, -0.3, 6.4, -2.4, 3.4, -9.6, 5.8, -17.8, 11, -21, 16.6, -18.2, 17.8, -12.2, 14.4, -8, 10.8,
        -10, 11.2, -14,
      ],
    ),
  ],
  ['ӡ', same('ʒ')],
  ['Ӡ', same('Ʒ')],
  ['ӷ', withLines('г', 0, [0, 0, 2.6, 0, 2.6, 4.4])],
  ['Ӷ', withLines('Г', 0, [0, 0, 3, 0, 3, 5])],
  ['ҭ', withLines('т', 0.5, [0, 0, 2.6, 0, 2.6, 4.4])],
  ['Ҭ', withLines('Т', 0.5, [0, 0, 3, 0, 3, 5])],
  ['ҵ', withLines('ц', 0, [-4.4, -14, 0, -14])],
  ['Ҵ', withLines('Ц', 0, [-5.6, -21, 0, -21])],
  ['ԥ', withLines('п', 1, TAIL)],
  ['Ԥ', withLines('П', 1, TAIL)],
  ['ӈ', withLines('н', 1, ENG_TAIL)],
  ['Ӈ', withLines('Н', 1, ENG_TAIL)],
  ['ӄ', withLines('к', 1, ENG_TAIL)],
  ['Ӄ', withLines('К', 1, ENG_TAIL)],
  ['ԓ', withLines('л', 1, ENG_TAIL)],
  ['Ԓ', withLines('Л', 1, ENG_TAIL)],
  ['ˮ', same('”')],
  ['ѣ', withLines('ь', 0, [0, -14, 0, -20], [-4, -15.6, 5, -15.6])],
  ['Ѣ', withLines('Ь', 0, [-4, -16, 7, -16])],
  ['ѳ', same('ө')],
  ['Ѳ', same('Ө')],
  ['ѵ', same('v')],
  ['Ѵ', same('V')],
  // Signs of Arabic, Yiddish and Japanese, and signs of currencies.
  ['٪', same('%')],
  ['٫', same('،')],
  ['٬', same('’')],
  ['װ', inRow('וו', 3)],
  ['ױ', inRow('יו', 3)],
  ['ײ', inRow('יי', 3)],
  ['「', drawLines(16, [12, -22, 6, -22, 6, -8])],
  ['」', drawLines(16, [10, -14, 10, 0, 4, 0])],
  ['『', drawLines(16, [13, -23, 4, -23, 4, -7, 7, -7, 7, -20, 13, -20, 13, -23])],
  ['』', drawLines(16, [3, 1, 12, 1, 12, -15, 9, -15, 9, -2, 3, -2, 3, 1])],
  ['₱', withLines('P', 0, [-2.5, -17, 15, -17], [-2.5, -13, 15, -13])],
  ['₽', withLines('P', 0, [-3, -9, 3, -9], [-3, -5, 9, -5])],
  ['₩', withLines('W', 0.5, [-13, -13, 13, -13], [-13, -9, 13, -9])],
  ['₦', withLines('N', 0.5, [-10, -12, 10, -12], [-10, -8, 10, -8])],
  ['₫', withLines('đ', 0.5, [-5.5, 3, 5.5, 3])],
  [
    '₹',
    drawLines(
      18,
      [3, -21, 16, -21],
      [3, -15.5, 16, -15.5],
      [3, -21, 8, -21, 11.2, -19, 11.8, -15.5, 10.4, -12, 7, -10.4, 3, -10.4, 13, 0],
    ),
  ],
  ['₺', drawLines(17, [7, -21, 7, 0, 10, 0, 13.5, -2.5, 15, -8], [3, -11.5, 12, -16], [3, -7, 12, -11.5])],
  [
    '₴',
    drawLines(
      18,
      [
        4, -17, 6.5, -20, 10, -21, 13, -19.5, 14, -16.5, 12, -13.5, 6, -8.5, 4.4, -5, 5.4, -1.5, 8.4, 0, 12, -0.8, 14.5,
        -3.8,
      ],
      [2.5, -12.6, 16, -12.6],
      [2.5, -8.6, 16, -8.6],
    ),
  ],
  ...KANA.split(' ').map((pair): [string, Rare] => [pair.charAt(0), smallKana(pair.charAt(1))]),
])

/**
 * A rare letter, made from the font's glyphs or drawn from lines in `RARE`. Undefined when `RARE` lacks the letter, or
 * when the font lacks the glyphs.
 */
export const rareLetter = (font: StrokeFont, char: string, find: GlyphFinder): Glyph | undefined =>
  RARE.get(char)?.(font, find)
