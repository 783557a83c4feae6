/**
 * The room `capture` makes a font of letters that a user wrote. `smooth-stroke` cleans strokes, `font-from-samples`
 * aligns and spaces the letters and writes an SVG font, `kerning` finds the pairs that need another distance.
 */
import { PlotdError } from '../../errors.ts'
import { edge, median, side } from '../fonts/spacing.ts'
import { escapeXml } from '../fonts/svg-font.ts'
import { kerningPairs } from './kerning.ts'
import { smoothStroke } from './smooth-stroke.ts'

/**
 * A written letter, a pair of letters that is written as one, or a placeholder such as `{sign}`. The points are in the
 * unit of the guide lines; y points down.
 */
export interface LetterSample {
  readonly text: string
  readonly strokes: readonly (readonly (readonly [x: number, y: number])[])[]
}

/** The letters that a user wrote, and the guide lines that they stand between. */
export interface WrittenAlphabet {
  readonly name: string
  /** y of the line that letters stand on. */
  readonly baseline: number
  /** y of the line that small letters reach. */
  readonly xLine: number
  readonly samples: readonly LetterSample[]
}

/** The font of a written alphabet. */
export interface WrittenFont {
  /** An SVG font. A character with several samples has several glyphs. */
  readonly svg: string
  /** Number of different texts: letters, pairs and placeholders. */
  readonly characters: number
  /** Number of glyphs: all forms of all characters. */
  readonly forms: number
  /** Texts that should be written again, because the top of a sample has an unusual height. */
  readonly again: readonly string[]
}

/** Height of small letters, units. */
const X_HEIGHT = 44
/** Units in an em. */
const EM = 100
/** Minimum width of the space, units. */
const SPACE = 30
/** White (empty space) at each side of a letter, units. */
const BEARING = 9
/** Limit on the samples of one alphabet. */
const MAX_SAMPLES = 1000
/** Limit on the points of all samples of one alphabet. */
const MAX_POINTS = 400_000
/** Limit on the length of all strokes of one alphabet, units. Each unit becomes a point. */
const MAX_LENGTH = 1_000_000
/** Flat letters reach from the baseline to the x-height. All letters are aligned by the flat ones. */
const FLAT = /^[acemnorsuvwxz]$/
/**
 * A letter is reported when the top of a sample is far from the usual top: by more than this multiple of the median
 * difference, and by more than `LEAST`.
 */
const FAR = 4
/** A difference of at most this from the usual top is never reported, units. */
const LEAST = 13

interface Form {
  readonly text: string
  /** x, y with y up, units. */
  readonly lines: readonly number[][]
}

/**
 * Makes a font from written letters.
 *
 * @throws PlotdError ERR_FONT_INVALID without a letter, with too many samples or points, with too long strokes, or with
 *   a baseline that is not below the x-line
 */
export function fontFromSamples(alphabet: WrittenAlphabet): WrittenFont {
  const { baseline, xLine, samples, name } = alphabet
  const points = samples.reduce((sum, { strokes }) => sum + strokes.reduce((all, { length }) => all + length, 0), 0)
  if (samples.length > MAX_SAMPLES || points > MAX_POINTS)
    throw invalid(
      `it has ${samples.length} letters and ${points} points, expected at most ${MAX_SAMPLES} and ${MAX_POINTS}`,
    )
  if (!(baseline > xLine)) throw invalid(`its baseline ${baseline} is not below the line ${xLine} of small letters`)
  const length = samples.reduce((sum, { strokes }) => sum + strokes.reduce((all, line) => all + lengthOf(line), 0), 0)
  const units = (length * X_HEIGHT) / (baseline - xLine)
  if (!(units <= MAX_LENGTH))
    throw invalid(
      `its strokes are ${units} units long in all, expected at most ${MAX_LENGTH} (an x is ${X_HEIGHT} units high)`,
    )
  const letters = samples
    .map((sample) => formOf(sample, alphabet))
    .filter(({ text, lines }) => lines.length > 0 && canBeGlyph(text))
  if (letters.length === 0) throw invalid('no letter was written')
  const forms = alignForms(letters)
  return {
    svg: svgFont(name, forms),
    characters: new Set(forms.map(({ text }) => text)).size,
    forms: forms.length,
    again: outliers(forms),
  }
}

const lengthOf = (line: LetterSample['strokes'][number]): number =>
  line.reduce((sum, [x, y], i) => {
    const [px, py] = line[i - 1] ?? [x, y]
    return sum + Math.hypot(x - px, y - py)
  }, 0)

/** The smooth strokes of a sample in units, with the baseline at y = 0. */
function formOf({ text, strokes }: LetterSample, { baseline, xLine }: WrittenAlphabet): Form {
  const unit = X_HEIGHT / (baseline - xLine)
  const lines = strokes.map((stroke) =>
    smoothStroke(stroke.map(([x, y]): [number, number] => [x * unit, (baseline - y) * unit])).flat(),
  )
  return { text: text.normalize('NFC'), lines: lines.filter((line) => line.length >= 4) }
}

/** Matches what is no letter: white space, control characters, lone surrogates, code points that XML cannot hold. */
const NO_LETTER = /[\s\p{Cc}\p{Cs}\u{fffe}\u{ffff}]/u
/** Whether a font can have a glyph for a text: a character, a pair of characters, or a placeholder such as `{sign}`. */
const canBeGlyph = (text: string): boolean =>
  !NO_LETTER.test(text) && ([1, 2].includes(Array.from(text).length) || /^\{[a-z]{1,10}\}$/.test(text))

const invalid = (why: string) => new PlotdError('ERR_FONT_INVALID', `the written alphabet: ${why}`)

const heights = (lines: readonly number[][]) => lines.flatMap((line) => line.filter((_, i) => i % 2 === 1))
const bottom = ({ lines }: Form) => heights(lines).reduce((least, y) => Math.min(least, y), Infinity)
const top = ({ lines }: Form) => heights(lines).reduce((most, y) => Math.max(most, y), -Infinity)

/**
 * Moves all forms up or down and scales them, so that the median flat letter fits the guide lines. Writers follow these
 * lines only roughly. Each form keeps its difference from the median.
 */
function alignForms(forms: readonly Form[]): Form[] {
  const flat = forms.filter(({ text }) => FLAT.test(text))
  const low = median(flat.map(bottom)) ?? 0
  const high = median(flat.map(top)) ?? X_HEIGHT
  const scale = high - low > X_HEIGHT / 4 ? X_HEIGHT / (high - low) : 1
  return forms.map(({ text, lines }) => ({
    text,
    lines: lines.map((line) => line.map((value, i) => (i % 2 === 0 ? value : value - low) * scale)),
  }))
}

/**
 * Texts with a form whose top is far from the usual top. The usual top of a flat letter is the x-height. The usual top
 * of another text is the median of the tops of all forms of this text.
 */
function outliers(forms: readonly Form[]): string[] {
  const byText = new Map<string, Form[]>()
  for (const form of forms) byText.set(form.text, [...(byText.get(form.text) ?? []), form])
  return [...byText].flatMap(([text, all]) => {
    const tops = all.map(top)
    const middle = FLAT.test(text) ? X_HEIGHT : (median(tops) ?? 0)
    const spread = median(tops.map((value) => Math.abs(value - middle))) ?? 0
    return tops.some((value) => Math.abs(value - middle) > Math.max(LEAST, FAR * spread)) ? [text] : []
  })
}

function svgFont(name: string, forms: readonly Form[]): string {
  const glyphs = forms.map(({ text, lines }, i) => {
    const isTall = heights(lines).some((y) => y > 56)
    const left = BEARING - side(lines, 'left', isTall)
    const advance = Math.max(8, left + BEARING + side(lines, 'right', isTall))
    const placedLines = lines.map((line) => line.map((value, k) => (k % 2 === 0 ? value + left : value)))
    const tag = `<glyph glyph-name="g${i}" unicode="${escapeXml(text)}" horiz-adv-x="${round(advance)}" d="${placedLines.map(path).join('')}"/>`
    return { text, lines: placedLines, advance, tag }
  })
  // The space has 0.9 of the ink width of the median flat letter, but at least SPACE.
  const widths = forms
    .filter(({ text }) => FLAT.test(text))
    .map(({ lines }) => edge(lines, 'right') - edge(lines, 'left'))
  const space = Math.max(SPACE, 0.9 * (median(widths) ?? SPACE))
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<svg xmlns="http://www.w3.org/2000/svg"><defs>',
    `<font id="hand" horiz-adv-x="${round(space)}">`,
    `<font-face font-family="${escapeXml(name)}" units-per-em="${EM}" x-height="${X_HEIGHT}"/>`,
    `<glyph unicode=" " horiz-adv-x="${round(space)}"/>`,
    ...glyphs.map(({ tag }) => tag),
    ...kerningPairs(glyphs).map(
      ({ first, second, units }) => `<hkern u1="${escapeXml(first)}" u2="${escapeXml(second)}" k="${round(units)}"/>`,
    ),
    '</font></defs></svg>\n',
  ].join('\n')
}

const round = (value: number): string => String(Math.round(value * 10) / 10)
const path = (line: readonly number[]): string =>
  Array.from(
    { length: line.length / 2 },
    (_, i) => `${i === 0 ? 'M' : 'L'}${round(line[2 * i] ?? 0)} ${round(line[2 * i + 1] ?? 0)}`,
  ).join('')
