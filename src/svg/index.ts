export { type BuilderOptions, type CornerRadii, type LayerStyle, type PointList, SvgBuilder } from './builder.ts'
export type { FillMode, FillOptions } from './fill/fill.ts'
export { type LayerLabel, layerLabel, parseLayerLabel } from './layer-label.ts'
export { pathPoints } from './path-points.ts'
export { svgToPixels } from './pixels.ts'
export { type PngOptions, svgToPng } from './png.ts'
export { checkSvg, readSvg } from './reader/read-svg.ts'
export {
  DEFAULT_LIMITS,
  type LayerMode,
  type NotDrawn,
  type ReadLimits,
  type ReadOptions,
  type SvgReading,
  type TextDrawn,
} from './reader/reading/options.ts'
export { asWritten, drawingToSvg, inkToSvg, type WriteOptions } from './writer.ts'
