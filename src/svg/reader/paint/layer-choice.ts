import { parseLayerLabel } from '../../layer-label.ts'
import type { SvgElement } from '../document/tree.ts'
import type { LayerKey } from '../reading/frame.ts'
import type { Reading } from '../reading/reading.ts'

/** Strokes outside of every layer. */
export const NO_LAYER: LayerKey = { key: '', name: '', pen: 1, options: {} }

const labelOf = ({ attributes }: SvgElement): string | undefined => attributes['inkscape:label'] ?? attributes['id']

/** The layer inside an element; undefined when it is marked as not to be plotted. */
export function layerOf(reading: Reading, element: SvgElement, outer: LayerKey): LayerKey | undefined {
  if (element.name !== 'g') return outer
  if (element.attributes['inkscape:groupmode'] === 'layer') return inkscapeLayer(reading, element, outer)
  const { root } = reading.tree
  return reading.settings.layers === 'group' && element.parent === root ? groupLayer(reading, element) : outer
}

function inkscapeLayer(reading: Reading, element: SvgElement, outer: LayerKey): LayerKey | undefined {
  const label = labelOf(element) ?? ''
  const { hidden, number, options, name } = parseLayerLabel(label)
  if (hidden) {
    reading.hiddenLayers.push(label)
    return undefined
  }
  const { layers } = reading.settings
  if (layers === 'group' && element.parent === reading.tree.root) return groupLayer(reading, element)
  if (layers !== 'inkscape') return outer
  // Number 0 is a layer to AxiDraw, but no pen to a plotter whose carousel begins at 1.
  return { key: label, name, pen: Math.max(1, number ?? outer.pen), options }
}

function groupLayer(reading: Reading, element: SvgElement): LayerKey {
  const pen = reading.groupNumber(element)
  const { name } = parseLayerLabel(labelOf(element) ?? '')
  return { key: `group ${pen}`, name: name || `group ${pen}`, pen, options: {} }
}
