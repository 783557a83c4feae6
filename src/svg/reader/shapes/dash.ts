import { at } from '../../../geometry/drawing.ts'
import type { StrokeWriter } from '../../../geometry/stroke-writer.ts'
import type { Work } from '../../../geometry/work.ts'
import { type LengthContext, lengthOf, parseLength, resolveLength, splitList } from '../css/lengths.ts'
import type { Style } from '../css/style.ts'

/** The dashes of a line, in the units of the line. */
export interface DashPattern {
  /** Lengths of ink and gap in turn: an even number of lengths, none below 0 and at least one above 0. */
  readonly lengths: readonly number[]
  readonly offset: number
  /** Whether a dash of no length shows as a dot, as with round and square caps. */
  readonly showsDots: boolean
}

/** Steps of work for a dash or a gap. */
const STEP = 5

/** Cuts strokes into dashes. Each stroke begins the pattern anew, as each subpath does in SVG 2 (section 13.5.6). */
export function cutDashes(from: StrokeWriter, pattern: DashPattern, into: StrokeWriter, work: Work): void {
  const total = pattern.lengths.reduce((sum, length) => sum + length, 0)
  const start = ((pattern.offset % total) + total) % total
  work.spend(2 * from.vertices + from.strokes * pattern.lengths.length)
  // Dashes of no length may leave no ink, so the limit on points does not bound their number.
  work.spend(STEP * (from.totalLength / total) * pattern.lengths.length)
  for (let i = 0; i < from.strokes; i++) dashLine(from.line(i), pattern, start, into)
}

function dashLine(line: Float64Array, { lengths, showsDots }: DashPattern, start: number, into: StrokeWriter): void {
  let [index, left] = phase(lengths, start)
  if (index % 2 === 0) into.moveTo(at(line, 0), at(line, 1))
  for (let i = 2; i < line.length; i += 2) {
    const ax = at(line, i - 2)
    const ay = at(line, i - 1)
    const bx = at(line, i)
    const by = at(line, i + 1)
    const length = Math.hypot(bx - ax, by - ay)
    let covered = 0
    while (length > 0 && left <= length - covered) {
      const isDot = left === 0
      covered += left
      const x = ax + ((bx - ax) * covered) / length
      const y = ay + ((by - ay) * covered) / length
      if (index % 2 === 0) {
        if (isDot && !showsDots) into.drop()
        else into.lineTo(x, y)
      }
      index = (index + 1) % lengths.length
      left = at(lengths, index)
      if (index % 2 === 0) into.moveTo(x, y)
    }
    left -= length - covered
    if (index % 2 === 0 && (length > covered || length === 0)) into.lineTo(bx, by)
  }
  if (index % 2 === 0 && into.lastLength === 1) into.drop()
}

/** The index of the dash or gap at the start of a line, and its remaining length. */
function phase(lengths: readonly number[], start: number): [index: number, left: number] {
  let remaining = start
  for (let i = 0; i < lengths.length; i++) {
    const length = at(lengths, i)
    if (remaining < length || (remaining === 0 && length === 0)) return [i, length - remaining]
    remaining -= length
  }
  return [0, at(lengths, 0)]
}

/** Length of a pattern, mm, up to which a pen draws a solid line. */
const SOLID_BELOW = 0.05

/**
 * The dashes of a shape (SVG 2, section 13.5.6), in the units of its lines; undefined for a solid line.
 *
 * @param perUnit     mm per unit of the lines
 * @param pathScale   units of the lines per user unit of the pattern; a `pathLength` of the shape changes it
 */
export function dashPattern(
  style: Style,
  lengths: LengthContext,
  perUnit: number,
  pathScale: number,
): DashPattern | undefined {
  const text = style['stroke-dasharray'].trim()
  if (text === 'none' || text === '' || !Number.isFinite(pathScale)) return undefined
  const pattern: number[] = []
  for (const part of splitList(text)) {
    const length = parseLength(part)
    const value = length && resolveLength(length, 'diagonal', lengths)
    if (value === undefined || value < 0) return undefined
    pattern.push(value * pathScale)
  }
  if (pattern.length % 2 === 1) pattern.push(...pattern)
  const total = pattern.reduce((sum, length) => sum + length, 0)
  if (!(total * perUnit > SOLID_BELOW) || !Number.isFinite(total)) return undefined
  const offset = lengthOf(style['stroke-dashoffset'], 'diagonal', lengths, 0) * pathScale
  return { lengths: pattern, offset, showsDots: style['stroke-linecap'] !== 'butt' }
}
