export { type BuilderOptions, type CornerRadii, type LayerStyle, type PointList, SvgBuilder } from './builder.ts'
export { type LayerLabel, layerLabel, parseLayerLabel } from './layer-label.ts'
export { type PngOptions, svgToPng } from './png.ts'
export { drawingToSvg, inkToSvg, type WriteOptions } from './writer.ts'
