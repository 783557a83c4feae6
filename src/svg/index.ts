/**
 * The room `svg`: `writer` makes SVGs in mm and writes drawings as SVGs, `reader` reads SVGs as drawings, `fill` fills
 * shapes with lines, `picture` draws SVGs as pixels and drawings as PDFs. Other folders import from this file. Only the
 * configuration imports `DEFAULT_LIMITS` from `reader/reading/options.ts` instead, because that file loads little.
 */
export type { FillMode, FillOptions } from './fill/fill.ts'
export { drawingsToPdf, type PdfOptions } from './picture/pdf.ts'
export { svgToPixels } from './picture/pixels.ts'
export { type PngOptions, svgToPng } from './picture/png.ts'
export * from './reader/index.ts'
export { type AnimationOptions, animatedSvg } from './writer/animated.ts'
export {
  type BuilderOptions,
  type CornerRadii,
  type LayerStyle,
  type PointList,
  SvgBuilder,
} from './writer/builder.ts'
export { drawingToSvg, inkToSvg, roundedDrawing, type WriteOptions } from './writer/writer.ts'
