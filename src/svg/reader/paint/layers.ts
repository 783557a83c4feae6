import type { Drawing, Layer } from '../../../geometry/drawing.ts'
import { joinLayers } from '../../../geometry/layers.ts'
import { StrokeWriter } from '../../../geometry/stroke-writer.ts'
import type { Work } from '../../../geometry/work.ts'
import { isCssColor } from '../../css-color.ts'
import { layerPen, layerTimes, parseLayerLabel } from '../../layer-label.ts'
import { isDrawnBlack } from '../css/color-key.ts'
import type { SvgElement } from '../document/tree.ts'
import { tooManyPoints } from '../reading/options.ts'
import type { LayerKey, Reading } from '../reading/reading.ts'

/** The strokes of one layer, and their colour if it is the same for all. */
interface Bucket {
  readonly key: LayerKey
  readonly strokes: StrokeWriter
  color: string | undefined
}

/** Steps of work for each new layer. Even a layer with one stroke takes more than a kilobyte of memory. */
const NEW_LAYER = 600

/** Sorts strokes into layers, in the order of first use. */
export class LayerSet {
  readonly #buckets = new Map<string, Bucket>()
  readonly #most: number
  readonly #work: Work
  #vertices = 0

  /** @param most  maximum number of vertices, all layers together */
  constructor(most: number, work: Work) {
    this.#most = most
    this.#work = work
  }

  /** The writer of a layer. A layer has a colour when all its strokes have the same colour. */
  writer(key: LayerKey, color: string | undefined): StrokeWriter {
    const bucket = this.keep(key)
    if (bucket.strokes.strokes === 0) bucket.color = color
    if (bucket.color !== color) bucket.color = undefined
    return bucket.strokes
  }

  /** Makes a layer part of the drawing, also if no stroke follows. */
  keep(key: LayerKey): Bucket {
    const known = this.#buckets.get(key.key)
    if (known !== undefined) return known
    this.#work.spend(NEW_LAYER)
    const bucket: Bucket = { key, strokes: new StrokeWriter(), color: undefined }
    this.#buckets.set(key.key, bucket)
    return bucket
  }

  /** Counts vertices before they are written. @throws PlotdError ERR_SVG_LIMIT */
  spend(vertices: number): void {
    this.#vertices += vertices
    if (this.#vertices > this.#most) throw tooManyPoints(this.#most)
  }

  /**
   * All layers as one drawing of size 0. A layer gets its colour if the drawing has several layers, the colour is
   * neither black nor near white (`isDrawnBlack`), and `drawingToSvg` can write it (`isCssColor`).
   */
  drawing(): Drawing {
    const buckets = [...this.#buckets.values()]
    const isShown = (color: string | undefined): color is string =>
      buckets.length > 1 && color !== undefined && isCssColor(color) && !isDrawnBlack(color)
    const layers = buckets.map(({ key: { name, pen, options }, color }): Layer => {
      return { name, pen, first: 0, count: 0, options, ...(isShown(color) && { color }) }
    })
    return joinLayers(
      { width: 0, height: 0 },
      layers,
      buckets.map(({ strokes }) => strokes.take()),
    )
  }
}

/** The layer for strokes that belong to no layer of the file. */
export const NO_LAYER: LayerKey = { key: '', name: '', pen: 1, options: {} }

/** The label of Inkscape, Affinity or Illustrator, else the id, in which _x20_ stands for a blank. */
const labelOf = ({ attributes }: SvgElement): string | undefined =>
  attributes['inkscape:label'] ??
  attributes['serif:id'] ??
  (attributes['data-name'] || undefined) ??
  attributes['id']?.replaceAll(/_x([\da-f]{2,4})_/gi, (_, code: string) => String.fromCharCode(parseInt(code, 16)))

/** The layer of the strokes inside an element; undefined when the element's label marks them as not plotted. */
export function layerOf(reading: Reading, element: SvgElement, outer: LayerKey): LayerKey | undefined {
  if (element.name !== 'g') return outer
  if (element.attributes['inkscape:groupmode'] === 'layer') return inkscapeLayer(reading, element, outer)
  return reading.settings.layers === 'group' ? (groupLayer(reading, element) ?? outer) : outer
}

function inkscapeLayer(reading: Reading, element: SvgElement, outer: LayerKey): LayerKey | undefined {
  const label = labelOf(element) ?? ''
  const { isHidden, number, options, name } = parseLayerLabel(label)
  if (isHidden) {
    reading.hideLayer(label)
    return undefined
  }
  const { layers } = reading.settings
  if (layers === 'group') return groupLayer(reading, element) ?? outer
  if (layers !== 'inkscape') return outer
  const times = layerTimes(element.attributes)
  const ownPen = layerPen(element.attributes)
  // AxiDraw has a layer 0, but pens are numbered from 1.
  const pen = ownPen ?? Math.max(1, number ?? outer.pen)
  // The pen of a label without a number comes from the layer around it, so equal labels may have different pens.
  const key = [label, pen, times.clearMs, times.touchMs].join('\n')
  return { key, name, pen, options: { ...options, ...times } }
}

/** The layer of a top-level group; undefined for any other group. */
function groupLayer(reading: Reading, element: SvgElement): LayerKey | undefined {
  const pen = reading.groupNumber(element)
  if (pen === 0) return undefined
  const { name } = parseLayerLabel(labelOf(element) ?? '')
  return { key: `group ${pen}`, name: name || `group ${pen}`, pen, options: {} }
}
