import { type Bounds, boundsOf } from '../../geometry/bounds.ts'
import { type Strokes, x, y } from '../../geometry/drawing.ts'
import { linesIn, type MissingCharacter, type SubstitutedCharacter } from '../glyphs/cells.ts'
import { prepare } from './arrange.ts'
import { formChooser } from './forms.ts'
import { inkOf, type PlacedCell } from './ink.ts'
import { linesOf, tabStop } from './lines.ts'
import { checkNumbers, type LetterOptions } from './options.ts'

/** The look of a text and its place on a path. */
export interface PathTextOptions extends LetterOptions {
  /** Cap height, mm; 5 when absent. */
  readonly size?: number
  readonly align?: 'left' | 'center' | 'right'
  /** Shift of the text along the path, mm; 0 when absent. */
  readonly start?: number
  /** Distance of the baseline from the path, mm, to the left of the path's direction; 0 when absent. */
  readonly offset?: number
  /** Distance between tab stops along the text, mm; eight spaces when absent. */
  readonly tabWidth?: number
}

/** Text along a path, mm. */
export interface PathText {
  readonly strokes: Strokes
  /** Length of the text, mm. */
  readonly length: number
  /** Length of the path, mm. */
  readonly pathLength: number
  /** Number of characters, without spaces, that are not drawn: their middle lies beyond an end of the path. */
  readonly beyond: number
  readonly missing: readonly MissingCharacter[]
  readonly substituted: readonly SubstitutedCharacter[]
  readonly bounds: Bounds
}

/**
 * Sets one line of text along a polyline. The middle of each glyph stands on the path, or at `offset` from the path.
 * Each glyph has the direction of the chord between the points of the path below its two sides. Newlines become spaces.
 *
 * @param path  x, y interleaved, mm; at least two vertices
 * @throws PlotdError ERR_FONT_UNKNOWN, or ERR_PARAMS with the invalid option
 */
export function textOnPath(text: string, path: Float64Array, options: PathTextOptions = {}): PathText {
  const { size = 5, letterSpacing = 0, offset = 0, start = 0, align = 'left', tabWidth } = checkNumbers(options)
  const prepared = prepare(onOneLine(text), options)
  const scale = size / prepared.font.metrics.capHeight
  const choose = formChooser(prepared.font, options.hand?.seed ?? 1)
  const setting = {
    letterSpacing: letterSpacing / scale,
    tabWidth: tabWidth === undefined ? tabStop(prepared.font) : tabWidth / scale,
    width: undefined,
    ...(choose && { choose }),
  }
  const [line] = linesOf(prepared.paragraphs[0] ?? [], { ...setting, hyphen: prepared.hyphen, breakWords: false })
  const measured = measurePath(path)
  const length = (line?.width ?? 0) * scale
  const slack = measured.length - length
  const from = start + (align === 'center' ? slack / 2 : align === 'right' ? slack : 0)
  const placedCells: PlacedCell[] = []
  let beyond = 0
  line?.cells.forEach(({ char, glyph, kind }, i) => {
    const along = from + (line.offsets[i] ?? 0) * scale
    const half = (glyph.advance * scale) / 2
    if (along + half < -1e-9 || along + half > measured.length + 1e-9) {
      if (kind === 'ink') beyond++
      return
    }
    const [ax, ay] = measured.at(along)
    const [bx, by] = measured.at(along + 2 * half)
    const [mx, my] = measured.at(along + half)
    const angle = half === 0 ? 0 : Math.atan2(by - ay, bx - ax)
    const cos = Math.cos(angle)
    const sin = Math.sin(angle)
    const origin = { x: mx - half * cos + offset * sin, y: my - half * sin - offset * cos }
    placedCells.push({ char, glyph, ...origin, angle, along, line: 0 })
  })
  const strokes = inkOf(placedCells, scale, size, options, prepared.font)
  return {
    strokes,
    length,
    pathLength: measured.length,
    beyond,
    missing: prepared.missing,
    substituted: prepared.substituted,
    bounds: boundsOf(strokes),
  }
}

/** A text as one line. Several lines are trimmed and joined by spaces; empty lines are left out. */
function onOneLine(text: string): string {
  const lines = linesIn(text)
  if (lines.length === 1) return text
  return lines
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join(' ')
}

interface MeasuredPath {
  /** Length of the path, mm. */
  readonly length: number
  /** The point at a distance along the path, mm. Beyond an end, the path continues straight. */
  at(along: number): [x: number, y: number]
}

function measurePath(path: Float64Array): MeasuredPath {
  const sums = [0]
  for (let i = 1; i < path.length / 2; i++) {
    sums.push((sums[i - 1] ?? 0) + Math.hypot(x(path, i) - x(path, i - 1), y(path, i) - y(path, i - 1)))
  }
  const length = sums.at(-1) ?? 0
  const pointAt = (along: number): [number, number] => {
    let low = 0
    let high = sums.length - 1
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if ((sums[middle] ?? 0) <= along) low = middle
      else high = middle
    }
    const from = sums[low] ?? 0
    const to = sums[high] ?? 0
    const t = to > from ? (along - from) / (to - from) : 0
    return [x(path, low) + t * (x(path, high) - x(path, low)), y(path, low) + t * (y(path, high) - y(path, low))]
  }
  return { length, at: pointAt }
}
