export { type CustomTasks, loadCustomTasks, type TaskProblem, taskModules, tasksOf } from './custom.ts'
export { safeName } from './names.ts'
export { nearest } from './nearest.ts'
export { drawPattern, type PatternName, type PatternParams, patterns } from './pattern/index.ts'
export { type PostcardParams, templates } from './postcard/index.ts'
export { quickSchema, quickTasks } from './quick-schema.ts'
export { registryOf, type TaskInfo, taskList, taskNamed, tasks } from './registry.ts'
export { type PreparedJob, prepareJob, type Rendering, type RenderOptions, render } from './render.ts'
export {
  defineTask,
  type SetText,
  type Sheet,
  type Task,
  type TaskContext,
  type TaskFiles,
  type TaskRegistry,
  type TaskWarning,
} from './task.ts'
export { textNotes } from './text-notes.ts'
export { takeFonts, uploadedFonts, wordsOf } from './uploaded-fonts.ts'
export { type ParamIssue, validate } from './validate.ts'
