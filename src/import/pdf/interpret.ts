import { type Affine, compose, scaling } from '../../geometry/affine.ts'
import { limit } from '../draw/canvas.ts'
import type { Instruction, Page, Paint, PathData, Rule } from './instructions.ts'
import { Nesting } from './nesting.ts'
import { boxOnPage, closeSubpaths, growth, mapToPage, type PagePath, stretchOf } from './paths.ts'
import { countLoss, type Line, type LossKind, type Shape } from './shapes.ts'
import { type Clip, initialState, type State, type TextPlace, textPlace } from './state.ts'
import { showGlyphs } from './text.ts'
import { tileCells } from './tiling.ts'

const MM_PER_POINT = 25.4 / 72

/**
 * Limit on the steps of work for one page. An instruction is one step, each time that it is executed. Cells and glyphs
 * take further steps.
 */
const MAX_STEPS = 4_000_000
/** Steps of work for a cell of a pattern, or for a glyph that is a drawing, besides the steps for the instructions. */
const INSIDE = 20
/** Deepest nesting of clip paths. */
const MAX_CLIPS = 2000
/**
 * Limit on the nesting of the page, patterns, and glyphs that are drawings. Deeper patterns and glyphs are left out.
 */
const MAX_DEPTH = 40

/** Opacity of a paint that darkens the shapes below it, as a highlighter does. */
const HIGHLIGHTER = 0.5

type DrawOp =
  | 'save'
  | 'restore'
  | 'clip'
  | 'path'
  | 'shading'
  | 'image'
  | 'beginContent'
  | 'endContent'
  | 'beginAnnotation'
  | 'beginForm'
  | 'beginGroup'
  | 'endForm'
  | 'endGroup'
type TextOp = 'beginText' | 'textMatrix' | 'moveText' | 'nextLine' | 'font' | 'showText'

/** The shapes of a page in painting order, and counts of parts that are lost or drawn in another way. */
export interface Interpretation {
  readonly widthMm: number
  readonly heightMm: number
  readonly shapes: readonly Shape[]
  readonly lost: ReadonlyMap<LossKind, number>
}

/**
 * Executes the instructions of a page.
 *
 * @param prefersStrokes  whether the glyphs of readable Type 3 fonts become text in a stroke font
 * @throws PlotdError ERR_SVG_LIMIT for too many instructions, or clip paths nested too deep
 */
export function interpret(page: Page, prefersStrokes = true): Interpretation {
  const base = compose(scaling(MM_PER_POINT), page.matrix)
  const interpreter = new Interpreter(base, prefersStrokes)
  interpreter.run(page.instructions)
  const { shapes, lost } = interpreter
  return { widthMm: page.width * MM_PER_POINT, heightMm: page.height * MM_PER_POINT, shapes, lost }
}

/**
 * Executes instructions with a graphics state. The interpreter maps each path and clip to the page, in mm, when it
 * reads them.
 */
export class Interpreter {
  readonly shapes: Shape[] = []
  readonly lost = new Map<LossKind, number>()
  state: State
  text: TextPlace = textPlace()
  readonly #base: Affine
  readonly #nesting = new Nesting()
  /** Depths of the open groups that paint a soft mask. Nothing in these groups is drawn. */
  #masks: number[] = []
  #groups = 0
  #pendingClip: Rule | undefined
  #steps = 0
  #depth = 0

  /** Whether the glyphs of readable Type 3 fonts become text in a stroke font. */
  readonly prefersStrokes: boolean

  constructor(base: Affine, prefersStrokes: boolean) {
    this.prefersStrokes = prefersStrokes
    this.#base = base
    this.state = initialState(base)
  }

  /** Whether shapes are drawn. Hidden layers and soft masks draw none. */
  get isShown(): boolean {
    return !this.#nesting.isHidden && this.#masks.length === 0
  }

  /** Counts a part that cannot be drawn as it is. */
  count(what: LossKind): void {
    countLoss(this.lost, what)
  }

  /** Executes instructions in the present state. @throws PlotdError ERR_SVG_LIMIT */
  run(instructions: readonly Instruction[]): void {
    if (this.#depth >= MAX_DEPTH) {
      this.count('nested too deep')
      return
    }
    this.#depth++
    for (const instruction of instructions) {
      this.spend(1)
      this.#step(instruction)
    }
    this.#depth--
  }

  /** Executes the instructions of a pattern's cell or of a glyph, and restores the state afterwards. */
  runInside(
    instructions: readonly Instruction[],
    matrix: Affine,
    clip: Clip | undefined,
    state: Partial<State> = {},
  ): void {
    this.spend(INSIDE)
    const { text } = this
    const { depth } = this.#nesting
    this.#nesting.open(this.state)
    this.state = { ...this.state, ...state, ctm: matrix, clip }
    this.text = textPlace()
    this.run(instructions)
    this.state = this.#nesting.close(this.state, depth)
    this.text = text
  }

  /** The clip of a path within the current clip. @throws PlotdError ERR_SVG_LIMIT */
  clipBy(path: PagePath, rule: Rule = 'nonzero'): Clip {
    const { clip: outer } = this.state
    const depth = outer === undefined ? 0 : outer.depth + 1
    if (depth > MAX_CLIPS) throw limit('clip paths within each other', MAX_CLIPS, 'depth')
    return { path, rule, within: outer, depth }
  }

  /** Counts steps of work. @throws PlotdError ERR_SVG_LIMIT */
  spend(steps: number): void {
    this.#steps += steps
    if (this.#steps > MAX_STEPS) throw limit('instructions', MAX_STEPS, 'instructions')
  }

  /** The line that strokes a path in the present state; undefined when it is invisible. */
  line(): Line | undefined {
    const { stroke, strokeAlpha, groupAlpha, width, cap, join, miter, dashes, phase, ctm } = this.state
    const color = this.#plain(stroke)
    const opacity = strokeAlpha * groupAlpha
    if (color === 'none' || opacity === 0) return undefined
    const scale = growth(ctm)
    const scaledDashes = dashes.map((dash) => dash * scale)
    // A dash array of zeros only is a solid line.
    const isDashed = scaledDashes.some((dash) => dash > 0) && scaledDashes.every((dash) => dash >= 0)
    const stretch = isDashed ? stretchOf(ctm) : undefined
    const pattern = { dashes: isDashed ? scaledDashes : [], phase: phase * scale, ...(stretch && { stretch }) }
    return { color, opacity, width: width * scale, ...pattern, cap, join, miter }
  }

  /** The colour of a fill in the present state: grey for a pattern or a gradient, 'none' without opacity. */
  fillColor(): string {
    return this.fillOpacity === 0 ? 'none' : this.#plain(this.state.fill)
  }

  /** Opacity of a fill in the present state, 0 … 1. */
  get fillOpacity(): number {
    const { fillAlpha, groupAlpha, isHighlighter } = this.state
    return fillAlpha * groupAlpha * (isHighlighter ? HIGHLIGHTER : 1)
  }

  #plain(paint: Paint): string {
    if (typeof paint === 'string') return paint
    if (paint.is === 'shading') this.count('gradient')
    return '#808080'
  }

  #step(instruction: Instruction): void {
    switch (instruction.op) {
      case 'save':
        this.#nesting.save(this.state)
        return
      case 'restore':
        this.state = this.#nesting.restore(this.state)
        return
      case 'clip':
        this.#pendingClip = instruction.rule
        return
      case 'path':
        this.#path(instruction)
        return
      case 'shading':
        this.#shading()
        return
      case 'image':
        for (const place of instruction.places ?? [undefined]) this.#image(instruction, place)
        return
      case 'beginContent':
        if (!instruction.isShown && !this.#nesting.isHidden) this.count('hidden layer')
        this.#nesting.begin(instruction.isShown)
        return
      case 'endContent':
        this.#nesting.end()
        return
      case 'beginAnnotation':
        this.#annotation(instruction)
        return
      case 'beginForm':
      case 'beginGroup':
        this.#form(instruction)
        return
      case 'endForm':
        this.state = this.#nesting.close(this.state)
        return
      case 'endGroup':
        if (this.#masks.at(-1) === this.#groups) this.#masks.pop()
        this.#groups--
        this.state = this.#nesting.close(this.state)
        return
      default:
        this.#setState(instruction)
    }
  }

  /** Executes an instruction that changes the graphics state, or an instruction for text. */
  #setState(instruction: Exclude<Instruction, { op: DrawOp }>): void {
    const { state } = this
    switch (instruction.op) {
      case 'transform':
        state.ctm = compose(state.ctm, instruction.matrix)
        return
      case 'lineWidth':
        state.width = Math.abs(instruction.value)
        return
      case 'cap':
      case 'join':
      case 'miter':
      case 'fillAlpha':
      case 'strokeAlpha':
      case 'charSpacing':
      case 'wordSpacing':
      case 'textMode':
      case 'rise':
      case 'leading':
        state[instruction.op] = instruction.value
        return
      case 'textScale':
        state.textScale = instruction.value / 100
        return
      case 'dash':
        state.dashes = instruction.dashes
        state.phase = instruction.phase
        return
      case 'fillPaint':
        state.fill = instruction.paint
        state.fillBase = state.base
        return
      case 'strokePaint':
        state.stroke = instruction.paint
        return
      case 'softMask':
        if (instruction.isSet && this.isShown) this.count('soft mask')
        return
      case 'blend':
        state.isHighlighter = instruction.mode === 'multiply' || instruction.mode === 'darken'
        return
      default:
        this.#textStep(instruction)
    }
  }

  #textStep(instruction: Extract<Instruction, { op: TextOp }>): void {
    const { state, text } = this
    switch (instruction.op) {
      case 'beginText':
        this.text = textPlace()
        return
      case 'textMatrix':
        this.text = { ...textPlace(), matrix: instruction.matrix }
        return
      case 'moveText':
        text.x = text.lineX += instruction.x
        text.y = text.lineY += instruction.y
        return
      case 'nextLine':
        text.x = text.lineX
        text.y = text.lineY -= state.leading
        return
      case 'font':
        state.font = instruction.font
        state.size = instruction.size
        return
      case 'showText':
        showGlyphs(this, instruction.glyphs)
    }
  }

  #path({ data, fill, stroke, close }: Extract<Instruction, { op: 'path' }>): void {
    const { state } = this
    const path = data === null ? undefined : mapToPage(data, state.ctm, close)
    if (path && this.isShown && (fill || stroke)) this.#paint(path, data, fill, stroke === true)
    if (this.#pendingClip && path) state.clip = this.clipBy(path, this.#pendingClip)
    this.#pendingClip = undefined
  }

  #paint(path: PagePath, data: PathData | null, rule: Rule | undefined, isStroked: boolean): void {
    const { fill, fillBase, clip } = this.state
    const line = isStroked ? this.line() : undefined
    if (rule && typeof fill === 'object' && fill.is === 'tiling') {
      tileCells(this, fill.tiling, path, rule, fillBase)
      if (line) this.shapes.push({ is: 'path', path, line, clip })
      return
    }
    const color = rule ? this.fillColor() : 'none'
    if (data === null || (color === 'none' && !line)) return
    this.shapes.push({
      is: 'path',
      path: line ? path : closeSubpaths(path),
      ...(rule && color !== 'none' && { fill: { color, rule, opacity: this.fillOpacity } }),
      ...(line && { line }),
      clip,
    })
  }

  /** Draws a gradient that fills the clip path. The clip path becomes a shape with a grey fill. */
  #shading(): void {
    if (!this.isShown) return
    const { clip } = this.state
    this.count(clip === undefined ? 'gradient without outline' : 'gradient')
    if (clip === undefined) return
    const { rule, within: outer } = clip
    const path = closeSubpaths(clip.path)
    this.shapes.push({ is: 'path', path, fill: { color: '#808080', rule, opacity: this.fillOpacity }, clip: outer })
  }

  #image({ image, isStencil }: Extract<Instruction, { op: 'image' }>, place: Affine | undefined): void {
    const { ctm, clip } = this.state
    if (!this.isShown) return
    const matrix = place ? compose(ctm, place) : ctm
    const color = isStencil ? this.fillColor() : '#000000'
    if (color !== 'none') this.shapes.push({ is: 'image', image, matrix, color, clip })
  }

  #form({ matrix, box, ...of }: Extract<Instruction, { op: 'beginForm' | 'beginGroup' }>): void {
    this.#nesting.open(this.state)
    const { state } = this
    const inner = matrix ? compose(state.ctm, matrix) : state.ctm
    if (box) state.clip = this.clipBy(boxOnPage(box, inner))
    if (of.op === 'beginForm') {
      Object.assign(state, { ctm: inner, base: inner })
      return
    }
    // The form inside the group applies the matrix.
    this.#groups++
    if (of.isMask) this.#masks.push(this.#groups)
    Object.assign(state, { groupAlpha: this.fillOpacity, fillAlpha: 1, strokeAlpha: 1 })
  }

  #annotation({ place, own, box }: Extract<Instruction, { op: 'beginAnnotation' }>): void {
    this.#nesting.open(this.state)
    this.state = initialState(compose(compose(this.#base, place), own))
    if (box) this.state.clip = this.clipBy(boxOnPage(box, this.#base))
  }
}
