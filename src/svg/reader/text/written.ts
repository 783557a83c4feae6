import { type Affine, apply } from '../../../geometry/affine.ts'
import { type Strokes, strokeCount } from '../../../geometry/drawing.ts'
import { type Manner, writtenStrokes } from '../../../hershey/index.ts'
import { fontSize } from '../css/style.ts'
import type { TextGlyph } from '../reading/glyphs.ts'
import type { Frame } from '../reading/reading.ts'
import { CAP_HEIGHT, isUpright } from './line.ts'
import type { Place } from './places.ts'

/** A letter of a hand, and how it comes from a cap height of 1 to user units. */
export interface HandLetter {
  readonly glyph: TextGlyph
  readonly place: Place
  readonly matrix: Affine
}

/** The share of a font size by which letters may miss each other and still be joined. */
const NEAR = 1e-6

/**
 * The strokes of letters that follow each other, element by element, as a writer makes them: letters are joined where the
 * hand joins, and the dots of a word follow after it. A join ends where the text does not run on by itself.
 */
export function handStrokes(letters: readonly HandLetter[], manner: Manner): { frame: Frame; strokes: Strokes }[] {
  let line = 0
  const cells = letters.map((letter, i) => {
    const before = letters[i - 1]
    if (before && !runsOn(before, letter)) line++
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

/** Whether a letter stands where the letter before it ends, and nothing in the file moved or spaced it. */
function runsOn(before: HandLetter, { place, glyph }: HandLetter): boolean {
  const [first, second] = [before.place.char, place.char]
  const isMoved = second.dx !== 0 || second.dy !== 0 || second.x !== undefined || second.y !== undefined
  if (isMoved || first.rotate !== 0 || second.rotate !== 0) return false
  if (first.frame !== second.frame || first.path !== second.path || first.lowered !== second.lowered) return false
  const { style } = second.frame
  if (isUpright(style, second.text) || place.stretch !== before.place.stretch) return false
  const size = fontSize(style)
  const near = (a: number, b: number) => Math.abs(a - b) <= NEAR * size
  const width = (glyph: TextGlyph) => glyph.advance * CAP_HEIGHT * size * place.stretch
  const isNext = near(before.place.x + width(before.glyph), place.x) || near(place.x + width(glyph), before.place.x)
  return isNext && near(before.place.y, place.y)
}
