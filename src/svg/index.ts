export type { FillMode, FillOptions } from './fill/fill.ts'
export { type LayerLabel, layerLabel, parseLayerLabel } from './layer-label.ts'
export { svgToPixels } from './picture/pixels.ts'
export { type PngOptions, svgToPng } from './picture/png.ts'
export { pathPoints } from './reader/path-points.ts'
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
export { type BuilderOptions, type CornerRadii, type LayerStyle, type PointList, SvgBuilder } from './writer/builder.ts'
export { asWritten, drawingToSvg, inkToSvg, type WriteOptions } from './writer/writer.ts'
