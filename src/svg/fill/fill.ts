/**
 * The room `fill`: lines that fill a shape, as hatches or rings. The reader imports `fillerOf` and the types from this
 * file.
 */
import { PlotdError } from '../../errors.ts'
import type { PieceSink } from '../../geometry/cut.ts'
import type { Strokes } from '../../geometry/drawing.ts'
import { hatch } from '../../geometry/hatch.ts'
import type { FillRule } from '../../geometry/region.ts'
import type { Work } from '../../geometry/work.ts'
import { contours } from './contour.ts'

export const FILL_MODES = ['hatch', 'crosshatch', 'contour'] as const
/** A way of filling a shape with lines. */
export type FillMode = (typeof FILL_MODES)[number]

/** Options of the lines inside filled shapes. */
export interface FillOptions {
  readonly mode: FillMode
  /** Distance between lines, mm; default 1. */
  readonly spacing?: number
  /** Direction of hatches, degrees clockwise from the x axis; default 45. */
  readonly angle?: number
}

/** Adds to `into` the lines that fill the polygons. All coordinates are in mm. */
export type Filler = (polygons: Strokes, rule: FillRule, into: PieceSink, work: Work) => void

/** The filler for the options. @throws PlotdError ERR_PARAMS that names the invalid option */
export function fillerOf({ mode, spacing = 1, angle = 45 }: FillOptions): Filler {
  if (!(spacing >= 0.01 && Number.isFinite(spacing))) {
    throw new PlotdError('ERR_PARAMS', `fill spacing must be at least 0.01 mm, got ${spacing}`)
  }
  if (!Number.isFinite(angle)) throw new PlotdError('ERR_PARAMS', `fill angle must be a number, got ${angle}`)
  switch (mode) {
    case 'hatch':
      return (polygons, rule, into, work) => hatch(polygons, rule, spacing, angle, into, work)
    case 'crosshatch':
      return (polygons, rule, into, work) => {
        hatch(polygons, rule, spacing, angle, into, work)
        hatch(polygons, rule, spacing, angle + 90, into, work)
      }
    case 'contour':
      return (polygons, rule, into, work) => contours(polygons, rule, spacing, into, work)
    default:
      throw new PlotdError(
        'ERR_PARAMS',
        `fill must be one of ${FILL_MODES.join(', ')}, got ${String(mode satisfies never)}`,
      )
  }
}
