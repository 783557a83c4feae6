/**
 * The room `writer`: `writer` writes a drawing or ink as an SVG, and `animated` writes a drawing as an animation.
 * `builder` holds `SvgBuilder`, with which tasks and applications make an SVG. `src/svg/index.ts` exports the three.
 */
import { at, type Drawing, type Layer, type Strokes, strokeCount, x, y } from '../../geometry/drawing.ts'
import { cssColor } from '../css-color.ts'
import { EMPTY_TEXT, layerLabel, penText, timesText } from '../layer-label.ts'
import { type PageStyle, svgDocument } from './document.ts'
import { escapeAttribute } from './escape.ts'
import { short } from './number.ts'
import { PathText } from './path-text.ts'

/**
 * The look of the SVG of a drawing. A plotter draws the SVG the same with any of these options, as long as the strokes
 * are visible: `strokeWidth` above 0, and no `color` 'none'.
 */
export interface WriteOptions {
  /** Width of the pen in mm, for the picture; default 0.3. */
  readonly strokeWidth?: number
  /** CSS colour of layers without a colour of their own; default black. */
  readonly color?: string
  /** CSS colour of the travel, from home and back to home. `true` means blue. By default the travel is not shown. */
  readonly penUp?: boolean | string
  /** CSS colour of the paper; by default the paper has no colour. */
  readonly background?: string
  readonly title?: string
  /** Whether a reader keeps the layers without strokes, so that each layer keeps its number; default false. */
  readonly keepEmpty?: boolean
}

const PEN_UP_COLOR = '#3b82f6'
const PEN_UP_WIDTH = 0.1

/**
 * Writes a drawing as an SVG in mm. Layers become Inkscape layers whose labels hold the pen, AxiDraw's options and the
 * name. Each stroke becomes a path. Reading the SVG gives the same strokes of each layer in the same order, rounded to
 * a micrometre. The reader joins layers whose label, pen and times (`timesText`) are equal.
 *
 * @throws PlotdError ERR_PARAMS for an invalid colour or a number that is not finite
 */
export function drawingToSvg(drawing: Drawing, options: WriteOptions = {}): string {
  const layers = drawing.layers.map((layer) => layerGroup(drawing, layer, options))
  return svgDocument(page(drawing, options), [...layers, ...penUpGroup(drawing, options)].join('\n'))
}

/**
 * Rounds the coordinates of strokes to a micrometre, as the text of `drawingToSvg` does. Adjacent points of a stroke
 * must differ after the rounding, because the reader drops repeated points and this function keeps them.
 */
export const roundedDrawing = (drawing: Drawing): Drawing => ({ ...drawing, points: rounded(drawing.points) })

/** The long loop has its own function. In one function with `...drawing`, V8 deoptimizes the loop in every call. */
function rounded(points: Drawing['points']): Drawing['points'] {
  const out = points.slice()
  for (let i = 0; i < out.length; i++) out[i] = Math.round((out[i] as number) * 1000) / 1000 + 0
  return out
}

/**
 * Writes the ink of a simulator as an SVG without the layers of a drawing. `width` and `height` of `ink` are the size
 * of the sheet, mm. @throws as `drawingToSvg`
 */
export function inkToSvg(
  ink: Strokes & { readonly width: number; readonly height: number },
  options: WriteOptions = {},
): string {
  return svgDocument(
    page(ink, options),
    [paths(ink, 0, strokeCount(ink)).trimEnd(), ...penUpGroup(ink, options)].join('\n'),
  )
}

function page({ width, height }: { width: number; height: number }, options: WriteOptions): PageStyle {
  const { strokeWidth = 0.3, color = 'black', background, title } = options
  return {
    width,
    height,
    strokeWidth,
    color: cssColor(color),
    background: background === undefined ? undefined : cssColor(background, 'background'),
    title,
  }
}

function layerGroup(drawing: Drawing, layer: Layer, { keepEmpty = false }: WriteOptions): string {
  const stroke = layer.color === undefined ? '' : ` stroke="${cssColor(layer.color, 'color of the layer')}"`
  const label = escapeAttribute(layerLabel(layer))
  const inside = paths(drawing, layer.first, layer.first + layer.count)
  const empty = keepEmpty && layer.count === 0 ? EMPTY_TEXT : ''
  const attributes = `${penText(layer.pen)}${timesText(layer.options)}${empty}${stroke}`
  return `<g inkscape:groupmode="layer" inkscape:label="${label}"${attributes}>\n${inside}</g>`
}

/** The strokes as path elements, one on each line, with a line break after the last. */
function paths(strokes: Strokes, first: number, end: number): string {
  const text = new PathText()
  for (let i = first; i < end; i++) text.path(strokes, i)
  return text.toString()
}

/** The travel in a layer whose label begins with `%`. Plotting software does not plot such a layer. */
function penUpGroup(strokes: Strokes, { penUp = false }: WriteOptions): string[] {
  if (penUp === false || strokeCount(strokes) === 0) return []
  const color = penUp === true ? PEN_UP_COLOR : cssColor(penUp, 'penUp')
  return [
    `<g inkscape:groupmode="layer" inkscape:label="% pen-up travel" stroke="${color}" stroke-width="${PEN_UP_WIDTH}">`,
    `<path d="${penUpPath(strokes)}"/>`,
    '</g>',
  ]
}

function penUpPath({ points, starts }: Strokes): string {
  const place = (i: number): string => `${short(x(points, i), 'x')},${short(y(points, i), 'y')}`
  let data = 'M0,0'
  for (let s = 0; s + 1 < starts.length; s++) data += `L${place(at(starts, s))}M${place(at(starts, s + 1) - 1)}`
  return `${data}L0,0`
}
