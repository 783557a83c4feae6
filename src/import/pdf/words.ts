import type { GlyphShape, Shape } from './shapes.ts'

/** Neighbouring characters of one font on one baseline. */
export interface Word {
  readonly is: 'word'
  readonly glyphs: readonly [GlyphShape, ...GlyphShape[]]
}

/** Widest gap within a word, em. */
const WIDEST = 0.2
/** Minimum gap within a word, em. It is negative, because letters may overlap. */
const OVERLAP = -0.25
/** Greatest difference of two baselines in one word, em. */
const SAME = 0.01

/**
 * Matches a character of a script that is written from right to left. Digits of such a script count as written from
 * left to right.
 */
const RIGHT_TO_LEFT = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u
const DIGIT = /\p{Nd}/u

/** The text of a word in the order of reading. */
export function textOf(glyphs: Word['glyphs']): string {
  const characters = glyphs.map(({ glyph }) => glyph.unicode)
  return (isRightToLeft(glyphs[0]) ? characters.reverse() : characters).join('')
}

/** Whether a character is written from right to left. */
const isRightToLeft = ({ glyph: { unicode } }: GlyphShape): boolean =>
  RIGHT_TO_LEFT.test(unicode) && !DIGIT.test(unicode)

/**
 * Joins characters into words. A blank ends a word and is left out, and each word has one direction. The order of
 * characters stays, because a PDF holds text in visual order.
 *
 * @param isReadable  whether a character may become part of a word; other characters stay glyphs
 */
export function wordsOf(
  shapes: readonly Shape[],
  isReadable: (glyph: GlyphShape) => boolean,
): (Exclude<Shape, GlyphShape> | GlyphShape | Word)[] {
  const out: (Shape | Word)[] = []
  let word: [GlyphShape, ...GlyphShape[]] | undefined
  const flush = (): void => {
    if (word) out.push({ is: 'word', glyphs: word })
    word = undefined
  }
  for (const shape of shapes) {
    if (shape.is !== 'glyph' || !isReadable(shape)) {
      flush()
      out.push(shape)
    } else if (shape.glyph.unicode.trim() === '') flush()
    else if (word && isSameWord(word.at(-1) ?? word[0], shape)) word.push(shape)
    else {
      flush()
      word = [shape]
    }
  }
  flush()
  return out
}

function isSameWord(last: GlyphShape, next: GlyphShape): boolean {
  if (last.font !== next.font || last.color !== next.color || last.clip !== next.clip || next.font.isVertical)
    return false
  if (isRightToLeft(last) !== isRightToLeft(next)) return false
  const [a, b, c, d, e, f] = next.matrix
  const em = Math.hypot(c, d)
  if (last.matrix.slice(0, 4).some((value, i) => Math.abs(value - (next.matrix[i] ?? 0)) > 1e-3 * em)) return false
  const along = Math.hypot(a, b)
  if (along === 0 || em === 0) return false
  const dx = e - last.end[0]
  const dy = f - last.end[1]
  const gap = (dx * a + dy * b) / along / along
  const off = (dx * -b + dy * a) / along / em
  return gap > OVERLAP && gap < WIDEST && Math.abs(off) < SAME
}
