import type { SheetPlan } from './plan.ts'

/** The CSS colours of the sheet view. */
export interface Colors {
  readonly paper: string
  readonly shadow: string
  readonly drawn: string
  readonly toCome: string
  readonly travel: string
  readonly pen: string
  readonly ruler: string
  readonly backdrop: string
}

/** The content of the sheet view. Lengths in mm. */
export interface Scene {
  readonly plan?: SheetPlan
  /** The drawing as an image, when its strokes are not known. */
  readonly image?: CanvasImageSource
  readonly width: number
  readonly height: number
  /** Number of strokes on the paper; all when absent. */
  readonly executed?: number
  /** Whether the view shows pen-up moves. */
  readonly travel: boolean
  readonly pen?: { readonly x: number; readonly y: number }
  /** Index of a stroke to highlight, for instance the stroke with which to continue. */
  readonly mark?: number
  readonly margin?: number
  /** The plotter's reach, from the corner of the paper. */
  readonly reach?: { readonly width: number; readonly height: number }
}

/** Size of the canvas in CSS pixels; `ratio` is the number of device pixels along one CSS pixel. */
export interface Frame {
  readonly width: number
  readonly height: number
  readonly ratio: number
}
