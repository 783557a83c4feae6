import type { SheetPlan } from './plan.ts'

/** CSS colours. */
export interface Inks {
  readonly paper: string
  readonly shadow: string
  readonly drawn: string
  readonly toCome: string
  readonly travel: string
  readonly pen: string
  readonly ruler: string
  readonly desk: string
}

/** What lies on the desk. Lengths in mm. */
export interface Scene {
  readonly plan?: SheetPlan
  /** A picture instead of strokes: previews and outputs whose strokes are not known. */
  readonly image?: CanvasImageSource
  readonly width: number
  readonly height: number
  /** Strokes on paper; all when absent. */
  readonly executed?: number
  readonly travel: boolean
  readonly pen?: { readonly x: number; readonly y: number }
  /** A stroke to point at: the one to go on with. */
  readonly mark?: number
  /** Border that is to stay free. */
  readonly margin?: number
  /** How far the machine comes from the corner. */
  readonly reach?: { readonly width: number; readonly height: number }
}

/** The canvas that a scene is painted for, in CSS pixels and device pixels to one of them. */
export interface Frame {
  readonly width: number
  readonly height: number
  readonly ratio: number
}
