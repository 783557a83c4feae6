export { ERRORS, type ErrorCode, PlotdError } from './errors.ts'
export { type Deviation, deviation } from './geometry/deviation.ts'
export { type Drawing, drawingOf, type Layer, type Strokes } from './geometry/drawing.ts'
export { inkLength, travelLength } from './geometry/measure.ts'
export { type FontInfo, fontNames, layoutText, loadFont, type TextLayout, type TextOptions } from './hershey/index.ts'
export { drawingToSvg, inkToSvg, SvgBuilder, svgToPng } from './svg/index.ts'
export {
  defineTask,
  type Rendering,
  render,
  type Task,
  type TaskContext,
  type TaskRegistry,
  taskList,
} from './tasks/index.ts'
