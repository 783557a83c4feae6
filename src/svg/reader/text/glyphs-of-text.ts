import type { LineChar } from '../../../hershey/index.ts'
import { parseLength } from '../css/lengths.ts'
import type { TextGlyph } from '../reading/glyphs.ts'
import type { Reading } from '../reading/reading.ts'
import { levelsOf } from './bidi.ts'
import type { TextChar } from './characters.ts'
import { isUpright } from './line.ts'
import { mirroredText } from './order.ts'

/** Steps of work for a character whose glyph depends on its neighbours or on the language. */
const SHAPING = 400

/**
 * The glyph of each character of a text, with ligatures, joined letters and the letter forms of the language. Adjacent
 * letters of one language are shaped together, also across elements and positions (SVG 2, section 11.4), but not across
 * the ends of a `textPath`. A ligature stays within one element.
 */
export function glyphsOfText(chars: readonly TextChar[], { glyphs, budget }: Reading): TextGlyph[] {
  const levels = levelsOf(chars, budget)
  const out: TextGlyph[] = []
  for (let first = 0; first < chars.length; ) {
    const start = chars[first]
    const isStanding = isUprightChar(chars[first])
    let end = first + 1
    while (end < chars.length && !isStanding && !isUprightChar(chars[end]) && areInOneRun(start, chars[end])) end++
    const run = chars.slice(first, end)
    const line = isStanding ? undefined : glyphs.line(run.map(lineChar(levels, first)), start?.language)
    if (line) budget.spend(SHAPING * run.length)
    if (isStanding) out.push(glyphs.standing(start?.text ?? ''))
    else {
      const own = line ?? run.map(({ text }, i) => glyphs.glyph(mirroredText(text, levels[first + i] ?? 0)))
      for (const glyph of own) out.push(glyph)
    }
    first = end
  }
  return out
}

const isUprightChar = (char: TextChar | undefined): boolean =>
  char !== undefined && isUpright(char.frame.style, char.text)

const areInOneRun = (a: TextChar | undefined, b: TextChar | undefined): boolean =>
  a?.path === b?.path && a?.language === b?.language

const lineChar =
  (levels: readonly number[], first: number) =>
  (char: TextChar, i: number, all: readonly TextChar[]): LineChar => ({
    text: char.text.normalize('NFC'),
    level: levels[first + i] ?? 0,
    isApart: i > 0 && standsApart(char, all[i - 1]),
  })

/** Whether a character is a letter. Only letters form ligatures, so `standsApart` concerns only pairs of letters. */
const isLetter = (char: TextChar | undefined): boolean => char !== undefined && /^\p{L}/u.test(char.text)

/** Whether a character must not be one glyph with the character before it. */
function standsApart(char: TextChar, before: TextChar | undefined): boolean {
  if (!isLetter(char) || !isLetter(before)) return false
  const isPlaced = char.x !== undefined || char.y !== undefined || char.dx !== 0 || char.dy !== 0 || char.rotate !== 0
  const spacing = parseLength(char.frame.style['letter-spacing'])
  return isPlaced || before?.frame !== char.frame || (spacing !== undefined && spacing.value !== 0)
}
