import { type Affine, apply } from '../../../geometry/affine.ts'
import { type Strokes, strokeCount } from '../../../geometry/drawing.ts'
import { type Manner, writtenStrokes } from '../../../hershey/index.ts'
import { fontSize } from '../css/style.ts'
import type { TextGlyph } from '../reading/glyphs.ts'
import type { Frame } from '../reading/reading.ts'
import { CAP_HEIGHT, isUpright } from './line.ts'
import type { Place } from './places.ts'

/** A letter of a handwriting font, and its transform from a cap height of 1 to user units. */
export interface HandLetter {
  readonly glyph: TextGlyph
  readonly place: Place
  readonly matrix: Affine
}

/** Largest gap between joined letters, as a fraction of the font size. */
const NEAR = 1e-6

/**
 * The strokes of letters, element by element, in the order of writing. The font joins adjacent letters, and the dots of
 * a word follow the word. A letter that the file moved or spaced is not joined.
 */
export function handStrokes(letters: readonly HandLetter[], manner: Manner): { frame: Frame; strokes: Strokes }[] {
  let line = 0
  const cells = letters.map((letter, i) => {
    const before = letters[i - 1]
    if (before && !isAdjacent(before, letter)) line++
    const { matrix } = letter
    return { ...letter, line, angle: Math.atan2(matrix[1], matrix[0]) }
  })
  const out: { frame: Frame; strokes: Strokes }[] = []
  for (let first = 0; first < cells.length; ) {
    const { frame } = (cells[first] as HandLetter).place.char
    let end = first + 1
    while (cells[end]?.place.char.frame === frame) end++
    const strokes = writtenStrokes(cells.slice(first, end), manner, ({ glyph, matrix }) => ({
      strokes: glyph.strokes,
      place: (gx, gy) => apply(matrix, gx, gy),
    }))
    if (strokeCount(strokes) > 0) out.push({ frame, strokes })
    first = end
  }
  return out
}

/** Whether a letter stands end to end with the letter before it, and nothing in the file moved or spaced it. */
function isAdjacent(before: HandLetter, { place, glyph }: HandLetter): boolean {
  const first = before.place.char
  const second = place.char
  const isMoved = second.dx !== 0 || second.dy !== 0 || second.x !== undefined || second.y !== undefined
  if (isMoved || first.rotate !== 0 || second.rotate !== 0) return false
  if (first.frame !== second.frame || first.path !== second.path || first.drop !== second.drop) return false
  const { style } = second.frame
  if (isUpright(style, second.text) || place.stretch !== before.place.stretch) return false
  const size = fontSize(style)
  const near = (a: number, b: number) => Math.abs(a - b) <= NEAR * size
  const width = (glyph: TextGlyph) => glyph.advance * CAP_HEIGHT * size * place.stretch
  const isNext = near(before.place.x + width(before.glyph), place.x) || near(place.x + width(glyph), before.place.x)
  return isNext && near(before.place.y, place.y)
}
