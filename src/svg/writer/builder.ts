import { PlotdError } from '../../errors.ts'
import type { LayerOptions, Strokes } from '../../geometry/drawing.ts'
import type { MissingCharacter, TextOptions } from '../../hershey/index.ts'
import { cssColor } from '../css-color.ts'
import { checkLayer, layerLabel, penText, timesText } from '../layer-label.ts'
import { svgDocument } from './document.ts'
import { escapeAttribute } from './escape.ts'
import { placeText } from './hershey-text.ts'
import { short, shortLength } from './number.ts'
import { strokesPath } from './path-data.ts'

/** The look and the title of the whole SVG. */
export interface BuilderOptions {
  /** Width of the pen in mm, for the picture; default 0.3. */
  readonly strokeWidth?: number
  /** CSS colour of the ink; default black. */
  readonly color?: string
  readonly title?: string
}

/** The pen of a layer, the colour of its ink, and its options for the plotter. */
export interface LayerStyle {
  /** Pen number, a whole number; by default the first layer has pen 1, the second pen 2. */
  readonly pen?: number
  /** CSS colour; by default that of the layer around this layer, or else that of the SVG. */
  readonly color?: string
  readonly options?: LayerOptions
}

/** Corner radii in mm. A single radius counts for both axes, as in SVG. */
export interface CornerRadii {
  readonly rx?: number
  readonly ry?: number
}

/** A list of points in mm, x, y interleaved or in pairs. */
export type PointList = ArrayLike<number> | readonly (readonly [x: number, y: number])[]

const PATH_DATA = /^\s*[Mm][MmZzLlHhVvCcSsQqTtAa\d\s.,eE+-]*$/

/**
 * Builds an SVG for a plotter. Lengths are in mm. Places are in mm from the top left corner, y down. All shapes are
 * strokes without a fill. Calls can be chained. An invalid argument throws PlotdError ERR_PARAMS, and an unknown
 * font ERR_FONT_UNKNOWN.
 *
 * ```ts
 * new SvgBuilder(210, 148).rect(10, 10, 190, 128).layer('red', (svg) => svg.circle(105, 74, 20)).toString()
 * ```
 */
export class SvgBuilder {
  readonly width: number
  readonly height: number
  readonly #style: { readonly strokeWidth: number; readonly color: string; readonly title: string | undefined }
  readonly #elements: string[] = []
  readonly #missing = new Map<string, MissingCharacter>()
  #depth = 0
  #layers = 0

  constructor(width: number, height: number, { strokeWidth = 0.3, color = 'black', title }: BuilderOptions = {}) {
    shortLength(strokeWidth, 'strokeWidth')
    for (const [what, value] of Object.entries({ width, height })) {
      if (!(value > 0)) throw new PlotdError('ERR_PARAMS', `${what} must be above 0 mm, got ${value}`)
      short(value, what)
    }
    this.width = width
    this.height = height
    this.#style = { strokeWidth, color: cssColor(color), title }
  }

  /** Adds a rectangle from its top left corner. */
  rect(x: number, y: number, width: number, height: number, { rx, ry }: CornerRadii = {}): this {
    const corners = { ...(rx === undefined ? {} : { rx }), ...(ry === undefined ? {} : { ry }) }
    return this.#shape('rect', { x, y }, { width, height, ...corners })
  }

  /** Adds a circle around cx, cy. */
  circle(cx: number, cy: number, r: number): this {
    return this.#shape('circle', { cx, cy }, { r })
  }

  /** Adds an ellipse around cx, cy whose axes are parallel to the page. */
  ellipse(cx: number, cy: number, rx: number, ry: number): this {
    return this.#shape('ellipse', { cx, cy }, { rx, ry })
  }

  /** Adds a straight line. */
  line(x1: number, y1: number, x2: number, y2: number): this {
    return this.#shape('line', { x1, y1, x2, y2 })
  }

  /** Adds straight lines from point to point. */
  polyline(points: PointList): this {
    return this.#element(`<polyline points="${pointList(points)}"/>`)
  }

  /** Adds straight lines from point to point and back to the first one. */
  polygon(points: PointList): this {
    return this.#element(`<polygon points="${pointList(points)}"/>`)
  }

  /** Adds SVG path data, which must begin with a move. */
  path(data: string): this {
    if (PATH_DATA.test(data)) return this.#element(`<path d="${data.trim()}"/>`)
    const text = data.length > 60 ? `${data.slice(0, 60)}…` : data
    throw new PlotdError('ERR_PARAMS', `path must be SVG path data that begins with M, got ${JSON.stringify(text)}`)
  }

  /**
   * Adds strokes in mm as one element.
   *
   * @param label  accessible name of the element
   * @param color  CSS colour of the strokes, instead of the colour of the layer
   */
  strokes(strokes: Strokes, label?: string, color?: string): this {
    const data = strokesPath(strokes)
    if (data === '') return this
    const aria = label === undefined ? '' : ` aria-label="${escapeAttribute(label)}"`
    const stroke = color === undefined ? '' : ` stroke="${cssColor(color)}"`
    return this.#element(`<path${aria}${stroke} d="${data}"/>`)
  }

  /**
   * Adds text in a stroke font. `align` decides whether `x` is the left edge, the middle or the right edge of the text.
   * `y` is the first baseline. A number as `style` is a scale: at 1 the cap height is 10 mm, at 0.5 it is 5 mm.
   * `missing` counts the characters that are left out.
   *
   * @throws PlotdError ERR_FONT_UNKNOWN, ERR_PARAMS
   */
  hersheyText(x: number, y: number, text: string, style: number | TextOptions = {}): this {
    const layout = placeText(x, y, text, style)
    for (const glyph of layout.missing) {
      const before = this.#missing.get(glyph.char)?.count ?? 0
      this.#missing.set(glyph.char, { ...glyph, count: before + glyph.count })
    }
    return this.strokes(layout.strokes, text)
  }

  /** Characters that `hersheyText` could not draw, with their counts; empty when it drew all. */
  get missing(): readonly MissingCharacter[] {
    return [...this.#missing.values()]
  }

  /** Adds a named group around the elements that `draw` adds, or around all elements until `end()`. */
  group(name: string, draw?: (svg: this) => unknown): this {
    return this.#open(`<g inkscape:label="${escapeAttribute(name)}">`, draw)
  }

  /**
   * Adds a layer, which holds the strokes of one pen, and is a layer in Inkscape, too. The label of the layer follows
   * AxiDraw's grammar. A stroke in nested layers belongs to the innermost layer.
   */
  layer(
    name: string,
    draw?: (svg: this) => unknown,
    { pen = this.#layers + 1, color, options = {} }: LayerStyle = {},
  ): this {
    checkLayer({ pen, options })
    this.#layers += 1
    const label = layerLabel({ name, pen, options })
    const stroke = color === undefined ? '' : ` stroke="${cssColor(color)}"`
    return this.#open(
      `<g inkscape:groupmode="layer" inkscape:label="${escapeAttribute(label)}"${penText(pen)}${timesText(options)}${stroke}>`,
      draw,
    )
  }

  /** Closes the innermost open group or layer. @throws PlotdError ERR_PARAMS when none is open */
  end(): this {
    if (this.#depth === 0) throw new PlotdError('ERR_PARAMS', 'end() without an open group or layer')
    this.#depth -= 1
    this.#elements.push('</g>')
    return this
  }

  /**
   * The document. Its text closes the groups that are still open. In the builder these groups stay open for more
   * elements.
   */
  toString(): string {
    const page = { width: this.width, height: this.height, ...this.#style }
    return svgDocument(page, this.#elements.join('\n') + '\n</g>'.repeat(this.#depth))
  }

  #open(tag: string, draw: ((svg: this) => unknown) | undefined): this {
    this.#elements.push(tag)
    this.#depth += 1
    if (draw === undefined) return this
    draw(this)
    return this.end()
  }

  #shape(name: string, places: Readonly<Record<string, number>>, lengths: Readonly<Record<string, number>> = {}): this {
    const attributes = [
      ...Object.entries(places).map(([key, value]) => ` ${key}="${short(value, `${name} ${key}`)}"`),
      ...Object.entries(lengths).map(([key, value]) => ` ${key}="${shortLength(value, `${name} ${key}`)}"`),
    ]
    return this.#element(`<${name}${attributes.join('')}/>`)
  }

  #element(markup: string): this {
    this.#elements.push(markup)
    return this
  }
}

function pointList(points: PointList): string {
  const flat = Array.from<number | readonly [number, number]>(points).flat()
  if (flat.length % 2 === 1) {
    throw new PlotdError('ERR_PARAMS', `points must come in pairs of x and y, got ${flat.length} numbers`)
  }
  return flat.map((value, i) => short(value, i % 2 === 0 ? 'x' : 'y')).reduce(pairwise, '')
}

const pairwise = (list: string, value: string, i: number): string =>
  i === 0 ? value : `${list}${i % 2 === 0 ? ' ' : ','}${value}`
