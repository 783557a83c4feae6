import { type Bounds, boundsOf } from '../../geometry/bounds.ts'
import { type Strokes, x, y } from '../../geometry/drawing.ts'
import type { MissingCharacter, SubstitutedCharacter } from '../glyphs/cells.ts'
import { prepare } from './arrange.ts'
import { inkOf, type PlacedCell } from './ink.ts'
import { linesOf, tabStop } from './lines.ts'
import { checked, type LetterOptions } from './options.ts'

export interface PathTextOptions extends LetterOptions {
  /** Cap height in mm; 5. */
  readonly size?: number
  readonly align?: 'left' | 'center' | 'right'
  /** mm along the path to shift the text by; 0. */
  readonly start?: number
  /** mm between the path and the baseline, to the left of the way the path goes (above, on a path to the right); 0. */
  readonly offset?: number
}

export interface PathText {
  readonly strokes: Strokes
  /** Length of the text and of the path, mm. */
  readonly length: number
  readonly pathLength: number
  /** Characters that fell off an end of the path: not drawn. */
  readonly beyond: number
  readonly missing: readonly MissingCharacter[]
  readonly substituted: readonly SubstitutedCharacter[]
  readonly bounds: Bounds
}

/**
 * One line of text along a polyline: each glyph stands on the path at its middle, turned as the path runs under it.
 * Newlines count as spaces.
 *
 * @param path  x, y interleaved, mm; at least two vertices
 */
export function textOnPath(text: string, path: Float64Array, options: PathTextOptions = {}): PathText {
  const { size = 5, letterSpacing = 0, offset = 0, start = 0, align = 'left' } = checked(options)
  const prepared = prepare(text.replace(/\s*[\n\r\u2028\u2029]+\s*/g, ' '), options)
  const scale = size / prepared.font.metrics.capHeight
  const setting = { letterSpacing: letterSpacing / scale, tabWidth: tabStop(prepared.font), width: undefined }
  const [line] = linesOf(prepared.paragraphs[0] ?? [], { ...setting, hyphen: prepared.hyphen, breakWords: false })
  const rail = railOf(path)
  const length = (line?.width ?? 0) * scale
  const slack = rail.length - length
  const from = start + (align === 'center' ? slack / 2 : align === 'right' ? slack : 0)
  const placed: PlacedCell[] = []
  let beyond = 0
  line?.cells.forEach(({ char, glyph, kind }, i) => {
    const along = from + (line.offsets[i] ?? 0) * scale
    const half = (glyph.advance * scale) / 2
    if (along + half < -1e-9 || along + half > rail.length + 1e-9) {
      if (kind === 'ink') beyond++
      return
    }
    const [ax, ay] = rail.at(along)
    const [bx, by] = rail.at(along + 2 * half)
    const [mx, my] = rail.at(along + half)
    const angle = half === 0 ? 0 : Math.atan2(by - ay, bx - ax)
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
    const at = { x: mx - half * cos + offset * sin, y: my - half * sin - offset * cos }
    placed.push({ char, glyph, ...at, angle, along, line: 0 })
  })
  const strokes = inkOf(placed, scale, size, options)
  return {
    strokes,
    length,
    pathLength: rail.length,
    beyond,
    missing: prepared.missing,
    substituted: prepared.substituted,
    bounds: boundsOf(strokes),
  }
}

interface Rail {
  readonly length: number
  /** The point so far along, mm; beyond the ends straight on. */
  at(along: number): [x: number, y: number]
}

function railOf(path: Float64Array): Rail {
  const sums = [0]
  for (let i = 1; i < path.length / 2; i++) {
    sums.push((sums[i - 1] ?? 0) + Math.hypot(x(path, i) - x(path, i - 1), y(path, i) - y(path, i - 1)))
  }
  const length = sums.at(-1) ?? 0
  const at = (along: number): [number, number] => {
    let [low, high] = [0, sums.length - 1]
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if ((sums[middle] ?? 0) <= along) low = middle
      else high = middle
    }
    const [from, to] = [sums[low] ?? 0, sums[high] ?? 0]
    const t = to > from ? (along - from) / (to - from) : 0
    return [x(path, low) + t * (x(path, high) - x(path, low)), y(path, low) + t * (y(path, high) - y(path, low))]
  }
  return { length, at }
}
