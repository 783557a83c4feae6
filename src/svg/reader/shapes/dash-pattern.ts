import { lengthOf, parseLength, resolveLength, splitList } from '../css/lengths.ts'
import { type Frame, lengthContext } from '../reading/frame.ts'
import type { DashPattern } from './dash.ts'

/** mm: a pattern this fine is a solid line to any pen. */
const SOLID_BELOW = 0.05

/**
 * The dashes of a shape in user units (SVG 2, section 13.5.6); undefined for a solid line.
 *
 * @param perUnit     mm of a user unit, at most
 * @param pathScale   length of the shape over its `pathLength`, 1 when it has none
 */
export function dashPattern(frame: Frame, perUnit: number, pathScale: number): DashPattern | undefined {
  const { style } = frame
  const text = style['stroke-dasharray'].trim()
  if (text === 'none' || text === '' || !Number.isFinite(pathScale)) return undefined
  const context = lengthContext(frame)
  const lengths: number[] = []
  for (const part of splitList(text)) {
    const length = parseLength(part)
    const value = length && resolveLength(length, 'diagonal', context)
    if (value === undefined || value < 0) return undefined
    lengths.push(value * pathScale)
  }
  if (lengths.length % 2 === 1) lengths.push(...lengths)
  const total = lengths.reduce((sum, length) => sum + length, 0)
  if (!(total * perUnit > SOLID_BELOW) || !Number.isFinite(total)) return undefined
  const offset = lengthOf(style['stroke-dashoffset'], 'diagonal', context, 0) * pathScale
  return { lengths, offset, dots: style['stroke-linecap'] !== 'butt' }
}
