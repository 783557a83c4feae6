import { type Affine, IDENTITY } from '../../geometry/affine.ts'
import type { Font, Paint, Rule } from './instructions.ts'
import type { PagePath } from './paths.ts'

/** A clip path on the page; it may lie within an outer clip. */
export interface Clip {
  readonly path: PagePath
  readonly rule: Rule
  readonly within: Clip | undefined
  /** The number of clips around this clip. */
  readonly depth: number
}

export interface State {
  /** The current transformation matrix maps the space of the instructions to mm on the page. */
  ctm: Affine
  clip: Clip | undefined
  /**
   * The matrix at the start of the present page, annotation, form or cell. Maps patterns that are named there to the
   * page.
   */
  base: Affine
  fill: Paint
  /** The `base` at the instruction that set the fill. */
  fillBase: Affine
  stroke: Paint
  fillAlpha: number
  strokeAlpha: number
  /** Whether a paint darkens the shapes below it, as a highlighter does. */
  isHighlighter: boolean
  /** The product of the opacities of all groups and patterns around the instruction. */
  groupAlpha: number
  width: number
  cap: number
  join: number
  miter: number
  dashes: readonly number[]
  phase: number
  font: Font | undefined
  size: number
  charSpacing: number
  wordSpacing: number
  /** Horizontal scaling, 1 for none. */
  textScale: number
  leading: number
  textMode: number
  rise: number
}

/** The state at the start of a page, an annotation or a cell. @param ctm  maps this part to mm on the page */
export const initialState = (ctm: Affine): State => ({
  ctm,
  clip: undefined,
  base: ctm,
  fill: '#000000',
  fillBase: ctm,
  stroke: '#000000',
  fillAlpha: 1,
  strokeAlpha: 1,
  isHighlighter: false,
  groupAlpha: 1,
  width: 1,
  cap: 0,
  join: 0,
  miter: 10,
  dashes: [],
  phase: 0,
  font: undefined,
  size: 0,
  charSpacing: 0,
  wordSpacing: 0,
  textScale: 1,
  leading: 0,
  textMode: 0,
  rise: 0,
})

/**
 * The place of text: the next glyph at `x`, `y`, and the start of the line, all in the space that `matrix` maps. Each
 * text object begins with a new place.
 */
export interface TextPlace {
  matrix: Affine
  x: number
  y: number
  lineX: number
  lineY: number
}

export const textPlace = (): TextPlace => ({ matrix: IDENTITY, x: 0, y: 0, lineX: 0, lineY: 0 })
