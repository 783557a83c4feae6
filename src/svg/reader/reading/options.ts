import { PlotdError } from '../../../errors.ts'
import type { Drawing } from '../../../geometry/drawing.ts'
import type { Capacity } from '../../../geometry/stroke-writer.ts'
import type { MissingCharacter, StrokeFont } from '../../../hershey/index.ts'

import type { FillOptions } from '../../fill/fill.ts'

/** Limits of one reading. A file beyond one of them is refused with ERR_SVG_LIMIT. */
export interface ReadLimits {
  /** Bytes of the file, packed and unpacked. */
  readonly bytes: number
  readonly elements: number
  /** Nesting of elements, and of references. */
  readonly depth: number
  /** Elements drawn by way of `use`, markers and clip paths. */
  readonly useExpansions: number
  /** Vertices of the drawing. */
  readonly points: number
  /** Bytes that entities grow to. */
  readonly entityBytes: number
  /** Steps of work, about 10 ns each. */
  readonly work: number
}

export const DEFAULT_LIMITS: ReadLimits = {
  bytes: 64_000_000,
  elements: 500_000,
  depth: 500,
  useExpansions: 100_000,
  points: 10_000_000,
  entityBytes: 5_000_000,
  work: 400_000_000,
}

/** Source of layers, and so of pens: Inkscape's layers, colours of strokes, top-level groups, or none. */
export type LayerMode = 'inkscape' | 'color' | 'group' | 'none'

export interface ReadOptions {
  /** Greatest distance of a polyline from its curve, mm; default 0.02. */
  readonly tolerance?: number
  /** Skip shapes without a stroke; default false. */
  readonly strokesOnly?: boolean
  /** Default 'inkscape'. */
  readonly layers?: LayerMode
  /** Throw ERR_STRICT when something would not be drawn; default false. */
  readonly strict?: boolean
  /** Stroke font for text elements; default a plain Roman. */
  readonly font?: string | StrokeFont
  /** Draw text elements; default true. */
  readonly text?: boolean
  /** Draw lines inside filled shapes; default none. */
  readonly fill?: FillOptions
  /** With `fill`: draw lines inside closed shapes without a fill too; default false. */
  readonly fillAll?: boolean
  /** Remove lines that later filled shapes cover; default false. */
  readonly hide?: boolean
  /** Draw shapes that have a white fill and no stroke; default false: paper is white. */
  readonly drawWhite?: boolean
  /** Draw the edge of a clip path or mask where it cuts a filled shape; default true. */
  readonly clipEdges?: boolean
  /** Language for `systemLanguage`; default 'en'. */
  readonly language?: string
  readonly limits?: Partial<ReadLimits>
}

/** Something in the file that the pen does not draw, or draws in another way. */
export interface NotDrawn {
  /** 'image', 'gradient', 'filter', 'mask' … */
  readonly what: string
  readonly count: number
  readonly detail?: string
}

/** Text elements drawn in a stroke font instead of their own font. */
export interface TextDrawn {
  readonly count: number
  readonly font: string
  readonly missing: readonly MissingCharacter[]
}

export interface SvgReading {
  readonly drawing: Drawing
  readonly notDrawn: readonly NotDrawn[]
  readonly text: TextDrawn | undefined
  /** Labels of the layers marked with `%`: they are not plotted. */
  readonly hiddenLayers: readonly string[]
  /** Shapes with a white fill and no stroke that were left out. */
  readonly whiteFills: number
  /** Closed shapes without a fill that stayed empty although `fill` was given. */
  readonly notFilled: number
  /** Elements in the file. */
  readonly elements: number
  /** Steps that reading took, of those that `limits.work` allows. */
  readonly work: number
}

export function tooManyPoints(most: number): PlotdError {
  return new PlotdError('ERR_SVG_LIMIT', `the SVG has more than ${most} points`, { limit: 'points', most })
}

/** The capacity of a stroke writer that throws ERR_SVG_LIMIT beyond `most` vertices. */
export const pointLimit = (most: number): Capacity => ({ vertices: most, full: () => tooManyPoints(most) })
