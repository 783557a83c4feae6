/**
 * The room `reader` reads an SVG as strokes in mm. Within the reader, a room may import any file of the rooms before it
 * in this list, and no file of a room after it:
 *
 * - `document`  bytes → tree: encoding, entities, namespaces, limits on size and work
 * - `css`       values, selectors, style sheets and the cascade → the style of an element
 * - `shapes`    shapes and path data → outlines → polylines, dashes
 * - `reading`   the state of one reading, and the interfaces of walker, sink and frame
 * - `text`      characters of a text → places of glyphs of a stroke font
 * - `paint`     visibility, clips, masks, markers, hidden lines → layers of strokes
 *
 * The files beside this file start a reading, walk the tree and word the warnings. `src/svg/index.ts` exports this
 * file.
 *
 * Words of all files:
 *
 * - declared: the CSS declarations that win on one element, without inherited values (`css/cascade`)
 * - outline: the segments of a shape before they become polylines (`shapes/outline`)
 * - frame: the values that an element inherits, with its transform and clip (`reading/reading`)
 * - walker: visits the elements and passes each shape to a sink (`reading/reading`)
 * - sink: receives shapes in order to plot, to measure or to clip (`reading/reading`)
 * - painter: the `use`, or the shape with a marker, to which `context-fill` refers (`css/paint`)
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
