import { PlotdError } from '../../../errors.ts'
import type { Drawing } from '../../../geometry/drawing.ts'
import type { Capacity } from '../../../geometry/stroke-writer.ts'
import type { MissingCharacter, StrokeFont } from '../../../hershey/index.ts'
import type { FillOptions } from '../../fill/fill.ts'

/** Limits of one reading. A file beyond one of these limits is refused with ERR_SVG_LIMIT. */
export interface ReadLimits {
  /** Maximum number of bytes of the file, packed and unpacked; for a string, of characters. */
  readonly bytes: number
  readonly elements: number
  /** Deepest nesting of elements and of references. */
  readonly depth: number
  /** Maximum number of elements drawn by way of `use`, markers, clip paths and masks. */
  readonly useExpansions: number
  /** Maximum number of vertices of the drawing. */
  readonly points: number
  /** Maximum number of bytes of the expanded entities. */
  readonly entityBytes: number
  /** Maximum number of steps of work, about 10 ns each. */
  readonly work: number
}

/** Limits that real drawings stay below. */
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

/** The choices of a user about a drawing. */
export interface ReadOptions {
  /** Greatest distance of a polyline from its curve, mm; default 0.02. */
  readonly tolerance?: number
  /** Whether shapes without a stroke are left out; default false. */
  readonly strokesOnly?: boolean
  /** Source of layers; default 'inkscape'. */
  readonly layers?: LayerMode
  /** Whether an entry in `notDrawn` throws ERR_STRICT; default false. */
  readonly strict?: boolean
  /** Stroke font for text elements; default a plain Roman. */
  readonly font?: string | StrokeFont
  /** Whether text elements are drawn; default true. */
  readonly text?: boolean
  /** Lines inside filled shapes; default none. */
  readonly fill?: FillOptions
  /** Whether `fill` also applies to closed shapes without a fill; default false. */
  readonly fillAll?: boolean
  /** Whether lines are removed where later filled shapes cover them; default false. */
  readonly hide?: boolean
  /** Whether shapes that have a white fill and no stroke are drawn; default false, because paper is white. */
  readonly drawWhite?: boolean
  /**
   * Whether the edge of a clip path or mask is drawn where it cuts a filled shape; default true. When false, masks do
   * not cut.
   */
  readonly clipEdges?: boolean
  /** Language for `systemLanguage`; default 'en'. */
  readonly language?: string
  readonly limits?: Partial<ReadLimits>
}

/** Details of things that the pen draws in another way than in the file. */
export const ANOTHER_WAY = {
  asItBegins: 'drawn as it begins',
  withoutIt: 'drawn without it',
  outline: 'the outline is drawn',
  onlyText: 'only its text is drawn',
  letters: 'drawn as letters',
  shapesOfMask: 'cut to its shapes, without its shades and strokes',
  boldLetters: 'cut to letters of the stroke font, made bold',
} as const

export const WAYS: ReadonlySet<string> = new Set(Object.values(ANOTHER_WAY))

/** Something in the file that the pen does not draw, or draws in another way. */
export interface NotDrawn {
  /** 'image', 'gradient', 'filter', 'mask' … */
  readonly what: string
  readonly count: number
  /** A detail of ANOTHER_WAY, or an example. */
  readonly detail?: string
}

/** Text elements drawn in a stroke font instead of their own font. */
export interface TextDrawn {
  readonly count: number
  readonly font: string
  readonly missing: readonly MissingCharacter[]
}

/** An SVG as a drawing, and the facts that the user must know. */
export interface SvgReading {
  readonly drawing: Drawing
  readonly notDrawn: readonly NotDrawn[]
  readonly text: TextDrawn | undefined
  /** Labels of the layers marked with `%`, which are not plotted. Each label comes once, cut to 100 characters. */
  readonly hiddenLayers: readonly string[]
  /** Shapes with a white fill and no stroke that were left out. */
  readonly whiteFills: number
  /** Closed shapes without a fill that stayed empty although `fill` was given. */
  readonly notFilled: number
  /** Steps of work that reading took, at most `limits.work`. */
  readonly work: number
}

/** The error for a drawing of too many vertices. */
export function tooManyPoints(most: number): PlotdError {
  return new PlotdError('ERR_SVG_LIMIT', `the SVG has more than ${most} points`, { limit: 'points', most })
}

/** The capacity of a stroke writer that throws ERR_SVG_LIMIT beyond `most` vertices. */
export const pointLimit = (most: number): Capacity => ({ vertices: most, full: () => tooManyPoints(most) })
