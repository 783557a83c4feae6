import { boundsOf } from '../../geometry/bounds.ts'
import { type Glyph, layoutText, loadFont, type StrokeFont } from '../../hershey/index.ts'

export interface RunStyle {
  readonly isEmphasized: boolean
  readonly isStrong: boolean
}

/** First code point for styled characters: a private plane of Unicode, which ordinary text does not use. */
const FIRST = 0xf0000
/** Last character of the same plane. */
const LAST = 0xffffd
/** Slant of emphasized letters: horizontal shift for each unit of height. */
const LEAN = 0.25
/** Distance of the two strokes of strong letters, in cap heights. */
const DOUBLE = 0.055

/**
 * A font with emphasized and strong forms of the characters of a text, so that one paragraph may hold all of them. The
 * styled characters have private code points.
 */
export class StyledFont {
  readonly #base: StrokeFont
  readonly #glyphs = new Map<number, Glyph>()
  readonly #codes = new Map<string, number>()

  constructor(name: string) {
    this.#base = loadFont(name)
  }

  /** The text in a style; characters that no font has stay as they are. */
  style(text: string, { isEmphasized, isStrong }: RunStyle): string {
    if (!isEmphasized && !isStrong) return text
    return Array.from(text, (character) =>
      /\s/.test(character) ? character : this.#styleCharacter(character, isEmphasized, isStrong),
    ).join('')
  }

  /** The width of a text, in widths of a blank. */
  widthInBlanks(text: string): number {
    const size = this.#base.metrics.capHeight
    const blank = this.#base.glyphs.get(32)?.advance ?? size / 2
    return layoutText(text, { font: this.#base, size }).width / blank
  }

  /** A character whose glyph is a line of this width. @param size  cap height, in the unit of the width */
  rule(width: number, size: number): string {
    const { capHeight } = this.#base.metrics
    const length = (width / size) * capHeight
    return this.#add(`rule ${length}`, () =>
      glyphOf(Float64Array.of(0, -capHeight / 3, length, -capHeight / 3), length),
    )
  }

  /** The font with all characters that were styled so far. */
  font(): StrokeFont {
    return { ...this.#base, glyphs: new Map([...this.#base.glyphs, ...this.#glyphs]) }
  }

  #styleCharacter(character: string, isEmphasized: boolean, isStrong: boolean): string {
    const { capHeight } = this.#base.metrics
    const layout = layoutText(character, { font: this.#base, size: capHeight })
    if (layout.missing.length > 0) return character
    return this.#add(`${isEmphasized} ${isStrong} ${character}`, () => {
      const lean = isEmphasized ? LEAN : 0
      const points = layout.strokes.points.map((value, i) =>
        i % 2 === 0 ? value - lean * (layout.strokes.points[i + 1] ?? 0) : value,
      )
      const { starts } = layout.strokes
      if (!isStrong) return glyphOf(points, layout.width, starts)
      const secondPoints = points.map((value, i) => (i % 2 === 0 ? value + DOUBLE * capHeight : value))
      const both = new Float64Array(2 * points.length)
      both.set(points)
      both.set(secondPoints, points.length)
      const count = points.length / 2
      const ends = Uint32Array.from([...starts, ...Array.from(starts.subarray(1), (start) => start + count)])
      return glyphOf(both, layout.width + DOUBLE * capHeight, ends)
    })
  }

  #add(key: string, make: () => Glyph): string {
    let code = this.#codes.get(key)
    if (code === undefined) {
      code = Math.min(LAST, FIRST + this.#codes.size)
      this.#codes.set(key, code)
      this.#glyphs.set(code, make())
    }
    return String.fromCodePoint(code)
  }
}

function glyphOf(
  points: Float64Array<ArrayBuffer>,
  advance: number,
  starts: Uint32Array<ArrayBuffer> = Uint32Array.of(0, points.length / 2),
): Glyph {
  const strokes = { points, starts }
  return { advance, strokes, box: boundsOf(strokes) }
}
