/**
 * The room `reader` reads an SVG as strokes in mm. Each room of the reader imports only from the rooms before it:
 *
 * - `document`  bytes → tree: encoding, entities, namespaces, limits on size and work
 * - `css`       values, selectors, style sheets and the cascade → the style of an element
 * - `shapes`    shapes and path data → outlines → polylines, dashes
 * - `reading`   the state of one reading, and the interfaces of walker, sink and frame
 * - `text`      characters of a text → places of glyphs of a stroke font
 * - `paint`     visibility, clips, masks, markers, hidden lines → layers of strokes
 *
 * Beside this file lie the files that walk the tree. `src/svg/index.ts` exports this file. Within the reader, a file
 * may import any file of an earlier room.
 */
export { pathPoints } from './path-points.ts'
export { checkSvg, pageOfSvg, readSvg } from './read-svg.ts'
export {
  DEFAULT_LIMITS,
  type LayerMode,
  type NotDrawn,
  pointLimit,
  type ReadLimits,
  type ReadOptions,
  type SvgReading,
  type TextDrawn,
  tooManyPoints,
} from './reading/options.ts'
export {
  notFilledMessage,
  readingWarnings,
  whiteFillMessage,
} from './reading-warnings.ts'
