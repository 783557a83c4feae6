/**
 * The room `tasks`: a task turns a job's parameters into an SVG. Other folders of `src` import only this file.
 *
 * - `pattern/`, `postcard/`, `envelope/`, `photo/`, `text/`, `signs/`, `alphabet/`, `impose/` and `svg.ts` are the
 *   built-in tasks; `custom.ts` loads modules of users.
 * - `draw/` holds the tools with which the tasks draw.
 * - `registry.ts` finds a task, `validate.ts` checks its parameters, `render.ts` runs it.
 */
export { readAlphabetSheet, type WrittenSheet } from './alphabet/read-sheet.ts'
export { compiledSchema, withCompiledSchemas } from './compiled-schema.ts'
export { type CustomTasks, loadCustomTasks, type TaskProblem, taskModules, tasksOf } from './custom.ts'
export {
  type DocumentFacts,
  type DocumentSvg,
  describeDocument,
  importDocument,
  isKnownForCertain,
} from './documents.ts'
export { tileNames } from './impose/index.ts'
export { nearest } from './nearest.ts'
export { drawPattern, type PatternName, type PatternParams } from './pattern/index.ts'
export type { PostcardParams } from './postcard/index.ts'
export { registryOf, type TaskInfo, taskList, taskNamed, tasks } from './registry.ts'
export { type PreparedJob, prepareJob, type Rendering, type RenderOptions, render } from './render.ts'
export {
  type DrawingSource,
  type DrawnSvg,
  defineTask,
  type Task,
  type TaskContext,
  type TaskFiles,
  type TaskRegistry,
  type TaskText,
  type TaskWarning,
} from './task.ts'
export { textNotes } from './text-notes.ts'
export { loadUploadedFonts, textsOf, uploadedFonts } from './uploaded-fonts.ts'
export { type ParamIssue, validate } from './validate.ts'
