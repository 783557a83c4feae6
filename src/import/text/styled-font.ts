import { boundsOf } from '../../geometry/bounds.ts'
import { type Glyph, graphemesOf, layoutText, loadFont, type StrokeFont } from '../../hershey/index.ts'

export interface RunStyle {
  readonly isEmphasized: boolean
  readonly isStrong: boolean
}

/** First code point for styled characters: private planes of Unicode, which ordinary text hardly uses. */
const FIRST = 0xf0000
/**
 * When this many code points stand for styled characters and for lines (`rule`), no further character is styled. The
 * other private code points are for further lines, and for the private characters that the text itself has.
 */
const MAX_STYLED = 65_000
/**
 * Letters of scripts from right to left. As private code points, they would run from left to right and join no
 * neighbour.
 */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u
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

  readonly #note: (message: string) => void
  /** Private code points that the text uses itself, such as icons. */
  readonly #used: ReadonlySet<number>
  #next = FIRST

  /**
   * @param text  the text of which parts will be styled
   * @param note  called for text that stays plain
   */
  constructor(name: string, text: string, note: (message: string) => void) {
    this.#base = loadFont(name)
    this.#note = note
    this.#used = new Set(Array.from(text.match(/[\u{f0000}-\u{10ffff}]/gu) ?? [], (char) => char.codePointAt(0) ?? 0))
  }

  /**
   * The text in a style. A text with letters from right to left stays plain as a whole. Characters that no font has, or
   * that substitutes replace, stay plain too, and `readText` notes these characters. Characters without ink, such as
   * soft hyphens, stay as they are.
   */
  style(text: string, { isEmphasized, isStrong }: RunStyle): string {
    if (!isEmphasized && !isStrong) return text
    if (RIGHT_TO_LEFT.test(text)) {
      this.#note('emphasized text from right to left is drawn plain')
      return text
    }
    return graphemesOf(text)
      .map((character) => (/\s/.test(character) ? character : this.#styleCharacter(character, isEmphasized, isStrong)))
      .join('')
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
    const key = `${isEmphasized} ${isStrong} ${character}`
    const known = this.#codes.get(key)
    if (known !== undefined) return String.fromCodePoint(known)
    if (this.#codes.size >= MAX_STYLED) {
      this.#note(`emphasized text with more than ${MAX_STYLED} different characters is drawn plain`)
      return character
    }
    const { capHeight } = this.#base.metrics
    const layout = layoutText(character, { font: this.#base, size: capHeight })
    if (layout.missing.length > 0 || layout.substituted.some(({ as }) => as !== undefined)) return character
    if (layout.strokes.points.length === 0) return character
    return this.#add(key, () => {
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
      while (this.#used.has(this.#next)) this.#next++
      code = this.#next++
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
