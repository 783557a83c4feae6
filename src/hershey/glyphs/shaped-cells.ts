import type { Shaper } from '../fonts/font.ts'
import { kindOf, NO_INK } from './cell-kind.ts'
import type { Cell } from './cells.ts'
import { type Directions, directionsOf } from './direction.ts'

/** Scripts that a shaped run never mixes. Characters of no listed script, such as most digits, fit any run. */
const SCRIPTS: readonly (readonly [name: string, letters: RegExp])[] = [
  'Latin',
  'Greek',
  'Cyrillic',
  'Hebrew',
  'Arabic',
  'Devanagari',
  'Bengali',
  'Gurmukhi',
  'Gujarati',
  'Tamil',
  'Telugu',
  'Kannada',
  'Malayalam',
  'Sinhala',
  'Thai',
  'Lao',
  'Khmer',
  'Myanmar',
  'Georgian',
  'Armenian',
  'Ethiopic',
  'Hangul',
  'Han',
  'Hiragana',
  'Katakana',
].map((name) => [name, new RegExp(`\\p{Script=${name}}`, 'u')])

/** Adjacent graphemes of one direction: either of one script, for one shaper call, or all missing in the font. */
interface Run {
  /** Indices of graphemes, `to` exclusive. */
  readonly from: number
  to: number
  /** Whether the font shapes the run; otherwise each character is looked up by itself. */
  readonly isShaped: boolean
  readonly level: number
  script: string | undefined
}

/**
 * The cells of a line in a font that shapes text: runs of one direction and one script, each shaped as a whole.
 * Characters that the font does not have, and the characters of a run that it cannot shape, are looked up one by one.
 *
 * @param byLetter    gives the cells of characters that are looked up one by one, in their directions
 * @param directions  directions of the graphemes
 * @param isApart     forbids optional ligatures of a grapheme with the grapheme before it
 */
export function shapedCells(
  graphemes: readonly string[],
  shaper: Shaper,
  byLetter: (chars: readonly string[], directions: Directions | undefined) => Cell[],
  directions = directionsOf(graphemes),
  isApart: (index: number) => boolean = () => false,
): Cell[] {
  const isRtl = directions !== undefined && directions.base % 2 === 1
  return runsOf(graphemes, shaper, directions).flatMap(({ from, to, isShaped, level }) => {
    const chars = graphemes.slice(from, to)
    const cells = isShaped ? shapedRun(chars, shaper, level, (index) => isApart(from + index)) : undefined
    if (cells) return cells.map((cell) => (directions ? { ...cell, level, isRtl } : cell))
    return byLetter(chars, directions && { ...directions, levels: directions.levels.slice(from, to) })
  })
}

function runsOf(graphemes: readonly string[], shaper: Shaper, directions: Directions | undefined): Run[] {
  const runs: Run[] = []
  graphemes.forEach((char, i) => {
    const level = directions?.levels[i] ?? 0
    const last = runs.at(-1)
    const isShaped = char === SOFT_HYPHEN ? (last?.isShaped ?? false) : shaper.covers(char)
    const script = SCRIPTS.find(([, letters]) => letters.test(char))?.[0]
    const fits = last?.isShaped === isShaped && last.level === level
    const hasFittingScript = script === undefined || last?.script === undefined || last.script === script
    if (last && fits && (!isShaped || hasFittingScript)) {
      last.to = i + 1
      last.script ??= script
    } else runs.push({ from: i, to: i + 1, isShaped, level, script })
  })
  return runs
}

const SOFT_HYPHEN = '\u00AD'
const HYPHEN: Omit<Cell, 'glyph'> = { char: SOFT_HYPHEN, kind: 'hyphen' }

/**
 * The cells of a shaped run. The shaper gets the run without its soft hyphens. The cells of the soft hyphens
 * stand between the shaped cells, and no optional ligature spans a soft hyphen.
 *
 * @returns undefined when the shaper gives no parts of the run
 */
function shapedRun(
  chars: readonly string[],
  shaper: Shaper,
  level: number,
  isApart: (index: number) => boolean,
): Cell[] | undefined {
  let run = ''
  const hyphens: number[] = []
  const apart: number[] = []
  chars.forEach((char, i) => {
    if (char === SOFT_HYPHEN) hyphens.push(run.length)
    if (char === SOFT_HYPHEN || isApart(i)) apart.push(run.length)
    if (char !== SOFT_HYPHEN) run += char
  })
  const parts = shaper.shape(run, level % 2 === 1, apart)
  if (parts.length === 0 && run !== '') return undefined
  const cells: Cell[] = []
  let next = 0
  for (const { from, to, glyph } of parts) {
    while ((hyphens[next] ?? Infinity) <= from) {
      cells.push({ ...HYPHEN, glyph: NO_INK })
      next++
    }
    const char = run.slice(from, to)
    cells.push({ char, glyph, kind: kindOf(char) })
  }
  return [...cells, ...hyphens.slice(next).map(() => ({ ...HYPHEN, glyph: NO_INK }))]
}
